/**
 * Which language a text is written in: by script where one script means one language, else by function words ("the",
 * "nicht", "pas") and letters that only one language has. It says "unknown" rather than guess: a text needs at least
 * two function words of a language more than of any other.
 *
 * Known: HO_LANGUAGES below. Close relatives (Danish and Norwegian, Croatian and Slovene, ...) are told apart only in
 * texts of a few sentences.
 */
#ifndef HO_EXPLORE_LANGUAGE_H
#define HO_EXPLORE_LANGUAGE_H

#include "base/map.h"

/** 0 is "unknown". */
enum { HO_LANGUAGE_UNKNOWN = 0, HO_LANGUAGES_MAX = 32 };

/** The tables in a form that is fast to ask; read-only once it is open, so threads may share it. */
struct explore_languages {
	struct ho_map words; /**< function words, normal form */
	uint32_t *of;        /**< [words.n] set of languages that use the word, bit = language; owned */
	size_t of_cap;
};

/** What was found in one text. */
struct explore_language {
	uint8_t language; /**< HO_LANGUAGE_UNKNOWN or an index for ho_language_name() */
	uint8_t hits;     /**< function words of that language, at most 255 */
};

/** HO_ENOMEM: zeroed. */
HO_MUST_CHECK enum ho_status ho_languages_open(struct explore_languages *out, struct ho_error *err);
void ho_languages_close(struct explore_languages *languages);

/**
 * Guess the language of a text; at most its first 4,000 bytes are read.
 *
 * @param script  of most of its letters: ho_explore__script().
 */
struct explore_language ho_language_of(const struct explore_languages *languages, struct ho_slice text,
                                       unsigned script);

/** "English"; "unknown". Static. */
const char *ho_language_name(unsigned language);
/** ISO 639-1: "en"; "" for unknown. Static. */
const char *ho_language_code(unsigned language);
/** How many languages are known, the unknown one counted. */
unsigned ho_language_count(void);

#endif
