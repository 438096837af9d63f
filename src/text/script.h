/** Scripts: what the letters of a text are. Rough on purpose: a script is no language. */
#ifndef HO_TEXT_SCRIPT_H
#define HO_TEXT_SCRIPT_H

#include <stdint.h>

#include "base/slice.h"

enum ho_script {
	HO_SCRIPT_NONE, /**< no letters */
	HO_SCRIPT_LATIN,
	HO_SCRIPT_GREEK,
	HO_SCRIPT_CYRILLIC,
	HO_SCRIPT_HEBREW,
	HO_SCRIPT_ARABIC,
	HO_SCRIPT_INDIC,
	HO_SCRIPT_THAI,
	HO_SCRIPT_HANGUL,
	HO_SCRIPT_KANA,
	HO_SCRIPT_HAN,
	HO_SCRIPT_OTHER,
	HO_SCRIPTS
};

/** "Latin"; "no letters". Static. */
const char *ho_script_name(unsigned script);
/** Script of a code point. */
enum ho_script ho_script_of_point(uint32_t point);
/** Script of most letters of a text; Japanese, which mixes kana and Han, counts as kana. */
enum ho_script ho_script_of(struct ho_slice text);

#endif
