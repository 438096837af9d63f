/**
 * Which of ten languages (tongues, so as not to collide with what explore knows of languages) a text is in, by its
 * small words ("the", "und", "les", ...); good enough to leave texts of other languages alone and to say what a
 * training file is in, not more. Scripts with languages of their own are told by their letters.
 */
#ifndef HO_DOUBT_TONGUE_H
#define HO_DOUBT_TONGUE_H

#include "base/slice.h"

enum ho_tongue {
	HO_TONGUE_UNKNOWN = 0,
	HO_TONGUE_ENGLISH,
	HO_TONGUE_GERMAN,
	HO_TONGUE_FRENCH,
	HO_TONGUE_SPANISH,
	HO_TONGUE_ITALIAN,
	HO_TONGUE_PORTUGUESE,
	HO_TONGUE_DUTCH,
	HO_TONGUE_POLISH,
	HO_TONGUE_TURKISH,
	HO_TONGUE_RUSSIAN, /**< or another one in Cyrillic letters */
	HO_TONGUE_ARABIC,  /**< or another one in Arabic letters */
	HO_TONGUE_CHINESE, /**< or another one in Han characters alone */
	HO_TONGUE_COUNT
};

/** English name: "German"; "unknown". Static. */
const char *ho_tongue_name(enum ho_tongue language);

/** The language of a text of any bytes; unknown where no language has clearly more of its words. Looks at the first
 * 4,096 bytes. */
enum ho_tongue ho_tongue_guess(struct ho_slice text);

/** The language of most of [n] texts that can be told, unknown if there is none; `share` [HO_TONGUE_COUNT], may be
 * NULL, gets the share of each among all texts. */
enum ho_tongue ho_tongue_of_texts(double *share, const struct ho_slice *texts, size_t n);

/** Is the word (one, no blanks) a small word of one of the languages: one that says nothing about what a text is about?
 * ASCII case is ignored. */
bool ho_tongue_is_small_word(struct ho_slice word);

#endif
