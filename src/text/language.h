/**
 * Which language a text is written in: by script where one script means one language, else by function words ("the",
 * "nicht", "pas") and letters that only one language has. It says "unknown" rather than guess: a text needs at least
 * two function words of a language more than of any other.
 *
 * Known: enum ho_language. Close relatives (Danish and Norwegian, Croatian and Slovene, ...) are told apart only in
 * texts of a few sentences.
 */
#ifndef HO_TEXT_LANGUAGE_H
#define HO_TEXT_LANGUAGE_H

#include "base/map.h"

/** Numbers of the languages. */
enum ho_language {
	HO_LANGUAGE_UNKNOWN = 0,
	HO_LANGUAGE_ENGLISH,
	HO_LANGUAGE_GERMAN,
	HO_LANGUAGE_FRENCH,
	HO_LANGUAGE_SPANISH,
	HO_LANGUAGE_PORTUGUESE,
	HO_LANGUAGE_ITALIAN,
	HO_LANGUAGE_DUTCH,
	HO_LANGUAGE_SWEDISH,
	HO_LANGUAGE_DANISH,
	HO_LANGUAGE_NORWEGIAN,
	HO_LANGUAGE_FINNISH,
	HO_LANGUAGE_POLISH,
	HO_LANGUAGE_CZECH,
	HO_LANGUAGE_TURKISH,
	HO_LANGUAGE_ROMANIAN,
	HO_LANGUAGE_HUNGARIAN,
	HO_LANGUAGE_INDONESIAN,
	HO_LANGUAGE_CROATIAN,
	HO_LANGUAGE_RUSSIAN,
	HO_LANGUAGE_UKRAINIAN,
	HO_LANGUAGE_BULGARIAN,
	HO_LANGUAGE_GREEK,
	HO_LANGUAGE_HEBREW,
	HO_LANGUAGE_ARABIC,
	HO_LANGUAGE_PERSIAN,
	HO_LANGUAGE_HINDI,
	HO_LANGUAGE_THAI,
	HO_LANGUAGE_KOREAN,
	HO_LANGUAGE_JAPANESE,
	HO_LANGUAGE_CHINESE,
	HO_LANGUAGE_COUNT /**< the unknown one counted */
};

/** The tables in a form that is fast to ask; read-only once it is open, so threads may share it. */
struct ho_languages {
	struct ho_map words; /**< function words, normal form */
	uint32_t *of;        /**< [words.n] set of languages that use the word, bit = language; owned */
	size_t of_cap;
};

/** What was found in one text. */
struct ho_language_guess {
	uint8_t language; /**< enum ho_language */
	uint8_t hits;     /**< function words of that language, at most 255 */
};

/** HO_ENOMEM: zeroed. */
HO_MUST_CHECK enum ho_status ho_languages_open(struct ho_languages *out, struct ho_error *err);
void ho_languages_close(struct ho_languages *languages);

/**
 * Guess the language of a text; at most its first 4,000 bytes are read.
 *
 * @param script  of most of its letters: ho_script_of().
 */
struct ho_language_guess ho_language_of(const struct ho_languages *languages, struct ho_slice text, unsigned script);

/** The same for a text whose script nobody has looked for yet. */
enum ho_language ho_language_of_text(const struct ho_languages *languages, struct ho_slice text);

/** The language of most of [n] texts that can be told, unknown if there is none; `share` [HO_LANGUAGE_COUNT], may be
 * NULL, gets the share of each among all texts. */
enum ho_language ho_language_of_texts(double *share, const struct ho_languages *languages, const struct ho_slice *texts,
                                      size_t n);

/** Is the word (one, no blanks, letters in lower case) a function word of one of the languages in the set, bit =
 * enum ho_language? It says nothing about what a text is about. */
bool ho_language_is_small_word(const struct ho_languages *languages, struct ho_slice word, uint32_t set);

/** "English"; "unknown". Static. */
const char *ho_language_name(unsigned language);
/** ISO 639-1: "en"; "" for unknown. Static. */
const char *ho_language_code(unsigned language);

#endif
