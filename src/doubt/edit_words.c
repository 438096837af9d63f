#include "doubt/edit_words.h"

#include <utf8proc.h>

#include "base/alloc.h"
#include "text/fold.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Is the run from blank to blank something that is no running text? */
static bool is_guarded(struct ho_slice run)
{
	for (size_t i = 0; i < run.len; i++) {
		char c = run.ptr[i];
		if (strchr("@\\_<>#={}/|~^*", c) && c)
			return true;
		bool inside = i > 0 && i + 1 < run.len;
		if ((c == '.' || c == ':') && inside && is_ascii_word(run.ptr[i - 1]) && is_ascii_word(run.ptr[i + 1]))
			return true;
		if (c == '&' && i + 1 < run.len && is_ascii_word(run.ptr[i + 1]))
			return true;
	}
	return false;
}

/* An apostrophe at `at`, straight or curly: its length in bytes, or 0. */
static size_t apostrophe(struct ho_slice text, size_t at)
{
	if (at < text.len && text.ptr[at] == '\'')
		return 1;
	return at + 3 <= text.len && memcmp(text.ptr + at, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

struct seen {
	uint32_t chars, capitals, cased;
	bool first_capital, digits;
};

static void look(struct seen *seen, int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);
	bool capital = category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
	if (seen->chars++ == 0)
		seen->first_capital = capital;
	seen->capitals += capital;
	seen->cased += capital || category == UTF8PROC_CATEGORY_LL;
	seen->digits |= category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NO ||
	                category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_PC;
}

static enum ho_word_form form_of(const struct seen *seen)
{
	if (seen->capitals == 0)
		return HO_FORM_LOWER;
	if (seen->capitals >= 2 && seen->capitals == seen->cased)
		return HO_FORM_UPPER;
	return seen->first_capital && seen->capitals == 1 ? HO_FORM_TITLE : HO_FORM_MIXED;
}

/* End of the word that begins at `at`, which is no more than `at` if none does. */
static size_t word_end(struct seen *seen, struct ho_slice text, size_t at)
{
	*seen = (struct seen){.chars = 0};
	for (size_t next; at < text.len; at = next) {
		size_t step, mark = seen->chars ? apostrophe(text, at) : 0;
		if (at + mark >= text.len)
			break;
		int32_t point = ho_point_decode(text.ptr + at + mark, text.len - at - mark, &step);
		enum ho_point_class class = ho_point_class(point);
		if (class != HO_POINT_WORD && (class != HO_POINT_EXTEND || !seen->chars || mark))
			break;
		look(seen, point);
		next = at + mark + step;
	}
	return at;
}

static size_t run_end(struct ho_slice text, size_t at)
{
	while (at < text.len && !is_blank(text.ptr[at]))
		at++;
	return at;
}

static enum ho_status add(struct ho_edit_words *out, struct ho_edit_word word, struct ho_error *err)
{
	if (ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(err);
	out->items[out->n++] = word;
	return HO_OK;
}

static void bind(struct ho_edit_words *words, struct ho_slice text)
{
	for (size_t i = 0; i + 1 < words->n; i++)
		words->items[i].bound =
		    words->items[i + 1].start == words->items[i].end + 1 && text.ptr[words->items[i].end] == ' ';
}

enum ho_status ho_edit_words_find(struct ho_edit_words *out, struct ho_slice text, struct ho_error *err)
{
	out->n = 0;
	if (text.len >= UINT32_MAX)
		return ho_fail(err, HO_ELIMIT, "a text is too long to be edited");
	size_t end_of_run = 0;
	bool guarded = false;
	enum ho_status status = HO_OK;
	for (size_t at = 0; at < text.len && status == HO_OK;) {
		struct seen seen;
		if (at >= end_of_run && !is_blank(text.ptr[at])) {
			end_of_run = run_end(text, at);
			guarded = is_guarded(ho_slice(text.ptr + at, end_of_run - at));
		}
		size_t end = word_end(&seen, text, at), step = 1;
		if (end == at) {
			(void)ho_point_decode(text.ptr + at, text.len - at, &step);
			at += step;
			continue;
		}
		status = add(out,
		             (struct ho_edit_word){.start = (uint32_t)at,
		                                   .end = (uint32_t)end,
		                                   .chars = seen.chars,
		                                   .form = form_of(&seen),
		                                   .letters = !seen.digits,
		                                   .guarded = guarded},
		             err);
		at = end;
	}
	bind(out, text);
	return status;
}

void ho_edit_words_release(struct ho_edit_words *words)
{
	ho_free(words->items);
	*words = (struct ho_edit_words){.n = 0};
}

bool ho_edit_word_is(struct ho_slice word, const char *lower)
{
	size_t i = 0;
	for (; i < word.len && lower[i]; i++) {
		char c = word.ptr[i];
		if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != lower[i])
			return false;
	}
	return i == word.len && !lower[i];
}
