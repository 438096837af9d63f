#include "train/names.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "text/ngram.h"
#include "train/count.h"

/* Bytes of a name at most: a word of thousands of bytes is no name, its beginning will do. */
enum { NAME_MAX = 4096 };

struct naming {
	struct ho_slice *names;
	struct ho_arena *arena;
	const struct ho_lesson *lesson;
	const struct ho_design *design;
	const uint8_t *keep;
	struct ho_key_index index;
	struct ho_buf buf;
	size_t left; /* kept features without a name */
};

static enum ho_status take_name(struct naming *n, uint32_t id, struct ho_error *err)
{
	n->names[id] = ho_arena_copy(n->arena, ho_buf_slice(&n->buf));
	if (!n->names[id].ptr)
		return ho_fail_nomem(err);
	n->left--;
	return HO_OK;
}

/* One more word. What has no room is left out, whole characters only: the model file takes UTF-8 and nothing else. */
static enum ho_status add(struct naming *n, struct ho_slice part, struct ho_error *err)
{
	size_t blank = n->buf.len > 0, room = NAME_MAX - n->buf.len, len = part.len;
	if (room <= blank)
		return HO_OK;
	if (len > room - blank)
		for (len = room - blank; len && ((unsigned char)part.ptr[len] & 0xc0) == 0x80;)
			len--;
	enum ho_status status = ho_buf_add(&n->buf, " ", blank, err);
	return status ? status : ho_buf_add(&n->buf, part.ptr, len, err);
}

static bool wanted(const struct naming *n, uint32_t id)
{
	return id != UINT32_MAX && n->keep[id] && !n->names[id].ptr;
}

static enum ho_status name_word(struct naming *n, const uint32_t *types, size_t len, ptrdiff_t start, unsigned count,
                                uint32_t id, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	ho_buf_reset(&n->buf);
	for (ptrdiff_t t = start; t < start + (ptrdiff_t)count && status == HO_OK; t++)
		status = add(n,
		             t < 0              ? ho_slice_str("<s>")
		             : (size_t)t == len ? ho_slice_str("</s>")
		                                : n->lesson->corpus->types.keys[types[t]],
		             err);
	return status ? status : take_name(n, id, err);
}

static enum ho_status name_words(struct naming *n, unsigned N, struct ho_error *err)
{
	const struct ho_corpus *corpus = n->lesson->corpus;
	uint64_t keys[HO_WORD_NGRAM_MAX], *hashes = NULL;
	size_t cap = 0;
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n->lesson->n_learn && n->left && status == HO_OK; i++) {
		const uint32_t *types = corpus->ids + corpus->offsets[n->lesson->rows[i]];
		size_t len = (size_t)(corpus->offsets[n->lesson->rows[i] + 1] - corpus->offsets[n->lesson->rows[i]]);
		if (ho_grow(&hashes, &cap, len, sizeof *hashes)) {
			status = ho_fail_nomem(err);
			break;
		}
		for (size_t t = 0; t < len; t++)
			hashes[t] = corpus->hashes[types[t]];
		for (ptrdiff_t start = -1; start < (ptrdiff_t)len && status == HO_OK; start++) {
			unsigned count = ho_word_ngrams_at(keys, hashes, len, start, N);
			for (unsigned k = 0; k < count && status == HO_OK; k++) {
				uint32_t id = ho_key_index_find(&n->index, keys[k]);
				if (wanted(n, id))
					status = name_word(n, types, len, start, k + (start < 0 ? 2 : 1), id, err);
			}
		}
	}
	ho_free(hashes);
	return status;
}

/* The bytes of characters start..start+len of the padded word. */
static enum ho_status name_chars(struct naming *n, struct ho_slice word, const struct ho_char_ngram *gram, uint32_t id,
                                 struct ho_error *err)
{
	size_t at = 0, point = 0;
	enum ho_status status = HO_OK;
	ho_buf_reset(&n->buf);
	if (gram->start == 0)
		status = ho_buf_add(&n->buf, "_", 1, err);
	for (point = 1; at < word.len && point < (size_t)gram->start + gram->len && status == HO_OK; point++) {
		size_t end = at + 1;
		while (end < word.len && ((unsigned char)word.ptr[end] & 0xc0) == 0x80)
			end++;
		if (point >= gram->start)
			status = ho_buf_add(&n->buf, word.ptr + at, end - at, err);
		at = end;
	}
	if (status == HO_OK && point < (size_t)gram->start + gram->len)
		status = ho_buf_add(&n->buf, "_", 1, err);
	return status ? status : take_name(n, id, err);
}

static enum ho_status name_all_chars(struct naming *n, const struct ho_view_spec *spec, struct ho_error *err)
{
	const struct ho_corpus *corpus = n->lesson->corpus;
	struct ho_char_ngram grams[HO_CHAR_NGRAMS_MAX];
	enum ho_status status = HO_OK;
	for (uint32_t t = 0; t < corpus->types.n && n->left && status == HO_OK; t++) {
		if (corpus->kinds[t] != HO_TOKEN_WORD)
			continue;
		size_t count = ho_char_ngrams(grams, corpus->types.keys[t], spec->n_min, spec->n_max);
		for (size_t g = 0; g < count && status == HO_OK; g++) {
			uint32_t id = ho_key_index_find(&n->index, grams[g].key);
			if (wanted(n, id))
				status = name_chars(n, corpus->types.keys[t], &grams[g], id, err);
		}
	}
	return status;
}

enum ho_status ho_name_features(struct ho_slice *names, struct ho_arena *arena, const struct ho_lesson *lesson,
                                enum ho_view_id view, const uint8_t *keep, struct ho_error *err)
{
	struct ho_view_spec spec = ho_view_describe(view, lesson->K);
	struct naming n = {
	    .names = names, .arena = arena, .lesson = lesson, .design = &lesson->designs[view], .keep = keep};
	memset(names, 0, n.design->D * sizeof *names);
	ho_buf_init(&n.buf, NAME_MAX);
	struct ho_key_count *keys = ho_alloc(n.design->D, sizeof *keys);
	enum ho_status status = keys ? HO_OK : ho_fail_nomem(err);
	for (size_t j = 0; keys && j < n.design->D; j++) {
		keys[j] = (struct ho_key_count){n.design->keys[j], 0};
		n.left += keep[j] != 0;
	}
	if (status == HO_OK)
		status = ho_key_index_build(&n.index, keys, n.design->D, err);
	ho_free(keys);
	if (status == HO_OK)
		status = spec.is_char ? name_all_chars(&n, &spec, err) : name_words(&n, spec.n_max, err);
	ho_key_index_release(&n.index);
	ho_buf_release(&n.buf);
	return status;
}
