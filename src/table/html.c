#include "table/html.h"

#include <gumbo.h>
#include <strings.h>

#include "base/alloc.h"
#include "text/utf8.h"

/*
 * Gumbo 0.10 frees its tree recursively and compares each attribute of a tag with all before it. So the number of start
 * tags (a tag can open three levels at most: table body, row, cell) and of attributes is bounded before it sees the
 * page.
 */
enum { PARSE_MAX = 1 << 19, TAGS_MAX = 8000, ATTRIBUTE_MARKS_MAX = 2000 };

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Text with runs of white space collapsed; `gap` is what is owed before the next word. */
struct writer {
	struct ho_buf *out;
	size_t start;
	char gap; /* 0, ' ' or '\n' */
};

static void owe(struct writer *writer, char gap)
{
	if (writer->out->len > writer->start && writer->gap != '\n')
		writer->gap = gap;
}

static enum ho_status write_text(struct writer *writer, struct ho_slice text, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t at = 0, n; at < text.len && status == HO_OK; at += n) {
		for (n = 0; at + n < text.len && is_blank(text.ptr[at + n]);)
			n++;
		if (n) {
			owe(writer, ' ');
			continue;
		}
		while (at + n < text.len && !is_blank(text.ptr[at + n]))
			n++;
		if (writer->gap)
			status = ho_buf_add(writer->out, &writer->gap, 1, err);
		writer->gap = 0;
		if (status == HO_OK)
			status = ho_utf8_repair(writer->out, ho_slice(text.ptr + at, n), NULL, err);
	}
	return status;
}

static bool is_silent(GumboTag tag)
{
	return tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TEMPLATE;
}

/* Elements that do not break the line. */
static bool is_inline(GumboTag tag)
{
	static const GumboTag tags[] = {
	    GUMBO_TAG_A,      GUMBO_TAG_ABBR, GUMBO_TAG_B,    GUMBO_TAG_BIG,   GUMBO_TAG_CODE, GUMBO_TAG_EM,
	    GUMBO_TAG_FONT,   GUMBO_TAG_I,    GUMBO_TAG_IMG,  GUMBO_TAG_MARK,  GUMBO_TAG_S,    GUMBO_TAG_SMALL,
	    GUMBO_TAG_SPAN,   GUMBO_TAG_SUB,  GUMBO_TAG_SUP,  GUMBO_TAG_TT,    GUMBO_TAG_U,    GUMBO_TAG_STRONG,
	    GUMBO_TAG_Q,      GUMBO_TAG_CITE, GUMBO_TAG_TIME, GUMBO_TAG_VAR,   GUMBO_TAG_KBD,  GUMBO_TAG_SAMP,
	    GUMBO_TAG_STRIKE, GUMBO_TAG_DEL,  GUMBO_TAG_INS,  GUMBO_TAG_LABEL, GUMBO_TAG_DFN};
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

static char gap_of(GumboTag tag)
{
	return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH ? ' ' : is_inline(tag) || is_silent(tag) ? 0 : '\n';
}

struct frame {
	const GumboNode *node;
	unsigned next;
};

static const GumboVector *children_of(const GumboNode *node)
{
	if (node->type == GUMBO_NODE_DOCUMENT)
		return &node->v.document.children;
	if (node->type == GUMBO_NODE_ELEMENT && !is_silent(node->v.element.tag))
		return &node->v.element.children;
	return NULL;
}

static void leave_or_enter(struct writer *writer, const GumboNode *node)
{
	char gap = node->type == GUMBO_NODE_ELEMENT ? gap_of(node->v.element.tag) : 0;
	if (gap)
		owe(writer, gap);
}

/* Depth first with a stack of its own. */
static enum ho_status walk(struct writer *writer, const GumboNode *root, struct ho_error *err)
{
	struct frame *stack = NULL;
	size_t cap = 0, depth = 0;
	enum ho_status status = HO_OK;
	const GumboNode *enter = root;
	do {
		if (enter && children_of(enter)) {
			if (ho_grow(&stack, &cap, depth + 1, sizeof *stack)) {
				status = ho_fail_nomem(err);
				break;
			}
			stack[depth++] = (struct frame){enter, 0};
		}
		if (enter && (enter->type == GUMBO_NODE_TEXT || enter->type == GUMBO_NODE_CDATA ||
		              enter->type == GUMBO_NODE_WHITESPACE))
			status = write_text(writer, ho_slice_str(enter->v.text.text), err);
		if (enter)
			leave_or_enter(writer, enter);
		enter = NULL;
		if (depth == 0)
			break;
		struct frame *top = &stack[depth - 1];
		const GumboVector *children = children_of(top->node);
		if (top->next < children->length)
			enter = children->data[top->next++];
		else
			leave_or_enter(writer, stack[--depth].node);
	} while (status == HO_OK);
	ho_free(stack);
	return status;
}

static size_t name_length(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && ((s[n] | 0x20) >= 'a' ? (s[n] | 0x20) <= 'z' : s[n] >= '0' && s[n] <= '9'))
		n++;
	return n;
}

