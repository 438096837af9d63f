#include "tune/pairs.h"

#include "base/alloc.h"
#include "base/rng.h"

/* Rows by label: those of label k stand at by[first[k]] .. by[first[k + 1]]. */
struct by_label {
	uint32_t *by, *first;
};

static enum ho_status sort_by_label(struct by_label *out, const uint32_t *labels, size_t n, uint32_t K,
                                    struct ho_error *err)
{
	uint32_t *next = ho_calloc((size_t)K + 1, sizeof *next);
	*out = (struct by_label){ho_alloc(n, sizeof *out->by), ho_calloc((size_t)K + 1, sizeof *out->first)};
	if (!next || !out->by || !out->first) {
		ho_free(next);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		out->first[labels[i] + 1]++;
	for (uint32_t k = 0; k < K; k++)
		out->first[k + 1] += out->first[k];
	for (size_t i = 0; i < n; i++)
		out->by[out->first[labels[i]] + next[labels[i]]++] = (uint32_t)i;
	ho_free(next);
	return HO_OK;
}

/* A row of the label, any of them. */
static uint32_t same(const struct by_label *b, uint32_t label, struct ho_rng *rng)
{
	uint32_t first = b->first[label];
	return b->by[first + ho_rng_below(rng, b->first[label + 1] - first)];
}

/* A row of another label; there is one. */
static uint32_t another(const struct by_label *b, uint32_t label, size_t n, struct ho_rng *rng)
{
	uint32_t own = b->first[label + 1] - b->first[label];
	size_t at = (size_t)ho_rng_below(rng, n - own);
	return b->by[at < b->first[label] ? at : at + own];
}

enum ho_status ho_tune_pairs(struct ho_example **out, size_t *n_out, const uint32_t *texts, const uint32_t *labels,
                             size_t n, uint32_t K, unsigned rounds, uint64_t seed, struct ho_error *err)
{
	struct by_label by;
	struct ho_rng rng = ho_rng_seed(seed, 0x9a15);
	size_t most = 0;
	*n_out = 0;
	*out = NULL;
	enum ho_status status = sort_by_label(&by, labels, n, K, err);
	if (status == HO_OK &&
	    (__builtin_mul_overflow(n, 2 * (size_t)rounds, &most) || !(*out = ho_alloc(most, sizeof **out))))
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < n * rounds && status == HO_OK; i++) {
		size_t row = i % n;
		uint32_t label = labels[row], own = by.first[label + 1] - by.first[label];
		(*out)[(*n_out)++] = (struct ho_example){texts[row], texts[same(&by, label, &rng)], 0, 1};
		if (own < n)
			(*out)[(*n_out)++] = (struct ho_example){texts[row], texts[another(&by, label, n, &rng)], 0, 0};
	}
	ho_free(by.by);
	ho_free(by.first);
	return status;
}
