#include "explore/view.h"

#include <math.h>

#include "base/alloc.h"
#include "train/names.h"
#include "train/search.h"

/* What is looked at at most: 60,000 texts, 12 million words. */
enum { ROWS_MAX = 60000 };
#define WORDS_MAX ((size_t)12000000)

void ho_explore__view_free(struct explore_view *view)
{
	if (!view)
		return;
	ho_lesson_release(&view->lesson);
	ho_corpus_release(&view->corpus);
	ho_arena_release(&view->arena);
	ho_free(view->row);
	ho_free(view->label);
	ho_free(view->start);
	ho_free(view->listed);
	ho_free(view->name);
	ho_free(view->words);
	ho_free(view->weight);
	ho_free(view->length);
	ho_free(view->total);
	ho_free(view);
}

/* One row of each group: with a label, if any row of the group has one. */
static enum ho_status list_units(struct explore_view *v, const struct explore *e, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	uint32_t none = t->label_count;
	uint32_t *place = ho_alloc(e->near.n_groups, sizeof *place);
	v->row = ho_alloc(t->n, sizeof *v->row);
	v->label = ho_alloc(t->n, sizeof *v->label);
	if (!place || !v->row || !v->label) {
		ho_free(place);
		return ho_fail_nomem(err);
	}
	memset(place, 0xff, e->near.n_groups * sizeof *place);
	for (size_t i = 0; i < t->n; i++) {
		uint32_t label = t->label && t->label[i] != HO_LABEL_NONE ? t->label[i] : none,
		         group = e->near.group[i];
		if (place[group] == UINT32_MAX)
			place[group] = (uint32_t)v->n++;
		else if (v->label[place[group]] != none || label == none)
			continue;
		v->row[place[group]] = (uint32_t)i;
		v->label[place[group]] = label;
	}
	v->of = v->n;
	ho_free(place);
	return HO_OK;
}

/* A prefix of the nested order, up to the limits. */
static enum ho_status sample(struct explore_view *v, const struct explore *e, struct ho_error *err)
{
	uint32_t *order = ho_alloc(v->n, sizeof *order), *row = v->row, *label = v->label;
	v->row = ho_alloc(v->n, sizeof *v->row);
	v->label = ho_alloc(v->n, sizeof *v->label);
	enum ho_status status = order && v->row && v->label ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_nested_order(order, label, v->n, e->table->label_count + 1, e->options.seed, err);
	size_t kept = 0, words = 0;
	for (size_t i = 0; i < v->n && i < ROWS_MAX && words <= WORDS_MAX && status == HO_OK; i++, kept++) {
		v->row[i] = row[order[i]];
		v->label[i] = label[order[i]];
		words += e->texts[v->row[i]].words;
	}
	v->n = kept;
	ho_free(order);
	ho_free(row);
	ho_free(label);
	return status;
}

static enum ho_status list_by_label(struct explore_view *v, uint32_t labels, struct ho_error *err)
{
	v->start = ho_calloc((size_t)labels + 3, sizeof *v->start);
	v->listed = ho_alloc(v->n, sizeof *v->listed);
	if (!v->start || !v->listed)
		return ho_fail_nomem(err);
	uint32_t *next = v->start + 1; /* moves up while filling, and then is what it should be */
	for (size_t i = 0; i < v->n; i++)
		next[v->label[i] + 1]++;
	for (uint32_t l = 0; l <= labels; l++)
		next[l + 1] += next[l];
	for (size_t i = 0; i < v->n; i++)
		v->listed[next[v->label[i]]++] = (uint32_t)i;
	v->labelled = v->start[labels];
	return HO_OK;
}

