/** Shared by the files of this module: one look at one table. */
#ifndef HO_EXPLORE_PRIVATE_H
#define HO_EXPLORE_PRIVATE_H

#include "base/map.h"
#include "explore/explore.h"
#include "explore/first.h"
#include "text/language.h"
#include "text/personal.h"
#include "explore/redact.h"
#include "text/script.h"
#include "explore/traits.h"
#include "near/near.h"
#include "report/argument.h"
#include "report/exhibit.h"
#include "report/show.h"

/** Most (text, word) pairs that are counted: 1 GB. Texts beyond are left out of the word findings. */
#define HO_EXPLORE_PAIRS_MAX ((size_t)1 << 28)
enum { HO_EXPLORE_SENTENCES = 48, HO_EXPLORE_STORY = 10 };

/** A sentence for the story; the weightiest are told. */
struct explore_sentence {
	int weight;        /**< 0..100 */
	const char *about; /**< id of its finding; NULL: none */
	char text[512];
};

/** What one text consists of; read off it alone. */
struct explore_text {
	uint32_t words, points; /**< words; code points */
	uint32_t longest;       /**< longest word in bytes */
	uint32_t traits;        /**< enum explore_trait */
	uint16_t personal;      /**< bit k: enum ho_personal k was found */
	uint8_t script;         /**< enum ho_script, that of most letters */
	uint8_t language;       /**< index for ho_language_name() */
	uint8_t language_hits;
};

/** Which words stand in which texts: words of text i are of[begin[i] .. begin[i + 1]), each once. */
struct explore_words {
	struct ho_map map; /**< normal forms -> word */
	uint32_t *of;
	size_t *begin; /**< [n + 1] */
	size_t len, cap;
	size_t counted; /**< texts whose words were counted */
};

struct explore {
	const struct ho_table *table; /**< what is looked at; with options.redact a masked copy of what was given */
	struct ho_explore_options options;
	const struct ho_progress *progress;
	struct ho_findings *out;
	struct explore_masked masked, masked_test; /**< with options.redact */
	struct ho_near_result near;
	struct explore_text *texts; /**< [n] of what was given, not of the masked copy */
	struct explore_words words;
	uint8_t *half;              /**< [n] 0 or 1, copies on one side: for rules that are judged by the other half */
	bool has_times;             /**< a column of times was found and looked at */
	bool time_tells;            /**< the labels change with it */
	uint32_t *rows_of;          /**< [label_count] rows of each label */
	uint32_t *by_size;          /**< [label_count] labels, most rows first */
	struct explore_first first; /**< what a first model makes of the labels */
	struct explore_view *view;  /**< words and phrases of each text; NULL until it is asked for */
	struct explore_sentence told[HO_EXPLORE_SENTENCES];
	size_t n_told;
};

/** A clean snippet of a text, of at most 100 characters. */
struct explore_snippet {
	char text[512];
};
struct explore_snippet ho_explore__snippet(struct ho_slice text);
/** A candidate for the story, about the finding that was added last. */
void ho_explore__tell(struct explore *e, int weight, const char *format, ...) HO_PRINTF(3, 4);
/** Put the weightiest sentences into the list, the first one first. */
void ho_explore__story(struct explore *e);
/** Name of label l, short and clean. */
struct ho_shown ho_explore__label(const struct explore *e, uint32_t l);

/** "27 texts (0.6%) have"; "1 text (< 0.1%) has": `verb` as it stands in the plural ("have", "repeat"). */
struct ho_shown ho_explore__count(size_t n, size_t of, const char *thing, const char *verb);
/** Show row i as an example under the last exhibit (a list of texts), with a note or NULL. */
void ho_explore__show_row(struct explore *e, size_t i, const char *note);
/** The same from where one of the traits stands; a long way before it is passed over. */
void ho_explore__show_place(struct explore *e, size_t i, uint32_t traits);
/** The first `max` rows that have one of the traits; returns how many. */
size_t ho_explore__rows_with(const struct explore *e, uint32_t traits, uint32_t *rows, size_t max);
/** "row 17", "rows 3, 8 and 20 and 41 more": where the first of `n` rows stand, [shown] indices given. */
struct ho_shown ho_explore__places(const struct explore *e, const uint32_t *rows, size_t shown, size_t n);

/** Look at every text alone, on all cores: e->texts. HO_ENOMEM; HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_explore__look(struct explore *e, struct ho_error *err);

/** Tokenise all texts: how many words they have and, of the first row of each group of duplicates, the words.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_explore__count_words(struct explore *e, struct ho_error *err);

/**
 * The parts of the report, in the order of explore.c's table; each adds to e->out, whose errors are sticky.
 * HO_ENOMEM; HO_ECANCELLED.
 */
#define EXPLORE_PART(name) HO_MUST_CHECK enum ho_status ho_explore__##name(struct explore *e, struct ho_error *err)
EXPLORE_PART(columns);
EXPLORE_PART(order);
EXPLORE_PART(labels);
EXPLORE_PART(reading);
EXPLORE_PART(languages);
EXPLORE_PART(damage);
EXPLORE_PART(contents);
EXPLORE_PART(personal);
EXPLORE_PART(duplicates);
EXPLORE_PART(conflicts);
EXPLORE_PART(leaks);
EXPLORE_PART(vocabulary);
EXPLORE_PART(gibberish);
EXPLORE_PART(templates);
EXPLORE_PART(lengths);
EXPLORE_PART(telling);
EXPLORE_PART(first_model);
EXPLORE_PART(label_errors);
EXPLORE_PART(label_slices);
EXPLORE_PART(overlap);
EXPLORE_PART(phrases);
EXPLORE_PART(typical);
EXPLORE_PART(clusters);
EXPLORE_PART(months);

/** A log-odds ratio with its standard error. */
struct ho_fightin {
	double d, se;
};
/**
 * "Fightin' Words" with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, eq. 16, 20, 22): how much
 * greater the log odds of a word are on this side.
 *
 * @param y1, n1  uses of the word and of all words on this side; y2, n2 on the other; y1 + y2 > 0.
 * @param prior   weight of the prior in words (> 0), spread like the words of both sides together.
 */
struct ho_fightin ho_explore__fightin_words(double y1, double n1, double y2, double n2, double prior);
/** z with P(|Z| > z) = share for a standard normal Z; 0 < share < 1. */
double ho_explore__two_sided_z(double share);

/** A counted word for people: '#' for the digits of long numbers, short and clean. */
struct ho_shown ho_explore__word(const struct explore *e, uint32_t word);

#endif
