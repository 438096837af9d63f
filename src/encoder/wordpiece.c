#include "encoder/wordpiece.h"

#include <utf8proc.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "encoder/unicode_age.h"

#define TEXT_MAX ((size_t)1 << 31)

void ho_piece_tokens_release(struct ho_piece_tokens *tokens)
{
	ho_free(tokens->items);
	ho_free(tokens->word);
	ho_free(tokens->word_source);
	*tokens = (struct ho_piece_tokens){.n = 0};
}

/* What the classes below mean is fixed by the tokenisers that the encoders were trained with. */

static bool is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Three characters have changed their class since the tokenisers' tables were made. */
static utf8proc_category_t category_of(uint32_t c)
{
	if (c == 0x166d || c == 0x111c9)
		return UTF8PROC_CATEGORY_PO;
	if (c == 0x1734)
		return UTF8PROC_CATEGORY_MN;
	return ho_encoder__is_young(c) ? UTF8PROC_CATEGORY_LO : utf8proc_category((utf8proc_int32_t)c);
}

static bool is_dropped(uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		return false;
	if (c < 0x80)
		return c < ' ' || c == 0x7f;
	if (c == HO_UTF8_REPLACEMENT)
		return true;
	utf8proc_category_t category = category_of(c);
	return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CO;
}

