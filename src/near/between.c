/* Duplicates of B in A: one search over both, then for each text of B the most similar text of A in its group. */
#include "near/search.h"

#include "base/alloc.h"
#include "base/pool.h"

/* Members of a group that are looked at by signature, and of those how many are compared exactly. */
enum { LOOK_MAX = 4096, COMPARE_MAX = 8, ROWS_PER_TASK = 64 };

struct matching {
	struct near_search *search;
	struct ho_near_match *out;
	const uint32_t *head; /* [D] of a root: first text of A in the group */
	const uint32_t *next; /* [D] next text of A in the same group, ascending */
	size_t na, nb;
};

struct candidate {
	uint32_t text;
	unsigned equal;
};

/** The COMPARE_MAX members of A most like `text` by signature, best first, earlier first among equals. */
static size_t choose(struct candidate *best, const struct matching *m, uint32_t text)
{
	const struct near_search *s = m->search;
	size_t n = 0, looked = 0, bins = s->bands.bins;
	for (uint32_t a = m->head[s->groups.root[text]]; a != HO_NEAR_NONE && looked < LOOK_MAX; a = m->next[a]) {
		unsigned equal = ho_near__equal(s->signatures + a * bins, s->signatures + text * bins, s->bands.bins);
		size_t at = n;
		while (at > 0 && best[at - 1].equal < equal)
			at--;
		if (n < COMPARE_MAX)
			n++;
		if (at < n) {
			memmove(best + at + 1, best + at, (n - 1 - at) * sizeof *best);
			best[at] = (struct candidate){a, equal};
		}
		looked++;
	}
	return n;
}

static enum ho_status match_near(struct ho_near_match *out, const struct matching *m, uint32_t text, unsigned worker,
                                 struct ho_error *err)
{
	const struct near_search *s = m->search;
	struct candidate best[COMPARE_MAX];
	size_t n = choose(best, m, text);
	for (size_t i = 0; i < n; i++) {
		double jaccard;
		enum ho_status status = ho_near__compare(&jaccard, s, worker, text, best[i].text, err);
		if (status)
			return status;
		uint32_t row = s->distinct.rows[best[i].text];
		if (jaccard >= s->threshold && (jaccard > out->jaccard || (jaccard == out->jaccard && row < out->row)))
			*out = (struct ho_near_match){row, false, jaccard};
	}
	return HO_OK;
}

static enum ho_status match_rows(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	const struct matching *m = context;
	const struct near_distinct *distinct = &m->search->distinct;
	size_t first = task * ROWS_PER_TASK, last = first + ROWS_PER_TASK;
	enum ho_status status = HO_OK;
	for (size_t i = first; i < last && i < m->nb && !status; i++) {
		uint32_t text = distinct->of[m->na + i];
		if (distinct->rows[text] < m->na)
			m->out[i] = (struct ho_near_match){distinct->rows[text], true, 1};
		else
			status = match_near(&m->out[i], m, text, worker, err);
	}
	return status ? status : ho_progress_check(m->search->progress, err);
}

/** Lists of the texts of A in each group; `lists` has room for 2 D. */
static void list_members(struct matching *m, uint32_t *lists)
{
	const struct near_search *s = m->search;
	size_t n = s->distinct.n;
	uint32_t *head = lists, *next = lists + n;
	for (size_t i = 0; i < n; i++)
		head[i] = HO_NEAR_NONE;
	for (size_t i = n; i-- > 0;)
		if (s->distinct.rows[i] < m->na) {
			next[i] = head[s->groups.root[i]];
			head[s->groups.root[i]] = (uint32_t)i;
		}
	m->head = head;
	m->next = next;
}

static void none(struct ho_near_match *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct ho_near_match){HO_NEAR_NONE, false, 0};
}

static enum ho_status match_all(struct ho_near_match *out, const struct ho_slice *texts, size_t na, size_t nb,
                                const struct ho_near_options *options, const struct ho_progress *progress,
                                struct ho_error *err)
{
	/* Groups only propose here, and every match is verified: no need to break chains. */
	struct near_search s = {.free_size = SIZE_MAX};
	struct matching m = {.search = &s, .out = out, .na = na, .nb = nb};
	uint32_t *lists = NULL;
	enum ho_status status = ho_near__search(&s, texts, na + nb, options, progress, err);
	if (!status && !(lists = ho_alloc(s.distinct.n, 2 * sizeof *lists)))
		status = ho_fail_nomem(err);
	if (!status) {
		list_members(&m, lists);
		status = ho_parallel(match_rows, &m, nb / ROWS_PER_TASK + 1, s.threads, err);
	}
	ho_free(lists);
	ho_near__search_release(&s);
	return status;
}

enum ho_status ho_near_between(struct ho_near_match *out, const struct ho_slice *a, size_t na, const struct ho_slice *b,
                               size_t nb, const struct ho_near_options *options, const struct ho_progress *progress,
                               struct ho_error *err)
{
	none(out, nb);
	if (na >= HO_NEAR_NONE || nb >= HO_NEAR_NONE - na)
		return ho_fail(err, HO_ELIMIT, "more than 2^32 - 2 texts cannot be compared; take a part");
	struct ho_slice *texts = ho_alloc(na + nb, sizeof *texts);
	if (!texts)
		return ho_fail_nomem(err);
	if (na)
		memcpy(texts, a, na * sizeof *a);
	if (nb)
		memcpy(texts + na, b, nb * sizeof *b);
	enum ho_status status = match_all(out, texts, na, nb, options, progress, err);
	if (status)
		none(out, nb);
	ho_free(texts);
	return status;
}
