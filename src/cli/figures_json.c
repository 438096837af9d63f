#include <math.h>

#include "figures.h"
#include "report/findings.h"

static json_t *pair(struct ho_interval interval)
{
	return json_pack("[ff]", interval.lo, interval.hi);
}

static json_t *kept_json(int kept)
{
	return kept < 0 ? json_null() : json_boolean(kept);
}

static json_t *per_label_json(const struct cli_figures *f)
{
	json_t *object = json_object();
	for (uint32_t l = 0; object && l < f->labels; l++) {
		const struct ho_label_metrics *m = &f->per_label[l];
		json_t *one = json_pack("{sf sf sf sI}", "precision", m->precision, "recall", m->recall, "f1", m->f1,
		                        "n", (json_int_t)m->n);
		if (json_object_set_new(object, f->names[l], one)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *automated_json(const struct cli_figures *f)
{
	return json_pack("{sI sf so so sI}", "n", (json_int_t)f->automated, "coverage",
	                 (double)f->automated / (double)f->n, "error", ho_json_number(f->automatic.error),
	                 "error_interval", f->automated ? pair(f->automatic.interval) : json_null(), "wrong",
	                 (json_int_t)f->automated_wrong);
}

static json_t *handed_over_json(const struct cli_figures *f)
{
	json_t *object = json_object();
	for (int r = HO_REASON_UNSURE; object && r <= HO_REASON_NO_PROMISE; r++)
		if (json_object_set_new(object, ho_reason_name((enum ho_reason)r),
		                        json_integer((json_int_t)f->by_reason[r]))) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static const char *kind_name(enum ho_promise_kind kind)
{
	return kind == HO_PROMISE_CROSS_FIT ? "cross-fit" : kind == HO_PROMISE_REVIEW_SHARE ? "review-share" : "exact";
}

static json_t *label_promises_json(const struct cli_figures *f)
{
	json_t *object = json_object();
	for (uint32_t k = 0; object && k < f->n_promises; k++) {
		const struct cli_kept *p = &f->promises[k];
		if (!(p->max_error < 1))
			continue;
		json_t *one = json_pack("{sf sf sI so so so}", "max_error", p->max_error, "threshold", p->threshold,
		                        "n", (json_int_t)p->n, "error", ho_json_number(p->error), "error_interval",
		                        p->n ? pair(p->interval) : json_null(), "kept", kept_json(p->kept));
		if (json_object_set_new(object, f->names[k], one)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *certificate_json(const struct ho_model_certificate *c)
{
	json_t *tests = json_array();
	for (uint32_t i = 0; tests && i < c->n_tested; i++) {
		const struct ho_tested *t = &c->tested[i];
		json_t *one = json_pack("{sf sI sI sf}", "threshold", t->threshold, "n", (json_int_t)t->n, "k",
		                        (json_int_t)t->k, "p", t->p);
		if (json_array_append_new(tests, one)) {
			json_decref(tests);
			return NULL;
		}
	}
	return json_pack("{so so sf}", "tested", tests, "chosen",
	                 c->chosen < c->n_tested ? json_integer(c->chosen) : json_null(), "bound", c->bound);
}

/* With a promise per label `max_error` is the largest of them and there is no single threshold. */
static json_t *promise_json(const struct cli_figures *f)
{
	const struct ho_model_certificate *c = &f->certificate;
	double largest = 0;
	if (c->kind == HO_PROMISE_NONE)
		return json_null();
	for (uint32_t i = 0; i < f->n_promises; i++)
		if (f->promises[i].max_error < 1 && f->promises[i].max_error > largest)
			largest = f->promises[i].max_error;
	return json_pack("{sf sf so so ss so so}", "max_error", largest, "confidence_level", c->confidence_level,
	                 "threshold", c->per_label ? json_null() : json_real(c->threshold[0]), "kept",
	                 kept_json(f->kept), "kind", kind_name(c->kind), "per_label",
	                 c->per_label ? label_promises_json(f) : json_null(), "certificate", certificate_json(c));
}

json_t *cli_figures_json(const struct cli_figures *f)
{
	return json_pack("{sI sI sI sf so sf sf sf sf sf sf sf so so so s{sf sf sf} so}", "n", (json_int_t)f->n, "seen",
	                 (json_int_t)f->seen, "unknown_labels", (json_int_t)f->unknown, "accuracy", f->accuracy,
	                 "accuracy_interval", pair(f->accuracy_interval), "macro_f1", f->macro_f1, "log_loss",
	                 f->log_loss, "brier", f->brier, "ece", f->ece.plug_in, "ece_debiased", f->ece.debiased, "aurc",
	                 f->aurc.aurc, "e_aurc", f->aurc.e_aurc, "per_label", per_label_json(f), "automated",
	                 automated_json(f), "handed_over", handed_over_json(f), "coverage_at_error", "0.01",
	                 f->coverage_at[0], "0.02", f->coverage_at[1], "0.05", f->coverage_at[2], "promise",
	                 promise_json(f));
}
