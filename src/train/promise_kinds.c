/* The kinds of promise: one for all answers, one per predicted label, and what a given share of reviews buys. */
#include <math.h>

#include "base/alloc.h"
#include "judge/binomial.h"
#include "train/certify_private.h"
#include "train/shares.h"

enum { JUDGED_MIN = 20 };

/* The two disjoint sets of answers: one plans, the other certifies. */
struct evidence {
	struct ho_scored part[2];
};

struct ho_scored ho_certify__scored(const struct ho_answers *a, size_t first, size_t n)
{
	return (struct ho_scored){a->confidence + first, a->wrong + first, a->eligible + first, a->predicted + first,
	                          n};
}

static size_t could_be_accepted(const struct ho_scored *part, uint32_t label)
{
	size_t n = 0;
	for (size_t i = 0; i < part->n; i++)
		n += part->eligible[i] && (label == HO_PROMISE_ANY_LABEL || part->predicted[i] == label);
	return n;
}

/*
 * Is it shown that even the surer half of the answers is wrong more often than wanted? "No number of labels would do"
 * is said of that alone, not of a lack of evidence: from fifty right answers nothing follows about one error in a
 * thousand.
 */
static bool shown_to_fail(const struct ho_promise_plan *plan, const struct evidence *e)
{
	uint64_t n = 0, k = 0;
	double threshold = plan->threshold[plan->n_grid / 2];
	for (int p = 0; p < 2; p++)
		for (size_t i = 0; i < e->part[p].n; i++) {
			const struct ho_scored *part = &e->part[p];
			if (!part->eligible[i] || part->score[i] <= threshold ||
			    (plan->goal.label != HO_PROMISE_ANY_LABEL && part->predicted[i] != plan->goal.label))
				continue;
			n++;
			k += part->wrong[i];
		}
	return k > 0 && ho_binomial_sf(k - 1, n, plan->goal.max_error) < 0.1;
}

/*
 * Why there is no promise, and what would help. The estimate knows the best start, which the next plan has to guess
 * again, and what there is has just failed: of estimates below three times as much, too many fail once more.
 */
static enum ho_status explain_failure(struct ho_unmet *unmet, const struct ho_certificate *certificate,
                                      const struct ho_promise_plan *plan, const struct evidence *e,
                                      struct ho_error *err)
{
	uint64_t needed, now = e->part[1].n, least = 3 * now + 1;
	uint32_t label = plan->goal.label;
	*unmet = (struct ho_unmet){.strictest_possible = certificate->strictest_possible};
	if (could_be_accepted(&e->part[0], label) + could_be_accepted(&e->part[1], label) < JUDGED_MIN)
		return HO_OK;
	enum ho_status status = ho_promise_labels_needed(&needed, plan, e->part, 2, err);
	if (status)
		return status;
	unmet->more = needed ? HO_MORE_ENOUGH : shown_to_fail(plan, e) ? HO_MORE_USELESS : HO_MORE_UNKNOWN;
	unmet->certify_units = needed && needed < least ? least : needed;
	return HO_OK;
}

static enum ho_status keep_tests(struct ho_certified *out, const struct ho_certificate *c, size_t n,
                                 struct ho_error *err)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += c[i].tested;
	out->tested = ho_calloc(total, sizeof *out->tested);
	if (!out->tested)
		return ho_fail_nomem(err);
	total = 0;
	for (size_t i = 0; i < n; i++)
		for (uint32_t t = 0; t < c[i].tested; t++) {
			const struct ho_promise_test *test = &c[i].test[t];
			uint32_t label = c[i].goal.label == HO_PROMISE_ANY_LABEL ? 0 : c[i].goal.label;
			out->tested[total++] = (struct ho_tested_record){test->threshold,   test->p, (uint32_t)test->n,
			                                                 (uint32_t)test->k, label,   0};
		}
	out->findings.tested = out->tested;
	out->findings.n_tested = out->findings.chosen = (uint32_t)total;
	return HO_OK;
}

static enum ho_status promise_all(struct ho_certified *out, const struct evidence *e,
                                  const struct ho_train_options *options, enum ho_promise_kind kind,
                                  struct ho_error *err)
{
	struct ho_promise_goal goal = {options->max_error, 1 - options->confidence_level, HO_PROMISE_ANY_LABEL};
	struct ho_promise_plan *plan = ho_calloc(1, sizeof *plan);
	struct ho_certificate *certificate = ho_calloc(1, sizeof *certificate);
	enum ho_status status = plan && certificate ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_promise_plan(plan, goal, &e->part[0], e->part[1].n, err);
	if (status == HO_OK)
		status = ho_promise_certify(certificate, plan, &e->part[1], err);
	if (status == HO_OK)
		status = keep_tests(out, certificate, 1, err);
	if (status == HO_OK && certificate->certified) {
		out->has_promise = true;
		out->findings.promise_kind = kind;
		out->threshold[0] = certificate->threshold;
		out->n = certificate->n;
		out->k = certificate->k;
		out->coverage = certificate->coverage;
		/* The chosen test is the last that passed; the one after it, if any, ended the sequence. */
		out->findings.chosen =
		    certificate->tested - (certificate->test[certificate->tested - 1].p > goal.delta ? 2 : 1);
	} else if (status == HO_OK)
		status = explain_failure(&out->unmet[0], certificate, plan, e, err);
	out->max_error[0] = out->findings.bound = options->max_error;
	ho_free(plan);
	ho_free(certificate);
	return status;
}

