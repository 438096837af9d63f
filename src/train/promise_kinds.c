/* The kinds of promise: one for all answers, one per predicted label, and what a given share of reviews buys. */
#include "base/alloc.h"
#include "train/certify_private.h"

static struct ho_scored scored(const struct ho_answers *a)
{
	return (struct ho_scored){a->confidence, a->wrong, a->eligible, a->predicted, a->n};
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
			uint32_t label = n > 1 ? c[i].goal.label : 0;
			out->tested[total++] = (struct ho_tested_record){test->threshold,   test->p, (uint32_t)test->n,
			                                                 (uint32_t)test->k, label,   0};
		}
	out->findings.tested = out->tested;
	out->findings.n_tested = out->findings.chosen = (uint32_t)total;
	return HO_OK;
}

static enum ho_status promise_all(struct ho_certified *out, const struct ho_answers *tuned,
                                  const struct ho_train_options *options, enum ho_promise_kind kind,
                                  struct ho_error *err)
{
	struct ho_scored parts[2] = {scored(tuned), scored(&out->answers)};
	struct ho_promise_goal goal = {options->max_error, 1 - options->confidence_level, HO_PROMISE_ANY_LABEL};
	struct ho_promise_plan *plan = ho_calloc(1, sizeof *plan);
	struct ho_certificate *certificate = ho_calloc(1, sizeof *certificate);
	enum ho_status status = plan && certificate ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_promise_plan(plan, goal, &parts[0], parts[1].n, err);
	if (status == HO_OK)
		status = ho_promise_certify(certificate, plan, &parts[1], err);
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
	} else if (status == HO_OK) {
		out->strictest_possible = certificate->strictest_possible;
		status =
		    ho_promise_labels_needed(&out->labels_needed, plan, parts, kind == HO_PROMISE_EXACT ? 2 : 1, err);
	}
	out->max_error[0] = out->findings.bound = options->max_error;
	ho_free(plan);
	ho_free(certificate);
	return status;
}

static enum ho_status find_goals(struct ho_label_goal *goals, size_t *n, uint32_t K, const struct ho_slice *labels,
                                 const struct ho_train_options *options, struct ho_error *err)
{
	*n = 0;
	for (size_t e = 0; e < options->n_label_errors; e++) {
		uint32_t k = 0;
		while (k < K && !ho_slice_is(labels[k], options->label_errors[e].label))
			k++;
		if (k == K)
			return ho_fail(
			    err, HO_EINVAL,
			    "a promise is asked for a label that the data do not have (--max-error number %zu)", e + 1);
		for (size_t g = 0; g < *n; g++)
			if (goals[g].label == k)
				return ho_fail(err, HO_EINVAL,
				               "two promises are asked for one label; give each label once");
		goals[(*n)++] = (struct ho_label_goal){k, options->label_errors[e].max_error};
	}
	for (uint32_t k = 0; k < K && options->max_error_given; k++) {
		bool given = false;
		for (size_t g = 0; g < *n; g++)
			given |= goals[g].label == k;
		if (!given)
			goals[(*n)++] = (struct ho_label_goal){k, options->max_error};
	}
	return HO_OK;
}

static enum ho_status promise_labels(struct ho_certified *out, const struct ho_answers *tuned, uint32_t K,
                                     const struct ho_slice *labels, const struct ho_train_options *options,
                                     enum ho_promise_kind kind, struct ho_error *err)
{
	struct ho_scored tune = scored(tuned), certify = scored(&out->answers);
	size_t n = 0;
	struct ho_label_goal *goals = ho_calloc(K, sizeof *goals);
	struct ho_promise_plan *plans = ho_calloc(K, sizeof *plans);
	struct ho_certificate *certificates = ho_calloc(K, sizeof *certificates);
	enum ho_status status = goals && plans && certificates ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = find_goals(goals, &n, K, labels, options, err);
	if (status == HO_OK)
		status = ho_promise_plan_labels(plans, goals, n, 1 - options->confidence_level, &tune, certify.n, err);
	if (status == HO_OK)
		status = ho_promise_certify_labels(certificates, plans, n, &certify, err);
	if (status == HO_OK)
		status = keep_tests(out, certificates, n, err);
	for (size_t g = 0; g < n && status == HO_OK; g++) {
		out->max_error[goals[g].label] = goals[g].max_error;
		if (!certificates[g].certified)
			continue;
		out->has_promise = true;
		out->threshold[goals[g].label] = certificates[g].threshold;
		out->n += certificates[g].n;
		out->k += certificates[g].k;
		out->coverage += certificates[g].coverage;
	}
	out->findings.promise_labels = K;
	if (out->has_promise)
		out->findings.promise_kind = kind;
	ho_free(goals);
	ho_free(plans);
	ho_free(certificates);
	return status;
}

static enum ho_status promise_share(struct ho_certified *out, const struct ho_answers *tuned,
                                    const struct ho_train_options *options, struct ho_error *err)
{
	struct ho_scored tune = scored(tuned), certify = scored(&out->answers);
	struct ho_share_promise promise;
	double threshold;
	enum ho_status status = ho_promise_share_threshold(&threshold, &tune, options->review_share, err);
	if (status == HO_OK)
		status = ho_promise_bound(&promise, threshold, 1 - options->confidence_level, &certify, err);
	if (status)
		return status;
	out->has_promise = promise.upper < 1;
	out->findings.promise_kind = out->has_promise ? HO_PROMISE_REVIEW_SHARE : HO_PROMISE_NONE;
	out->threshold[0] = threshold;
	out->max_error[0] = out->findings.bound = promise.upper;
	out->n = promise.n;
	out->k = promise.k;
	out->coverage = promise.coverage;
	return HO_OK;
}

enum ho_status ho_certify__promise(struct ho_certified *out, const struct ho_answers *tuned, uint32_t K,
                                   const struct ho_slice *labels, const struct ho_train_options *options,
                                   enum ho_promise_kind kind, struct ho_error *err)
{
	if (options->review_share >= 0)
		return promise_share(out, tuned, options, err);
	if (options->n_label_errors > 0)
		return promise_labels(out, tuned, K, labels, options, kind, err);
	return promise_all(out, tuned, options, kind, err);
}
