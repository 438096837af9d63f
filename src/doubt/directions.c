#include "doubt/directions.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "text/utf8.h"

enum { LABELS_SHOWN = 6 };

/* One line being read. */
struct line {
	struct ho_directions *out;
	struct ho_slice left;
	const char *name;
	const struct ho_slice *labels;
	uint32_t K;
	unsigned number;
	struct ho_error *err;
};

/* A word of a line: bare, or between quotes. */
struct word {
	struct ho_slice text;
	bool quoted, end; /* end: the line has no more */
};

static enum ho_status fail(const struct line *line, const char *format, ...) HO_PRINTF(2, 3);
static enum ho_status fail(const struct line *line, const char *format, ...)
{
	char message[400];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(message, sizeof message, format, args);
	va_end(args);
	(void)ho_fail(line->err, HO_EFORMAT, "%s", message);
	(void)ho_error_at(line->err, "%s, line %u", line->name, line->number);
	return HO_EFORMAT;
}

static void skip_blanks(struct line *line)
{
	while (line->left.len && (line->left.ptr[0] == ' ' || line->left.ptr[0] == '\t'))
		line->left = ho_slice(line->left.ptr + 1, line->left.len - 1);
}

/* What stands between quotes: \" \\ \n \t are understood. */
static enum ho_status read_quoted(struct word *out, struct line *line)
{
	struct ho_slice left = line->left;
	char *text = ho_arena_alloc(&line->out->arena, left.len + 1, 1);
	size_t n = 0, at = 1;
	if (!text)
		return ho_fail_nomem(line->err);
	for (; at < left.len && left.ptr[at] != '"'; at++) {
		char c = left.ptr[at];
		if (c == '\\') {
			static const char from[] = "\"\\nt", to[] = "\"\\\n\t";
			const char *escape =
			    at + 1 < left.len && left.ptr[at + 1] ? strchr(from, left.ptr[at + 1]) : NULL;
			if (!escape)
				return fail(
				    line, "a backslash stands before \", \\, n or t only; write \\\\ for a backslash");
			c = to[escape - from];
			at++;
		}
		text[n++] = c;
	}
	if (at >= left.len)
		return fail(line, "a quote is opened and not closed");
	*out = (struct word){.text = ho_slice(text, n), .quoted = true};
	line->left = ho_slice(left.ptr + at + 1, left.len - at - 1);
	return HO_OK;
}

static enum ho_status read_word(struct word *out, struct line *line)
{
	size_t n = 0;
	skip_blanks(line);
	*out = (struct word){.end = line->left.len == 0};
	if (out->end)
		return HO_OK;
	if (line->left.ptr[0] == '"')
		return read_quoted(out, line);
	while (n < line->left.len && line->left.ptr[n] != ' ' && line->left.ptr[n] != '\t' && line->left.ptr[n] != '"')
		n++;
	out->text = ho_slice(line->left.ptr, n);
	line->left = ho_slice(line->left.ptr + n, line->left.len - n);
	return HO_OK;
}

static bool is_bare(const struct word *word, const char *text)
{
	return !word->quoted && ho_slice_is(word->text, text);
}

static enum ho_status read_text(struct ho_slice *out, struct line *line, bool may_be_empty)
{
	struct word word;
	enum ho_status status = read_word(&word, line);
	if (status)
		return status;
	if (!word.quoted)
		return fail(line, "a text between quotes is missing: add \"this is urgent\"");
	if (!word.text.len && !may_be_empty)
		return fail(line, "the text between the quotes is empty");
	if (!ho_utf8_is_clean(word.text))
		return fail(line, "the text between the quotes is not UTF-8");
	*out = word.text;
	return HO_OK;
}

static enum ho_status find_label(uint32_t *out, struct line *line, const struct word *word)
{
	char list[240] = "";
	size_t len = 0;
	for (uint32_t k = 0; k < line->K; k++)
		if (ho_slice_equal(line->labels[k], word->text)) {
			*out = k;
			return HO_OK;
		}
	for (uint32_t k = 0; k < line->K && k < LABELS_SHOWN && len < sizeof list - 40; k++)
		len +=
		    (size_t)snprintf(list + len, sizeof list - len, "%s%.*s", k ? ", " : "",
		                     (int)(line->labels[k].len < 30 ? line->labels[k].len : 30), line->labels[k].ptr);
	return fail(line, "the model has no such label; it has %s%s; labels with blanks stand between quotes", list,
	            line->K > LABELS_SHOWN ? ", ..." : "");
}

