#include "explore/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Words of doubtful texts times labels that are counted: 64 MB. The words of further texts are not looked at. */
#define CELLS_MAX ((size_t)16000000)
#define REASONS_MAX ((size_t)64 << 20)
enum { NAMED = 3, LEAST_TEXTS = 3 };
static const double least_z = 2.5, least_times = 0.7; /* twice as frequent */

struct member {
	uint32_t group, row;
};

struct reasons {
	const struct explore *e;
	size_t n;        /* doubtful rows */
	uint32_t *index; /* [table labels] label of the first model, or K */
	uint32_t *slot;  /* [words] row of `texts`, or UINT32_MAX */
	uint32_t *texts; /* [slots][K] texts of each label that have the word */
	size_t slots;
	uint32_t *labelled;     /* [K] texts of each label whose words were counted */
	uint32_t *source;       /* [groups] row whose words stand for the group */
	struct member *members; /* [table n] by group, then row */
};

static void release(struct reasons *r)
{
	ho_free(r->index);
	ho_free(r->slot);
	ho_free(r->texts);
	ho_free(r->labelled);
	ho_free(r->source);
	ho_free(r->members);
}

static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool has_words(const struct explore *e, size_t row)
{
	return e->words.begin[row + 1] > e->words.begin[row];
}

/* Row of the table whose words are those of doubtful row i, or one nearly the same. */
static uint32_t words_of(const struct reasons *r, size_t i)
{
	return r->source[r->e->near.group[r->e->first.f.row[r->e->first.look[i]]]];
}

static bool make_room(struct reasons *r)
{
	const struct explore *e = r->e;
	size_t n = e->table->n, K = e->first.f.K, labels = e->table->label_count;
	r->index = ho_alloc(labels, sizeof *r->index);
	r->slot = ho_alloc((size_t)e->words.map.n + 1, sizeof *r->slot);
	r->labelled = ho_calloc(K, sizeof *r->labelled);
	r->source = ho_alloc(e->near.n_groups, sizeof *r->source);
	r->members = ho_alloc(n, sizeof *r->members);
	if (!r->index || !r->slot || !r->labelled || !r->source || !r->members)
		return false;
	for (size_t l = 0; l < labels; l++)
		r->index[l] = (uint32_t)K;
	for (uint32_t k = 0; k < K; k++)
		r->index[e->first.f.label_map[k]] = k;
	memset(r->slot, 0xff, ((size_t)e->words.map.n + 1) * sizeof *r->slot);
	for (size_t i = n; i-- > 0;)
		r->members[i] = (struct member){e->near.group[i], (uint32_t)i};
	for (size_t g = 0; g < e->near.n_groups; g++)
		r->source[g] = UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		if (r->source[e->near.group[i]] == UINT32_MAX ||
		    (!has_words(e, r->source[e->near.group[i]]) && has_words(e, i)))
			r->source[e->near.group[i]] = (uint32_t)i;
	qsort(r->members, n, sizeof *r->members, by_group);
	return true;
}

/* Give the words of the doubtful texts a place, as long as there is room. */
static bool place_words(struct reasons *r)
{
	const struct explore_words *w = &r->e->words;
	size_t K = r->e->first.f.K, most = CELLS_MAX / K;
	for (size_t i = 0; i < r->n; i++) {
		uint32_t row = words_of(r, i);
		for (size_t a = w->begin[row]; a < w->begin[row + 1] && r->slots < most; a++)
			if (r->slot[w->of[a]] == UINT32_MAX)
				r->slot[w->of[a]] = (uint32_t)r->slots++;
	}
	r->texts = ho_calloc(r->slots * K + 1, sizeof *r->texts);
	return r->texts != NULL;
}

static void count(struct reasons *r)
{
	const struct explore_words *w = &r->e->words;
	const struct ho_table *t = r->e->table;
	size_t K = r->e->first.f.K;
	for (size_t i = 0; i < t->n; i++) {
		if (t->label[i] == HO_LABEL_NONE || !has_words(r->e, i) || r->index[t->label[i]] == K)
			continue;
		uint32_t k = r->index[t->label[i]];
		r->labelled[k]++;
		for (size_t a = w->begin[i]; a < w->begin[i + 1]; a++)
			if (r->slot[w->of[a]] != UINT32_MAX)
				r->texts[r->slot[w->of[a]] * K + k]++;
	}
}

struct named {
	uint32_t word;
	double weight;
};

