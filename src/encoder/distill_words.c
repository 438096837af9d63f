/* The vocabulary of a static encoder: that of the old one without what no text has, and words of the user's texts. */
#include <stdlib.h>

#include "base/alloc.h"
#include "encoder/distill_private.h"

void ho_distill__words_release(struct distilled_words *words)
{
	ho_free(words->items);
	ho_free(words->own);
	ho_map_release(&words->strings);
	ho_arena_release(&words->arena);
	*words = (struct distilled_words){.n = 0};
}

/* A place kept free: "[unused", digits, "]". */
static bool is_unused(struct ho_slice piece)
{
	static const char begin[] = "[unused";
	size_t at = sizeof begin - 1;
	if (piece.len <= at || memcmp(piece.ptr, begin, at) != 0)
		return false;
	size_t first = at;
	while (at < piece.len && piece.ptr[at] >= '0' && piece.ptr[at] <= '9')
		at++;
	return at > first && at < piece.len && piece.ptr[at] == ']';
}

/* Of the tokens that are taken out of texts as they stand, those for padding and for the unknown stay. */
static bool is_kept(const struct ho_wordpiece *wp, struct ho_slice piece, uint32_t id)
{
	if (id == wp->unknown || ho_slice_is(piece, "[PAD]"))
		return true;
	for (size_t i = 0; i < wp->n_added; i++)
		if (wp->added[i].id == id)
			return false;
	return !is_unused(piece);
}

static enum ho_status add(struct distilled_words *out, struct ho_slice piece, const uint32_t *ids, uint32_t n,
                          struct ho_error *err)
{
	if (out->n >= HO_VOCABULARY_MAX)
		return ho_fail(err, HO_ELIMIT, "the vocabulary would have more than %d tokens", HO_VOCABULARY_MAX);
	if (ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(err);
	out->items[out->n++] = (struct distilled_token){piece, ids, n};
	return HO_OK;
}

/* Index of each id in the vocabulary, HO_MAP_NONE for none; owned by the caller. */
static uint32_t *pieces_by_id(const struct ho_wordpiece *wp)
{
	uint32_t *by_id = ho_alloc(wp->size, sizeof *by_id);
	for (uint32_t id = 0; by_id && id < wp->size; id++)
		by_id[id] = HO_MAP_NONE;
	for (uint32_t i = 0; by_id && i < wp->vocabulary.n; i++)
		by_id[wp->ids[i]] = i;
	return by_id;
}

static enum ho_status take_vocabulary(struct distilled_words *out, const struct ho_wordpiece *wp, const uint32_t *by_id,
                                      struct ho_error *err)
{
	enum ho_status status = HO_OK;
	out->own = ho_alloc(wp->size, sizeof *out->own);
	if (!out->own)
		return ho_fail_nomem(err);
	for (uint32_t id = 0; id < wp->size && status == HO_OK; id++) {
		out->own[id] = id;
		if (by_id[id] != HO_MAP_NONE && is_kept(wp, wp->vocabulary.keys[by_id[id]], id))
			status = add(out, wp->vocabulary.keys[by_id[id]], &out->own[id], 1, err);
	}
	return status;
}

/* A word of the texts that is no token. */
struct found_word {
	uint64_t count;
	uint32_t index;      /* in the map */
	const uint32_t *ids; /* [n] its pieces, in the arena */
	uint32_t n;
};

struct search {
	struct distilled_words *out;
	const struct ho_wordpiece *wp;
	const uint32_t *by_id;
	struct found_word *found; /* [out->strings.n] owned */
	size_t cap;
};

enum { WORD_BYTES_MAX = 100 };

/* Is this piece the inside of a word? */
static bool continues(const struct search *s, uint32_t id)
{
	struct ho_slice prefix = s->wp->prefix, piece;
	if (s->by_id[id] == HO_MAP_NONE)
		return false;
	piece = s->wp->vocabulary.keys[s->by_id[id]];
	return piece.len > prefix.len && prefix.len && memcmp(piece.ptr, prefix.ptr, prefix.len) == 0;
}

/* The word that pieces make; 0 if it is too long or has an unknown piece. */
static size_t spell(char *word, const struct search *s, const struct ho_piece_token *pieces, size_t n)
{
	size_t len = 0;
	for (size_t t = 0; t < n; t++) {
		if (s->by_id[pieces[t].id] == HO_MAP_NONE || pieces[t].id == s->wp->unknown)
			return 0;
		struct ho_slice piece = s->wp->vocabulary.keys[s->by_id[pieces[t].id]];
		size_t skip = t ? s->wp->prefix.len : 0;
		if (len + piece.len - skip > WORD_BYTES_MAX)
			return 0;
		memcpy(word + len, piece.ptr + skip, piece.len - skip);
		len += piece.len - skip;
	}
	return len;
}

static enum ho_status count_word(struct search *s, const struct ho_piece_token *pieces, size_t n, struct ho_error *err)
{
	char word[WORD_BYTES_MAX];
	uint32_t before = s->out->strings.n, index;
	size_t len = spell(word, s, pieces, n);
	if (!len || ho_map_find(&s->wp->vocabulary, ho_slice(word, len)) != HO_MAP_NONE)
		return HO_OK;
	enum ho_status status = ho_map_add(&index, &s->out->strings, ho_slice(word, len), err);
	if (status)
		return status;
	if (index == before) {
		uint32_t *ids = ho_arena_alloc(&s->out->arena, n, sizeof *ids);
		if (!ids || ho_grow(&s->found, &s->cap, (size_t)index + 1, sizeof *s->found))
			return ho_fail_nomem(err);
		for (size_t t = 0; t < n; t++)
			ids[t] = pieces[t].id;
		s->found[index] = (struct found_word){0, index, ids, (uint32_t)n};
	}
	s->found[index].count++;
	return HO_OK;
}

static enum ho_status count_words(struct search *s, const struct ho_distill_options *o, struct ho_error *err)
{
	struct ho_piece_tokens pieces = {.n = 0};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < o->n_texts && status == HO_OK; i++) {
		status = ho_wordpiece_tokenize(&pieces, s->wp, o->texts[i], 0, false, err);
		for (size_t t = 0, end; t < pieces.n && status == HO_OK; t = end) {
			end = t + 1;
			while (end < pieces.n && continues(s, pieces.items[end].id))
				end++;
			if (end > t + 1)
				status = count_word(s, pieces.items + t, end - t, err);
		}
	}
	ho_piece_tokens_release(&pieces);
	return status;
}

