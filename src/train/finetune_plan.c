/* Which rows teach, stop and judge a tuning, and how long it may take. */
#include <math.h>

#include "base/alloc.h"
#include "train/finetune.h"
#include "train/split.h"

/* Below this many rows a held-out part is too small to weigh heads by, and crosswise tuning is quick. */
enum { FEW_ROWS = 1000 };
/* Rows a label, in the mean, up to which pairs teach more than labels. */
enum { PAIRS_ROWS_A_LABEL = 16, PAIRS_ROWS_MAX = 3000 };
/* Stopping by fewer texts than this is a lottery. */
enum { STOP_ROWS_MIN = 60 };
enum { JUDGED_MIN = 400 };
/* Pairs of one tuning: SetFit's rounds, and what two cores do in minutes. */
enum { ROUNDS = 20, PAIRS_MAX = 8000, TEXTS_A_ROUND = 4 };
static const double judged_share = 0.15, stop_share = 0.1;
/* A tuning epoch costs about so many times what encoding the same rows does, forward, back and by the weights. */
static const double epoch_cost = 3.2;
/* By which int8, in which encoding was timed, is quicker than what tuning computes in. */
static const double int8_gain = 2.5;
static const double least_epochs = 1, least_epochs_of_pairs = 0.1;
enum { LEAST_ROWS = 500 };
enum { EXAMPLES_SEEN = 10000, EPOCHS_MAX = 6 };
/* Tunings of which the mean answers, where each is quick: together they see so many examples. */
enum { EXAMPLES_OF_RUNS = 30000 };

static enum ho_status split_folds(struct ho_finetune_plan *plan, const struct ho_lesson *lesson, const uint32_t *group,
                                  struct ho_error *err)
{
	double share[HO_FINETUNE_FOLDS];
	for (unsigned f = 0; f < plan->folds; f++)
		share[f] = 1.0 / plan->folds;
	return ho_split(plan->fold, group, lesson->labels, lesson->n_learn, share, plan->folds, lesson->seed, err);
}

static uint32_t most_of(const uint32_t *group, size_t n)
{
	uint32_t most = 0;
	for (size_t i = 0; i < n; i++)
		most = group[i] > most ? group[i] : most;
	return most;
}

/* The first rows judge; of the others those may learn that have no copy among them. Returns how many may. */
static enum ho_status hold_out(size_t *learning, struct ho_finetune_plan *plan, const struct ho_lesson *lesson,
                               const uint32_t *group, struct ho_error *err)
{
	size_t n = lesson->n_learn;
	uint8_t *judges = ho_calloc((size_t)most_of(group, n) + 1, 1);
	if (!judges)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < plan->judged; i++)
		judges[group[i]] = 1;
	for (size_t i = 0; i < n; i++) {
		plan->fold[i] = i < plan->judged ? 0 : judges[group[i]] ? 2 : 1;
		*learning += plan->fold[i] == 1;
	}
	ho_free(judges);
	return HO_OK;
}

unsigned ho_finetune_rounds(size_t n)
{
	size_t rounds = PAIRS_MAX / (2 * n + 1);
	return (unsigned)(rounds < 1 ? 1 : rounds > ROUNDS ? ROUNDS : rounds);
}

/* What an epoch of all tunings takes. A row of pairs is passed through the network many times in it. */
static double seconds_an_epoch(const struct ho_finetune_plan *plan, const struct ho_finetune_wanted *w)
{
	double passes = plan->folds ? (double)plan->folds : plan->runs;
	double texts = plan->pairs ? TEXTS_A_ROUND * (double)ho_finetune_rounds(plan->most) : 1;
	double slower = w->precision == HO_PRECISION_INT8 ? int8_gain : 1;
	return passes * epoch_cost * slower * w->seconds_a_row * texts * (double)plan->most;
}

/* Crosswise there are several tunings anyway. */
static unsigned runs_of(const struct ho_finetune_plan *plan, const struct ho_finetune_wanted *w, size_t n)
{
	if (plan->folds || plan->pairs || w->recipe)
		return 1;
	size_t learning = plan->most < n - plan->judged ? plan->most : n - plan->judged;
	double runs = EXAMPLES_OF_RUNS / (plan->epochs * (double)learning);
	return (unsigned)fmax(1, fmin(HO_FINETUNE_RUNS, runs));
}

/* Fewer tunings, then fewer epochs, then fewer rows, until the time allows it; false if it does not. */
static bool fit_time(struct ho_finetune_plan *plan, const struct ho_finetune_wanted *w)
{
	double an_epoch = seconds_an_epoch(plan, w);
	if (w->seconds_left == 0)
		return true;
	if (w->seconds_left < 0)
		return false;
	if (an_epoch * plan->epochs <= w->seconds_left)
		return true;
	if (plan->runs > 1) {
		plan->runs--;
		return fit_time(plan, w);
	}
	plan->epochs = fmax(plan->pairs ? least_epochs_of_pairs : least_epochs, w->seconds_left / an_epoch);
	if (an_epoch * plan->epochs <= w->seconds_left * 1.001)
		return true;
	plan->most = (size_t)((double)plan->most * w->seconds_left / (an_epoch * plan->epochs));
	return plan->most >= LEAST_ROWS;
}

