/* Copies and near copies: how many, in which groups, and what they look like side by side. */
#include "explore/private.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "judge/binomial.h"

enum { SHOWN = 5, GROUPS = 8 };

/* A group of copies. */
struct group {
	uint32_t id, rows, first;
};

static int by_rows(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	if (x->rows != y->rows)
		return x->rows > y->rows ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static void show_group(struct explore *e, const struct group *g)
{
	char note[160];
	uint32_t rows[4];
	size_t n = 0, labels = 0;
	uint32_t last = HO_LABEL_NONE;
	const struct ho_table *t = e->table;
	for (size_t i = g->first; i < t->n; i++) {
		if (e->near.group[i] != g->id)
			continue;
		if (n < 4)
			rows[n++] = (uint32_t)i;
		if (t->label && t->label[i] != last && t->label[i] != HO_LABEL_NONE) {
			labels++;
			last = t->label[i];
		}
	}
	(void)snprintf(note, sizeof note, "%.20s: %.90s%s", ho_show_counted(g->rows, "time").text,
	               ho_explore__places(e, rows, n, g->rows).text, labels > 1 ? ", labels differ" : "");
	ho_explore__show_row(e, g->first, note);
}

/* The largest groups, each by its first text. */
static enum ho_status groups(struct explore *e, struct ho_error *err)
{
	const struct ho_near_result *r = &e->near;
	struct group *all = ho_calloc(r->n_groups + 1, sizeof *all);
	size_t n = 0;
	if (!all)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < r->n; i++) {
		struct group *g = &all[r->group[i]];
		if (g->rows++ == 0)
			*g = (struct group){r->group[i], 1, (uint32_t)i};
	}
	for (size_t i = 0; i < r->n_groups; i++)
		if (all[i].rows > 1)
			all[n++] = all[i];
	qsort(all, n, sizeof *all, by_rows);
	ho_findings_evidence(e->out, "%s in %s of copies; the largest has %s",
	                     ho_show_counted(r->n - r->n_groups + n, "row").text, ho_show_counted(n, "group").text,
	                     ho_show_counted(n ? all[0].rows : 0, "row").text);
	ho_exhibit_texts(e->out, "The largest groups of copies and near copies, each by its first text");
	for (size_t i = 0; i < n && i < GROUPS; i++)
		show_group(e, &all[i]);
	ho_free(all);
	return HO_OK;
}

static void near_pairs(struct explore *e)
{
	const struct ho_near_result *r = &e->near;
	size_t shown = 0;
	if (!r->n_near)
		return;
	ho_exhibit_texts(e->out, "Near copies side by side");
	for (size_t i = 0; i < r->n_pairs && shown < SHOWN; i++) {
		char note[128];
		const struct ho_near_pair *p = &r->pairs[i];
		if (p->exact)
			continue;
		(void)snprintf(note, sizeof note, "similarity %s to the next", ho_show_percent(p->jaccard).text);
		ho_explore__show_row(e, p->first, note);
		ho_explore__show_row(e, p->second, NULL);
		shown++;
	}
}

static void evidence(struct explore *e)
{
	const struct ho_near_result *r = &e->near;
	size_t shown = 0;
	for (size_t i = 0; i < r->n_pairs && shown < SHOWN; i++) {
		const struct ho_near_pair *p = &r->pairs[i];
		if (p->exact && r->n_near && shown == 3)
			continue; /* leave room for near ones */
		ho_findings_evidence(e->out, "rows %u and %u%s%s: \"%s\"", e->table->row[p->first],
		                     e->table->row[p->second], p->exact ? "" : ", similarity ",
		                     p->exact ? "" : ho_show_percent(p->jaccard).text,
		                     ho_explore__snippet(e->table->text[p->first]).text);
		shown++;
	}
}

static enum ho_status copies(struct explore *e, struct ho_error *err)
{
	const struct ho_near_result *r = &e->near;
	size_t n = r->n_exact + r->n_near;
	double share = (double)n / (double)r->n;
	struct ho_interval in = ho_binomial_interval(n, r->n, 0.95);
	ho_findings_add(e->out, "duplicates", share >= 0.01 ? HO_NOTICE : HO_INFO,
	                "%s an earlier text: %s exactly, %s nearly", ho_explore__count(n, r->n, "row", "repeat").text,
	                ho_show_count(r->n_exact).text, ho_show_count(r->n_near).text);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the rows that repeat an earlier one", HO_UNIT_SHARE);
	enum ho_status status = groups(e, err);
	evidence(e);
	near_pairs(e);
	ho_findings_advice(e->out,
	                   "`handoff split` keeps copies on one side, so that a test is not answered from memory");
	ho_explore__tell(e, share >= 0.01 ? 65 : 30, "%s an earlier text: %s exactly, %s nearly.",
	                 ho_explore__count(n, r->n, "row", "repeat").text, ho_show_count(r->n_exact).text,
	                 ho_show_count(r->n_near).text);
	return status;
}

enum ho_status ho_explore__duplicates(struct explore *e, struct ho_error *err)
{
	if (e->near.n_groups < e->near.n)
		return copies(e, err);
	ho_findings_add(e->out, "duplicates", HO_INFO, "no text is a copy or near copy of another");
	ho_findings_figure(e->out, 0);
	if (e->near.n > 1)
		ho_explore__tell(e, 20, "None of the %s texts is a copy or near copy of another.",
		                 ho_show_count(e->near.n).text);
	return HO_OK;
}
