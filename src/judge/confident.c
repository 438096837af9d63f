#include "judge/confident.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static const double slack = 1e-6; /* on thresholds: a mean may be a hair above all of what it is the mean of */

static uint32_t most_likely(const float *p, uint32_t K)
{
	uint32_t best = 0;
	for (uint32_t k = 1; k < K; k++)
		best = p[k] > p[best] ? k : best;
	return best;
}

/* Labels are few thousand at most, texts up to millions: one pass each. */
static void thresholds(struct ho_confident *c, const float *p, const uint32_t *given, size_t n)
{
	uint32_t K = c->K;
	for (size_t i = 0; i < n; i++) {
		c->count[given[i]]++;
		c->threshold[given[i]] += (double)p[i * K + given[i]];
	}
	for (uint32_t k = 0; k < K; k++)
		c->threshold[k] = c->count[k] ? c->threshold[k] / (double)c->count[k] : INFINITY;
}

/* The label a row confidently has; K: none. */
static uint32_t confident_label(const struct ho_confident *c, const float *p)
{
	uint32_t above = 0, only = c->K;
	for (uint32_t k = 0; k < c->K; k++)
		if ((double)p[k] >= c->threshold[k] - slack) {
			above++;
			only = k;
		}
	return above > 1 ? most_likely(p, c->K) : only;
}

struct remainder {
	double value;
	uint32_t k;
};

static int largest_first(const void *a, const void *b)
{
	const struct remainder *x = a, *y = b;
	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->k > y->k) - (x->k < y->k);
}

/* Round a row so that it sums to `total`: what rounding lost goes to the largest remainders, what it won is taken from
 * the smallest. */
static void round_row(uint64_t *out, const double *row, uint32_t K, uint64_t total, struct remainder *room)
{
	int64_t missing = (int64_t)total;
	for (uint32_t k = 0; k < K; k++) {
		double whole = nearbyint(row[k]);
		out[k] = (uint64_t)whole;
		missing -= (int64_t)whole;
		room[k] = (struct remainder){row[k] - whole, k};
	}
	qsort(room, K, sizeof *room, largest_first);
	for (uint32_t i = 0; missing > 0; i = (i + 1) % K, missing--)
		out[room[i].k]++;
	for (uint32_t i = K; missing < 0; i--) {
		uint64_t *cell = &out[room[i - 1].k];
		if (*cell) {
			--*cell;
			missing++;
		}
		i = i == 1 ? K + 1 : i;
	}
}

static void calibrate(struct ho_confident *c, double *raw, struct remainder *room)
{
	uint32_t K = c->K;
	for (uint32_t s = 0; s < K; s++) {
		double sum = 0, *row = raw + (size_t)s * K;
		row[s] = row[s] < 1 ? 1 : row[s];
		for (uint32_t j = 0; j < K; j++)
			sum += row[j];
		for (uint32_t j = 0; j < K; j++)
			row[j] *= (double)c->count[s] / sum;
		round_row(c->joint + (size_t)s * K, row, K, c->count[s], room);
		c->wrong += c->count[s] - c->joint[(size_t)s * K + s];
	}
}

enum ho_status ho_confident_joint(struct ho_confident *out, const float *p, const uint32_t *given, size_t n, uint32_t K,
                                  struct ho_error *err)
{
	*out = (struct ho_confident){.K = K};
	if (n == 0 || K < 2)
		return ho_fail(err, HO_EINVAL, "%zu rows of %u labels; at least one row and two labels are needed", n,
		               K);
	for (size_t i = 0; i < n; i++)
		if (given[i] >= K)
			return ho_fail(err, HO_EINVAL, "label %u of row %zu is not below %u", given[i], i, K);
	size_t cells = (size_t)K * K;
	double *raw = ho_calloc(cells, sizeof *raw);
	struct remainder *room = ho_alloc(K, sizeof *room);
	out->threshold = ho_calloc(K, sizeof *out->threshold);
	out->count = ho_calloc(K, sizeof *out->count);
	out->joint = ho_calloc(cells, sizeof *out->joint);
	bool ok = raw && room && out->threshold && out->count && out->joint;
	if (ok) {
		thresholds(out, p, given, n);
		for (size_t i = 0; i < n; i++) {
			uint32_t guess = confident_label(out, p + i * K);
			if (guess < K)
				raw[(size_t)given[i] * K + guess]++;
		}
		calibrate(out, raw, room);
	} else {
		ho_confident_release(out);
	}
	ho_free(raw);
	ho_free(room);
	return ok ? HO_OK : ho_fail_nomem(err);
}

void ho_confident_release(struct ho_confident *confident)
{
	ho_free(confident->threshold);
	ho_free(confident->count);
	ho_free(confident->joint);
	*confident = (struct ho_confident){.K = 0};
}

