/*
 * Does the score hold for customers, threads or authors that training did not have? Quick models answer the same texts
 * twice: once with texts of the same group among those learnt from (folds at random), once without (folds by group).
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/paired.h"
#include "doubt/refit.h"
#include "train/split.h"

enum { FOLDS = 5, GROUPS_MIN = 10 };
/* A smaller drop breaks nothing (less where few are wrong: paired.h). */
static const double margin = 0.02;

struct groups {
	bool known;
	size_t groups;         /* of the train rows looked at */
	size_t shared, judged; /* judged test texts whose group training has; those that have a group */
	struct doubt_drop drop;
	size_t test;
};

static bool applies(const struct doubt *d)
{
	return d->train.table->group != NULL;
}

/* Group of each drawn row: its value, or one of its own. Returns how many numbers are in use. */
static size_t number_groups(uint32_t *group, const struct doubt *d, const uint32_t *rows, size_t n)
{
	const struct ho_table *table = d->train.table;
	size_t next = table->group_count;
	for (size_t i = 0; i < n; i++) {
		uint32_t value = table->group[d->train.row[rows[i]]];
		bool has = value < table->group_count && table->groups[value].len;
		group[i] = has ? value : (uint32_t)next++;
	}
	return next;
}

static enum ho_status count_shared(struct groups *g, const struct doubt *d, struct ho_error *err)
{
	const struct ho_table *train = d->train.table, *test = d->test.table;
	struct ho_map names;
	uint32_t ignored;
	enum ho_status status = HO_OK;
	if (!test || !test->group)
		return HO_OK;
	ho_map_init(&names);
	for (uint32_t v = 0; v < train->group_count && status == HO_OK; v++)
		status = ho_map_add(&ignored, &names, train->groups[v], err);
	for (size_t i = 0; i < d->n_judged && status == HO_OK; i++) {
		uint32_t value = test->group[d->test.row[d->judged[i]]];
		if (value >= test->group_count || !test->groups[value].len)
			continue;
		g->judged++;
		g->shared += ho_map_find(&names, test->groups[value]) != HO_MAP_NONE;
	}
	ho_map_release(&names);
	return status;
}

/* What is compared: rows, their texts, labels and groups, and folds and errors of the two ways. */
struct comparison {
	struct ho_slice *text;
	uint32_t *label, *group;
	uint8_t *fold, *wrong[2];
};

static enum ho_status compare(struct groups *g, struct doubt *d, struct comparison *c, size_t n, size_t numbers,
                              struct ho_error *err)
{
	static const double share[FOLDS] = {0.2, 0.2, 0.2, 0.2, 0.2};
	struct doubt_refit refit;
	enum ho_status status = ho_doubt__refit_open(&refit, d, c->text, c->label, n, d->labels.n, err);
	if (status)
		return status;
	for (int by_group = 0; by_group < 2 && status == HO_OK; by_group++) {
		status =
		    ho_split(c->fold, by_group ? c->group : NULL, c->label, n, share, FOLDS, d->options->seed, err);
		if (status == HO_OK)
			status = ho_doubt__refit_folds(c->wrong[by_group], &refit, c->fold, FOLDS, n, err);
	}
	ho_doubt__refit_close(&refit);
	if (status == HO_OK)
		status = ho_doubt__drop(&g->drop, c->wrong[0], c->wrong[1], c->group, numbers, n, margin,
		                        d->options->seed, err);
	if (status == HO_OK) {
		g->known = true;
		g->test = ho_doubt__test(d, g->drop.p);
	}
	return status;
}

