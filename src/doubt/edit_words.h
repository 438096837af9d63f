/**
 * The words of a text as an editor sees them: where they are, how they are written, and which must be left alone.
 *
 * Invariants: 1. words are in order, do not overlap, and start < end <= len; 2. any bytes are accepted, those that are
 * not UTF-8 belong to no word; 3. what looks like an address, a file, a mention, markup or a code is guarded as a
 * whole, from blank to blank: "www.site.org", "a@b.org", "<br />", "#tag", "x_y", "U.S.".
 */
#ifndef HO_DOUBT_EDIT_WORDS_H
#define HO_DOUBT_EDIT_WORDS_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/** How a word is written. */
enum ho_word_form {
	HO_FORM_LOWER = 0, /**< no capital */
	HO_FORM_TITLE,     /**< the first letter alone is one */
	HO_FORM_UPPER,     /**< all are, two or more */
	HO_FORM_MIXED
};

struct ho_edit_word {
	uint32_t start, end; /**< bytes of the text */
	uint32_t chars;      /**< code points */
	enum ho_word_form form;
	bool letters; /**< letters and marks of one word only, no digits; an apostrophe may stand inside */
	bool guarded; /**< must be left alone */
	bool bound;   /**< nothing but one blank stands between this word and the next */
};

struct ho_edit_words {
	struct ho_edit_word *items; /**< [n] owned */
	size_t n, cap;
};

/** Find the words of a text of less than 2^32 bytes; replaces what `out` held. HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_edit_words_find(struct ho_edit_words *out, struct ho_slice text, struct ho_error *err);
void ho_edit_words_release(struct ho_edit_words *words);

/** Is the word, whatever its case (ASCII), `lower`? */
bool ho_edit_word_is(struct ho_slice word, const char *lower);

#endif