/* Where copies leave too little to learn from beside the rows that judge, folds do, which are cut by groups. */
static enum ho_status assign(struct ho_finetune_plan *plan, const struct ho_lesson *lesson, size_t blend_rows,
                             const uint32_t *group, struct ho_error *err)
{
	size_t n = lesson->n_learn, learning = 0;
	plan->fold = ho_calloc(n, 1);
	if (!plan->fold)
		return ho_fail_nomem(err);
	if (!plan->folds) {
		enum ho_status status = hold_out(&learning, plan, lesson, group, err);
		if (status || 2 * learning >= (plan->most < n - plan->judged ? plan->most : n - plan->judged))
			return status;
		plan->folds = HO_FINETUNE_FOLDS;
		plan->judged = blend_rows;
		plan->runs = 1;
	}
	return split_folds(plan, lesson, group, err);
}

enum ho_status ho_finetune_plan(struct ho_finetune_plan *out, const struct ho_lesson *lesson, size_t blend_rows,
                                const struct ho_finetune_wanted *w, struct ho_error *err)
{
	size_t n = lesson->n_learn;
	struct ho_tune_recipe recipe;
	*out =
	    (struct ho_finetune_plan){.judged = blend_rows, .most = w->rows_max && w->rows_max < n ? w->rows_max : n};
	out->pairs = n <= (size_t)PAIRS_ROWS_A_LABEL * lesson->K && n <= PAIRS_ROWS_MAX;
	if (out->pairs)
		ho_tune_recipe_init_pairs(&recipe);
	else
		ho_tune_recipe_init(&recipe);
	out->epochs = w->recipe ? w->recipe->epochs : recipe.epochs;
	if (!w->recipe && !out->pairs) /* few rows are seen more often: it takes some hundred steps to learn anything */
		out->epochs = fmax(out->epochs, fmin(EPOCHS_MAX, EXAMPLES_SEEN / (double)out->most));
	if (out->most == n && (w->cross_fit || n < FEW_ROWS))
		out->folds = HO_FINETUNE_FOLDS;
	if (!out->folds) {
		double wanted = fmax(fmax(judged_share * (double)n, JUDGED_MIN), (double)(n - out->most));
		out->judged = (size_t)fmin(fmin(wanted, (double)blend_rows), (double)n / 2);
	}
	out->runs = runs_of(out, w, n);
	bool fits = fit_time(out, w);
	enum ho_status status = fits ? assign(out, lesson, blend_rows, w->parts->group, err) : HO_OK;
	/* Once more: assign() may have found that it takes several tunings. */
	if (status == HO_OK && !(fits && fit_time(out, w)))
		out->judged = 0;
	return status;
}

/* A tenth of the groups that may learn, of every label, stops. */
static enum ho_status choose_stops(uint8_t *use, const struct ho_lesson *lesson, const uint32_t *group,
                                   struct ho_error *err)
{
	size_t n = lesson->n_learn;
	const double share[] = {1 - stop_share, stop_share};
	uint8_t *part = ho_alloc(n, 1);
	if (!part)
		return ho_fail_nomem(err);
	enum ho_status status = ho_split(part, group, lesson->labels, n, share, 2, lesson->seed ^ 0x570b, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (use[i] == HO_TUNE_LEARNS && part[i] == 1)
			use[i] = HO_TUNE_STOPS;
	ho_free(part);
	return status;
}

enum ho_status ho_finetune_uses(uint8_t *use, const struct ho_finetune_plan *plan, const struct ho_lesson *lesson,
                                const uint32_t *group, unsigned held, struct ho_error *err)
{
	size_t learning = 0;
	for (size_t i = 0; i < lesson->n_learn; i++) {
		uint8_t f = plan->fold[i];
		if (plan->folds)
			use[i] = f == held ? HO_TUNE_JUDGES : HO_TUNE_LEARNS;
		else
			use[i] = f == 0 ? HO_TUNE_JUDGES : f == 1 ? HO_TUNE_LEARNS : HO_TUNE_IDLE;
		if (use[i] == HO_TUNE_LEARNS && learning >= plan->most)
			use[i] = HO_TUNE_IDLE;
		learning += use[i] == HO_TUNE_LEARNS;
	}
	if (plan->pairs || stop_share * (double)learning < STOP_ROWS_MIN)
		return HO_OK;
	return choose_stops(use, lesson, group, err);
}
