/* The most and the least typical texts of each label: nearest to and farthest from the mean of the label's texts. */
#include <math.h>

#include "base/alloc.h"
#include "explore/view.h"

enum { LABELS_MAX = 12, SHOWN = 2, LEAST_ROWS = 10, LINES = 4 };

struct scored {
	uint32_t row; /* of the view */
	double score;
};

struct typical {
	struct scored most[SHOWN], least[SHOWN];
	size_t n; /* of each */
};

static void keep(struct scored *best, size_t n, struct scored one, int sign)
{
	size_t at = n;
	while (at > 0 && sign * (one.score - best[at - 1].score) > 0) {
		if (at < SHOWN)
			best[at] = best[at - 1];
		at--;
	}
	if (at < SHOWN)
		best[at] = one;
}

static double dot(const struct explore_view *v, const double *sum, uint32_t row)
{
	double out = 0;
	for (uint64_t a = v->design->offsets[row]; a < v->design->offsets[row + 1]; a++)
		out += sum[v->design->ids[a]] * (double)v->weight[v->design->ids[a]];
	return v->length[row] > 0 ? out / (double)v->length[row] : 0;
}

/* Cosine with the sum of the other texts' unit vectors: the text itself must not make itself typical. */
static void score(struct typical *out, const struct explore_view *v, double *sum, const uint32_t *rows, size_t n)
{
	double square = 0;
	size_t used = 0;
	for (size_t i = 0; i < n; i++)
		for (uint64_t a = v->design->offsets[rows[i]];
		     a < v->design->offsets[rows[i] + 1] && v->length[rows[i]] > 0; a++)
			sum[v->design->ids[a]] += (double)(v->weight[v->design->ids[a]] / v->length[rows[i]]);
	for (size_t j = 0; j < v->design->D; j++)
		square += sum[j] * sum[j];
	for (size_t i = 0; i < n; i++) {
		double with = dot(v, sum, rows[i]), rest = sqrt(fmax(square - 2 * with + 1, 0));
		if (!(v->length[rows[i]] > 0) || rest < 1e-9)
			continue;
		struct scored one = {rows[i], (with - 1) / rest};
		keep(out->most, used < SHOWN ? used : SHOWN, one, 1);
		keep(out->least, used < SHOWN ? used : SHOWN, one, -1);
		used++;
	}
	out->n = used < SHOWN ? used : SHOWN;
	memset(sum, 0, v->design->D * sizeof *sum);
}

static void show(struct explore *e, const struct typical *t, bool most, const uint32_t *shown, size_t n)
{
	ho_exhibit_texts(e->out,
	                 most ? "the most typical texts: nearest to the mean of their label's words"
	                      : "the least typical texts: they share fewest telling words with their label's texts");
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < t[i].n; j++) {
			char note[256];
			const struct scored *s = most ? &t[i].most[j] : &t[i].least[j];
			(void)snprintf(note, sizeof note, "likeness %.2f to the other texts of '%s'", s->score,
			               ho_explore__label(e, shown[i]).text);
			ho_explore__show_row(e, e->view->row[s->row], note);
		}
}

static void tell(struct explore *e, const struct typical *t, const uint32_t *shown, size_t n)
{
	ho_findings_add(e->out, "typical-texts", HO_INFO, "the most and the least typical texts of each label");
	for (size_t i = 0; i < n && i < LINES; i++) {
		const struct explore_view *v = e->view;
		ho_findings_evidence(e->out, "%s, typical: row %u: \"%s\"", ho_explore__label(e, shown[i]).text,
		                     e->table->row[v->row[t[i].most[0].row]],
		                     ho_explore__snippet(e->table->text[v->row[t[i].most[0].row]]).text);
		ho_findings_evidence(e->out, "%s, untypical: row %u: \"%s\"", ho_explore__label(e, shown[i]).text,
		                     e->table->row[v->row[t[i].least[0].row]],
		                     ho_explore__snippet(e->table->text[v->row[t[i].least[0].row]]).text);
	}
	if (n > LINES)
		ho_findings_evidence(e->out, "... and those of %zu more labels", n - LINES);
	ho_findings_advice(
	    e->out,
	    "the typical ones serve as examples for people who label; ask of the others whether they belong here");
	show(e, t, true, shown, n);
	show(e, t, false, shown, n);
}

enum ho_status ho_explore__typical(struct explore *e, struct ho_error *err)
{
	struct typical typical[LABELS_MAX] = {{.n = 0}};
	uint32_t shown[LABELS_MAX];
	size_t n = 0;
	if (!e->table->label || !e->table->label_count)
		return HO_OK;
	enum ho_status status = ho_explore__view(e, err);
	double *sum = status == HO_OK ? ho_calloc(e->view->design->D + 1, sizeof *sum) : NULL;
	if (status == HO_OK && !sum)
		status = ho_fail_nomem(err);
	for (uint32_t i = 0; i < e->table->label_count && n < LABELS_MAX && status == HO_OK; i++) {
		const uint32_t *start = e->view->start + e->by_size[i];
		if (start[1] - start[0] < LEAST_ROWS)
			break; /* the others have fewer */
		score(&typical[n], e->view, sum, e->view->listed + start[0], start[1] - start[0]);
		if (typical[n].n)
			shown[n++] = e->by_size[i];
	}
	if (n)
		tell(e, typical, shown, n);
	ho_free(sum);
	return status;
}
