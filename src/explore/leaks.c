/* What a test set has in common with the texts trained on: copies, groups, times. Each share is of the test rows. */
#include "explore/private.h"

#include <math.h>

#include "base/alloc.h"
#include "explore/dates.h"
#include "judge/binomial.h"

enum { SHOWN = 5 };
/* Near copies are natural where texts are short and alike (5% of the queries to a bank); exact ones are not. */
static const double harmful = 0.01, harmful_near = 0.1, overlap = 0.1;

/* Of a name in the test its number in the training labels; HO_LABEL_NONE. */
static uint32_t same_label(const struct ho_table *t, struct ho_slice name)
{
	for (uint32_t l = 0; l < t->label_count; l++)
		if (ho_slice_equal(t->labels[l], name))
			return l;
	return HO_LABEL_NONE;
}

static void show_copies(struct explore *e, const struct ho_table *test, const struct ho_near_match *match)
{
	size_t shown = 0;
	char room[HO_ID_ROOM], note[120];
	ho_exhibit_texts(e->out, "Test texts that stand in the training data too");
	for (size_t i = 0; i < test->n && shown < 2 * SHOWN; i++) {
		if (match[i].row == HO_NEAR_NONE)
			continue;
		struct ho_slice label =
		    test->label && test->label[i] != HO_LABEL_NONE ? test->labels[test->label[i]] : ho_slice(NULL, 0);
		(void)snprintf(note, sizeof note, "test row %u, training row %u%s%.12s", test->row[i],
		               e->table->row[match[i].row], match[i].exact ? ", the same" : ", similarity ",
		               match[i].exact ? "" : ho_show_percent(match[i].jaccard).text);
		if (shown < SHOWN)
			ho_findings_evidence(e->out, "%s: \"%s\"", note, ho_explore__snippet(test->text[i]).text);
		ho_exhibit_text(e->out, ho_table_id(test, i, room), label, test->text[i], "%s", note);
		shown++;
	}
}

static void copies(struct explore *e, const struct ho_table *test, const struct ho_near_match *match)
{
	size_t exact = 0, near = 0, contradict = 0, n;
	for (size_t i = 0; i < test->n; i++) {
		if (match[i].row == HO_NEAR_NONE)
			continue;
		exact += match[i].exact;
		near += !match[i].exact;
		if (match[i].exact && test->label && e->table->label && test->label[i] != HO_LABEL_NONE)
			contradict +=
			    same_label(e->table, test->labels[test->label[i]]) != e->table->label[match[i].row];
	}
	n = exact + near;
	struct ho_interval in = ho_binomial_interval(n, test->n, 0.95);
	if (!n) {
		ho_findings_add(e->out, "test-leak", HO_INFO, "no test text is a copy or near copy of a training text");
		ho_findings_figure(e->out, 0);
		ho_findings_interval(e->out, in.lo, in.hi);
		ho_explore__tell(e, 43, "None of the %s test texts stands in the training data.",
		                 ho_show_count(test->n).text);
		return;
	}
	bool leak = in.lo > harmful_near || ho_binomial_lower(exact, test->n, 0.025) > harmful;
	ho_findings_add(e->out, "test-leak", leak ? HO_WARNING : HO_NOTICE,
	                "%s in the training data too: %s exactly, %s nearly",
	                ho_explore__count(n, test->n, "test text", "are").text, ho_show_count(exact).text,
	                ho_show_count(near).text);
	ho_findings_figure(e->out, (double)n / (double)test->n);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the test texts that training has seen", HO_UNIT_SHARE);
	if (contradict)
		ho_findings_evidence(e->out, "of the exact copies %s have another label there",
		                     ho_show_count(contradict).text);
	show_copies(e, test, match);
	ho_findings_advice(
	    e->out, "take them out of the test, or split again with `handoff split`, which keeps copies on one side; "
	            "`handoff evaluate` leaves out the texts that a model has seen");
	ho_explore__tell(e, leak ? 95 : 62, "%s in the training data too: a test on them is answered from memory.",
	                 ho_explore__count(n, test->n, "test text", "are").text);
}

static enum ho_status by_copy(struct explore *e, const struct ho_table *test, struct ho_error *err)
{
	const struct ho_near_options options = {.threads = e->options.threads, .seed = e->options.seed};
	struct ho_near_match *match = ho_alloc(test->n + 1, sizeof *match);
	if (!match)
		return ho_fail_nomem(err);
	enum ho_status status =
	    ho_near_between(match, e->table->text, e->table->n, test->text, test->n, &options, e->progress, err);
	if (status == HO_OK)
		copies(e, test, match);
	ho_free(match);
	return status;
}

/* Groups that stand on both sides: the same customer, the same thread. */
static void by_group(struct explore *e, const struct ho_table *test)
{
	const struct ho_table *t = e->table;
	size_t n = 0, shown = 0;
	if (!t->group || !test->group)
		return;
	for (size_t i = 0; i < test->n; i++)
		n += test->group[i] != HO_GROUP_NONE &&
		     ho_map_find(&t->group_map, test->groups[test->group[i]]) != HO_MAP_NONE;
	double share = (double)n / (double)test->n;
	ho_findings_add(e->out, "group-leak",
	                share > harmful ? HO_WARNING
	                : n             ? HO_NOTICE
	                                : HO_INFO,
	                n ? "%s a group ('%s') that is in the training data too"
	                  : "%s a group ('%s') of the training data",
	                ho_explore__count(n, test->n, "test row", "have").text, ho_show_short(t->group_name).text);
	ho_findings_figure(e->out, share);
	ho_findings_measure(e->out, "share of the test rows whose group training has seen", HO_UNIT_SHARE);
	for (uint32_t g = 0; g < test->group_count && shown < SHOWN; g++)
		if (!e->options.redact && ho_map_find(&t->group_map, test->groups[g]) != HO_MAP_NONE) {
			ho_findings_evidence(e->out, "'%s'", ho_show_short(test->groups[g]).text);
			shown++;
		}
	if (!n)
		return;
	ho_findings_advice(e->out, "split by group: `handoff split --group %s`",
	                   ho_show_argument(t->group_name, "COLUMN").text);
	ho_explore__tell(e, share > harmful ? 91 : 45,
	                 "%s a group that is in the training data too: the test is easier than life.",
	                 ho_explore__count(n, test->n, "test row", "have").text);
}