static void keep_label(struct ho_certified *out, const struct ho_certificate *certificate)
{
	out->has_promise = true;
	out->threshold[certificate->goal.label] = certificate->threshold;
	out->n += certificate->n;
	out->k += certificate->k;
	out->coverage += certificate->coverage;
}

static enum ho_status promise_labels(struct ho_certified *out, const struct evidence *e, uint32_t K,
                                     const struct ho_slice *labels, const struct ho_train_options *options,
                                     enum ho_promise_kind kind, struct ho_error *err)
{
	double delta = 1 - options->confidence_level;
	size_t n = 0;
	struct ho_label_goal *goals = ho_calloc(K, sizeof *goals);
	struct ho_promise_plan *plans = ho_calloc(K, sizeof *plans);
	struct ho_certificate *certificates = ho_calloc(K, sizeof *certificates);
	enum ho_status status = goals && plans && certificates ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_goals_find(goals, &n, K, labels, options, err);
	if (status == HO_OK)
		status = ho_promise_plan_labels(plans, goals, n, delta, &e->part[0], e->part[1].n, err);
	if (status == HO_OK)
		status = ho_promise_certify_labels(certificates, plans, n, &e->part[1], err);
	if (status == HO_OK)
		status = keep_tests(out, certificates, n, err);
	for (size_t g = 0; g < n && status == HO_OK; g++) {
		out->max_error[goals[g].label] = goals[g].max_error;
		if (certificates[g].certified)
			keep_label(out, &certificates[g]);
		else
			status = explain_failure(&out->unmet[goals[g].label], &certificates[g], &plans[g], e, err);
	}
	out->findings.promise_labels = K;
	if (out->has_promise)
		out->findings.promise_kind = kind;
	ho_free(goals);
	ho_free(plans);
	ho_free(certificates);
	return status;
}

/* A bound with two significant digits, never a smaller one: a rounded promise must not say more than was shown. */
static double rounded_up(double bound)
{
	double unit = pow(10, floor(log10(bound)) - 1);
	return fmin(1, ceil(bound / unit - 1e-9) * unit);
}

static enum ho_status promise_share(struct ho_certified *out, const struct evidence *e,
                                    const struct ho_train_options *options, enum ho_promise_kind kind,
                                    struct ho_error *err)
{
	struct ho_share_promise promise;
	double threshold;
	out->findings.bound = 1;
	if (could_be_accepted(&e->part[0], HO_PROMISE_ANY_LABEL) == 0)
		return HO_OK; /* nothing to choose a threshold from */
	enum ho_status status = ho_promise_share_threshold(&threshold, &e->part[0], options->review_share, err);
	if (status == HO_OK)
		status = ho_promise_bound(&promise, threshold, 1 - options->confidence_level, &e->part[1], err);
	if (status)
		return status;
	out->has_promise = promise.upper < 1;
	out->findings.promise_kind = out->has_promise ? kind : HO_PROMISE_NONE;
	out->threshold[0] = threshold;
	out->max_error[0] = out->findings.bound = rounded_up(promise.upper);
	out->tested = ho_calloc(1, sizeof *out->tested);
	if (!out->tested)
		return ho_fail_nomem(err);
	*out->tested = (struct ho_tested_record){threshold,
	                                         exp(ho_binomial_log_cdf(promise.k, promise.n, out->max_error[0])),
	                                         (uint32_t)promise.n,
	                                         (uint32_t)promise.k,
	                                         0,
	                                         0};
	out->findings.tested = out->tested;
	out->findings.n_tested = 1;
	out->findings.chosen = out->has_promise ? 0 : 1;
	out->n = promise.n;
	out->k = promise.k;
	out->coverage = promise.coverage;
	return HO_OK;
}

enum ho_status ho_certify__promise(struct ho_certified *out, const struct ho_scored *tune,
                                   const struct ho_scored *certify, uint32_t K, const struct ho_slice *labels,
                                   const struct ho_train_options *options, enum ho_promise_kind kind,
                                   struct ho_error *err)
{
	struct evidence e = {{*tune, *certify}};
	if (options->review_share >= 0)
		return promise_share(out, &e, options, kind, err);
	if (options->n_label_errors > 0)
		return promise_labels(out, &e, K, labels, options, kind, err);
	return promise_all(out, &e, options, kind, err);
}
