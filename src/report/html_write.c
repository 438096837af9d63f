#include <stdarg.h>

#include "base/utf8.h"
#include "report/html_private.h"
#include "report/utf8_point.h"

void ho_html__put(struct ho_html *html, const char *markup)
{
	if (html->status == HO_OK)
		html->status = ho_buf_add(html->out, markup, strlen(markup), &html->error);
}

void ho_html__putf(struct ho_html *html, const char *format, ...)
{
	char piece[512];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(piece, sizeof piece, format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < sizeof piece)
		ho_html__put(html, piece);
	else if (html->status == HO_OK)
		html->status = ho_fail(&html->error, HO_EBUG, "a piece of markup is too long");
}

/* What stands for a byte that means something in HTML; NULL for others. */
static const char *entity(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void ho_html__slice(struct ho_html *html, struct ho_slice text)
{
	size_t step;
	for (size_t at = 0; at < text.len && html->status == HO_OK; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		const char *instead = entity(text.ptr[at]);
		if (point == HO_UTF8_REPLACEMENT)
			instead = "\xEF\xBF\xBD";
		else if (ho_report__is_unsafe(point))
			instead = " ";
		if (instead)
			ho_html__put(html, instead);
		else
			html->status = ho_buf_add(html->out, text.ptr + at, step, &html->error);
	}
}

void ho_html__text(struct ho_html *html, const char *text)
{
	ho_html__slice(html, ho_slice_str(text));
}

void ho_html__sentence(struct ho_html *html, const char *text)
{
	const char first[] = {*text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : '\0', '\0'};
	ho_html__put(html, first);
	ho_html__text(html, text + (*first != '\0'));
}

void ho_html__element(struct ho_html *html, const char *before, const char *text, const char *behind)
{
	ho_html__put(html, before);
	ho_html__text(html, text);
	ho_html__put(html, behind);
}