static bool is_punctuation(uint32_t c)
{
	if (c < 0x80)
		return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
	utf8proc_category_t category = category_of(c);
	return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

static bool is_ideograph(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x2a6df) ||
	       (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

/* One tokenisation. */
struct run {
	struct ho_piece_tokens *out;
	const struct ho_wordpiece *wp;
	size_t max; /* most tokens before the end token */
	enum ho_status status;
	struct ho_error *err;
};

static bool is_full(const struct run *run)
{
	return run->status || run->out->n >= run->max;
}

static void add_token(struct run *run, uint32_t id, uint32_t start, uint32_t end)
{
	struct ho_piece_tokens *out = run->out;
	if (is_full(run))
		return;
	if (ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		run->status = ho_fail_nomem(run->err);
	else
		out->items[out->n++] = (struct ho_piece_token){id, start, end};
}

/* Longest piece at the beginning of word[at..); its bytes, 0 if there is none. Pieces inside a word carry the prefix.
 */
static size_t longest_piece(uint32_t *id, const struct run *run, size_t at)
{
	const struct ho_wordpiece *wp = run->wp;
	const struct ho_piece_tokens *out = run->out;
	char key[512];
	size_t before = at ? wp->prefix.len : 0, len = out->word_len - at;
	if (len + before > wp->longest)
		len = wp->longest > before ? wp->longest - before : 0;
	memcpy(key, wp->prefix.ptr, before);
	memcpy(key + before, out->word + at, len);
	for (; len > 0; len--) {
		if (at + len < out->word_len && ((unsigned char)out->word[at + len] & 0xc0) == 0x80)
			continue; /* inside a character */
		uint32_t found = ho_map_find(&wp->vocabulary, ho_slice(key, before + len));
		if (found != HO_MAP_NONE) {
			*id = wp->ids[found];
			return len;
		}
	}
	return 0;
}

/* The collected word becomes pieces, or one unknown token. */
static void finish_word(struct run *run)
{
	struct ho_piece_tokens *out = run->out;
	size_t first = out->n;
	uint32_t id = 0;
	if (!out->word_len)
		return;
	bool known = out->word_chars <= run->wp->word_chars_max;
	for (size_t at = 0; at < out->word_len && known;) {
		size_t len = longest_piece(&id, run, at);
		known = len > 0;
		uint32_t end = at + len < out->word_len ? out->word_source[at + len] : out->word_end;
		/* Past the limit nothing is added, but the word must still be known as a whole. */
		if (known)
			add_token(run, id, out->word_source[at], end);
		at += len;
	}
	if (!known && run->status == HO_OK) {
		out->n = first;
		add_token(run, run->wp->unknown, out->word_source[0], out->word_end);
	}
	out->word_len = out->word_chars = 0;
}

/* One normalised character of the word, from bytes start .. end of the text. */
static void add_char(struct run *run, uint32_t c, uint32_t start, uint32_t end)
{
	struct ho_piece_tokens *out = run->out;
	utf8proc_uint8_t bytes[4];
	size_t len = (size_t)utf8proc_encode_char((utf8proc_int32_t)c, bytes);
	out->word_chars++;
	out->word_end = end;
	if (out->word_chars > run->wp->word_chars_max && out->word_len)
		return; /* unknown whatever follows */
	if (ho_grow(&out->word, &out->word_cap, out->word_len + len, 1) ||
	    ho_grow(&out->word_source, &out->source_cap, out->word_len + len, sizeof *out->word_source)) {
		run->status = ho_fail_nomem(run->err);
		return;
	}
	for (size_t b = 0; b < len; b++)
		out->word_source[out->word_len + b] = start;
	memcpy(out->word + out->word_len, bytes, len);
	out->word_len += len;
}

/* A character after cleaning: a blank ends the word, punctuation stands alone. */
static void place_char(struct run *run, uint32_t c, uint32_t start, uint32_t end)
{
	bool alone = is_punctuation(c);
	if (alone || is_space(c))
		finish_word(run);
	if (is_space(c))
		return;
	add_char(run, c, start, end);
	if (alone)
		finish_word(run);
}

/* Lower case as Unicode's full mapping has it: only the dotted capital I becomes two characters. */
static void lower_and_place(struct run *run, uint32_t c, uint32_t start, uint32_t end)
{
	if (!run->wp->lower_case) {
		place_char(run, c, start, end);
	} else if (c == 0x130) {
		place_char(run, 'i', start, end);
		place_char(run, 0x307, start, end);
	} else {
		place_char(run, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c), start, end);
	}
}

static void normalise_and_place(struct run *run, uint32_t c, uint32_t start, uint32_t end)
{
	utf8proc_int32_t parts[32];
	int boundary = 0;
	if (c < 0x80 || !run->wp->strip_accents) {
		lower_and_place(run, c, start, end);
		return;
	}
	utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 32, UTF8PROC_DECOMPOSE, &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < 32; i++)
		if (category_of((uint32_t)parts[i]) != UTF8PROC_CATEGORY_MN)
			lower_and_place(run, (uint32_t)parts[i], start, end);
}

static void take_char(struct run *run, uint32_t c, uint32_t start, uint32_t end)
{
	if (run->wp->clean && is_dropped(c))
		return;
	bool alone = run->wp->split_cjk && is_ideograph(c);
	if (alone)
		finish_word(run);
	normalise_and_place(run, c, start, end);
	if (alone)
		finish_word(run);
}

/* The special token that stands at text[at..), the longest; NULL if there is none. */
static const struct ho_added_token *added_at(const struct ho_wordpiece *wp, struct ho_slice text, size_t at)
{
	const struct ho_added_token *best = NULL;
	for (size_t i = 0; i < wp->n_added; i++) {
		const struct ho_added_token *a = &wp->added[i];
		if (a->content.len <= text.len - at && memcmp(text.ptr + at, a->content.ptr, a->content.len) == 0 &&
		    (!best || a->content.len > best->content.len))
			best = a;
	}
	return best;
}

static void tokenize_text(struct run *run, struct ho_slice text)
{
	const struct ho_wordpiece *wp = run->wp;
	bool starts_added[256] = {false};
	for (size_t i = 0; i < wp->n_added; i++)
		starts_added[(unsigned char)wp->added[i].content.ptr[0]] = true;
	for (size_t at = 0; at < text.len && !is_full(run);) {
		const struct ho_added_token *added =
		    starts_added[(unsigned char)text.ptr[at]] ? added_at(wp, text, at) : NULL;
		uint32_t c;
		if (added) {
			finish_word(run);
			add_token(run, added->id, (uint32_t)at, (uint32_t)(at + added->content.len));
			at += added->content.len;
			continue;
		}
		size_t len = ho_utf8_decode(&c, text.ptr + at, text.len - at);
		take_char(run, c, (uint32_t)at, (uint32_t)(at + len));
		at += len;
	}
	finish_word(run);
}

enum ho_status ho_wordpiece_tokenize(struct ho_piece_tokens *out, const struct ho_wordpiece *wordpiece,
                                     struct ho_slice text, size_t max, bool edges, struct ho_error *err)
{
	struct run run = {.out = out, .wp = wordpiece, .status = HO_OK, .err = err};
	bool with_edges = edges && wordpiece->has_edges;
	out->n = 0;
	out->word_len = out->word_chars = 0;
	if (text.len > TEXT_MAX)
		return ho_fail(err, HO_ELIMIT, "a text has more than 2 GiB");
	run.max = SIZE_MAX;
	if (with_edges)
		add_token(&run, wordpiece->begin, 0, 0);
	run.max = max ? max - (with_edges ? 1 : 0) : SIZE_MAX - 1;
	tokenize_text(&run, text);
	run.max = SIZE_MAX;
	if (with_edges)
		add_token(&run, wordpiece->end, (uint32_t)text.len, (uint32_t)text.len);
	return run.status;
}
