/**
 * Heap memory: overflow-checked, and failing on demand so that tests can walk through every failure.
 * The library allocates through these only; what a Debian library allocates inside itself does not pass here.
 */
#ifndef HO_BASE_ALLOC_H
#define HO_BASE_ALLOC_H

#include <stddef.h>

/** `n` elements of `size` bytes, uninitialised; NULL when memory is out or n * size overflows. n = 0 gives a valid
 * pointer. */
void *ho_alloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));
/** As ho_alloc(), zeroed. */
void *ho_calloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));
/** Resize; on failure NULL, and `old` stays valid. */
void *ho_realloc(void *old, size_t n, size_t size) __attribute__((warn_unused_result));
/** Free; NULL is allowed. */
void ho_free(void *memory);

/**
 * Grow an array by doubling so that it holds at least `need` elements.
 *
 * @param array  address of the array pointer; moved on success, untouched on failure.
 * @param cap    its capacity in elements; updated.
 * @return 0, or -1 when memory is out or need * size overflows.
 */
int ho_grow(void *array, size_t *cap, size_t need, size_t size) __attribute__((warn_unused_result));

/** For tests: let the n-th allocation from now fail (1 = the next), once; 0 = never. Not thread-safe by intent. */
void ho_alloc_fail_at(long nth);
/** For tests: did the injected failure happen since ho_alloc_fail_at()? */
int ho_alloc_did_fail(void);

#endif
