/*
 * Labels that are likely wrong: confident learning (judge/confident.h) on a first model's out-of-fold probabilities,
 * with what copies of a text say, ranked, and the reason in words.
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "explore/private.h"
#include "explore/reasons.h"

enum { SHOWN_TEXTS = 25, SHOWN_LINES = 5, SHOWN_LABELS = 40, VOTES_MAX = 3 };
/* A copy's label is the text's own label with this probability: people contradict themselves on copies too. */
static const double copy_right = 0.8;

void ho_label_errors_release(struct ho_label_errors *errors)
{
	ho_free(errors->items);
	ho_arena_release(&errors->arena);
	*errors = (struct ho_label_errors){.n = 0};
}

struct member {
	uint32_t group, row;
};

static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* What the labels of the other members of a group say about member `own`. */
static void vote(struct ho_out_of_fold *f, const struct member *group, size_t n, size_t own, const uint32_t *given)
{
	uint32_t K = f->K;
	float *p = f->probability + (size_t)group[own].row * K;
	double sum = 0;
	for (size_t m = 0, votes = 0; m < n && votes < VOTES_MAX; m++) {
		if (m == own)
			continue;
		votes++;
		for (uint32_t k = 0; k < K; k++)
			p[k] *= (float)(k == given[group[m].row] ? copy_right : (1 - copy_right) / (K - 1));
	}
	for (uint32_t k = 0; k < K; k++)
		sum += (double)p[k];
	for (uint32_t k = 0; k < K; k++)
		p[k] = sum > 0 ? (float)(p[k] / sum) : 1 / (float)K;
}

static enum ho_status let_copies_vote(struct ho_out_of_fold *f, struct ho_error *err)
{
	struct member *members = ho_alloc(f->n, sizeof *members);
	if (!members)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < f->n; i++)
		members[i] = (struct member){f->group[i], (uint32_t)i};
	qsort(members, f->n, sizeof *members, by_group);
	for (size_t from = 0, to; from < f->n; from = to) {
		for (to = from; to < f->n && members[to].group == members[from].group;)
			to++;
		for (size_t own = 0; to - from > 1 && own < to - from; own++)
			vote(f, members + from, to - from, own, f->label);
	}
	ho_free(members);
	return HO_OK;
}

struct doubtful {
	double doubt;
	uint32_t row;
};