static enum ho_status build(struct explore_view *v, struct explore *e, struct ho_error *err)
{
	struct ho_slice *texts = ho_alloc(v->n, sizeof *texts);
	uint32_t *identity = ho_arena_alloc(&v->arena, v->n, sizeof *identity);
	if (!texts || !identity) {
		ho_free(texts);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < v->n; i++) {
		texts[i] = e->table->text[v->row[i]];
		identity[i] = (uint32_t)i;
	}
	enum ho_status status = ho_corpus_build(&v->corpus, texts, v->n, e->options.threads, e->progress, err);
	ho_free(texts);
	v->lesson = (struct ho_lesson){.corpus = &v->corpus,
	                               .rows = identity,
	                               .n = v->n,
	                               .n_learn = v->n,
	                               .labels = v->label,
	                               .K = 2, /* decides nothing here but how many features are kept */
	                               .threads = e->options.threads,
	                               .progress = e->progress};
	if (status == HO_OK)
		status = ho_lesson_need(&v->lesson, HO_VIEW_WORD2, err);
	v->design = &v->lesson.designs[HO_VIEW_WORD2];
	return status;
}

static bool is_word(struct ho_slice s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/* Words, phrases of two words, and the few marks that people type on purpose; the rest has no name. */
static uint8_t words_in(struct ho_slice name)
{
	const char *blank = name.len ? memchr(name.ptr, ' ', name.len) : NULL;
	if (!name.len)
		return 0;
	if (!blank)
		return is_word(name) || (name.len == 1 && strchr("!?$%@#", name.ptr[0]));
	size_t first = (size_t)(blank - name.ptr);
	return is_word(name) && is_word(ho_slice(blank + 1, name.len - first - 1)) ? 2 : 0;
}

static enum ho_status name_all(struct explore_view *v, struct ho_error *err)
{
	size_t D = v->design->D;
	v->name = ho_calloc(D + 1, sizeof *v->name);
	v->words = ho_calloc(D + 1, 1);
	v->weight = ho_calloc(D + 1, sizeof *v->weight);
	v->length = ho_calloc(v->n + 1, sizeof *v->length);
	v->total = ho_calloc(D + 1, sizeof *v->total);
	if (!v->name || !v->words || !v->weight || !v->length || !v->total)
		return ho_fail_nomem(err);
	memset(v->words, 1, D);
	enum ho_status status = ho_name_features(v->name, &v->arena, &v->lesson, HO_VIEW_WORD2, v->words, err);
	for (size_t j = 0; j < D && status == HO_OK; j++) {
		v->words[j] = words_in(v->name[j]);
		if (v->words[j] == 1 && v->design->df[j] * 3 <= v->n)
			v->weight[j] = (float)log((1 + (double)v->n) / v->design->df[j]);
	}
	if (status == HO_OK)
		v->uses = ho_explore__count_features(v->total, v, v->listed, v->labelled);
	for (size_t i = 0; i < v->n && status == HO_OK; i++) {
		double square = 0;
		for (uint64_t a = v->design->offsets[i]; a < v->design->offsets[i + 1]; a++)
			square += (double)v->weight[v->design->ids[a]] * (double)v->weight[v->design->ids[a]];
		v->length[i] = (float)sqrt(square);
	}
	return status;
}

enum ho_status ho_explore__view(struct explore *e, struct ho_error *err)
{
	if (e->view)
		return HO_OK;
	struct explore_view *v = ho_calloc(1, sizeof *v);
	if (!v)
		return ho_fail_nomem(err);
	ho_arena_init(&v->arena, SIZE_MAX);
	enum ho_status status = list_units(v, e, err);
	if (status == HO_OK)
		status = sample(v, e, err);
	if (status == HO_OK)
		status = list_by_label(v, e->table->label_count, err);
	if (status == HO_OK)
		status = build(v, e, err);
	if (status == HO_OK)
		status = name_all(v, err);
	if (status)
		ho_explore__view_free(v);
	else
		e->view = v;
	return status;
}

struct ho_shown ho_explore__feature(const struct explore_view *view, uint32_t id)
{
	struct ho_shown out = ho_show_short(view->name[id]);
	/* A long number stands for all numbers of its length, as zeros. */
	for (char *c = out.text; *c; c++) {
		size_t zeros = strspn(c, "0");
		if (zeros >= HO_LONG_NUMBER && (c == out.text || c[-1] == ' ') && (!c[zeros] || c[zeros] == ' '))
			memset(c, '#', zeros);
		c += zeros ? zeros - 1 : 0;
	}
	return out;
}
