/**
 * Small English word lists of our own: words that may stand for each other, names that may be exchanged, contractions.
 * All lower-case ASCII. What is in doubt is not in a list: a word is there only if it can stand for the other in about
 * every sentence a customer writes.
 */
#ifndef HO_DOUBT_LEXICON_H
#define HO_DOUBT_LEXICON_H

#include "base/slice.h"

enum { HO_LEXICON_WORD_MAX = 24 };

/** A word to put in place of this one, the same meaning and form; NULL if the list has none. ASCII case is ignored. */
const char *ho_lexicon_synonym(struct ho_slice word);

/** A class of names that may be exchanged for each other. */
struct ho_lexicon_names {
	const char *const *names; /**< [n] */
	size_t n;
};
/** The class a name belongs to (first names of women or men, cities, countries); NULL if it is none of ours. */
const struct ho_lexicon_names *ho_lexicon_names_of(struct ho_slice word);

/** "don't" -> "do not"; NULL if it is no contraction or one of several meanings ("it's", "he'd"). */
const char *ho_lexicon_expand(struct ho_slice word);
/** "do", "not" -> "don't"; NULL. */
const char *ho_lexicon_contract(struct ho_slice first, struct ho_slice second);

#endif
