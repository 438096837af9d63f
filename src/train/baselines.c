#include "train/baselines.h"

#include <math.h>

#include "base/alloc.h"
#include "text/ngram.h"
#include "train/scale.h"

enum { LR_EPOCHS = 30 };

struct base {
	const struct ho_lesson *lesson;
	struct ho_design design; /* single words */
	uint32_t *counts;        /* [D][K] learning rows of each label with the word */
	uint32_t *label_rows;    /* [K] */
	uint32_t majority;
	size_t best; /* best word, D if none */
	uint32_t if_present, if_absent;
	double *log_odds; /* [D][K] naive Bayes */
};

const char *ho_baseline_name(enum ho_baseline_id id)
{
	static const char *const names[] = {"majority", "best_token", "naive_bayes", "tfidf_lr"};
	return names[id];
}

static enum ho_status count(struct base *b, struct ho_error *err)
{
	const struct ho_lesson *lesson = b->lesson;
	const struct ho_design *design = &b->design;
	uint32_t K = lesson->K;
	b->counts = ho_calloc(design->D * K, sizeof *b->counts);
	b->label_rows = ho_calloc(K, sizeof *b->label_rows);
	if (!b->counts || !b->label_rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < lesson->n_learn; i++) {
		b->label_rows[lesson->labels[i]]++;
		for (uint64_t a = design->offsets[i]; a < design->offsets[i + 1]; a++)
			b->counts[(size_t)design->ids[a] * K + lesson->labels[i]]++;
	}
	for (uint32_t k = 1; k < K; k++)
		if (b->label_rows[k] > b->label_rows[b->majority])
			b->majority = k;
	return HO_OK;
}

static void find_best_token(struct base *b)
{
	uint32_t K = b->lesson->K, best_right = b->label_rows[b->majority];
	b->best = b->design.D;
	b->if_present = b->if_absent = b->majority;
	for (size_t j = 0; j < b->design.D; j++) {
		const uint32_t *with = b->counts + j * K;
		uint32_t present = 0, absent = 0;
		for (uint32_t k = 1; k < K; k++) {
			if (with[k] > with[present])
				present = k;
			if (b->label_rows[k] - with[k] > b->label_rows[absent] - with[absent])
				absent = k;
		}
		uint32_t right = with[present] + b->label_rows[absent] - with[absent];
		if (right > best_right) {
			best_right = right;
			b->best = j;
			b->if_present = present;
			b->if_absent = absent;
		}
	}
}

/* A word that is in nearly all texts of a label and in hardly any other: a leak, or a label that is a mere keyword. */
static void find_telltale(struct ho_telltale *out, size_t *feature, const struct base *b)
{
	uint32_t K = b->lesson->K;
	double most = 0;
	*out = (struct ho_telltale){.with = 0};
	for (size_t j = 0; j < b->design.D; j++) {
		const uint32_t *with = b->counts + j * K;
		uint32_t all = 0, top = 0;
		for (uint32_t k = 0; k < K; k++) {
			all += with[k];
			top = with[k] > with[top] ? k : top;
		}
		if (with[top] < 10 || (double)with[top] < 0.98 * all)
			continue;
		double recall = (double)with[top] / b->label_rows[top];
		double share = (double)b->label_rows[top] / (double)b->lesson->n_learn;
		if (recall >= 0.8 && share < 0.9 && recall > most) {
			most = recall;
			*out = (struct ho_telltale){.label = top, .with = all, .right = with[top], .recall = recall};
			*feature = j;
		}
	}
}

static struct ho_slice token_of(const struct base *b, size_t feature)
{
	const struct ho_corpus *corpus = b->lesson->corpus;
	for (uint32_t t = 0; t < corpus->types.n; t++)
		if (ho_ngram_word(corpus->hashes[t]) == b->design.keys[feature])
			return corpus->types.keys[t];
	return ho_slice(NULL, 0);
}

static enum ho_status weigh_bayes(struct base *b, struct ho_error *err)
{
	uint32_t K = b->lesson->K;
	size_t D = b->design.D;
	b->log_odds = ho_alloc(D * K, sizeof *b->log_odds);
	if (!b->log_odds)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < K; k++) {
		double total = (double)D;
		for (size_t j = 0; j < D; j++)
			total += b->counts[j * K + k];
		for (size_t j = 0; j < D; j++)
			b->log_odds[j * K + k] = log((b->counts[j * K + k] + 1.0) / total);
	}
	return HO_OK;
}

static uint32_t bayes_predict(const struct base *b, size_t row, double *z)
{
	uint32_t K = b->lesson->K, best = 0;
	for (uint32_t k = 0; k < K; k++)
		z[k] = log((b->label_rows[k] + 1.0) / ((double)b->lesson->n_learn + K));
	for (uint64_t a = b->design.offsets[row]; a < b->design.offsets[row + 1]; a++)
		for (uint32_t k = 0; k < K; k++)
			z[k] += b->log_odds[(size_t)b->design.ids[a] * K + k];
	for (uint32_t k = 1; k < K; k++)
		best = z[k] > z[best] ? k : best;
	return best;
}

