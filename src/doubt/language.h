/**
 * Which of ten languages a text is in, by its small words ("the", "und", "les", ...); good enough to leave texts of
 * other languages alone and to say what a training file is in, not more. Scripts with languages of their own are told
 * by their letters.
 */
#ifndef HO_DOUBT_LANGUAGE_H
#define HO_DOUBT_LANGUAGE_H

#include "base/slice.h"

enum ho_language {
	HO_LANGUAGE_UNKNOWN = 0,
	HO_LANGUAGE_ENGLISH,
	HO_LANGUAGE_GERMAN,
	HO_LANGUAGE_FRENCH,
	HO_LANGUAGE_SPANISH,
	HO_LANGUAGE_ITALIAN,
	HO_LANGUAGE_PORTUGUESE,
	HO_LANGUAGE_DUTCH,
	HO_LANGUAGE_POLISH,
	HO_LANGUAGE_TURKISH,
	HO_LANGUAGE_RUSSIAN, /**< or another one in Cyrillic letters */
	HO_LANGUAGE_ARABIC,  /**< or another one in Arabic letters */
	HO_LANGUAGE_CHINESE, /**< or another one in Han characters alone */
	HO_LANGUAGE_COUNT
};

/** English name: "German"; "unknown". Static. */
const char *ho_language_name(enum ho_language language);

/** The language of a text of any bytes; unknown where no language has clearly more of its words. Looks at the first
 * 4,096 bytes. */
enum ho_language ho_language_guess(struct ho_slice text);

/** The language of most of [n] texts that can be told, unknown if there is none; `share` [HO_LANGUAGE_COUNT], may be
 * NULL, gets the share of each among all texts. */
enum ho_language ho_language_of_texts(double *share, const struct ho_slice *texts, size_t n);

/** Is the word (one, no blanks) a small word of one of the languages: one that says nothing about what a text is about?
 * ASCII case is ignored. */
bool ho_language_is_small_word(struct ho_slice word);

#endif
