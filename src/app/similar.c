#include "app/similar.h"

#include <math.h>

#include "base/alloc.h"
#include "app/standing.h"
#include "near/near.h"

enum { SEARCHES = 3, FOUND_MAX = 20, COMPARED = 16 << 10 };
/* Labelled texts that are looked at, newest first; how many at a time; vectors that are computed in one call. */
enum { LABELLED_MAX = 2000, PAGE = 50, ENCODED_MAX = 32 };

struct ho_slice ho_app__beginning(struct ho_slice text, size_t max)
{
	size_t n = text.len < max ? text.len : max;
	while (n < text.len && n > 0 && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
		n--;
	return ho_slice(text.ptr, n);
}

static void keep_best(struct app_similar best[APP_SIMILAR_MAX], size_t *n, const struct ho_item *item,
                      double similarity)
{
	size_t at = *n;
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(best[i].item.id.text, item->id.text))
			return;
	while (at > 0 && best[at - 1].similarity < similarity)
		at--;
	if (at == APP_SIMILAR_MAX)
		return;
	*n = *n < APP_SIMILAR_MAX ? *n + 1 : APP_SIMILAR_MAX;
	for (size_t i = *n - 1; i > at; i--)
		best[i] = best[i - 1];
	best[at] = (struct app_similar){*item, similarity};
}

static bool is_usable(const struct ho_item *found, const struct ho_item *item)
{
	/* What a first person said of an automatic answer must not reach the second. */
	return found->label && found->text.len && strcmp(found->id.text, item->id.text) != 0 &&
	       !ho_app__waits(found->status, found->audit);
}

/* ---- by words ---- */

/* Of long texts the beginnings are compared: a serving thread waits for this. */
static enum ho_status search_word(struct app_similar best[APP_SIMILAR_MAX], size_t *n, struct ho_store *reader,
                                  const struct ho_item *item, struct ho_slice word, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct ho_item_filter filter = {.task = item->task, .by_person = true, .limit = FOUND_MAX};
	struct ho_item *found;
	size_t count = 0;
	if (!(filter.search = ho_arena_copy(arena, word).ptr))
		return ho_fail_nomem(err);
	enum ho_status status = reader->ops->item_list(&found, &count, reader, &filter, arena, err);
	for (size_t i = 0; i < count && status == HO_OK; i++) {
		double jaccard = 0;
		if (!is_usable(&found[i], item))
			continue;
		status = ho_near_jaccard(&jaccard, ho_app__beginning(found[i].text, COMPARED),
		                         ho_app__beginning(item->text, COMPARED), err);
		if (status == HO_OK)
			keep_best(best, n, &found[i], jaccard);
	}
	return status;
}

static enum ho_status by_words(struct app_similar best[APP_SIMILAR_MAX], size_t *n,
                               const struct ho_explanation *explanation, struct ho_store *reader,
                               const struct ho_item *item, struct ho_arena *arena, struct ho_error *err)
{
	size_t searches = 0;
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < explanation->n_pieces && searches < SEARCHES && status == HO_OK; i++) {
		const struct ho_piece *piece = &explanation->pieces[i];
		if (strcmp(piece->view, "word") != 0 || piece->end - piece->start < 2)
			continue;
		searches++;
		status = search_word(best, n, reader, item,
		                     ho_slice(item->text.ptr + piece->start, piece->end - piece->start), arena, err);
	}
	return status;
}

/* ---- by vectors ---- */

struct ranking {
	struct ho_workspace *ws;
	struct ho_store *reader;
	const struct ho_item *item;
	float *own, *other; /* [size] */
	size_t size, encoded, looked_at;
	struct app_similar *best; /* texts and labels of these are read in the end */
	size_t *n;
};

static double cosine(const float *a, const float *b, size_t n)
{
	double ab = 0, aa = 0, bb = 0;
	for (size_t i = 0; i < n; i++) {
		ab += (double)a[i] * (double)b[i];
		aa += (double)a[i] * (double)a[i];
		bb += (double)b[i] * (double)b[i];
	}
	return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* Remembered, or computed as long as that is allowed; *known says whether it is there. */
static enum ho_status vector_of(bool *known, struct ranking *r, struct ho_slice text, struct ho_error *err)
{
	text = ho_app__beginning(text, COMPARED);
	*known = ho_workspace_recall(r->other, r->ws, text);
	if (*known || r->encoded == ENCODED_MAX)
		return HO_OK;
	r->encoded++;
	*known = true;
	return ho_workspace_vector(r->other, r->ws, text, err);
}

/* One page of labelled texts; *before moves behind it. *n is how many there were. */
static enum ho_status rank_page(size_t *n, struct ranking *r, struct ho_id *before, struct ho_arena *arena,
                                struct ho_error *err)
{
	struct ho_item_filter filter = {.task = r->item->task, .by_person = true, .before = *before, .limit = PAGE};
	struct ho_item *found;
	*n = 0;
	enum ho_status status = r->reader->ops->item_list(&found, n, r->reader, &filter, arena, err);
	for (size_t i = 0; i < *n && status == HO_OK; i++) {
		bool known = false;
		*before = found[i].id;
		if (is_usable(&found[i], r->item))
			status = vector_of(&known, r, found[i].text, err);
		if (known && status == HO_OK)
			keep_best(r->best, r->n, &found[i], cosine(r->own, r->other, r->size));
	}
	return status;
}

static enum ho_status rank(struct ranking *r, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_arena page;
	struct ho_id before = {.text = ""};
	size_t n = 1;
	ho_arena_init(&page, SIZE_MAX);
	enum ho_status status = ho_workspace_vector(r->own, r->ws, ho_app__beginning(r->item->text, COMPARED), err);
	while (status == HO_OK && n && r->looked_at < LABELLED_MAX) {
		status = rank_page(&n, r, &before, &page, err);
		r->looked_at += n;
		ho_arena_reset(&page);
	}
	ho_arena_release(&page);
	size_t kept = 0;
	for (size_t i = 0; i < *r->n && status == HO_OK; i++) { /* their strings lay in the pages */
		struct app_similar *to = &r->best[kept];
		struct ho_id id = r->best[i].item.id;
		to->similarity = r->best[i].similarity;
		status = r->reader->ops->item_get(&to->item, r->reader, &id, arena, err);
		kept += status == HO_OK && to->item.label; /* else the answer was taken back meanwhile */
	}
	*r->n = kept;
	return status;
}

static enum ho_status by_vectors(struct app_similar best[APP_SIMILAR_MAX], size_t *n, struct ho_workspace *ws,
                                 size_t size, struct ho_store *reader, const struct ho_item *item,
                                 struct ho_arena *arena, struct ho_error *err)
{
	struct ranking r = {.ws = ws, .reader = reader, .item = item, .size = size, .best = best, .n = n};
	r.own = ho_arena_alloc(arena, size, sizeof *r.own);
	r.other = ho_arena_alloc(arena, size, sizeof *r.other);
	return r.own && r.other ? rank(&r, arena, err) : ho_fail_nomem(err);
}

enum ho_status ho_app__similar(struct app_similar best[APP_SIMILAR_MAX], size_t *n,
                               const struct ho_explanation *explanation, struct ho_workspace *ws,
                               struct ho_store *reader, const struct ho_item *item, struct ho_arena *arena,
                               struct ho_error *err)
{
	size_t size = ho_workspace_vector_size(ws);
	*n = 0;
	return size ? by_vectors(best, n, ws, size, reader, item, arena, err)
	            : by_words(best, n, explanation, reader, item, arena, err);
}
