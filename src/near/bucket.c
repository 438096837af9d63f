/* One band: sorting its entries, and comparing texts that share a key. */
#include "near/search.h"

/* In a bucket of at most SMALL texts all pairs are compared. In a larger one (a template, a boilerplate) a text looks
 * at the signatures of the first of each of LEADERS groups and of the WINDOW texts before it, and is compared with the
 * BEST most alike: linear work, and pairs missed here meet in another band, whose key need not come from what all have
 * in common. */
enum { SMALL = 32, LEADERS = 64, WINDOW = 16, BEST = 4 };

enum { DIGIT = 11, DIGITS = 3, VALUES = 1 << DIGIT };

void ho_near__sort_entries(struct near_search *s)
{
	size_t n = s->distinct.n;
	for (unsigned digit = 0; digit < DIGITS; digit++) {
		size_t start[VALUES] = {0}, sum = 0;
		unsigned shift = 32 + digit * DIGIT;
		for (size_t i = 0; i < n; i++)
			start[s->entries[i] >> shift & (VALUES - 1)]++;
		for (size_t v = 0; v < VALUES; v++) {
			size_t count = start[v];
			start[v] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			s->spare[start[s->entries[i] >> shift & (VALUES - 1)]++] = s->entries[i];
		uint64_t *sorted = s->spare;
		s->spare = s->entries;
		s->entries = sorted;
	}
}

enum ho_status ho_near__compare(double *out, const struct near_search *s, unsigned worker, uint32_t a, uint32_t b,
                                struct ho_error *err)
{
	struct near_scratch *scratch = &s->scratch[worker];
	size_t bins = s->bands.bins;
	enum ho_status status = HO_OK;
	*out = 0;
	if (ho_near__equal(s->signatures + a * bins, s->signatures + b * bins, s->bands.bins) < s->bands.equal_min)
		return HO_OK;
	if (scratch->a_is != a + 1) {
		scratch->a_is = 0;
		status = ho_near__shingles(&scratch->a, scratch, s->texts[s->distinct.rows[a]], err);
		if (!status)
			scratch->a_is = a + 1;
	}
	if (!status)
		status = ho_near__shingles(&scratch->b, scratch, s->texts[s->distinct.rows[b]], err);
	return status ? status : ho_near__similarity(out, scratch, err);
}

/** A bucket at work: texts at positions start .. end-1 of the entries. */
struct bucket {
	struct near_search *search;
	size_t start, end, edges;
	unsigned worker;
};

static uint32_t text_at(const struct bucket *k, size_t at)
{
	return (uint32_t)k->search->entries[at];
}

static size_t find(const struct bucket *k, size_t at)
{
	uint32_t *local = k->search->local;
	while (local[at] != at)
		at = local[at] = local[local[at]];
	return at;
}

static void unite(const struct bucket *k, size_t a, size_t b)
{
	a = find(k, a), b = find(k, b);
	k->search->local[a < b ? b : a] = (uint32_t)(a < b ? a : b);
}

/** Compare the texts at `i` and `j` < i, unless they are together already; an edge for each join. */
static enum ho_status meet(struct bucket *k, size_t i, size_t j, struct ho_error *err)
{
	struct near_search *s = k->search;
	uint32_t a = text_at(k, j), b = text_at(k, i);
	double jaccard;
	if (find(k, i) == find(k, j))
		return HO_OK;
	if (s->groups.root[a] == s->groups.root[b]) {
		unite(k, i, j);
		return HO_OK;
	}
	enum ho_status status = ho_near__compare(&jaccard, s, k->worker, b, a, err);
	if (!status && jaccard >= s->threshold) {
		s->edges[k->start + k->edges++] = (struct near_edge){a, b, jaccard};
		unite(k, i, j);
	}
	return status;
}

static enum ho_status compare_small(struct bucket *k, struct ho_error *err)
{
	for (size_t i = k->start + 1; i < k->end; i++)
		for (size_t j = k->start; j < i; j++) {
			enum ho_status status = meet(k, i, j, err);
			if (status)
				return status;
		}
	return HO_OK;
}

/** The texts most like the one at hand, best first, earlier met first among equals. */
struct best {
	size_t at[BEST];
	unsigned equal[BEST], n;
};

static void look(struct best *best, const struct bucket *k, size_t i, size_t j)
{
	const struct near_search *s = k->search;
	size_t bins = s->bands.bins, a = text_at(k, i), b = text_at(k, j);
	unsigned equal = ho_near__equal(s->signatures + a * bins, s->signatures + b * bins, s->bands.bins);
	unsigned place = best->n < BEST ? best->n : BEST;
	if (equal < s->bands.equal_min)
		return;
	while (place > 0 && best->equal[place - 1] < equal)
		place--;
	if (place == BEST)
		return;
	best->n += best->n < BEST;
	for (unsigned p = best->n - 1; p > place; p--)
		best->at[p] = best->at[p - 1], best->equal[p] = best->equal[p - 1];
	best->at[place] = j;
	best->equal[place] = equal;
}

static enum ho_status compare_large(struct bucket *k, struct ho_error *err)
{
	size_t leaders[LEADERS], n_leaders = 0;
	for (size_t i = k->start; i < k->end; i++) {
		struct best best = {.n = 0};
		enum ho_status status = HO_OK;
		for (size_t l = 0; l < n_leaders; l++)
			look(&best, k, i, leaders[l]);
		for (size_t back = 1; back <= WINDOW && i >= k->start + back; back++)
			look(&best, k, i, i - back);
		for (unsigned b = 0; b < best.n && !status; b++)
			status = meet(k, i, best.at[b], err);
		if (!status && i % NEAR_CHUNK == 0)
			status = ho_progress_check(k->search->progress, err);
		if (status)
			return status;
		bool is_new = n_leaders < LEADERS;
		for (size_t l = 0; l < n_leaders && is_new; l++)
			is_new =
			    find(k, i) != find(k, leaders[l]) &&
			    k->search->groups.root[text_at(k, i)] != k->search->groups.root[text_at(k, leaders[l])];
		if (is_new)
			leaders[n_leaders++] = i;
	}
	return HO_OK;
}

static enum ho_status compare_bucket(struct bucket *k, struct ho_error *err)
{
	for (size_t at = k->start; at < k->end; at++) {
		k->search->local[at] = (uint32_t)at;
		k->search->edges[at].a = HO_NEAR_NONE;
	}
	return k->end - k->start <= SMALL ? compare_small(k, err) : compare_large(k, err);
}

enum ho_status ho_near__compare_chunk(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct near_search *s = context;
	size_t n = s->distinct.n, at = task * NEAR_CHUNK;
	size_t last = at + NEAR_CHUNK < n ? at + NEAR_CHUNK : n;
	/* A bucket belongs to the chunk it begins in. */
	while (at > 0 && at < last && s->entries[at] >> 32 == s->entries[at - 1] >> 32)
		at++;
	while (at < last) {
		size_t end = at + 1;
		while (end < n && s->entries[end] >> 32 == s->entries[at] >> 32)
			end++;
		struct bucket k = {s, at, end, 0, worker};
		enum ho_status status = compare_bucket(&k, err);
		if (status)
			return status;
		at = end;
	}
	return ho_progress_check(s->progress, err);
}
