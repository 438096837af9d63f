/** Shared by the edits: one text on its way to another. Words were found already where an edit needs them. */
#ifndef HO_DOUBT_EDIT_PRIVATE_H
#define HO_DOUBT_EDIT_PRIVATE_H

#include "doubt/edit.h"

struct ho_editing {
	struct ho_editor *editor;
	struct ho_slice text;
	struct ho_buf *out;
	struct ho_rng rng;
	size_t copied; /**< bytes of `text` that are in `out` already, as they were or replaced */
	bool changed;
};

/** What a kind of edit does; adds to e->out. */
typedef enum ho_status (*ho_edit_fn)(struct ho_editing *e, struct ho_error *err);

/** The word's bytes. */
static inline struct ho_slice ho_edit__word(const struct ho_editing *e, size_t i)
{
	const struct ho_edit_word *word = &e->editor->words.items[i];
	return ho_slice(e->text.ptr + word->start, word->end - word->start);
}

/** Copy the text up to byte `from`, then put `with` in place of what stands between `from` and `to`.
 * HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__replace(struct ho_editing *e, size_t from, size_t to, struct ho_slice with,
                                struct ho_error *err);
/** The same with a lower-case ASCII word, written as the word it replaces. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__replace_word(struct ho_editing *e, size_t from, size_t to, enum ho_word_form form,
                                     const char *with, struct ho_error *err);
/** Copy the rest of the text. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__rest(struct ho_editing *e, struct ho_error *err);

/** Choose among candidate words: one, and one more for every `words` words of the text, of [n], at random; the chosen
 * ones first, in order of the text. */
size_t ho_edit__choose(struct ho_editing *e, uint32_t *candidates, size_t n, size_t words);
/** The language of the text, or of the editor where it cannot be told. */
enum ho_language ho_edit__language(const struct ho_editing *e);

/** All letters small. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__lower(struct ho_editing *e, struct ho_error *err);
/** All letters capital. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__upper(struct ho_editing *e, struct ho_error *err);
/** Accents of Latin letters taken away. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__accents(struct ho_editing *e, struct ho_error *err);
/** Two letters swapped in some words. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__swap(struct ho_editing *e, struct ho_error *err);
/** A letter left out in some words. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__drop(struct ho_editing *e, struct ho_error *err);
/** More blanks. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__blanks(struct ho_editing *e, struct ho_error *err);
/** The last full stop taken away or put there. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__full_stop(struct ho_editing *e, struct ho_error *err);
/** Punctuation taken away. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__marks(struct ho_editing *e, struct ho_error *err);
/** Other digits. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__numbers(struct ho_editing *e, struct ho_error *err);
/** A greeting before the text. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__greeting(struct ho_editing *e, struct ho_error *err);
/** A closing line behind it. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__signature(struct ho_editing *e, struct ho_error *err);
/** Names exchanged. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__names(struct ho_editing *e, struct ho_error *err);
/** "don't" as "do not" or the reverse. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__contraction(struct ho_editing *e, struct ho_error *err);
/** Words of the same meaning. HO_ENOMEM, HO_ELIMIT. */
enum ho_status ho_edit__synonyms(struct ho_editing *e, struct ho_error *err);

/** Words that a greeting or signature brings, for the guard; NULL-terminated. */
extern const char *const ho_edit__greeting_words[], *const ho_edit__signature_words[];

#endif
