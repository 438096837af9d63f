/*
 * Do texts of the test file stand in the training data? Exact copies, near copies, and texts whose fingerprint the
 * model itself remembers. Such texts judge nothing anywhere in this module; here is told how many there are and what
 * the score is without them.
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/private.h"

enum { SHOWN = 8 };
/* Shares of test texts that may be exact copies of training texts, or copies at all, before the test file is called
 * broken; and one worth a hint. People ask the same short question in nearly the same words: of the public sets with
 * official splits one has 5% near copies, none has 3% exact ones (docs/explanation/doubt.md). */
static const double tolerated_exact = 0.03, tolerated = 0.1, hint = 0.005;

struct leaks {
	size_t exact, near, remembered;     /* test rows: copies of train rows; known to the model alone */
	size_t texts, known, known_exactly; /* distinct test texts; those that training had, and word for word */
	size_t contradicting;               /* copies whose label is another one */
	size_t rows, wrong, new_rows, new_wrong, known_wrong;
	size_t repeats; /* train rows that repeat an earlier one */
	size_t test_exact, test;
};

static bool is_known(const struct doubt *d, size_t i)
{
	return d->seen[i] || d->copies[i].row != HO_NEAR_NONE;
}

static void count_row(struct leaks *l, const struct doubt *d, size_t i)
{
	const struct ho_near_match *copy = &d->copies[i];
	bool wrong = d->test.answers.wrong[i];
	l->rows++;
	l->wrong += wrong;
	if (!is_known(d, i))
		return;
	l->exact += copy->row != HO_NEAR_NONE && copy->exact;
	l->near += copy->row != HO_NEAR_NONE && !copy->exact;
	l->remembered += copy->row == HO_NEAR_NONE;
	l->contradicting += copy->row != HO_NEAR_NONE && d->train.truth[copy->row] != d->test.truth[i];
	l->known_wrong += wrong;
}

/* Groups of test rows one of which training had word for word. */
static enum ho_status count_exact(struct leaks *l, const struct doubt *d, struct ho_error *err)
{
	uint8_t *known = ho_calloc(d->test.groups, 1);
	if (!known)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < d->test.n; i++)
		known[d->test.group[i]] |= d->seen[i] || (d->copies[i].row != HO_NEAR_NONE && d->copies[i].exact);
	for (size_t g = 0; g < d->test.groups; g++)
		l->known_exactly += known[g];
	ho_free(known);
	return HO_OK;
}

static double more_p(size_t known, size_t texts, double share)
{
	return known ? ho_binomial_sf(known - 1, texts, share) : 1;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct leaks *l = state;
	l->repeats = d->train.n - d->train.groups;
	for (size_t i = 0; i < d->test.n; i++)
		count_row(l, d, i);
	l->texts = d->test.groups;
	l->known = d->test.groups - d->n_judged;
	l->new_rows = d->n_judged;
	for (size_t i = 0; i < d->n_judged; i++)
		l->new_wrong += d->test.answers.wrong[d->judged[i]];
	if (!d->test.n)
		return HO_OK;
	enum ho_status status = count_exact(l, d, err);
	l->test_exact = ho_doubt__test(d, more_p(l->known_exactly, l->texts, tolerated_exact));
	l->test = ho_doubt__test(d, more_p(l->known, l->texts, tolerated));
	return status;
}

static struct ho_shown show_right(size_t wrong, size_t n)
{
	struct ho_interval in = ho_binomial_interval(n - wrong, n, 0.95);
	return n ? ho_show_interval(1 - (double)wrong / (double)n, in.lo, in.hi) : ho_show_percent(NAN);
}

static void show_pairs(struct doubt *d)
{
	size_t shown = 0;
	ho_exhibit_texts(d->out, "Test texts that training had");
	for (size_t i = 0; i < d->test.n && shown < SHOWN; i++) {
		const struct ho_near_match *copy = &d->copies[i];
		char room[HO_ID_ROOM];
		if (!is_known(d, i))
			continue;
		shown++;
		if (copy->row == HO_NEAR_NONE) {
			ho_doubt__show_row(d, &d->test, i, "the model remembers it from its training");
			continue;
		}
		struct ho_slice id = ho_table_id(d->train.table, d->train.row[copy->row], room);
		ho_doubt__show_row(d, &d->test, i, "%s training row %s, labelled %s",
		                   copy->exact ? "the same text as" : "nearly the same text as",
		                   ho_doubt__shown(d, id).text, ho_doubt__label(d, d->train.truth[copy->row]).text);
	}
}

