/** Function words of each language: the small words that every longer text of it holds. */
#ifndef HO_TEXT_LANGUAGE_WORDS_H
#define HO_TEXT_LANGUAGE_WORDS_H

#include "text/language.h"

struct ho_language_words {
	const char *code, *name;
	const char *words; /**< separated by blanks, lower case; "" where the script or a letter decides */
};

/** The first one is "unknown". */
extern const struct ho_language_words ho_language__words[HO_LANGUAGE_COUNT];

#endif
