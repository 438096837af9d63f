/** What somebody searches for, cut into words. */
#ifndef HO_STORE_WORDS_H
#define HO_STORE_WORDS_H

#include "base/slice.h"

enum { HO_SEARCH_WORDS = 16 };

/** At most HO_SEARCH_WORDS words of a search, cut at what is neither a letter nor a digit (bytes of ASCII; all others
 * count as letters); returns how many. */
size_t ho_search_words(struct ho_slice words[HO_SEARCH_WORDS], const char *search);
/** Does the text have every one of these words, each as the beginning of a word, whatever the case of ASCII letters? */
bool ho_search_finds(struct ho_slice text, const struct ho_slice *words, size_t n);

#endif
