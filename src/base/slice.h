/** A borrowed run of bytes: never assumed to be NUL-terminated, never owned. */
#ifndef HO_BASE_SLICE_H
#define HO_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ho_slice {
	const char *ptr; /**< may be NULL when len is 0 */
	size_t len;      /**< bytes */
};

static inline struct ho_slice ho_slice(const char *ptr, size_t len)
{
	struct ho_slice s = {ptr, len};
	return s;
}

static inline struct ho_slice ho_slice_str(const char *text)
{
	return ho_slice(text, strlen(text));
}

static inline bool ho_slice_equal(struct ho_slice a, struct ho_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool ho_slice_is(struct ho_slice a, const char *text)
{
	return ho_slice_equal(a, ho_slice_str(text));
}

/** Does `s` begin with `text`, and go on? */
static inline bool ho_slice_begins(struct ho_slice s, const char *text)
{
	return s.len > strlen(text) && memcmp(s.ptr, text, strlen(text)) == 0;
}

/** Byte order, shorter first on a common prefix: <0, 0, >0. */
static inline int ho_slice_compare(struct ho_slice a, struct ho_slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

/** Without ASCII white space at both ends. */
static inline struct ho_slice ho_slice_trim(struct ho_slice s)
{
	while (s.len && strchr(" \t\r\n\f\v", s.ptr[0]) && s.ptr[0])
		s.ptr++, s.len--;
	while (s.len && s.ptr[s.len - 1] && strchr(" \t\r\n\f\v", s.ptr[s.len - 1]))
		s.len--;
	return s;
}

#endif