static size_t count_used(const uint32_t *group, size_t n, size_t numbers)
{
	uint8_t *met = ho_calloc(numbers, 1);
	size_t used = 0;
	for (size_t i = 0; i < n && met; i++) {
		used += !met[group[i]];
		met[group[i]] = 1;
	}
	ho_free(met);
	return used;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct groups *g = state;
	uint32_t *rows;
	size_t n, numbers = 0;
	if (!applies(d))
		return HO_OK;
	enum ho_status status = ho_doubt__draw_units(&rows, &n, d, DOUBT_REFIT_ROWS, err);
	if (status)
		return status;
	struct comparison c = {ho_alloc(n, sizeof *c.text),
	                       ho_alloc(n, sizeof *c.label),
	                       ho_alloc(n, sizeof *c.group),
	                       ho_alloc(n, 1),
	                       {ho_alloc(n, 1), ho_alloc(n, 1)}};
	if (!c.text || !c.label || !c.group || !c.fold || !c.wrong[0] || !c.wrong[1])
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		c.text[i] = d->train.text[rows[i]];
		c.label[i] = d->train.truth[rows[i]];
	}
	if (status == HO_OK) {
		numbers = number_groups(c.group, d, rows, n);
		g->groups = count_used(c.group, n, numbers);
		status = count_shared(g, d, err);
	}
	if (status == HO_OK && g->groups >= GROUPS_MIN)
		status = compare(g, d, &c, n, numbers, err);
	ho_free(rows);
	ho_free(c.text);
	ho_free(c.label);
	ho_free(c.group);
	ho_free(c.fold);
	ho_free(c.wrong[0]);
	ho_free(c.wrong[1]);
	return status;
}

static void show(const struct groups *g, struct doubt *d)
{
	const struct doubt_drop *drop = &g->drop;
	ho_findings_figure(d->out, drop->drop);
	ho_findings_interval(d->out, drop->interval.lo, drop->interval.hi);
	ho_findings_measure(d->out, "accuracy lost on new groups", HO_UNIT_POINTS);
	ho_findings_evidence(
	    d->out,
	    "quick models on %s of %s: right in %s with the same groups among the texts learnt from, in %s without",
	    ho_show_counted(drop->n, "text").text, ho_show_counted(g->groups, "group").text,
	    ho_show_percent(drop->before).text, ho_show_percent(drop->after).text);
	if (g->judged)
		ho_findings_evidence(d->out, "%s of the test texts belong to groups that training has",
		                     ho_show_percent((double)g->shared / (double)g->judged).text);
	char line[64];
	(void)snprintf(line, sizeof line, "the loss is at most %.1f points", 100 * drop->margin);
	ho_doubt__show_test(d, line, g->test);
}

static void tell(struct doubt *d, const void *state)
{
	const struct groups *g = state;
	char name[96];
	(void)snprintf(name, sizeof name, "%s", ho_doubt__shown(d, d->train.table->group_name).text);
	if (!g->known) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "leaks by group were not looked for: %s",
		               applies(d) ? "there are too few groups" : "no column of groups was named");
		ho_findings_advice(d->out, "name the column that tells what belongs together: %s --group COLUMN",
		                   ho_doubt__command(d, d->test.table != NULL).text);
		return;
	}
	double before = g->drop.before, after = g->drop.after;
	if (ho_doubt__alarm(d, g->test)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "the score leans on known values of '%s': %s right with them, %s without", name,
		               ho_show_percent(before).text, ho_show_percent(after).text);
		ho_doubt__say(d, 91,
		              "For values of '%s' that training does not have, the accuracy falls from %s to %s; a "
		              "score from a random split does not show it.",
		              name, ho_show_percent(before).text, ho_show_percent(after).text);
		ho_findings_advice(d->out, "split by it, and train again: `handoff split DATA --group %s -o PREFIX`",
		                   ho_doubt__argument(d, d->train.table->group_name, "COLUMN").text);
	} else if (g->drop.p_any < 0.05 && g->drop.drop > 0) {
		ho_doubt__find(d, DOUBT_WEAK, "new values of '%s' cost a little: %s", name,
		               ho_show_points(-g->drop.drop, -g->drop.interval.hi, -g->drop.interval.lo).text);
		ho_findings_advice(d->out,
		                   "split by it to see the honest score: `handoff split DATA --group %s -o PREFIX`",
		                   ho_doubt__argument(d, d->train.table->group_name, "COLUMN").text);
	} else {
		ho_doubt__find(d, DOUBT_HOLDS,
		               "the score holds for new values of '%s': %s right with known ones, %s with new", name,
		               ho_show_percent(before).text, ho_show_percent(after).text);
	}
	show(g, d);
}

const struct doubt_check ho_doubt__groups = {
    .id = "groups",
    .title = "does it hold for new groups?",
    .section = DOUBT_ON_DATA,
    .applies = applies,
    .state = sizeof(struct groups),
    .measure = measure,
    .tell = tell,
};