/* May Gumbo have it? Counts start tags, and within a tag what may separate attributes. */
static bool is_tame(struct ho_slice html)
{
	size_t tags = 0, marks = 0;
	char in = 0, last = 0; /* 0 text, '<' a tag, or the quote of a value */
	if (html.len > PARSE_MAX)
		return false;
	for (size_t at = 0; at < html.len; at++) {
		char c = html.ptr[at];
		if (c == '<' && name_length(html.ptr + at + 1, html.len - at - 1))
			tags++;
		if (in == 0 && c == '<') {
			in = c;
			marks = 0;
		} else if (in == '<' && c == '>') {
			in = 0;
		} else if (in == '<' && (c == '"' || c == '\'') && last == '=') {
			in = c;
		} else if (in == c) {
			in = '<';
		}
		marks += in && (c == '=' || c == '/' || c == '"' || c == '\'' || is_blank(c));
		if (!is_blank(c))
			last = c;
		if (tags > TAGS_MAX || marks > ATTRIBUTE_MARKS_MAX)
			return false;
	}
	return true;
}

/* Behind the element that begins at `at`: behind its tag, or behind its end tag where the content is no text. */
static size_t skip_tag(struct ho_slice html, size_t at)
{
	static const char *const raw[] = {"script", "style"};
	size_t n = name_length(html.ptr + at + 1, html.len - at - 1);
	for (size_t i = 0; i < 2; i++) {
		char end[12];
		int len = snprintf(end, sizeof end, "</%s", raw[i]);
		if (n != strlen(raw[i]) || strncasecmp(html.ptr + at + 1, raw[i], n) != 0)
			continue;
		for (at++; at < html.len; at++)
			if (html.ptr[at] == '<' && html.len - at >= (size_t)len &&
			    !strncasecmp(html.ptr + at, end, (size_t)len))
				break;
		break;
	}
	const char *close = at < html.len ? memchr(html.ptr + at, '>', html.len - at) : NULL;
	return close ? (size_t)(close - html.ptr) + 1 : html.len;
}

static enum ho_status strip(struct writer *writer, struct ho_slice html, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t at = 0; at < html.len && status == HO_OK;) {
		const char *open = memchr(html.ptr + at, '<', html.len - at);
		size_t end = open ? (size_t)(open - html.ptr) : html.len;
		status = write_text(writer, ho_slice(html.ptr + at, end - at), err);
		owe(writer, ' ');
		at = open ? skip_tag(html, end) : end;
	}
	return status;
}

enum ho_status ho_html_text(struct ho_buf *out, struct ho_slice html, struct ho_error *err)
{
	struct writer writer = {out, out->len, 0};
	if (html.len == 0)
		return HO_OK;
	if (!is_tame(html))
		return strip(&writer, html, err);
	GumboOptions options = kGumboDefaultOptions;
	options.max_errors = 0;
	GumboOutput *page = gumbo_parse_with_options(&options, html.ptr, html.len);
	if (!page)
		return ho_fail_nomem(err);
	enum ho_status status = walk(&writer, page->document, err);
	gumbo_destroy_output(&options, page);
	return status;
}
