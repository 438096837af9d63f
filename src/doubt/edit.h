/**
 * Edits that do not change what a text means, for the question "does the answer stay the same?" (invariance tests of
 * CheckList, Ribeiro et al. 2020). docs/explanation/invariance.md says what each does and why it is harmless.
 *
 * In: a text of any bytes. Out: the edited text. Pure: the result depends on text, kind, seed and the editor's settings
 * only, not on the texts edited before.
 * Invariants: 1. clean UTF-8 stays clean UTF-8; 2. bytes that an edit is not about are copied as they are; 3. guarded
 * pieces (addresses, markup, codes; edit_words.h) and words of the labels' names are never replaced; 4. an edit that
 * finds nothing to do says so, and its text is not counted.
 */
#ifndef HO_DOUBT_EDIT_H
#define HO_DOUBT_EDIT_H

#include "base/buf.h"
#include "base/rng.h"
#include "doubt/edit_words.h"
#include "text/language.h"

enum ho_edit_kind {
	HO_EDIT_LOWER,       /**< all letters small */
	HO_EDIT_UPPER,       /**< all letters capital */
	HO_EDIT_BLANKS,      /**< blanks doubled, one before, a line end behind */
	HO_EDIT_SWAP,        /**< two letters next to each other swapped, inside a word, one word in fifty */
	HO_EDIT_DROP,        /**< a letter left out, inside a word, one word in fifty */
	HO_EDIT_FULL_STOP,   /**< the last full stop taken away, or one put there */
	HO_EDIT_MARKS,       /**< commas, full stops, exclamation and question marks, brackets, quotes taken away */
	HO_EDIT_ACCENTS,     /**< "café" as "cafe": accents of Latin letters taken away */
	HO_EDIT_GREETING,    /**< "Hello," before it, in its language */
	HO_EDIT_SIGNATURE,   /**< "Regards" and a name behind it, in its language */
	HO_EDIT_NUMBERS,     /**< other digits in numbers of two digits and more; the first digit stays */
	HO_EDIT_NAMES,       /**< a first name, city or country by another one */
	HO_EDIT_CONTRACTION, /**< "don't" as "do not", or the other way round; English */
	HO_EDIT_SYNONYMS,    /**< words by others that mean the same, one word in twenty; English */
	HO_EDIT_COUNT
};

struct ho_edit {
	const char *id;   /**< for machines: "swapped-letters" */
	const char *what; /**< for people, completes "the answer changes with ...": "two letters swapped" */
	bool may_matter;  /**< the edit takes away or brings what a task may be about, as capitals or "!" in spam */
	bool is_random;   /**< depends on the seed */
};

/** What a kind of edit is called; static. */
const struct ho_edit *ho_edit_describe(enum ho_edit_kind kind);

/** Words of label names, which no edit replaces: lower case, [n] owned. */
struct ho_edit_guard {
	char **words;
	size_t n, cap;
};

struct ho_editor {
	const struct ho_languages *languages; /**< borrowed */
	enum ho_language language; /**< of texts too short to tell; HO_LANGUAGE_UNKNOWN: such texts are in none */
	struct ho_edit_guard guard;
	struct ho_edit_words words; /**< scratch */
};

/** Start an editor for a model with these labels; `languages` are borrowed until its end. HO_ENOMEM. Release with
 * ho_editor_release(). */
HO_MUST_CHECK enum ho_status ho_editor_init(struct ho_editor *out, const struct ho_languages *languages,
                                            enum ho_language language, const struct ho_slice *labels, size_t n_labels,
                                            struct ho_error *err);
void ho_editor_release(struct ho_editor *editor);

/** Is the word, or one of its family (as many letters in common as the shorter has, at most five), in a label's name?
 */
bool ho_editor_guards(const struct ho_editor *editor, struct ho_slice word);
/** Does the edit bring words that stand in a label's name (a greeting where there is a label "greeting")? Then it may
 * matter. */
bool ho_editor_touches_labels(const struct ho_editor *editor, enum ho_edit_kind kind);

/**
 * Edit one text.
 *
 * @param[out] out      emptied first; holds the edited text, or the same text where nothing was to be done.
 * @param[out] changed  did the edit find something to do?
 * @param text          at most HO_EDIT_TEXT_MAX bytes are edited; longer texts are left alone.
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT past out->max, which should be three times the text and a thousand bytes.
 */
HO_MUST_CHECK enum ho_status ho_edit(struct ho_buf *out, bool *changed, struct ho_editor *editor,
                                     enum ho_edit_kind kind, struct ho_slice text, uint64_t seed, struct ho_error *err);

#define HO_EDIT_TEXT_MAX ((size_t)1 << 20)

#endif
