/**
 * What may give the answer away, for check_giveaways.c: single words, names of labels in the texts, numbers and codes,
 * other columns. Each part measures on train rows (one a group of copies) and returns p-values of "this is ordinary";
 * what is ordinary was measured on public sets (docs/explanation/doubt.md).
 */
#ifndef HO_DOUBT_GIVEAWAY_H
#define HO_DOUBT_GIVEAWAY_H

#include "doubt/paired.h"
#include "doubt/refit.h"

enum { DOUBT_TELLTALES = 8 };

/** The rows that are looked at. Arrays [n], borrowed; labels below K. */
struct doubt_sample {
	const struct doubt *d;
	const uint32_t *row; /**< in d->train */
	const struct ho_slice *text;
	const uint32_t *label;
	size_t n;
	uint32_t K;
	const uint32_t *label_rows; /**< [K] */
	double majority;            /**< share of the most frequent label */
	const struct ho_corpus *corpus;
};

/** A word that tells a label: stands in `with` texts, `right` of them of the label. */
struct doubt_telltale {
	uint32_t type, label;
	uint32_t with, right, of_label;
	double gap; /**< share of the label's texts that have it, less the share of the others */
	double p;   /**< of "the gap is at most 0.6", corrected for having looked at all words */
};

/** Is a word right more often than a quick model on all other words? On texts that both could tell. */
struct doubt_rest {
	size_t n, word, others; /**< texts; right by the word; right by the other words */
	double p; /**< of "the word is right no more often, or by less than 2% of all texts": a sign test of texts that
	             only one is right about */
};

struct doubt_words {
	struct doubt_telltale top[DOUBT_TELLTALES]; /**< by falling gap, one a label; no word of the label's name */
	size_t n_top;
	double p;                    /**< the least p of a word */
	uint32_t *cover;             /**< [K] the precise word of most of the label's texts; owned */
	double covered, p_covered;   /**< texts told by their label's such word; p of "at most half" */
	uint64_t named, named_right; /**< texts that name a label; that name their own */
	double p_named;              /**< of "at most half of the texts name their own label" */
};

/** HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_doubt__words(struct doubt_words *out, const struct doubt_sample *s,
                                             struct ho_error *err);
void ho_doubt__words_release(struct doubt_words *words);

/** What is left without the words that tell much (p < 0.05). */
struct doubt_without {
	struct doubt_drop drop;                  /**< of quick models with and without them, on the same folds */
	struct doubt_rest word[DOUBT_TELLTALES]; /**< each such word, on the texts of its label and those with it */
	struct doubt_rest cover;                 /**< one word a label, on all texts */
	size_t worst;                            /**< the word that leads by most */
	double p, p_covered; /**< of "ordinary, or the others tell as much": the larger of two p-values (Berger 1982) */
};

/**
 * Quick models with all words and without those that tell too much, nor those that always come with them: of a phrase
 * that was stamped on texts, each word would vouch for the next. HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_doubt__without_words(struct doubt_without *out, const struct doubt_words *words,
                                                     const struct doubt_sample *s, struct ho_error *err);

/** Out-of-fold errors of quick models on words: wrong [n]. HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__fit_words(uint8_t *wrong, const struct doubt_sample *s, struct ho_error *err);

/** An order of texts, by a number or code in them or by a column: do neighbours have the same label? */
struct doubt_order {
	size_t n;         /**< rows that have a value */
	size_t distinct;  /**< different values */
	double agreement; /**< share of neighbours with the same label */
	double expected;  /**< if the order did not matter */
	double lookup;    /**< right if the label most frequent among the others with the same value is answered */
	double majority;  /**< right if the most frequent label is answered */
	double others;    /**< right by a quick model on the words of these texts; 0: not asked */
	double p; /**< of "agreement and lookup are less than half (columns, first and last words: four fifths) of the
	             way to 1" */
	size_t first, last; /**< rows of the sample with the lowest and the highest value */
};

/** A value of a row of the sample. */
struct doubt_value {
	struct ho_slice value;
	uint32_t row;
};

/** Judge an order; `values` [n] are sorted in place by ho_time_compare(). `way`: 0.5, 0.8. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__judge_order(struct doubt_order *out, struct doubt_value *values, size_t n,
                                                   const struct doubt_sample *s, double way, struct ho_error *err);

struct doubt_identifiers {
	struct doubt_order number; /**< first number of three digits or more */
	struct doubt_order code;   /**< first word of letters and digits, or with an at sign */
	struct doubt_order first;  /**< first word of the text: greetings, templates */
	struct doubt_order last;   /**< last word: signatures */
	double last_digit;         /**< right if the label most frequent for the number's last digit is answered */
	double p_last_digit;
	double p; /**< the least of all, corrected; for numbers and codes also of "they tell no more than the words" */
};

/** HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__identifiers(struct doubt_identifiers *out, const struct doubt_sample *s,
                                                   struct ho_error *err);

struct doubt_columns {
	size_t looked;
	size_t worst; /**< the column that tells most, an index into the table's columns */
	bool read;    /**< the model reads it: it is one of the text columns */
	struct doubt_order order;
	double p;
};

/** HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__columns(struct doubt_columns *out, const struct doubt_sample *s,
                                               struct ho_error *err);

#endif