static int downwards(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

struct pruning {
	const struct ho_confident *c;
	const float *p;
	const uint32_t *rows; /* of the given label */
	size_t n;
	double *margin, *sorted; /* [n] */
};

/* Flag the rows of label s that are most like label j. */
static void prune_pair(uint8_t *flag, const struct pruning *u, uint32_t s, uint32_t j, uint64_t wanted)
{
	uint32_t K = u->c->K;
	for (size_t r = 0; r < u->n; r++) {
		const float *p = u->p + (size_t)u->rows[r] * K;
		u->sorted[r] = u->margin[r] = (double)p[j] - (double)p[s];
	}
	qsort(u->sorted, u->n, sizeof *u->sorted, downwards);
	double least = u->sorted[(wanted < u->n ? wanted : u->n) - 1];
	for (size_t r = 0; r < u->n; r++)
		flag[u->rows[r]] |= u->margin[r] >= least;
}

/* Rows listed by label: rows[start[s] .. start[s + 1]). */
static void by_label(uint32_t *rows, size_t *start, const struct ho_confident *c, const uint32_t *given, size_t n)
{
	start[0] = 0;
	for (uint32_t s = 0; s < c->K; s++)
		start[s + 1] = start[s] + c->count[s];
	for (size_t i = 0; i < n; i++)
		rows[start[given[i]]++] = (uint32_t)i;
	for (uint32_t s = c->K; s > 0; s--)
		start[s] = start[s - 1];
	start[0] = 0;
}

enum ho_status ho_confident_prune(uint8_t *flag, size_t *flagged, const struct ho_confident *confident, const float *p,
                                  const uint32_t *given, size_t n, struct ho_error *err)
{
	uint32_t K = confident->K;
	uint32_t *rows = ho_alloc(n, sizeof *rows);
	size_t *start = ho_alloc((size_t)K + 1, sizeof *start);
	struct pruning u = {
	    .c = confident, .p = p, .margin = ho_alloc(n, sizeof *u.margin), .sorted = ho_alloc(n, sizeof *u.sorted)};
	bool ok = rows && start && u.margin && u.sorted;
	memset(flag, 0, n);
	*flagged = 0;
	if (ok)
		by_label(rows, start, confident, given, n);
	for (uint32_t s = 0; s < K && ok; s++) {
		u.rows = rows + start[s];
		u.n = start[s + 1] - start[s];
		for (uint32_t j = 0; j < K && u.n > 1; j++)
			if (j != s && confident->joint[(size_t)s * K + j])
				prune_pair(flag, &u, s, j, confident->joint[(size_t)s * K + j]);
	}
	for (size_t i = 0; i < n && ok; i++) {
		flag[i] = flag[i] && most_likely(p + i * K, K) != given[i];
		*flagged += flag[i];
	}
	ho_free(rows);
	ho_free(start);
	ho_free(u.margin);
	ho_free(u.sorted);
	return ok ? HO_OK : ho_fail_nomem(err);
}

/* mistake[s * K + j]: chance that a text of label j is given s. */
static void mistakes(double *mistake, const struct ho_confident *c)
{
	uint32_t K = c->K;
	double n = 0;
	for (uint32_t s = 0; s < K; s++)
		n += (double)c->count[s];
	double share = (double)c->wrong / n;
	for (uint32_t j = 0; j < K; j++) {
		double sum = 0;
		for (uint32_t s = 0; s < K; s++)
			sum += (double)c->joint[(size_t)s * K + j];
		for (uint32_t s = 0; s < K; s++) {
			double equal = s == j ? 1 - share : share / (K - 1);
			double pair = sum > 0 ? (double)c->joint[(size_t)s * K + j] / sum : equal;
			mistake[(size_t)s * K + j] = HO_CONFIDENT_PAIRS * pair + (1 - HO_CONFIDENT_PAIRS) * equal;
		}
	}
}

enum ho_status ho_confident_doubt(double *doubt, uint32_t *suggested, const struct ho_confident *confident,
                                  const float *p, const uint32_t *given, size_t n, struct ho_error *err)
{
	uint32_t K = confident->K;
	double *mistake = ho_alloc((size_t)K * K, sizeof *mistake);
	if (!mistake)
		return ho_fail_nomem(err);
	mistakes(mistake, confident);
	for (size_t i = 0; i < n; i++) {
		const double *row = mistake + (size_t)given[i] * K;
		double others = 0, own = 0, most = -1;
		for (uint32_t j = 0; j < K; j++) {
			double q = (double)p[i * K + j] * row[j];
			if (j == given[i]) {
				own = q;
				continue;
			}
			others += q;
			if (q > most) {
				most = q;
				suggested[i] = j;
			}
		}
		doubt[i] = others + own > 0 ? others / (others + own) : 0;
	}
	ho_free(mistake);
	return HO_OK;
}
