/** Sorting of integers in place; faster than qsort() by an order of magnitude on the short lists that make up a text.
 */
#ifndef HO_BASE_SORT_H
#define HO_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/** Sort [n] numbers upwards. `scratch` is [n] and its content is lost. */
void ho_sort_u32(uint32_t *items, size_t n, uint32_t *scratch);

#endif
