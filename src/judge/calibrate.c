/* One map of several kinds for a yes/no question, and the choice between them. */
#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "judge/calibration.h"

/* A kind must be better by this much (nats an item) to displace a simpler one. */
#define WORTH_IT 1e-3
#define CLIP 1e-6

static double logit(double p)
{
	p = fmin(1 - 1e-12, fmax(1e-12, p));
	return log(p) - log1p(-p);
}

/* Platt's line is fitted to the log-odds, so that "leave as it is" is one of its members. */
static enum ho_status fit_platt(struct ho_platt *out, const double *p, const uint8_t *y, size_t n, struct ho_error *err)
{
	double *odds = ho_alloc(n, sizeof *odds);
	if (!odds)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		odds[i] = logit(p[i]);
	enum ho_status status = ho_platt_fit(out, odds, y, n, err);
	ho_free(odds);
	return status;
}

enum ho_status ho_calibrate_fit(struct ho_calibration *out, enum ho_calibrator kind, const double *p, const uint8_t *y,
                                size_t n, struct ho_error *err)
{
	*out = (struct ho_calibration){.kind = HO_CALIBRATE_NONE};
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			return ho_fail(err, HO_EINVAL, "item %zu has a probability outside 0 to 1", i);
	enum ho_status status = HO_OK;
	if (kind == HO_CALIBRATE_PLATT)
		status = fit_platt(&out->platt, p, y, n, err);
	else if (kind == HO_CALIBRATE_BETA)
		status = ho_beta_fit(&out->beta, p, y, n, err);
	else if (kind == HO_CALIBRATE_ISOTONIC)
		status = ho_isotonic_fit(&out->isotonic, p, y, n, err);
	else if (kind != HO_CALIBRATE_NONE)
		status = ho_fail(err, HO_EINVAL, "unknown kind of calibration %d", (int)kind);
	if (!status)
		out->kind = kind;
	return status;
}

double ho_calibrate_apply(const struct ho_calibration *map, double p)
{
	switch (map->kind) {
	case HO_CALIBRATE_PLATT:
		return ho_platt_apply(map->platt, logit(p));
	case HO_CALIBRATE_BETA:
		return ho_beta_apply(map->beta, p);
	case HO_CALIBRATE_ISOTONIC:
		return ho_isotonic_apply(&map->isotonic, p);
	case HO_CALIBRATE_NONE:
	default:
		return p;
	}
}

void ho_calibrate_release(struct ho_calibration *map)
{
	ho_isotonic_release(&map->isotonic);
	*map = (struct ho_calibration){.kind = HO_CALIBRATE_NONE};
}

static double loss_of(double p, uint8_t y)
{
	p = fmin(1 - CLIP, fmax(CLIP, p));
	return -log(y ? p : 1 - p);
}

/* Scratch of a cross-validation: the training part of one fold, and the order of all items. */
struct folds {
	uint32_t *order; /* [n] shuffled; item at position i is in fold i % count */
	double *p;
	uint8_t *y;
	size_t n, count;
};

/* Sum of held-out losses of one fold. */
static enum ho_status fold_loss(double *sum, const struct folds *f, size_t fold, enum ho_calibrator kind,
                                const double *p, const uint8_t *y, struct ho_error *err)
{
	struct ho_calibration map;
	size_t used = 0, ones = 0;
	for (size_t i = 0; i < f->n; i++) {
		if (i % f->count == fold)
			continue;
		f->p[used] = p[f->order[i]];
		f->y[used] = y[f->order[i]];
		ones += f->y[used++] != 0;
	}
	bool one_kind = ones == 0 || ones == used;
	if (one_kind && kind != HO_CALIBRATE_NONE) { /* nothing to fit: everybody gets the (smoothed) share */
		double share = ((double)ones + 1) / ((double)used + 2);
		for (size_t i = fold; i < f->n; i += f->count)
			*sum += loss_of(share, y[f->order[i]]);
		return HO_OK;
	}
	enum ho_status status = ho_calibrate_fit(&map, kind, f->p, f->y, used, err);
	if (status)
		return status;
	for (size_t i = fold; i < f->n; i += f->count)
		*sum += loss_of(ho_calibrate_apply(&map, p[f->order[i]]), y[f->order[i]]);
	ho_calibrate_release(&map);
	return HO_OK;
}

enum ho_status ho_calibrate_cv(double *log_loss, enum ho_calibrator kind, const double *p, const uint8_t *y, size_t n,
                               size_t folds, uint64_t seed, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	struct ho_rng rng = ho_rng_seed(seed, 0);
	double sum = 0;
	*log_loss = 0;
	if (folds < 2 || folds > n || n > UINT32_MAX)
		return ho_fail(err, HO_EINVAL, "cross-validation needs 2 folds or more, and at least as many items");
	struct folds f = {ho_alloc(n, sizeof *f.order), ho_alloc(n, sizeof *f.p), ho_alloc(n, sizeof *f.y), n, folds};
	if (!f.order || !f.p || !f.y) {
		status = ho_fail_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		f.order[i] = (uint32_t)i;
	ho_rng_shuffle(&rng, f.order, n);
	for (size_t fold = 0; fold < folds && !status; fold++)
		status = fold_loss(&sum, &f, fold, kind, p, y, err);
	if (!status)
		*log_loss = sum / (double)n;
out:
	ho_free(f.order);
	ho_free(f.p);
	ho_free(f.y);
	return status;
}

enum ho_status ho_calibrate_choose(enum ho_calibrator *out, double *log_loss, const double *p, const uint8_t *y,
                                   size_t n, size_t folds, uint64_t seed, struct ho_error *err)
{
	double loss[HO_CALIBRATORS] = {0};
	enum ho_calibrator best = HO_CALIBRATE_NONE;
	enum ho_status status = HO_OK;
	*out = HO_CALIBRATE_NONE;
	if (log_loss)
		memset(log_loss, 0, sizeof loss);
	for (int kind = 0; kind < HO_CALIBRATORS && !status; kind++) {
		status = ho_calibrate_cv(&loss[kind], (enum ho_calibrator)kind, p, y, n, folds, seed, err);
		if (!status && loss[kind] < loss[best] - WORTH_IT)
			best = (enum ho_calibrator)kind;
	}
	if (status)
		return status;
	*out = best;
	if (log_loss)
		memcpy(log_loss, loss, sizeof loss);
	return HO_OK;
}