static uint32_t token_predict(const struct base *b, size_t row)
{
	for (uint64_t a = b->design.offsets[row]; a < b->design.offsets[row + 1]; a++)
		if (b->design.ids[a] == b->best)
			return b->if_present;
	return b->best == b->design.D ? b->majority : b->if_absent;
}

static enum ho_status fit_regression(struct ho_weights *out, const struct base *b, struct ho_error *err)
{
	const struct ho_lesson *lesson = b->lesson;
	uint32_t *all = ho_alloc(lesson->n_learn, sizeof *all);
	*out = (struct ho_weights){.D = 0};
	if (!all)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < lesson->n_learn; i++)
		all[i] = (uint32_t)i;
	struct ho_scale scale = {.design = &b->design,
	                         .rows = all,
	                         .n_rows = lesson->n_learn,
	                         .labels = lesson->labels,
	                         .n_classes = lesson->K,
	                         .idf_power = 1};
	struct ho_problem problem = {.design = &b->design,
	                             .rows = all,
	                             .n_rows = lesson->n_learn,
	                             .labels = lesson->labels,
	                             .n_classes = lesson->K,
	                             .loss = HO_LOSS_SOFTMAX,
	                             .C = 1,
	                             .tolerance = 0.1,
	                             .max_epochs = LR_EPOCHS,
	                             .seed = lesson->seed,
	                             .threads = 1,
	                             .progress = lesson->progress,
	                             .scale = ho_scale_squares,
	                             .scale_context = &scale};
	enum ho_status status = ho_solve(out, &problem, err);
	ho_free(all);
	return status;
}

static enum ho_status test(struct ho_baselines *out, const struct base *b, struct ho_error *err)
{
	const struct ho_lesson *lesson = b->lesson;
	struct ho_weights lr;
	enum ho_status status = fit_regression(&lr, b, err);
	if (status)
		return status;
	double *z = ho_alloc(lesson->K, sizeof *z);
	float *m = ho_alloc(lesson->K, sizeof *m);
	if (!z || !m)
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < out->n && status == HO_OK; i++) {
		size_t row = lesson->n_learn + i;
		uint32_t truth = lesson->labels[row], best = 0;
		ho_weights_margins(m, &lr, &b->design, row);
		for (uint32_t k = 1; k < lr.columns; k++)
			best = m[k] > m[best] ? k : best;
		uint32_t answers[HO_BASE_COUNT] = {b->majority, token_predict(b, row), bayes_predict(b, row, z),
		                                   lr.columns == 1 ? m[0] > 0 : best};
		for (int a = 0; a < HO_BASE_COUNT; a++)
			out->errors[a] += out->wrong[a][i] = answers[a] != truth;
	}
	ho_free(z);
	ho_free(m);
	ho_weights_release(&lr);
	return status;
}

enum ho_status ho_baselines_run(struct ho_baselines *out, const struct ho_lesson *lesson, struct ho_error *err)
{
	struct base b = {.lesson = lesson};
	struct ho_view_spec spec = {.n_min = 1, .n_max = 1, .min_df = 1, .max_features = 20000000 / lesson->K};
	*out = (struct ho_baselines){.n = lesson->n - lesson->n_learn};
	enum ho_status status = ho_design_build(&b.design, lesson->corpus, lesson->rows, lesson->n, lesson->n_learn,
	                                        &spec, lesson->threads, lesson->progress, err);
	for (int a = 0; a < HO_BASE_COUNT && status == HO_OK; a++) {
		out->wrong[a] = ho_calloc(out->n, 1);
		if (!out->wrong[a])
			status = ho_fail_nomem(err);
	}
	if (status == HO_OK)
		status = count(&b, err);
	if (status == HO_OK) {
		size_t feature = 0;
		find_best_token(&b);
		find_telltale(&out->telltale, &feature, &b);
		if (b.best < b.design.D)
			out->best_token = token_of(&b, b.best);
		if (out->telltale.with)
			out->telltale.token = token_of(&b, feature);
		status = weigh_bayes(&b, err);
	}
	if (status == HO_OK)
		status = test(out, &b, err);
	ho_design_release(&b.design);
	ho_free(b.counts);
	ho_free(b.label_rows);
	ho_free(b.log_odds);
	if (status)
		ho_baselines_release(out);
	return status;
}

void ho_baselines_release(struct ho_baselines *baselines)
{
	for (int a = 0; a < HO_BASE_COUNT; a++) {
		ho_free(baselines->wrong[a]);
		baselines->wrong[a] = NULL;
	}
}
