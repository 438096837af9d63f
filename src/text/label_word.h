/**
 * What kind of word is it that tells a label? One of the label's own name is no news; a code means nothing by itself.
 * Words are normal forms (tokenize.h).
 */
#ifndef HO_TEXT_LABEL_WORD_H
#define HO_TEXT_LABEL_WORD_H

#include "base/slice.h"

/**
 * Does the word belong to the label's name: is it in it ("pin" in "changePin"; under three bytes: as a word of its
 * own), or another form of a word of it ("traffic" and "traffics", "define" and "definition": one begins with the
 * other, or with all but its last letter; three and five bytes at the least)? ASCII letters of either case are the
 * same.
 */
bool ho_word_of_label(struct ho_slice word, struct ho_slice label);

/** Letters and digits mixed in four bytes or more, as in "kx7q": an identifier, a code, a stamp. */
bool ho_word_is_code(struct ho_slice word);

#endif
