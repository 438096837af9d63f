#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_long countdown;
static atomic_int failed;

void ho_alloc_fail_at(long nth)
{
	atomic_store(&failed, 0);
	atomic_store(&countdown, nth);
}

int ho_alloc_did_fail(void)
{
	return atomic_load(&failed);
}

static int must_fail(void)
{
	if (atomic_load_explicit(&countdown, memory_order_relaxed) <= 0)
		return 0;
	if (atomic_fetch_sub(&countdown, 1) != 1)
		return 0;
	atomic_store(&failed, 1);
	return 1;
}

void *ho_alloc(size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX || must_fail())
		return NULL;
	return malloc(bytes ? bytes : 1);
}

void *ho_calloc(size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX || must_fail())
		return NULL;
	return calloc(bytes ? bytes : 1, 1);
}

void *ho_realloc(void *old, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX || must_fail())
		return NULL;
	return realloc(old, bytes ? bytes : 1);
}

void ho_free(void *memory)
{
	free(memory);
}

int ho_grow(void *array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return 0;
	size_t wanted = *cap + *cap / 2 + 8;
	if (wanted < need)
		wanted = need;
	void *old;
	memcpy(&old, array, sizeof old);
	void *moved = ho_realloc(old, wanted, size);
	if (!moved)
		return -1;
	memcpy(array, &moved, sizeof moved);
	*cap = wanted;
	return 0;
}
