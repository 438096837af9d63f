/**
 * A growing byte buffer with a stated maximum (exceeding it is HO_ELIMIT, not an out-of-memory).
 * `data` is always NUL-terminated once anything was added; the NUL is not counted in `len`.
 */
#ifndef HO_BASE_BUF_H
#define HO_BASE_BUF_H

#include "base/slice.h"
#include "base/status.h"

struct ho_buf {
	char *data; /**< owned; NULL until the first byte */
	size_t len, cap, max;
};

/** Start empty; at most `max` bytes will ever be held. Allocates nothing. */
void ho_buf_init(struct ho_buf *buf, size_t max);
/** Free the bytes; the buffer may be initialised again. */
void ho_buf_release(struct ho_buf *buf);
/** Empty, keeping the capacity. */
void ho_buf_reset(struct ho_buf *buf);
/** Append bytes. HO_ELIMIT past the maximum, HO_ENOMEM; on failure the content is unchanged. */
HO_MUST_CHECK enum ho_status ho_buf_add(struct ho_buf *buf, const void *bytes, size_t len, struct ho_error *err);
/** Append formatted text. */
HO_MUST_CHECK enum ho_status ho_buf_printf(struct ho_buf *buf, struct ho_error *err, const char *format, ...)
    HO_PRINTF(3, 4);
/** Make room for `len` more bytes without adding them. */
HO_MUST_CHECK enum ho_status ho_buf_reserve(struct ho_buf *buf, size_t len, struct ho_error *err);
/** Hand the bytes over to the caller (ho_free()); the buffer is empty afterwards. NULL if nothing was ever added. */
char *ho_buf_take(struct ho_buf *buf);

static inline struct ho_slice ho_buf_slice(const struct ho_buf *buf)
{
	return ho_slice(buf->data, buf->len);
}

#endif
