#include "explore/association.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "judge/binomial.h"

/* A row, so that rows with one value stand together, and in them one label. */
struct cell {
	uint32_t value, label;
	uint32_t half;
};

static int by_cell(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	return (x->half > y->half) - (x->half < y->half);
}

struct sums {
	uint32_t *of_label[2]; /* [K] rows of each label in each half; owned */
	uint32_t K;
	uint32_t best[2]; /* most frequent label of each half */
	double phi2;
};

static enum ho_status sum_labels(struct sums *s, const struct cell *cells, size_t n, struct ho_error *err)
{
	for (size_t i = 0; i < n; i++)
		if (cells[i].label >= s->K)
			s->K = cells[i].label + 1;
	for (int h = 0; h < 2; h++) {
		s->of_label[h] = ho_calloc((size_t)s->K + 1, sizeof *s->of_label[h]);
		if (!s->of_label[h])
			return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		s->of_label[cells[i].half][cells[i].label]++;
	for (int h = 0; h < 2; h++)
		for (uint32_t l = 1; l < s->K; l++)
			if (s->of_label[h][l] > s->of_label[h][s->best[h]])
				s->best[h] = l;
	return HO_OK;
}

/* The rows of one value: what each half answers, and how often the other half agrees. */
static void one_value(struct explore_association *out, struct sums *s, const struct cell *cells, size_t n)
{
	uint32_t best[2] = {s->best[0], s->best[1]}, most[2] = {0, 0};
	for (size_t i = 0, end; i < n; i = end) {
		uint32_t here[2] = {0, 0}, l = cells[i].label;
		for (end = i; end < n && cells[end].label == l; end++)
			here[cells[end].half]++;
		double all = (double)s->of_label[0][l] + s->of_label[1][l], k = (double)(end - i);
		s->phi2 += k * k / ((double)n * all);
		for (int h = 0; h < 2; h++)
			if (here[h] > most[h]) {
				most[h] = here[h];
				best[h] = l;
			}
	}
	for (size_t i = 0; i < n; i++)
		out->right += cells[i].label == best[!cells[i].half];
	out->values++;
}

static void figures(struct explore_association *out, struct sums *s, double delta)
{
	double n = (double)out->n, r = (double)out->values, c = 0, base;
	for (uint32_t l = 0; l < s->K; l++)
		c += s->of_label[0][l] + s->of_label[1][l] > 0;
	out->base = s->of_label[0][s->best[1]] + s->of_label[1][s->best[0]];
	base = (double)out->base;
	if (n > base) {
		out->lift = ((double)out->right - base) / (n - base);
		out->lift_lower = (ho_binomial_lower(out->right, out->n, delta) * n - base) / (n - base);
	}
	double phi2 = s->phi2 - 1, df = (r - 1) * (c - 1);
	if (df < 1 || n < 2)
		return;
	double corrected = phi2 - df / (n - 1), rows = r - (r - 1) * (r - 1) / (n - 1),
	       columns = c - (c - 1) * (c - 1) / (n - 1);
	double least = fmin(rows, columns) - 1;
	out->v = corrected > 0 && least > 0 ? fmin(1, sqrt(corrected / least)) : 0;
	out->z = (cbrt(fmax(phi2, 0) * n / df) - (1 - 2 / (9 * df))) / sqrt(2 / (9 * df));
}

enum ho_status ho_explore__associate(struct explore_association *out, const uint32_t *value, const uint32_t *label,
                                     const uint8_t *half, size_t n, double delta, struct ho_error *err)
{
	struct sums s = {.K = 0};
	struct cell *cells = ho_alloc(n + 1, sizeof *cells);
	*out = (struct explore_association){.n = 0};
	if (!cells)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (value[i] != HO_VALUE_NONE && label[i] != HO_VALUE_NONE)
			cells[out->n++] = (struct cell){value[i], label[i], half[i]};
	enum ho_status status = sum_labels(&s, cells, out->n, err);
	if (status == HO_OK && out->n) {
		qsort(cells, out->n, sizeof *cells, by_cell);
		for (size_t i = 0, end; i < out->n; i = end) {
			for (end = i; end < out->n && cells[end].value == cells[i].value;)
				end++;
			one_value(out, &s, cells + i, end - i);
		}
		figures(out, &s, delta);
	}
	ho_free(s.of_label[0]);
	ho_free(s.of_label[1]);
	ho_free(cells);
	if (status)
		*out = (struct explore_association){.n = 0};
	return status;
}

static int upwards(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

uint32_t ho_explore__bins(uint32_t *value, double *edge, const double *number, size_t n, uint32_t bins)
{
	size_t known = 0;
	uint32_t used = 0;
	double *sorted = ho_alloc(n + 1, sizeof *sorted), *edges = ho_alloc((size_t)bins + 1, sizeof *edges);
	if (!sorted || !edges)
		goto done;
	for (size_t i = 0; i < n; i++)
		if (!isnan(number[i]))
			sorted[known++] = number[i];
	qsort(sorted, known, sizeof *sorted, upwards);
	for (uint32_t b = 0; b < bins && known; b++) {
		double least = sorted[known * b / bins];
		if (!used || least > edges[used - 1])
			edges[used++] = least;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t b = used;
		while (b > 1 && number[i] < edges[b - 1])
			b--;
		value[i] = isnan(number[i]) ? HO_VALUE_NONE : b - 1;
	}
	for (uint32_t b = 0; b < used && edge; b++)
		edge[b] = edges[b];
done:
	ho_free(sorted);
	ho_free(edges);
	return used;
}

/* Exact moments under shuffling, with p2 = P(two given neighbours agree), p3 = P(three in a row), p22 = P(two pairs
 * without a row in common). */
struct explore_order ho_explore__neighbours(const uint32_t *label, size_t n, uint32_t *counts, uint32_t K)
{
	struct explore_order out = {0, 0};
	double m = 0, same = 0, s2 = 0, s3 = 0, s4 = 0;
	uint32_t last = HO_VALUE_NONE;
	memset(counts, 0, (size_t)K * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		if (label[i] == HO_VALUE_NONE)
			continue;
		same += label[i] == last;
		last = label[i];
		counts[last]++;
		m++;
	}
	if (m < 4)
		return out;
	for (uint32_t l = 0; l < K; l++) {
		double c = counts[l], pairs = c * (c - 1);
		s2 += pairs;
		s3 += pairs * (c - 2);
		s4 += pairs * (c - 2) * (c - 3) - pairs * pairs;
	}
	double p2 = s2 / (m * (m - 1)), p3 = s3 / (m * (m - 1) * (m - 2));
	double p22 = (s4 + s2 * s2) / (m * (m - 1) * (m - 2) * (m - 3)), mean = (m - 1) * p2;
	double square = mean + 2 * (m - 2) * p3 + (m - 2) * (m - 3) * p22, variance = square - mean * mean;
	if (p2 >= 1 || variance <= 0)
		return out;
	out.agreement = (same / (m - 1) - p2) / (1 - p2);
	out.z = (same - mean) / sqrt(variance);
	return out;
}