/* Days of a table's times; NaN where there is none. NULL: no memory, or too few are times. */
static double *days_of(const struct ho_table *t)
{
	double *days = t->time ? ho_alloc(t->n + 1, sizeof *days) : NULL;
	size_t known = 0;
	for (size_t i = 0; i < t->n && days; i++) {
		days[i] = NAN;
		known += ho_explore__date(t->time[i], &days[i]);
	}
	if (days && known * 2 < t->n) {
		ho_free(days);
		return NULL;
	}
	return days;
}

/* The share of training rows that are later than half of the test rows. */
static double later(const double *train, size_t n, double *test, size_t nt, double *median)
{
	size_t known = 0, after = 0, of = 0;
	for (size_t i = 0; i < nt; i++)
		if (!isnan(test[i]))
			test[known++] = test[i];
	for (size_t gap = known / 2; gap > 0; gap /= 2)
		for (size_t i = gap; i < known; i++)
			for (size_t j = i; j >= gap && test[j - gap] > test[j]; j -= gap) {
				double swap = test[j];
				test[j] = test[j - gap];
				test[j - gap] = swap;
			}
	*median = known ? test[known / 2] : 0;
	for (size_t i = 0; i < n && known; i++)
		if (!isnan(train[i])) {
			of++;
			after += train[i] > *median;
		}
	return of ? (double)after / (double)of : 0;
}

static void by_time(struct explore *e, const struct ho_table *test)
{
	double *a = days_of(e->table), *b = days_of(test), median;
	char day[HO_DATE_ROOM];
	if (a && b) {
		double share = later(a, e->table->n, b, test->n, &median);
		ho_explore__date_text(day, median);
		bool looks_back = share >= overlap;
		ho_findings_add(
		    e->out, "time-leak",
		    !looks_back     ? HO_INFO
		    : e->time_tells ? HO_WARNING
		                    : HO_NOTICE,
		    looks_back
		        ? "the training data know the future of the test: %s of their rows are later than half of it"
		        : "the test is later than the training data: only %s of their rows are later than half of it",
		    ho_show_percent(share).text);
		ho_findings_figure(e->out, share);
		ho_findings_measure(e->out, "share of the training rows later than half of the test", HO_UNIT_SHARE);
		ho_findings_evidence(e->out, "half of the test rows are later than %s%s", day,
		                     e->time_tells ? "; the mix of labels changes with time" : "");
		if (looks_back) {
			ho_findings_advice(e->out, "split by time: `handoff split --time %s`",
			                   ho_show_argument(e->table->time_name, "COLUMN").text);
			ho_explore__tell(e, e->time_tells ? 89 : 57,
			                 "The training data know the future of the test: %s of their rows are later "
			                 "than half of it.",
			                 ho_show_percent(share).text);
		}
	}
	ho_free(a);
	ho_free(b);
}

/* Labels that only the test has. */
static void by_label(struct explore *e, const struct ho_table *test)
{
	size_t n = 0, rows = 0;
	const struct ho_table *t = e->table;
	if (!t->label || !test->label)
		return;
	for (size_t i = 0; i < test->n; i++)
		rows += test->label[i] != HO_LABEL_NONE && same_label(t, test->labels[test->label[i]]) == HO_LABEL_NONE;
	for (uint32_t l = 0; l < test->label_count; l++)
		n += same_label(t, test->labels[l]) == HO_LABEL_NONE;
	if (!n)
		return;
	ho_findings_add(e->out, "test-only-labels", HO_WARNING, "%s of the test %s not in the training data",
	                ho_show_counted(n, "label").text, n == 1 ? "is" : "are");
	ho_findings_figure(e->out, (double)rows / (double)test->n);
	ho_findings_measure(e->out, "share of the test rows", HO_UNIT_SHARE);
	for (uint32_t l = 0, shown = 0; l < test->label_count && shown < SHOWN; l++)
		if (same_label(t, test->labels[l]) == HO_LABEL_NONE) {
			ho_findings_evidence(e->out, "'%s'", ho_show_short(test->labels[l]).text);
			shown++;
		}
	ho_findings_advice(e->out, "if it is another spelling: --map OLD=NEW; if not, nothing can be learned of it");
	ho_explore__tell(e, 77, "%s of the test %s not in the training data.", ho_show_counted(n, "label").text,
	                 n == 1 ? "is" : "are");
}

enum ho_status ho_explore__leaks(struct explore *e, struct ho_error *err)
{
	const struct ho_table *test = e->masked_test.table.n ? &e->masked_test.table : e->options.test;
	if (!test || !test->n)
		return HO_OK;
	enum ho_status status = by_copy(e, test, err);
	if (status)
		return status;
	by_group(e, e->options.test); /* names of groups are compared unmasked, and not shown where they may not be */
	by_time(e, test);
	by_label(e, test);
	return HO_OK;
}
