/* Edits of letters: case, accents, typing errors. */
#include "doubt/edit_private.h"

#include <utf8proc.h>

#include "base/alloc.h"
#include "text/fold.h"
#include "text/utf8.h"

/* Two slips in a hundred words are careless writing; short texts get one all the same. */
enum { TYPO_CHARS_MIN = 5, TYPO_CHARS_MAX = 64, WORDS_A_SLIP = 50 };

static enum ho_status map_letters(struct ho_editing *e, int32_t (*map)(int32_t), struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t at = 0, step; at < e->text.len && status == HO_OK; at += step) {
		char out[4];
		int32_t point = ho_point_decode(e->text.ptr + at, e->text.len - at, &step), mapped = map(point);
		if (mapped != point && point != 0xfffd)
			status = ho_edit__replace(e, at, at + step,
			                          ho_slice(out, ho_utf8_encode(out, (uint32_t)mapped)), err);
	}
	return status;
}

enum ho_status ho_edit__lower(struct ho_editing *e, struct ho_error *err)
{
	return map_letters(e, utf8proc_tolower, err);
}

enum ho_status ho_edit__upper(struct ho_editing *e, struct ho_error *err)
{
	return map_letters(e, utf8proc_toupper, err);
}

static bool is_ascii_letter(int32_t point)
{
	return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

static bool is_accent(int32_t point)
{
	return point >= 0x300 && point <= 0x36f;
}

/* "é" -> 'e'; what is no Latin letter with accents stays: 0x439 is another letter than 0x438, not the same with a hat.
 */
static int32_t without_accents(int32_t point)
{
	int32_t parts[8];
	int class = 0;
	if (point < 0xc0 || point > 0x1eff)
		return point;
	utf8proc_ssize_t n = utf8proc_decompose_char(point, parts, 8, UTF8PROC_DECOMPOSE, &class);
	if (n < 2 || n > 8 || !is_ascii_letter(parts[0]))
		return point;
	for (utf8proc_ssize_t i = 1; i < n; i++)
		if (!is_accent(parts[i]))
			return point;
	return parts[0];
}

enum ho_status ho_edit__accents(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	bool after_letter = false;
	for (size_t at = 0, step; at < e->text.len && status == HO_OK; at += step) {
		int32_t point = ho_point_decode(e->text.ptr + at, e->text.len - at, &step);
		int32_t bare = without_accents(point);
		char letter = (char)bare;
		if (bare != point)
			status = ho_edit__replace(e, at, at + step, ho_slice(&letter, 1), err);
		else if (is_accent(point) && after_letter)
			status = ho_edit__replace(e, at, at + step, ho_slice("", 0), err);
		after_letter = is_ascii_letter(bare) || (after_letter && is_accent(point));
	}
	return status;
}

/* A word in which a typing error may happen: letters only, of a length where one leaves it readable, in running text.
 */
static bool may_slip(const struct ho_editing *e, size_t i)
{
	const struct ho_edit_word *word = &e->editor->words.items[i];
	struct ho_slice bytes = ho_edit__word(e, i);
	return word->letters && !word->guarded && word->chars >= TYPO_CHARS_MIN && word->chars <= TYPO_CHARS_MAX &&
	       !memchr(bytes.ptr, '\'', bytes.len);
}

/* Byte offsets of the code points of a word: [chars + 1]. */
static size_t offsets_of(uint32_t offset[TYPO_CHARS_MAX + 1], struct ho_slice word)
{
	size_t n = 0, step;
	for (size_t at = 0; at < word.len && n < TYPO_CHARS_MAX; at += step) {
		int32_t point = ho_point_decode(word.ptr + at, word.len - at, &step);
		/* A mark stays with its letter. */
		if (ho_point_class(point) != HO_POINT_EXTEND || n == 0)
			offset[n++] = (uint32_t)at;
	}
	offset[n] = (uint32_t)word.len;
	return n;
}

/* Swap letters a and a + 1 of the word, or leave letter a out. */
static enum ho_status slip(struct ho_editing *e, size_t i, bool swap, struct ho_error *err)
{
	uint32_t offset[TYPO_CHARS_MAX + 1];
	char wrong[8 * TYPO_CHARS_MAX];
	struct ho_slice word = ho_edit__word(e, i);
	size_t n = offsets_of(offset, word), start = e->editor->words.items[i].start;
	if (n < TYPO_CHARS_MIN || word.len > sizeof wrong)
		return HO_OK;
	/* Not the first letter, by which people know a word, and for swaps the next one must be there. */
	size_t a = 1 + (size_t)ho_rng_below(&e->rng, n - 2), first = offset[a + 1] - offset[a];
	size_t second = swap ? offset[a + 2 <= n ? a + 2 : n] - offset[a + 1] : 0, len = 0;
	memcpy(wrong, word.ptr, offset[a]);
	len = offset[a];
	if (swap) {
		memcpy(wrong + len, word.ptr + offset[a + 1], second);
		memcpy(wrong + len + second, word.ptr + offset[a], first);
		len += first + second;
	}
	size_t from = offset[a] + first + second;
	memcpy(wrong + len, word.ptr + from, word.len - from);
	len += word.len - from;
	return ho_edit__replace(e, start, start + word.len, ho_slice(wrong, len), err);
}

static enum ho_status slips(struct ho_editing *e, bool swap, struct ho_error *err)
{
	size_t n = 0;
	uint32_t *candidates = ho_alloc(e->editor->words.n, sizeof *candidates);
	enum ho_status status = candidates ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; candidates && i < e->editor->words.n; i++)
		if (may_slip(e, i))
			candidates[n++] = (uint32_t)i;
	size_t chosen = n ? ho_edit__choose(e, candidates, n, WORDS_A_SLIP) : 0;
	for (size_t c = 0; c < chosen && status == HO_OK; c++)
		status = slip(e, candidates[c], swap, err);
	ho_free(candidates);
	return status;
}

enum ho_status ho_edit__swap(struct ho_editing *e, struct ho_error *err)
{
	return slips(e, true, err);
}

enum ho_status ho_edit__drop(struct ho_editing *e, struct ho_error *err)
{
	return slips(e, false, err);
}