/* The words of row `row` that speak most for label b against label a. */
static size_t speaking(struct named *best, const struct reasons *r, uint32_t row, uint32_t a, uint32_t b, bool own)
{
	const struct explore_words *w = &r->e->words;
	size_t K = r->e->first.f.K, n = 0;
	for (size_t i = w->begin[row]; i < w->begin[row + 1]; i++) {
		uint32_t slot = r->slot[w->of[i]];
		if (slot == UINT32_MAX || r->texts[slot * K + b] < LEAST_TEXTS)
			continue;
		double in_b = r->texts[slot * K + b] + 0.5, in_a = r->texts[slot * K + a] - (double)own + 0.5;
		in_a = in_a < 0.5 ? 0.5 : in_a;
		double weight = log(in_b / (r->labelled[b] + 1.0)) - log(in_a / (r->labelled[a] + 1.0));
		if (weight < least_times || weight < least_z * sqrt(1 / in_a + 1 / in_b))
			continue;
		if (n == NAMED && best[n - 1].weight >= weight)
			continue;
		size_t j = n < NAMED ? n++ : NAMED - 1;
		for (; j > 0 && best[j - 1].weight < weight; j--)
			best[j] = best[j - 1];
		best[j] = (struct named){w->of[i], weight};
	}
	return n;
}

/* A copy of `row` with this label of the table; UINT32_MAX: none. */
static uint32_t copy_with(const struct reasons *r, uint32_t row, uint32_t label)
{
	const struct ho_table *t = r->e->table;
	uint32_t group = r->e->near.group[row];
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->members[mid].group < group)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < t->n && r->members[lo].group == group; lo++)
		if (r->members[lo].row != row && t->label[r->members[lo].row] == label)
			return r->members[lo].row;
	return UINT32_MAX;
}

static enum ho_status say(struct ho_buf *out, const struct reasons *r, size_t i, struct ho_error *err)
{
	const struct explore *e = r->e;
	const struct ho_out_of_fold *f = &e->first.f;
	uint32_t at = e->first.look[i], row = f->row[at], a = f->label[at], b = e->first.suggested[at];
	const float *p = f->probability + (size_t)at * f->K;
	struct named best[NAMED];
	struct ho_shown other = ho_explore__first_label(e, b);
	out->len = 0;
	enum ho_status status = ho_buf_printf(out, err, "more like '%s' (%s) than '%s' (%s)", other.text,
	                                      ho_show_percent((double)p[b]).text, ho_explore__first_label(e, a).text,
	                                      ho_show_percent((double)p[a]).text);
	size_t n = speaking(best, r, words_of(r, i), a, b, words_of(r, i) == row);
	for (size_t w = 0; w < n && status == HO_OK; w++)
		status = ho_buf_printf(out, err, "%s'%s'",
		                       w == 0       ? "; for it speak "
		                       : w + 1 == n ? " and "
		                                    : ", ",
		                       ho_explore__word(e, best[w].word).text);
	uint32_t copy = copy_with(r, row, f->label_map[b]);
	if (copy != UINT32_MAX && status == HO_OK)
		status = ho_buf_printf(out, err, "; a copy of it (row %u) is labelled '%s'", e->table->row[copy],
		                       other.text);
	return status;
}

static enum ho_status keep(struct ho_label_errors *out, const struct explore *e, size_t i, const struct ho_buf *words,
                           struct ho_error *err)
{
	const struct ho_out_of_fold *f = &e->first.f;
	uint32_t at = e->first.look[i];
	char *reason = ho_arena_alloc(&out->arena, words->len + 1, 1);
	if (!reason)
		return ho_fail_nomem(err);
	memcpy(reason, words->data, words->len + 1);
	out->items[out->n++] = (struct ho_label_error){
	    .row = f->row[at],
	    .label = f->label_map[f->label[at]],
	    .suggested = f->label_map[e->first.suggested[at]],
	    .confidence = (double)f->probability[(size_t)at * f->K + e->first.suggested[at]],
	    .doubt = e->first.doubt[at],
	    .reason = reason,
	};
	return HO_OK;
}

enum ho_status ho_explore__reasons(struct ho_label_errors *out, const struct explore *e, size_t max,
                                   struct ho_error *err)
{
	struct reasons r = {.e = e, .n = e->first.n_look < max ? e->first.n_look : max};
	struct ho_buf words;
	*out = (struct ho_label_errors){.n = 0};
	ho_arena_init(&out->arena, REASONS_MAX);
	ho_buf_init(&words, 4096);
	out->items = ho_alloc(r.n, sizeof *out->items);
	enum ho_status status = out->items && make_room(&r) && place_words(&r) ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		count(&r);
	for (size_t i = 0; i < r.n && status == HO_OK; i++) {
		status = say(&words, &r, i, err);
		if (status == HO_OK)
			status = keep(out, e, i, &words, err);
	}
	ho_buf_release(&words);
	release(&r);
	if (status)
		ho_label_errors_release(out);
	return status;
}
