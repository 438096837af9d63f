/* The evaluation for machines: keys as the contract of `evaluate --json` has them. */
#include <stdio.h>

#include "evaluation.h"
#include "report/findings.h"

bool cli_json_set(json_t *object, struct ho_slice name, json_t *value)
{
	json_t *key = ho_json_text(name); /* repaired: a key must be UTF-8 */
	bool ok = key && json_object_setn_new(object, json_string_value(key), json_string_length(key), value) == 0;
	if (!key)
		json_decref(value);
	json_decref(key);
	return ok;
}

json_t *cli_json_interval(struct ho_interval interval)
{
	return json_pack("[f, f]", interval.lo, interval.hi);
}

/* A figure of no texts is no figure. */
static json_t *figure(const struct cli_evaluation *e, double value)
{
	return e->scores.n ? ho_json_number(value) : json_null();
}

static json_t *per_label(const struct cli_evaluation *e)
{
	json_t *object = json_object();
	for (uint32_t k = 0; object && e->scores.n && k < e->scores.names.n; k++) {
		const struct ho_label_metrics *l = &e->labels[k];
		json_t *one = json_pack("{s:f, s:f, s:f, s:I}", "precision", l->precision, "recall", l->recall, "f1",
		                        l->f1, "n", (json_int_t)l->n);
		if (!cli_json_set(object, e->scores.names.keys[k], one)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *automated(const struct cli_evaluation *e)
{
	double n = (double)e->automatic;
	return json_pack("{s:I, s:o, s:o, s:o}", "n", (json_int_t)e->automatic, "coverage",
	                 figure(e, n / (double)e->scores.n), "error",
	                 e->automatic ? json_real((double)e->automatic_wrong / n) : json_null(), "error_interval",
	                 e->automatic ? cli_json_interval(e->automatic_error) : json_null());
}

static const char *kind_name(enum ho_promise_kind kind)
{
	return kind == HO_PROMISE_CROSS_FIT ? "cross-fit" : "exact";
}

static json_t *kept(enum cli_kept kept)
{
	return kept == CLI_KEPT_UNKNOWN ? json_null() : json_boolean(kept == CLI_KEPT);
}

static json_t *label_promises(const struct cli_evaluation *e)
{
	const struct ho_model_certificate *c = &e->certificate;
	json_t *object = json_object();
	for (uint32_t k = 0; object && k < c->labels; k++) {
		if (!(c->max_error[k] < 1))
			continue;
		uint64_t n = e->label_automatic[k], wrong = e->label_automatic_wrong[k];
		json_t *one = json_pack("{s:f, s:o, s:I, s:o}", "max_error", c->max_error[k], "threshold",
		                        c->threshold[k] < 1 ? json_real(c->threshold[k]) : json_null(), "n",
		                        (json_int_t)n, "error", n ? json_real((double)wrong / (double)n) : json_null());
		if (!cli_json_set(object, e->scores.names.keys[k], one)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *promise(const struct cli_evaluation *e)
{
	const struct ho_model_certificate *c = &e->certificate;
	if (c->kind == HO_PROMISE_NONE)
		return json_null();
	bool counted = !c->per_label && c->chosen < c->n_tested;
	json_t *object = json_pack(
	    "{s:o, s:f, s:o, s:o, s:s, s:o, s:o, s:I}", "max_error",
	    c->per_label ? json_null() : json_real(c->kind == HO_PROMISE_REVIEW_SHARE ? c->bound : c->max_error[0]),
	    "confidence_level", c->confidence_level, "threshold",
	    c->per_label ? json_null() : json_real(c->threshold[0]), "kept", kept(e->kept), "kind", kind_name(c->kind),
	    "n", counted ? json_integer(c->tested[c->chosen].n) : json_null(), "k",
	    counted ? json_integer(c->tested[c->chosen].k) : json_null(), "tested", (json_int_t)c->n_tested);
	if (object && c->per_label && json_object_set_new(object, "per_label", label_promises(e))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* By the share of errors, as it is written with the fewest digits. */
static json_t *coverages(const struct cli_evaluation *e)
{
	char asked[32];
	json_t *object = json_pack("{s:o, s:o, s:o}", "0.01", figure(e, e->coverage_at_error[0]), "0.02",
	                           figure(e, e->coverage_at_error[1]), "0.05", figure(e, e->coverage_at_error[2]));
	snprintf(asked, sizeof asked, "%.6g", e->asked_error);
	if (e->asked_error > 0 && json_object_set_new(object, asked, figure(e, e->coverage_at_asked))) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

json_t *cli_evaluation_json(const struct cli_evaluation *e)
{
	size_t n = e->scores.n;
	return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", (json_int_t)n,
	                 "seen", (json_int_t)e->seen, "unknown_labels", (json_int_t)e->scores.unknown_rows, "accuracy",
	                 figure(e, (double)(n - e->errors) / (double)n), "accuracy_interval",
	                 n ? cli_json_interval(e->accuracy) : json_null(), "macro_f1", figure(e, e->macro_f1),
	                 "log_loss", figure(e, e->log_loss), "brier", figure(e, e->brier), "ece",
	                 figure(e, e->ece.plug_in), "aurc", figure(e, e->aurc), "per_label", per_label(e), "automated",
	                 automated(e), "coverage_at_error", coverages(e), "promise", promise(e));
}