static int most_doubtful(const void *a, const void *b)
{
	const struct doubtful *x = a, *y = b;
	if (x->doubt != y->doubt)
		return x->doubt > y->doubt ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* As many as the joint counts or as the surest texts say, of those that the model would have given another label. */
static enum ho_status choose(struct explore_first *first, struct ho_error *err)
{
	const struct ho_out_of_fold *f = &first->f;
	struct doubtful *list = ho_alloc(f->n, sizeof *list);
	first->look = ho_alloc(f->n, sizeof *first->look);
	if (!list || !first->look) {
		ho_free(list);
		return ho_fail_nomem(err);
	}
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (ho_explore__first_answer(first, i) != f->label[i])
			list[n++] = (struct doubtful){first->doubt[i], (uint32_t)i};
	qsort(list, n, sizeof *list, most_doubtful);
	size_t by_surest = (size_t)lrint(first->surest.share * (double)f->n);
	size_t wanted = by_surest > first->joint.wrong ? by_surest : (size_t)first->joint.wrong;
	first->n_look = n < wanted ? n : wanted;
	for (size_t i = 0; i < first->n_look; i++)
		first->look[i] = list[i].row;
	ho_free(list);
	return HO_OK;
}

/* By the model alone: before copies vote. */
static void look_wrong(struct explore_first *first)
{
	const struct ho_out_of_fold *f = &first->f;
	for (size_t i = 0; i < f->n; i++) {
		uint32_t answer = ho_explore__first_answer(first, i);
		first->wrong[i] = answer != f->label[i] &&
		                  (double)f->probability[i * f->K + answer] >= first->joint.threshold[answer];
	}
}

static enum ho_status find(struct explore_first *first, struct ho_error *err)
{
	struct ho_out_of_fold *f = &first->f;
	first->doubt = ho_alloc(f->n, sizeof *first->doubt);
	first->suggested = ho_alloc(f->n, sizeof *first->suggested);
	first->wrong = ho_calloc(f->n, sizeof *first->wrong);
	if (!first->doubt || !first->suggested || !first->wrong)
		return ho_fail_nomem(err);
	enum ho_status status = ho_confident_joint(&first->joint, f->probability, f->label, f->n, f->K, err);
	if (status == HO_OK)
		look_wrong(first);
	if (status == HO_OK)
		status = ho_confident_surest(&first->surest, f->probability, f->label, f->unit, f->n, f->K, err);
	if (status == HO_OK)
		status = let_copies_vote(f, err);
	if (status == HO_OK)
		status = ho_confident_doubt(first->doubt, first->suggested, &first->joint, f->probability, f->label,
		                            f->n, err);
	return status == HO_OK ? choose(first, err) : status;
}

/* ---- telling it ---- */

/* How many of those listed are really wrong, if the surest texts speak for all: a share of the rows, spread over those
 * listed, and no more than all of them. */
static void expect(struct explore *e)
{
	const struct explore_first *first = &e->first;
	double share = first->surest.share * (double)first->f.n / (double)(first->n_look ? first->n_look : 1);
	struct ho_surest s = first->surest;
	if (!s.n) {
		ho_findings_evidence(e->out, "the model is sure of no text: these may as well be its own mistakes");
		return;
	}
	ho_findings_evidence(
	    e->out,
	    "of the %s texts that the model is surest of, %s %s another label: if it is right about those, %s %s of "
	    "all labels are wrong%s",
	    ho_show_count(s.n).text, ho_show_count(s.k).text, s.k == 1 ? "has" : "have",
	    s.falling ? "at most" : "about", ho_show_interval(s.share, s.interval.lo, s.interval.hi).text,
	    s.falling ? "; of the surer half of them fewer have, so that some of it is the model's own mistakes" : "");
	ho_findings_evidence(e->out,
	                     "the list is longer than that where the model itself errs: expect %s of it to be really "
	                     "wrong, most of them at its top",
	                     share >= 0.9    ? "nearly all"
	                     : share >= 0.6  ? "two in three"
	                     : share >= 0.4  ? "one in two"
	                     : share >= 0.28 ? "one in three"
	                     : share >= 0.17 ? "one in five"
	                     : share >= 0.07 ? "one in ten"
	                                     : "few");
}

struct rate {
	uint32_t label, other;
	uint64_t n, wrong, most;
};

static int worst_first(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;
	double p = (double)x->wrong / (double)(x->n ? x->n : 1), q = (double)y->wrong / (double)(y->n ? y->n : 1);
	if (p != q)
		return p > q ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

static void rate_table(struct explore *e, const struct rate *rates)
{
	uint32_t K = e->first.f.K;
	const char *const head[] = {"label", "rows", "look wrong", "mostly look like"};
	ho_exhibit_table(e->out, "lrrl",
	                 K > SHOWN_LABELS ? "the %d labels with the most doubt"
	                                  : "how many labels look wrong, by the label given",
	                 SHOWN_LABELS);
	for (int i = 0; i < 4; i++)
		ho_exhibit_cell(e->out, "%s", head[i]);
	for (uint32_t k = 0; k < K && k < SHOWN_LABELS; k++) {
		const struct rate *r = &rates[k];
		ho_exhibit_cell(e->out, "%s", ho_explore__first_label(e, r->label).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(r->n).text);
		ho_exhibit_cell(e->out, "%s (%s)", ho_show_count(r->wrong).text,
		                ho_show_percent(r->n ? (double)r->wrong / (double)r->n : 0).text);
		if (r->most)
			ho_exhibit_cell(e->out, "%s (%s)", ho_explore__first_label(e, r->other).text,
			                ho_show_count(r->most).text);
		else
			ho_exhibit_cell(e->out, "-");
	}
}

static enum ho_status per_label(struct explore *e, struct ho_error *err)
{
	const struct ho_confident *c = &e->first.joint;
	struct rate *rates = ho_calloc(c->K, sizeof *rates);
	if (!rates)
		return ho_fail_nomem(err);
	for (uint32_t s = 0; s < c->K; s++) {
		rates[s] = (struct rate){.label = s, .other = s, .n = c->count[s]};
		for (uint32_t j = 0; j < c->K; j++) {
			uint64_t here = c->joint[(size_t)s * c->K + j];
			if (j == s)
				continue;
			rates[s].wrong += here;
			if (here > rates[s].most) {
				rates[s].most = here;
				rates[s].other = j;
			}
		}
	}
	qsort(rates, c->K, sizeof *rates, worst_first);
	rate_table(e, rates);
	ho_free(rates);
	return HO_OK;
}

static void show_texts(struct explore *e, const struct ho_label_errors *errors)
{
	for (size_t i = 0; i < errors->n && i < SHOWN_LINES; i++)
		ho_findings_evidence(e->out, "row %u, '%s': %s", e->table->row[errors->items[i].row],
		                     ho_explore__label(e, errors->items[i].label).text, errors->items[i].reason);
	ho_exhibit_texts(e->out, "the most doubtful labels first");
	for (size_t i = 0; i < errors->n && i < SHOWN_TEXTS; i++)
		ho_explore__show_row(e, errors->items[i].row, errors->items[i].reason);
}

static void tell_share(struct explore *e, bool many)
{
	const struct explore_first *first = &e->first;
	struct ho_shown rows = ho_show_counted(first->n_look, "row");
	if (!first->surest.n) {
		ho_explore__tell(e, 30, "%s may have a wrong label, or a first model is wrong: it is sure of no text.",
		                 rows.text);
		return;
	}
	ho_explore__tell(e, many ? 80 : 55,
	                 "%s may have a wrong label; if a first model is right about the texts that it is surest of, "
	                 "%s %s of all labels are wrong (95%% interval %s to %s).",
	                 rows.text, first->surest.falling ? "at most" : "about",
	                 ho_show_percent(first->surest.share).text, ho_show_percent(first->surest.interval.lo).text,
	                 ho_show_percent(first->surest.interval.hi).text);
}

static enum ho_status report(struct explore *e, const struct ho_label_errors *errors, struct ho_error *err)
{
	const struct explore_first *first = &e->first;
	const struct ho_out_of_fold *f = &first->f;
	/* Well-known sets have 3.3% wrong labels in the mean (Northcutt, Athalye & Mueller 2021): more is a fault. */
	bool many = first->surest.interval.lo > 0.04 && !first->surest.falling;
	ho_findings_add(e->out, "label-errors", many ? HO_WARNING : HO_NOTICE, "%s (%s) may have a wrong label",
	                ho_show_counted(first->n_look, "row").text,
	                ho_show_percent((double)first->n_look / (double)f->n).text);
	ho_findings_figure(e->out, first->surest.share);
	ho_findings_interval(e->out, first->surest.interval.lo, first->surest.interval.hi);
	ho_findings_measure(e->out, "share of wrong labels, by the surest texts", HO_UNIT_SHARE);
	expect(e);
	if (f->n < f->labelled)
		ho_findings_evidence(e->out, "looked for among a fair sample of %s of the %s labelled rows",
		                     ho_show_count(f->n).text, ho_show_count(f->labelled).text);
	show_texts(e, errors);
	ho_findings_advice(e->out,
	                   "look at them: `--errors FILE` writes the list, `--workspace DIR --task NAME` puts it "
	                   "into the review queue; nothing is changed by itself");
	tell_share(e, many);
	return per_label(e, err);
}

static void nothing_wrong(struct explore *e)
{
	const struct ho_surest *s = &e->first.surest;
	ho_findings_add(e->out, "label-errors", HO_INFO, "no label looks wrong to a first model");
	ho_findings_figure(e->out, s->share);
	ho_findings_interval(e->out, s->interval.lo, s->interval.hi);
	ho_findings_measure(e->out, "share of wrong labels, by the surest texts", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "of the %s texts that the model is surest of, %s %s another label",
	                     ho_show_count(s->n).text, ho_show_count(s->k).text, s->k == 1 ? "has" : "have");
}

enum ho_status ho_explore__label_errors(struct explore *e, struct ho_error *err)
{
	struct explore_first *first = &e->first;
	struct ho_label_errors own = {.n = 0}, *errors = e->options.errors ? e->options.errors : &own;
	if (!first->learns)
		return HO_OK;
	enum ho_status status = find(first, err);
	if (status == HO_OK)
		status = ho_explore__reasons(errors, e, e->options.errors ? first->n_look : SHOWN_TEXTS, err);
	errors->looked = status == HO_OK;
	if (status == HO_OK && first->n_look)
		status = report(e, errors, err);
	else if (status == HO_OK)
		nothing_wrong(e);
	ho_label_errors_release(&own);
	return status;
}