static void show(const struct leaks *l, struct doubt *d)
{
	ho_findings_figure(d->out, (double)l->known / (double)l->texts);
	struct ho_interval in = ho_binomial_interval(l->known, l->texts, 0.95);
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "share of the test texts that training had", HO_UNIT_SHARE);
	ho_findings_evidence(d->out, "of %s of the test file %zu are exact copies of training rows and %zu near copies",
	                     ho_show_counted(l->rows, "row").text, l->exact, l->near);
	if (l->remembered)
		ho_findings_evidence(
		    d->out,
		    "%s more the model remembers from its training, though this training file does not have them",
		    ho_show_counted(l->remembered, "row").text);
	if (l->known)
		ho_findings_evidence(d->out, "right in %s of all test rows, and in %s of the %s that are new",
		                     show_right(l->wrong, l->rows).text, show_right(l->new_wrong, l->new_rows).text,
		                     ho_show_counted(l->new_rows, "distinct text").text);
	if (l->contradicting)
		ho_findings_evidence(d->out, "%s another label than the training row of which they are copies",
		                     l->contradicting == 1 ? "1 row has"
		                                           : ho_show_counted(l->contradicting, "row").text);
	ho_doubt__show_test(d, "at most 3% of the test texts are exact copies", l->test_exact);
	ho_doubt__show_test(d, "at most 10% are copies of any kind", l->test);
	if (l->known)
		show_pairs(d);
}

static void tell_train(const struct leaks *l, struct doubt *d)
{
	if (l->repeats)
		ho_findings_evidence(
		    d->out, "%s of the training file repeat others; training never puts copies on both sides of a cut",
		    ho_show_counted(l->repeats, "row").text);
	if (!d->train.table->group && !d->train.table->time)
		ho_findings_evidence(
		    d->out,
		    "leaks by customer, thread or time were not looked for: name a column with --group or --time");
}

static void tell(struct doubt *d, const void *state)
{
	const struct leaks *l = state;
	double share = l->texts ? (double)l->known / (double)l->texts : 0;
	if (!d->test.n) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "there is no test file to look for leaks in");
		ho_findings_advice(d->out, "give one: %s; `handoff split` makes one without copies on both sides",
		                   ho_doubt__command(d, true).text);
		tell_train(l, d);
		return;
	}
	if (ho_doubt__alarm(d, l->test_exact) || ho_doubt__alarm(d, l->test)) {
		ho_doubt__find(d, DOUBT_BROKEN, "the test file leaks: training had %s of its texts",
		               ho_show_percent(share).text);
		ho_doubt__say(d, 90, "Training had %s of the test texts; on the %s that are new it is right in %s.",
		              ho_show_percent(share).text, ho_show_counted(l->new_rows, "text").text,
		              show_right(l->new_wrong, l->new_rows).text);
	} else if (share >= hint || l->known >= 10) {
		ho_doubt__find(d, DOUBT_WEAK, "training had %s of the test file, %s of its texts",
		               ho_show_counted(l->known, "text").text, ho_show_percent(share).text);
		ho_doubt__say(d, 45,
		              "%s of the test file were in training; they are left out wherever this report judges.",
		              ho_show_counted(l->known, "text").text);
	} else {
		ho_doubt__find(d, DOUBT_HOLDS, "%s of the %s of the test file were in training",
		               l->known ? ho_show_count(l->known).text : "none",
		               ho_show_counted(l->texts, "distinct text").text);
		ho_doubt__say(d, 20, "The test texts are new: training had %s of %s.",
		              l->known ? ho_show_count(l->known).text : "none", ho_show_count(l->texts).text);
	}
	if (l->known)
		ho_findings_advice(d->out,
		                   "report the score without them; `handoff split` puts no copy on both sides, and "
		                   "`handoff train --test` keeps copies of test texts out of training");
	show(l, d);
	tell_train(l, d);
}

const struct doubt_check ho_doubt__leaks = {
    .id = "leaks",
    .title = "do test texts stand in the training data?",
    .section = DOUBT_ON_DATA,
    .state = sizeof(struct leaks),
    .measure = measure,
    .tell = tell,
};