static enum ho_status read_change(struct ho_direction *out, struct line *line)
{
	static const char *const names[] = {[HO_DIRECTION_TEXT] = "text",
	                                    [HO_DIRECTION_ADD] = "add",
	                                    [HO_DIRECTION_BEGIN] = "begin",
	                                    [HO_DIRECTION_REPLACE] = "replace",
	                                    [HO_DIRECTION_REMOVE] = "remove"};
	struct word word;
	enum ho_status status = read_word(&word, line);
	size_t verb = 0;
	if (status)
		return status;
	while (verb < sizeof names / sizeof *names && !is_bare(&word, names[verb]))
		verb++;
	if (verb == sizeof names / sizeof *names)
		return fail(line, "a line begins with text, add, begin, replace or remove; a comment with #");
	out->change = (enum ho_direction_change)verb;
	status = read_text(&out->what, line, out->change == HO_DIRECTION_TEXT);
	if (status == HO_OK && out->change == HO_DIRECTION_REPLACE)
		status = read_text(&out->with, line, true);
	return status;
}

/* "where LABEL", if it is there, and the arrow. */
static enum ho_status read_where(struct ho_direction *out, struct line *line)
{
	struct word word;
	enum ho_status status = read_word(&word, line);
	out->where = HO_DIRECTION_ANY;
	if (status == HO_OK && is_bare(&word, "where")) {
		if (out->change == HO_DIRECTION_TEXT)
			return fail(line, "'where' is for changes of texts, not for a text of your own");
		status = read_word(&word, line);
		if (status == HO_OK)
			status = find_label(&out->where, line, &word);
		if (status == HO_OK)
			status = read_word(&word, line);
	}
	if (status == HO_OK && !is_bare(&word, "->"))
		return fail(line, "-> is missing between the change and what is wished for");
	return status;
}

static enum ho_status read_wish_of_change(struct ho_direction *out, struct line *line, const struct word *first)
{
	struct word word;
	if (is_bare(first, "same")) {
		out->wish = HO_WISH_SAME;
		return HO_OK;
	}
	enum ho_status status = find_label(&out->label, line, first);
	if (status == HO_OK)
		status = read_word(&word, line);
	if (status)
		return status;
	if (!is_bare(&word, "up") && !is_bare(&word, "down"))
		return fail(line, "behind the label of a change stands up or down; or write `same` alone");
	out->wish = is_bare(&word, "up") ? HO_WISH_UP : HO_WISH_DOWN;
	return HO_OK;
}

static enum ho_status read_wish(struct ho_direction *out, struct line *line)
{
	struct word word;
	enum ho_status status = read_word(&word, line);
	if (status)
		return status;
	if (word.end)
		return fail(line, "nothing stands behind ->");
	if (out->change != HO_DIRECTION_TEXT) {
		status = read_wish_of_change(out, line, &word);
	} else if (is_bare(&word, "human")) {
		out->wish = HO_WISH_HUMAN;
	} else {
		out->wish = HO_WISH_LABEL;
		status = find_label(&out->label, line, &word);
	}
	if (status == HO_OK)
		status = read_word(&word, line);
	if (status == HO_OK && !word.end && !(!word.quoted && word.text.ptr[0] == '#'))
		return fail(line,
		            "something stands behind the end of the test; labels with blanks stand between quotes");
	return status;
}

static enum ho_status read_line(struct line *line)
{
	struct ho_directions *out = line->out;
	struct ho_direction direction = {.line = line->number};
	line->left = ho_slice_trim(line->left);
	if (!line->left.len || line->left.ptr[0] == '#')
		return HO_OK;
	if (out->n == HO_DIRECTIONS_MAX)
		return ho_fail(line->err, HO_ELIMIT, "more than %d directional tests", HO_DIRECTIONS_MAX);
	direction.source = ho_arena_copy(&out->arena, line->left);
	if (!direction.source.ptr || ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(line->err);
	enum ho_status status = read_change(&direction, line);
	if (status == HO_OK)
		status = read_where(&direction, line);
	if (status == HO_OK)
		status = read_wish(&direction, line);
	if (status == HO_OK)
		out->items[out->n++] = direction;
	return status;
}

enum ho_status ho_directions_read(struct ho_directions *out, struct ho_slice bytes, const char *name,
                                  const struct ho_slice *labels, uint32_t K, struct ho_error *err)
{
	struct line line = {.out = out, .name = name ? name : "the directions", .labels = labels, .K = K, .err = err};
	enum ho_status status = HO_OK;
	*out = (struct ho_directions){.n = 0};
	ho_arena_init(&out->arena, SIZE_MAX);
	if (bytes.len > HO_DIRECTIONS_BYTES_MAX)
		status = ho_fail(err, HO_ELIMIT, "the file of directional tests is larger than a megabyte");
	if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0)
		bytes = ho_slice(bytes.ptr + 3, bytes.len - 3);
	for (size_t at = 0; at < bytes.len && status == HO_OK;) {
		const char *begin = bytes.ptr + at, *end = memchr(begin, '\n', bytes.len - at);
		size_t len = end ? (size_t)(end - begin) : bytes.len - at;
		line.left = ho_slice(begin, len);
		line.number++;
		status = read_line(&line);
		at += len + 1;
	}
	if (status)
		ho_directions_release(out);
	return status;
}

void ho_directions_release(struct ho_directions *directions)
{
	ho_free(directions->items);
	ho_arena_release(&directions->arena);
	*directions = (struct ho_directions){.n = 0};
}
