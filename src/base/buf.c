#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

void ho_buf_init(struct ho_buf *buf, size_t max)
{
	*buf = (struct ho_buf){.max = max};
}

void ho_buf_release(struct ho_buf *buf)
{
	ho_free(buf->data);
	*buf = (struct ho_buf){.max = buf->max};
}

void ho_buf_reset(struct ho_buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

enum ho_status ho_buf_reserve(struct ho_buf *buf, size_t len, struct ho_error *err)
{
	if (len > buf->max - buf->len)
		return ho_fail(err, HO_ELIMIT, "more than the allowed %zu bytes", buf->max);
	if (ho_grow(&buf->data, &buf->cap, buf->len + len + 1, 1))
		return ho_fail_nomem(err);
	return HO_OK;
}

enum ho_status ho_buf_add(struct ho_buf *buf, const void *bytes, size_t len, struct ho_error *err)
{
	enum ho_status status = ho_buf_reserve(buf, len, err);
	if (status)
		return status;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return HO_OK;
}

enum ho_status ho_buf_printf(struct ho_buf *buf, struct ho_error *err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return ho_fail(err, HO_EBUG, "bad format");
	enum ho_status status = ho_buf_reserve(buf, (size_t)n, err);
	if (status)
		return status;
	va_start(args, format);
	(void)vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
	va_end(args);
	buf->len += (size_t)n;
	return HO_OK;
}

char *ho_buf_take(struct ho_buf *buf)
{
	char *data = buf->data;
	*buf = (struct ho_buf){.max = buf->max};
	return data;
}
