/** Function words of each language: the small words that every longer text of it holds. */
#ifndef HO_EXPLORE_LANGUAGE_WORDS_H
#define HO_EXPLORE_LANGUAGE_WORDS_H

#include <stddef.h>

struct explore_language_words {
	const char *code, *name;
	const char *words; /**< separated by blanks, lower case; "" where the script or a letter decides */
};

/** The first one is "unknown". */
extern const struct explore_language_words ho_explore__language_words[];
extern const size_t ho_explore__n_languages;

#endif
