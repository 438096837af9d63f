/** What one text looks like: facts that are read off it alone, without the others. */
#ifndef HO_EXPLORE_TRAITS_H
#define HO_EXPLORE_TRAITS_H

#include <stdint.h>

#include "base/slice.h"

/** What stands in a text. */
enum explore_trait {
	HO_TRAIT_TAGS = 1 << 0,        /**< HTML tags */
	HO_TRAIT_ENTITIES = 1 << 1,    /**< &amp; &#39; */
	HO_TRAIT_URL = 1 << 2,         /**< https://, www. */
	HO_TRAIT_NUMBER = 1 << 3,      /**< a digit */
	HO_TRAIT_REPLACED = 1 << 4,    /**< U+FFFD: bytes that could not be read */
	HO_TRAIT_MOJIBAKE = 1 << 5,    /**< UTF-8 that was read as Windows-1252 or Latin-1: "Ã¤" for "ä" */
	HO_TRAIT_CONTROL = 1 << 6,     /**< C1 controls: Windows-1252 that was read as Latin-1 */
	HO_TRAIT_ESCAPES = 1 << 7,     /**< a literal \n or \u00e4 */
	HO_TRAIT_BASE64 = 1 << 8,      /**< a run of 60 and more base64 characters */
	HO_TRAIT_PLACEHOLDER = 1 << 9, /**< nothing but "n/a", "null", "-", "test" and the like */
	HO_TRAIT_QUOTED = 1 << 10,     /**< a quoted mail: "> ...", "-----Original Message" */
	HO_TRAIT_REPEATED = 1 << 11,   /**< one line or word makes up most of it */
	HO_TRAIT_DIGITS = 1 << 12,     /**< no letter, but digits */
	HO_TRAIT_MARKS = 1 << 13,      /**< neither letter nor digit */
	HO_TRAIT_STOPPED = 1 << 14,    /**< ends as a sentence does */
	HO_TRAIT_DATE = 1 << 15        /**< a date: 2024-05-01, 1.5.2024, 05/01/24 */
};

/** The traits of a text. Time: linear. */
uint32_t ho_explore__traits(struct ho_slice text);

/** Where in the text one of the traits is first complete: bytes before it that can be passed over, at a blank if one is
 * near; 0 where the traits are of the whole text. For showing the place rather than the beginning. */
size_t ho_explore__trait_place(struct ho_slice text, uint32_t traits);

/** HO_TRAIT_REPLACED, _MOJIBAKE, _CONTROL: signs of a wrong encoding; in damage.c. */
uint32_t ho_explore__damage_of(struct ho_slice text);
/** HO_TRAIT_TAGS, _ENTITIES, _URL, _ESCAPES, _BASE64, _QUOTED, _DATE; in markup.c. */
uint32_t ho_explore__markup_of(struct ho_slice text);

#endif
