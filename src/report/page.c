#include "report/page.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "report/page_private.h"
#include "report/show.h"

static const char *const codes[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};

void ho_page_init(struct ho_page *page, unsigned width, bool colour)
{
	*page = (struct ho_page){.width = width == 0    ? 80
	                                  : width < 40  ? 40
	                                  : width > 200 ? 200
	                                                : width,
	                         .colour = colour};
	ho_buf_init(&page->buf, HO_PAGE_MAX);
}

void ho_page_release(struct ho_page *page)
{
	ho_buf_release(&page->buf);
}

enum ho_status ho_page_status(const struct ho_page *page, struct ho_error *err)
{
	if (page->status && err)
		*err = page->error;
	return page->status;
}

static void put(struct ho_page *page, const char *bytes, size_t len)
{
	if (page->status == HO_OK)
		page->status = ho_buf_add(&page->buf, bytes, len, &page->error);
}

static void put_colour(struct ho_page *page, enum ho_colour colour)
{
	if (page->colour)
		put(page, colour == HO_PLAIN ? "\x1b[0m" : codes[colour],
		    strlen(colour == HO_PLAIN ? "\x1b[0m" : codes[colour]));
}

static void put_blanks(struct ho_page *page, size_t n)
{
	for (; n > 0; n--)
		put(page, " ", 1);
}

void ho_page_blank(struct ho_page *page)
{
	size_t len = page->buf.len;
	if (len > 0 && !(len > 1 && page->buf.data[len - 2] == '\n'))
		put(page, "\n", 1);
}

/* Words of clean text into lines; the cursor stands in column `at`, later lines start in column `hang`. */
static void put_wrapped(struct ho_page *page, size_t at, size_t hang, struct ho_slice text)
{
	bool first = true;
	while (text.len > 0) {
		const char *space = memchr(text.ptr, ' ', text.len);
		size_t len = space ? (size_t)(space - text.ptr) : text.len;
		size_t width = ho_show_width(ho_slice(text.ptr, len));
		if (!first && at + 1 + width > page->width) {
			put(page, "\n", 1);
			put_blanks(page, hang);
			at = hang;
		} else if (!first) {
			put(page, " ", 1);
			at++;
		}
		put(page, text.ptr, len);
		at += width;
		first = false;
		len += space ? 1 : 0;
		text = ho_slice(text.ptr + len, text.len - len);
	}
	put(page, "\n", 1);
}

/* Format, clean, and hand to `put_wrapped`. */
static void put_formatted(struct ho_page *page, size_t at, size_t hang, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	struct ho_buf clean;
	ho_buf_init(&clean, HO_PAGE_MAX);
	char *raw = len < 0 ? NULL : ho_alloc((size_t)len + 1, 1);
	if (raw) {
		vsnprintf(raw, (size_t)len + 1, format, again);
		if (page->status == HO_OK)
			page->status = ho_show_clean(&clean, ho_slice(raw, (size_t)len), 0, &page->error);
		put_wrapped(page, at, hang, ho_buf_slice(&clean));
	} else if (page->status == HO_OK) {
		page->status = ho_fail_nomem(&page->error);
	}
	ho_buf_release(&clean);
	ho_free(raw);
	va_end(again);
}

void ho_page_heading(struct ho_page *page, const char *format, ...)
{
	va_list args;
	ho_page_blank(page);
	put_colour(page, HO_BOLD);
	va_start(args, format);
	put_formatted(page, 0, 0, format, args);
	va_end(args);
	put_colour(page, HO_PLAIN);
}

void ho_page_text(struct ho_page *page, unsigned indent, unsigned hang, const char *format, ...)
{
	va_list args;
	put_blanks(page, indent);
	va_start(args, format);
	put_formatted(page, indent, hang, format, args);
	va_end(args);
}

void ho_page_marked(struct ho_page *page, enum ho_colour colour, const char *mark, const char *format, ...)
{
	size_t width = ho_show_width(ho_slice_str(mark)) + 2;
	va_list args;
	put_colour(page, colour);
	put(page, mark, strlen(mark));
	put_colour(page, HO_PLAIN);
	put(page, "  ", 2);
	va_start(args, format);
	put_formatted(page, width, width, format, args);
	va_end(args);
}

void ho_page__row(struct ho_page *page, const char *bytes, size_t len, bool dim)
{
	if (dim)
		put_colour(page, HO_DIM);
	put(page, bytes, len);
	if (dim)
		put_colour(page, HO_PLAIN);
	put(page, "\n", 1);
}
