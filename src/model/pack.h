/** Packing one view: features with their weights become the sections of a hash table, of rows and of names. */
#ifndef HO_MODEL_PACK_H
#define HO_MODEL_PACK_H

#include "model/image.h"

/**
 * Append the slots, rows, weights and strings of a view to their sections, which must be empty. The layout depends on
 * the order of the features only.
 *
 * @param[out] scale   value of one quantum of a weight; 1 for a single column, whose weights are stored as they are.
 * @param sections     by enum ho_section.
 * @param first        HO_SECTION_WORD_SLOTS or HO_SECTION_CHAR_SLOTS.
 * @param columns      weights per feature: 1, or the number of labels.
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT: 2^30 features or more, or a section over its maximum.
 */
HO_MUST_CHECK enum ho_status ho_pack_view(double *scale, struct ho_buf *sections, int first,
                                          const struct ho_image_view *view, uint32_t columns, struct ho_error *err);

#endif
