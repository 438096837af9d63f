/* How many labels are wrong, told by the texts that a model is surest of. */
#include <stdlib.h>

#include "base/alloc.h"
#include "judge/confident.h"

/* A tenth of each label's predictions; at least ten of them, but then no more than a third: of a label with a dozen
 * predictions ten are not the surest, they are nearly all. */
enum { LEAST = 10, SHARE = 10, OF_FEW = 3 };
/* Below an even chance nobody is sure of anything, and a label that differs says nothing of the label. */
static const float sure_from = 0.5F;

struct sure {
	uint32_t predicted;
	float confidence;
	uint32_t row;
};

static int by_prediction(const void *a, const void *b)
{
	const struct sure *x = a, *y = b;
	if (x->predicted != y->predicted)
		return x->predicted < y->predicted ? -1 : 1;
	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t wanted_of(size_t predictions)
{
	size_t few = (predictions + OF_FEW - 1) / OF_FEW, least = few < LEAST ? few : LEAST;
	return predictions / SHARE < least ? least : predictions / SHARE;
}

static size_t list(struct sure *sure, const float *p, const uint8_t *use, size_t n, uint32_t K)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t best = 0;
		if (use && !use[i])
			continue;
		for (uint32_t k = 1; k < K; k++)
			best = p[i * K + k] > p[i * K + best] ? k : best;
		sure[m++] = (struct sure){best, p[i * K + best], (uint32_t)i};
	}
	return m;
}

enum ho_status ho_confident_surest(struct ho_surest *out, const float *p, const uint32_t *given, const uint8_t *use,
                                   size_t n, uint32_t K, struct ho_error *err)
{
	*out = (struct ho_surest){.n = 0};
	struct sure *sure = ho_alloc(n, sizeof *sure);
	if (!sure)
		return ho_fail_nomem(err);
	size_t m = list(sure, p, use, n, K);
	qsort(sure, m, sizeof *sure, by_prediction);
	for (size_t from = 0, to; from < m; from = to) {
		for (to = from; to < m && sure[to].predicted == sure[from].predicted;)
			to++;
		size_t end = from + wanted_of(to - from);
		for (size_t i = from; i < end && sure[i].confidence >= sure_from; i++) {
			out->n++;
			out->k += given[sure[i].row] != sure[i].predicted;
			out->half_n += i < from + (end - from) / 2;
			out->half_k += i < from + (end - from) / 2 && given[sure[i].row] != sure[i].predicted;
		}
	}
	ho_free(sure);
	out->share = out->n ? (double)out->k / (double)out->n : 0;
	out->interval = ho_binomial_interval(out->k, out->n, 0.95);
	if (out->k)
		out->falling = ho_binomial_cdf(out->half_k, out->k, (double)out->half_n / (double)out->n) < 0.05;
	return HO_OK;
}
