#include "near/search.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"

enum { TEXTS_PER_TASK = 64, KEYS_PER_TASK = 4096, THREADS_MAX = 256 };

static enum ho_status take_options(struct near_search *s, const struct ho_near_options *given, size_t n,
                                   struct ho_error *err)
{
	struct ho_near_options options = given ? *given : (struct ho_near_options){0};
	s->threshold = options.jaccard == 0 ? 0.8 : options.jaccard;
	if (!(s->threshold >= 0.3 && s->threshold <= 1))
		return ho_fail(err, HO_EINVAL, "similarity of near duplicates must be between 0.3 and 1");
	if (n >= HO_NEAR_NONE)
		return ho_fail(err, HO_ELIMIT,
		               "more than 2^32 - 2 texts cannot be searched for duplicates; take a part");
	s->bands = ho_near__bands(s->threshold);
	s->seed = options.seed;
	s->threads = options.threads ? options.threads : ho_cores();
	if (s->threads > THREADS_MAX)
		s->threads = THREADS_MAX;
	if (!s->free_size)
		s->free_size = HO_NEAR_FREE;
	s->pairs_max = options.pairs_max ? options.pairs_max : HO_NEAR_PAIRS;
	return HO_OK;
}

static enum ho_status allocate(struct near_search *s, struct ho_error *err)
{
	size_t n = s->distinct.n;
	enum ho_status status = ho_near__groups_init(&s->groups, n, err);
	if (status)
		return status;
	s->signatures = ho_alloc(n, s->bands.bins);
	s->entries = ho_alloc(n, sizeof *s->entries);
	s->spare = ho_alloc(n, sizeof *s->spare);
	s->local = ho_alloc(n, sizeof *s->local);
	s->edges = ho_alloc(n, sizeof *s->edges);
	s->scratch = ho_calloc(s->threads, sizeof *s->scratch);
	if (!s->signatures || !s->entries || !s->spare || !s->local || !s->edges || !s->scratch)
		return ho_fail_nomem(err);
	return HO_OK;
}

void ho_near__search_release(struct near_search *s)
{
	for (unsigned i = 0; s->scratch && i < s->threads; i++)
		ho_near__scratch_release(&s->scratch[i]);
	ho_free(s->scratch);
	ho_free(s->signatures);
	ho_free(s->entries);
	ho_free(s->spare);
	ho_free(s->local);
	ho_free(s->edges);
	ho_free(s->pairs);
	ho_near__groups_release(&s->groups);
	ho_near__distinct_release(&s->distinct);
	*s = (struct near_search){0};
}

static enum ho_status sketch_texts(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct near_search *s = context;
	struct near_scratch *scratch = &s->scratch[worker];
	size_t first = task * TEXTS_PER_TASK, last = first + TEXTS_PER_TASK;
	for (size_t i = first; i < last && i < s->distinct.n; i++) {
		const struct near_shingles *set = &scratch->a;
		enum ho_status status = ho_near__shingles(&scratch->a, scratch, s->texts[s->distinct.rows[i]], err);
		if (status)
			return status;
		/* A text without words is like no other: as if it held one word of its own. */
		uint64_t alone = ho_mix64(i + 1);
		ho_near__sketch(s->signatures + i * s->bands.bins, &s->bands, set->n ? set->hashes : &alone,
		                set->n ? set->n : 1, s->seed);
	}
	return ho_progress_check(s->progress, err);
}

struct keying {
	struct near_search *search;
	unsigned band;
};

static enum ho_status fill_keys(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	const struct keying *k = context;
	struct near_search *s = k->search;
	size_t first = task * KEYS_PER_TASK, last = first + KEYS_PER_TASK;
	(void)worker;
	(void)err;
	for (size_t i = first; i < last && i < s->distinct.n; i++) {
		uint64_t key = ho_near__band_key(s->signatures + i * s->bands.bins, &s->bands, k->band);
		s->entries[i] = key << 32 | i;
	}
	return HO_OK;
}

/** May the groups of this edge be one? Only large ones are asked; the answer is that of their representatives. */
static enum ho_status may_join(bool *out, struct near_search *s, uint32_t a, uint32_t b, struct ho_error *err)
{
	struct near_groups *g = &s->groups;
	double jaccard;
	*out = true;
	if ((size_t)g->size[a] + g->size[b] <= s->free_size)
		return HO_OK;
	enum ho_status status = ho_near__compare(&jaccard, s, 0, g->representative[a], g->representative[b], err);
	*out = jaccard >= 2 * s->threshold - 1;
	return status;
}

static enum ho_status keep_pair(struct near_search *s, const struct near_edge *edge, struct ho_error *err)
{
	if (s->n_pairs == s->pairs_max)
		return HO_OK;
	if (ho_grow(&s->pairs, &s->pairs_cap, s->n_pairs + 1, sizeof *s->pairs))
		return ho_fail_nomem(err);
	s->pairs[s->n_pairs++] =
	    (struct ho_near_pair){s->distinct.rows[edge->a], s->distinct.rows[edge->b], edge->jaccard, false};
	return HO_OK;
}

static enum ho_status join(struct near_search *s, const struct near_edge *edge, struct ho_error *err)
{
	uint32_t a = ho_near__groups_find(&s->groups, edge->a), b = ho_near__groups_find(&s->groups, edge->b);
	bool may;
	if (a == b)
		return HO_OK;
	enum ho_status status = may_join(&may, s, a, b, err);
	if (status)
		return status;
	if (!may) {
		s->groups.refused[edge->b] = edge->a;
		return HO_OK;
	}
	ho_near__groups_unite(&s->groups, a, b);
	return keep_pair(s, edge, err);
}

static size_t tasks(size_t n, size_t per_task)
{
	return n / per_task + (n % per_task != 0);
}

static enum ho_status search_band(struct near_search *s, unsigned band, struct ho_error *err)
{
	struct keying keying = {s, band};
	size_t n = s->distinct.n;
	enum ho_status status = ho_parallel(fill_keys, &keying, tasks(n, KEYS_PER_TASK), s->threads, err);
	if (status)
		return status;
	ho_near__sort_entries(s);
	status = ho_parallel(ho_near__compare_chunk, s, tasks(n, NEAR_CHUNK), s->threads, err);
	for (size_t i = 0; i < n && !status; i++)
		if (s->edges[i].a != HO_NEAR_NONE)
			status = join(s, &s->edges[i], err);
	ho_near__groups_flatten(&s->groups);
	return status;
}

enum ho_status ho_near__search(struct near_search *s, const struct ho_slice *texts, size_t n,
                               const struct ho_near_options *options, const struct ho_progress *progress,
                               struct ho_error *err)
{
	enum ho_status status = take_options(s, options, n, err);
	s->texts = texts;
	s->progress = progress;
	ho_progress_step(progress, "duplicates", 0);
	if (!status)
		status = ho_near__distinct(&s->distinct, texts, n, s->threads, progress, err);
	if (!status)
		status = allocate(s, err);
	if (!status)
		status = ho_parallel(sketch_texts, s, tasks(s->distinct.n, TEXTS_PER_TASK), s->threads, err);
	for (unsigned band = 0; band < s->bands.bands && !status; band++) {
		ho_progress_step(progress, "duplicates", (band + 1.0) / (s->bands.bands + 1.0));
		status = search_band(s, band, err);
	}
	return status;
}
