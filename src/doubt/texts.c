#include "doubt/texts.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/edit.h"

static bool is_taken(const struct doubt *d, const struct doubt_rows *rows, bool learnt, size_t i)
{
	(void)d;
	return (!learnt || rows->unit[i]) && rows->text[i].len <= HO_EDIT_TEXT_MAX && rows->text[i].len;
}

/* Selection sampling (Knuth, vol. 2, 3.4.2, algorithm S). */
static void thin(struct doubt_texts *out, size_t most, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0xd0b9);
	size_t kept = 0;
	for (size_t i = 0; i < out->of && kept < most; i++)
		if (ho_rng_below(&rng, out->of - i) < most - kept)
			out->row[kept++] = out->row[i];
	out->n = kept;
}

enum ho_status ho_doubt__take_texts(struct doubt_texts *out, struct doubt *d, size_t most, struct ho_error *err)
{
	bool learnt = d->n_judged < DOUBT_LEAST;
	*out = (struct doubt_texts){.rows = learnt ? &d->train : &d->test, .learnt = learnt};
	enum ho_status status = learnt ? ho_doubt__answer_train(d, err) : HO_OK;
	size_t n = learnt ? d->train.n : d->n_judged;
	if (status)
		return status;
	out->answers = &out->rows->answers;
	out->row = ho_alloc(n, sizeof *out->row);
	if (!out->row)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		uint32_t row = learnt ? (uint32_t)i : d->judged[i];
		if (is_taken(d, out->rows, learnt, row))
			out->row[out->of++] = row;
	}
	thin(out, most, d->options->seed);
	return HO_OK;
}

void ho_doubt__texts_release(struct doubt_texts *texts)
{
	ho_free(texts->row);
	*texts = (struct doubt_texts){.n = 0};
}

double ho_doubt__max_error(const struct doubt *d)
{
	struct ho_model_certificate c;
	double most = 0;
	ho_model_certificate(&c, d->model);
	if (c.kind == HO_PROMISE_NONE)
		return 0.05;
	if (c.kind == HO_PROMISE_REVIEW_SHARE)
		return c.bound;
	for (uint32_t k = 0; k < c.labels; k++)
		if (c.threshold[k] < 1 && c.max_error[k] < 1 && c.max_error[k] > most)
			most = c.max_error[k];
	return most > 0 ? most : 0.05;
}

bool ho_doubt__answers_any(const struct doubt *d)
{
	struct ho_model_certificate c;
	bool any = false;
	ho_model_certificate(&c, d->model);
	for (uint32_t k = 0; c.kind != HO_PROMISE_NONE && k < c.labels; k++)
		any |= c.threshold[k] < 1;
	return any;
}

struct ho_shown ho_doubt__share(uint64_t k, uint64_t n)
{
	struct ho_interval in = ho_binomial_interval(k, n, 0.95);
	return ho_show_interval(n ? (double)k / (double)n : 0, in.lo, in.hi);
}

double ho_doubt__tail(uint64_t k, uint64_t n, double p)
{
	return k ? ho_binomial_sf(k - 1, n, p) : 1;
}
