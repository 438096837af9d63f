#include "train/report.h"

#include <jansson.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "judge/binomial.h"
#include "judge/significance.h"
#include "text/utf8.h"
#include "train/shares.h"

/* A label with fewer rows is one to look at; so many such labels are named; so many bytes of a name are shown. */
enum { ROWS_FEW = 10, RARE_NAMED = 5, NAME_SHOWN = 60 };

/* json_*_new() functions return NULL when memory is out, and setting NULL fails quietly: the dump is checked at the
 * end. */
static void set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

/* Six significant digits: enough for any reader, and the same on every machine. */
static json_t *number(double x)
{
	char text[40];
	(void)snprintf(text, sizeof text, "%.6g", x);
	return json_real(strtod(text, NULL));
}

static json_t *interval(struct ho_interval i)
{
	return json_pack("[o, o]", number(i.lo), number(i.hi));
}

static json_t *string_of(struct ho_slice s)
{
	return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static struct ho_interval accuracy_interval(uint64_t errors, uint64_t n)
{
	return ho_binomial_interval(n - errors, n, 0.95);
}

static json_t *label_counts(const struct ho_train_facts *f)
{
	json_t *labels = json_object();
	for (uint32_t k = 0; k < f->K; k++) {
		struct ho_slice name = f->table->labels[f->label_map[k]];
		(void)json_object_setn_new(labels, name.ptr, name.len, json_integer(f->label_rows[k]));
	}
	return labels;
}

static json_t *trail(const struct ho_search *search, bool with_seconds)
{
	json_t *list = json_array();
	for (size_t i = 0; i < search->n_trail; i++) {
		const struct ho_trail_entry *e = &search->trail[i];
		json_t *entry =
		    json_pack("{s:s, s:I, s:o, s:o}", "candidate", e->candidate, "rows", (json_int_t)e->rows, "score",
		              number(e->accuracy), "log_loss", number(e->log_loss));
		if (with_seconds)
			set(entry, "seconds", number(e->seconds));
		(void)json_array_append_new(list, entry);
	}
	return list;
}

static json_t *chosen(const struct ho_search *search)
{
	json_t *list = json_array();
	for (size_t h = 0; h < search->blend.n_heads; h++)
		(void)json_array_append_new(list, json_pack("{s:s, s:o}", "head", search->heads[h].name, "weight",
		                                            number(search->blend.weight[h])));
	return list;
}

static json_t *looks(const struct ho_tune_result *result)
{
	json_t *list = json_array();
	for (size_t i = 0; i < result->n_looks; i++) {
		const struct ho_tune_look *look = &result->looks[i];
		(void)json_array_append_new(list,
		                            json_pack("{s:o, s:o, s:o, s:o}", "epoch", number(look->epoch), "loss",
		                                      number(look->loss), "held_out_log_loss", number(look->held_loss),
		                                      "held_out_accuracy", number(look->held_accuracy)));
	}
	return list;
}

/* Looks and steps are of the last tuning; log losses are of rows that no encoder was tuned on before it scored them. */
static json_t *fine_tuning(const struct ho_finetune_facts *t)
{
	if (!t)
		return json_null();
	if (!t->tried)
		return json_pack("{s:b, s:s}", "used", 0, "left_out",
		                 t->left_out ? t->left_out : "the encoder itself was left out");
	json_t *object =
	    json_pack("{s:b, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "used", t->used, "learnt_from",
	              t->pairs ? "pairs" : "labels", "judged_by", t->folds ? "cross-tuning" : "held-out rows", "rows",
	              (json_int_t)t->learnt, "rows_that_stopped_it", (json_int_t)t->stopped, "rows_that_judged_it",
	              (json_int_t)t->judged, "epochs", number(t->epochs), "log_loss_without",
	              number(t->log_loss_before), "log_loss_with", number(t->log_loss_after));
	set(object, "folds", json_integer((json_int_t)t->folds));
	set(object, "tunings", json_integer((json_int_t)t->tunings));
	set(object, "steps", json_integer((json_int_t)t->result.steps));
	set(object, "looks", looks(&t->result));
	return object;
}

static json_t *baselines(const struct ho_train_facts *f)
{
	const struct ho_baselines *b = f->baselines;
	json_t *object = json_object();
	for (int i = 0; i < HO_BASE_COUNT; i++) {
		json_t *entry = json_object();
		set(entry, "accuracy", b->n ? number(1 - (double)b->errors[i] / (double)b->n) : json_null());
		set(entry, "interval", interval(accuracy_interval(b->errors[i], b->n)));
		if (i == HO_BASE_TOKEN)
			set(entry, "token", string_of(b->best_token));
		set(object, ho_baseline_name((enum ho_baseline_id)i), entry);
	}
	return object;
}

/* The chosen model against the best of the baselines, on the same texts. */
static json_t *paired(const struct ho_train_facts *f)
{
	const struct ho_baselines *b = f->baselines;
	int best = 0;
	for (int i = 1; i < HO_BASE_COUNT; i++)
		best = b->errors[i] < b->errors[best] ? i : best;
	struct ho_paired counts = ho_paired_count(b->wrong[best], f->chosen_wrong, b->n);
	struct ho_difference d = ho_paired_difference(counts, 0.95);
	double p = ho_mcnemar_exact(counts);
	return json_pack("{s:s, s:o, s:o, s:o, s:b, s:I}", "baseline", ho_baseline_name((enum ho_baseline_id)best),
	                 "difference", number(d.difference), "interval", interval(d.interval), "p_value", number(p),
	                 "better", p < 0.05 && d.difference > 0, "n", (json_int_t)b->n);
}

static const char *kind_name(enum ho_promise_kind kind)
{
	return kind == HO_PROMISE_CROSS_FIT ? "cross-fit" : "exact";
}

/* What would have to be for a promise that could not be made. */
static void set_unmet(json_t *object, const struct ho_unmet *unmet, size_t rows)
{
	bool enough = unmet->more == HO_MORE_ENOUGH;
	set(object, "strictest_possible",
	    unmet->strictest_possible > 0 ? number(unmet->strictest_possible) : json_null());
	set(object, "labels_needed", enough ? json_integer((json_int_t)unmet->rows) : json_null());
	set(object, "labels_more", enough ? json_integer((json_int_t)(unmet->rows - rows)) : json_null());
	set(object, "more_labels_help",
	    unmet->more == HO_MORE_UNKNOWN || unmet->more == HO_MORE_LEAST ? json_null() : json_boolean(enough));
	if (unmet->more == HO_MORE_LEAST) {
		set(object, "labels_needed_at_least", json_integer((json_int_t)unmet->rows));
		set(object, "labels_for_judging_at_least", json_integer((json_int_t)unmet->certify_units));
	}
}

static json_t *per_label(const struct ho_train_facts *f)
{
	const struct ho_certified *c = f->certified;
	json_t *object = json_object();
	for (uint32_t k = 0; k < f->K; k++) {
		struct ho_slice name = f->table->labels[f->label_map[k]];
		if (c->max_error[k] >= 1)
			continue;
		bool kept = c->threshold[k] < 1;
		json_t *entry = json_pack("{s:o, s:o}", "max_error", number(c->max_error[k]), "threshold",
		                          kept ? number(c->threshold[k]) : json_null());
		if (!kept)
			set_unmet(entry, &c->unmet[k], f->rows);
		(void)json_object_setn_new(object, name.ptr, name.len, entry);
	}
	return object;
}

/* Of several promises the one that asks for most; unknown if one of them is, useless if one of them is. */
static struct ho_unmet hardest(const struct ho_certified *c, uint32_t K)
{
	struct ho_unmet all = {.more = HO_MORE_ENOUGH};
	for (uint32_t k = 0; k < K; k++) {
		const struct ho_unmet *one = &c->unmet[k];
		if (c->max_error[k] >= 1)
			continue;
		if (one->more == HO_MORE_USELESS || (one->more == HO_MORE_UNKNOWN && all.more == HO_MORE_ENOUGH))
			all.more = one->more;
		all.rows = one->rows > all.rows ? one->rows : all.rows;
	}
	return all;
}

static void set_failure(json_t *report, const struct ho_train_facts *f)
{
	const struct ho_certified *c = f->certified;
	bool single = c->findings.promise_labels == 1;
	struct ho_unmet unmet = single ? c->unmet[0] : hardest(c, f->K);
	set_unmet(report, &unmet, f->rows);
	if (!single)
		set(report, "per_label", per_label(f));
}

/* Distinct texts that certified: all of certify, or what the cross-fit did not plan on. */
static size_t certified_on(const struct ho_train_facts *f)
{
	return f->options->cross_fit ? f->tested - ho_planned_units(f->tested) : f->tested;
}

static json_t *promise(const struct ho_train_facts *f)
{
	const struct ho_certified *c = f->certified;
	if (!c->has_promise)
		return json_null();
	json_t *p = json_object();
	bool single = c->findings.promise_labels == 1;
	set(p, "max_error", single ? number(c->max_error[0]) : json_null());
	set(p, "confidence_level", number(c->findings.confidence_level));
	set(p, "threshold", single ? number(c->threshold[0]) : json_null());
	set(p, "coverage", number(c->coverage));
	set(p, "n", json_integer((json_int_t)c->n));
	set(p, "certified_on", json_integer((json_int_t)certified_on(f)));
	set(p, "k", json_integer((json_int_t)c->k));
	set(p, "tested", json_integer(c->findings.n_tested));
	set(p, "review_share", f->options->review_share >= 0 ? number(f->options->review_share) : json_null());
	set(p, "kind", json_string(kind_name(c->findings.promise_kind)));
	if (c->findings.promise_kind == HO_PROMISE_CROSS_FIT)
		set(p, "approximate", json_true());
	if (!single)
		set(p, "per_label", per_label(f));
	return p;
}

static size_t curve_points(struct ho_learning_point *points, const struct ho_search *search)
{
	for (size_t r = 0; r < search->n_rungs; r++) {
		const struct ho_rung *rung = &search->rungs[r];
		uint64_t errors = (uint64_t)((1 - rung->accuracy) * (double)rung->rows + 0.5);
		points[r] = (struct ho_learning_point){(double)rung->learnt, errors, rung->rows};
	}
	return search->n_rungs;
}

static json_t *curve(const struct ho_search *search)
{
	json_t *list = json_array();
	for (size_t r = 0; r < search->n_rungs; r++)
		(void)json_array_append_new(list, json_pack("{s:I, s:o}", "rows", (json_int_t)search->rungs[r].learnt,
		                                            "accuracy", number(search->rungs[r].accuracy)));
	return list;
}

/* What twice the labels would bring. */
static json_t *forecast(const struct ho_train_facts *f)
{
	struct ho_learning_point points[HO_RUNGS_MAX];
	struct ho_learning_forecast ahead;
	size_t n = curve_points(points, f->search);
	double rows = 2 * (double)f->rows;
	if (ho_learning_curve_forecast(&ahead, points, n, rows, 0.9, f->options->seed, NULL) || !ahead.known)
		return json_null();
	struct ho_interval accuracy = {1 - ahead.interval.hi, 1 - ahead.interval.lo};
	return json_pack("{s:I, s:o, s:o}", "rows", (json_int_t)rows, "accuracy", number(1 - ahead.error), "interval",
	                 interval(accuracy));
}

static void warn(json_t *list, const char *format, ...) HO_PRINTF(2, 3);
static void warn(json_t *list, const char *format, ...)
{
	char line[512];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	(void)json_array_append_new(list, json_string(line));
}

static struct ho_slice label_name(const struct ho_train_facts *f, uint32_t k)
{
	struct ho_slice name = f->table->labels[f->label_map[k]];
	return ho_slice(name.ptr, ho_utf8_clean_prefix(name.ptr, name.len < NAME_SHOWN ? name.len : NAME_SHOWN));
}

static void warn_of_leaks(json_t *list, const struct ho_train_facts *f)
{
	const struct ho_telltale *t = &f->baselines->telltale;
	const struct ho_shuffle_check *s = f->shuffled;
	if (t->with) {
		struct ho_slice name = label_name(f, t->label);
		size_t shown =
		    ho_utf8_clean_prefix(t->token.ptr, t->token.len < NAME_SHOWN ? t->token.len : NAME_SHOWN);
		warn(list,
		     "the single word '%.*s' gives the answer away: %u of the %u texts that have it are '%.*s', and it "
		     "is in %.0f%% of that label's texts; will it be there when the model is used?",
		     (int)shown, t->token.ptr, t->right, t->with, (int)name.len, name.ptr, 100 * t->recall);
	}
	if (s->p < 0.001)
		warn(list, "on shuffled labels the accuracy is %.1f%% where guessing gives %.1f%%: something leaks",
		     100 * s->accuracy, 100 * s->chance);
	if (s->promise)
		warn(list, "a promise could be made on shuffled labels: do not trust the one above");
}

/* By name while they are few; of hundreds their number and the rarest say enough. */
static void warn_of_rare_labels(json_t *list, const struct ho_train_facts *f)
{
	uint32_t rare = 0, rarest = 0;
	for (uint32_t k = 0; k < f->K; k++) {
		rare += f->label_rows[k] < ROWS_FEW;
		rarest = f->label_rows[k] < f->label_rows[rarest] ? k : rarest;
	}
	for (uint32_t k = 0; k < f->K && rare <= RARE_NAMED; k++)
		if (f->label_rows[k] < ROWS_FEW) {
			struct ho_slice name = label_name(f, k);
			warn(list, "label '%.*s' has only %u row%s", (int)name.len, name.ptr, f->label_rows[k],
			     f->label_rows[k] == 1 ? "" : "s");
		}
	if (rare > RARE_NAMED) {
		struct ho_slice name = label_name(f, rarest);
		warn(list, "%u labels have fewer than %d rows; '%.*s' has the fewest, %u", rare, ROWS_FEW,
		     (int)name.len, name.ptr, f->label_rows[rarest]);
	}
}

static void warn_of_folds(json_t *list, const struct ho_train_facts *f)
{
	const struct ho_search *search = f->search;
	if (search->cut_short)
		warn(list, "the time limit cut the search short: the same data and seed may give another model on "
		           "another machine");
	if (f->options->cross_fit && search->blend_rows < f->fit)
		warn(
		    list,
		    "the promise and the accuracy were measured with models that learnt from folds of %zu rows, not of "
		    "all %zu: %s",
		    search->blend_rows, f->fit,
		    search->cut_short ? "the time limit came first" : "more would cost too much");
}

static json_t *warnings(const struct ho_train_facts *f)
{
	json_t *list = json_array();
	warn_of_leaks(list, f);
	warn_of_rare_labels(list, f);
	warn_of_folds(list, f);
	if (f->near->n_groups < f->rows / 2)
		warn(list,
		     "most rows are copies: there are %zu distinct texts in %zu rows, and each counts once where the "
		     "model is judged",
		     f->near->n_groups, f->rows);
	if (f->kept_out)
		warn(list, "%zu rows were left out because the test data have them too", f->kept_out);
	return list;
}

static json_t *lasting_report(const struct ho_train_facts *f)
{
	json_t *r = json_object();
	const struct ho_certified *c = f->certified;
	set(r, "program", json_pack("{s:s, s:s}", "name", "handoff", "version", ho_version()));
	set(r, "rows", json_integer((json_int_t)f->rows));
	set(r, "labels", label_counts(f));
	set(r, "parts",
	    json_pack("{s:I, s:I, s:I}", "fit", (json_int_t)f->fit, "tune", (json_int_t)f->tune, "certify",
	              (json_int_t)f->certify));
	set(r, "groups",
	    json_pack("{s:I, s:I, s:I}", "fit", (json_int_t)f->groups[HO_PART_FIT], "tune",
	              (json_int_t)f->groups[HO_PART_TUNE], "certify", (json_int_t)f->groups[HO_PART_CERTIFY]));
	set(r, "duplicates",
	    json_pack("{s:I, s:I, s:I}", "exact", (json_int_t)f->near->n_exact, "near", (json_int_t)f->near->n_near,
	              "groups", (json_int_t)f->near->n_groups));
	set(r, "seed", json_integer((json_int_t)f->options->seed));
	set(r, "baselines", baselines(f));
	set(r, "paired_test", paired(f));
	set(r, "chosen", chosen(f->search));
	if (f->options->encoder) /* models without one stay as they were, byte for byte */
		set(r, "encoder", ho_train__report_encoder(f));
	if (f->tuned)
		set(r, "fine_tuning", fine_tuning(f->tuned));
	set(r, "accuracy", f->tested ? number(f->accuracy) : json_null());
	set(r, "accuracy_interval", interval(accuracy_interval(f->errors, f->tested)));
	set(r, "accuracy_from", json_string(f->options->cross_fit ? "out of fold" : "certify"));
	set(r, "learning_curve", curve(f->search));
	set(r, "forecast", forecast(f));
	set(r, "calibration_slope", number(c->calibration_slope));
	set(r, "novelty_level", number(c->findings.novelty_level));
	bool from_tune = ho_novelty_from_tune(f->groups[HO_PART_TUNE], f->options->novelty_level);
	set(r, "novelty_from", json_string(from_tune ? "tune" : "fit"));
	set(r, "promise", promise(f));
	if (!c->has_promise)
		set_failure(r, f);
	set(r, "shuffled_labels",
	    json_pack("{s:I, s:o, s:o, s:o, s:b}", "rows", (json_int_t)f->shuffled->rows, "accuracy",
	              number(f->shuffled->accuracy), "chance", number(f->shuffled->chance), "p_value",
	              number(f->shuffled->p), "promise", f->shuffled->promise));
	set(r, "warnings", warnings(f));
	return r;
}

/* jansson allocates by itself; what leaves this file is our own memory. */
static enum ho_status dump(char **out, const json_t *object, struct ho_error *err)
{
	char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(8)) : NULL;
	if (!text)
		return ho_fail_nomem(err);
	size_t len = strlen(text);
	*out = ho_alloc(len + 1, 1);
	if (*out)
		memcpy(*out, text, len + 1);
	free(text);
	return *out ? HO_OK : ho_fail_nomem(err);
}

enum ho_status ho_train_report(char **lasting, char **full, const struct ho_train_facts *facts, double seconds,
                               size_t model_bytes, struct ho_error *err)
{
	*lasting = *full = NULL;
	json_t *report = lasting_report(facts);
	set(report, "search", trail(facts->search, false));
	enum ho_status status = dump(lasting, report, err);
	set(report, "search", trail(facts->search, true));
	set(report, "seconds", number(seconds));
	set(report, "peak_rss_mb", number(ho_peak_rss_mb()));
	set(report, "model_bytes", json_integer((json_int_t)model_bytes));
	if (status == HO_OK)
		status = dump(full, report, err);
	json_decref(report);
	if (status) {
		ho_free(*lasting);
		*lasting = NULL;
	}
	return status;
}