static int by_count(const void *a, const void *b)
{
	const struct found_word *x = a, *y = b;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static enum ho_status take_words(struct distilled_words *out, const struct ho_wordpiece *wp, const uint32_t *by_id,
                                 const struct ho_distill_options *options, struct ho_error *err)
{
	struct search s = {out, wp, by_id, NULL, 0};
	enum ho_status status = count_words(&s, options, err);
	size_t n = out->strings.n;
	if (status == HO_OK && n)
		qsort(s.found, n, sizeof *s.found, by_count);
	for (size_t i = 0; i < n && i < HO_DISTILL_WORDS_MAX && status == HO_OK; i++) {
		if (s.found[i].count < HO_DISTILL_COUNT_MIN)
			break;
		status = add(out, out->strings.keys[s.found[i].index], s.found[i].ids, s.found[i].n, err);
		out->added++;
	}
	ho_free(s.found);
	return status;
}

enum ho_status ho_distill__words(struct distilled_words *out, const struct ho_encoder *encoder,
                                 const struct ho_distill_options *options, struct ho_error *err)
{
	const struct ho_wordpiece *wp = &encoder->wordpiece;
	uint32_t *by_id = pieces_by_id(wp);
	*out = (struct distilled_words){.n = 0};
	ho_map_init(&out->strings);
	ho_arena_init(&out->arena, SIZE_MAX);
	enum ho_status status = by_id ? take_vocabulary(out, wp, by_id, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = take_words(out, wp, by_id, options, err);
	ho_free(by_id);
	if (status)
		ho_distill__words_release(out);
	return status;
}
