/**
 * Characters that the tokenisers of BERT-family encoders do not know: the tables of Hugging Face's `tokenizers` are of
 * Unicode 8, so that a mark or a punctuation assigned later is a letter to them. What the encoder was trained with
 * counts, not what the character is.
 */
#ifndef HO_ENCODER_UNICODE_AGE_H
#define HO_ENCODER_UNICODE_AGE_H

#include <stdbool.h>
#include <stdint.h>

/** A mark, punctuation or format character assigned after Unicode 8. */
bool ho_encoder__is_young(uint32_t c);

#endif
