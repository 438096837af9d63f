/* Texts of unusual length, and why they are: what a person would say who looked at them. */
#include "explore/lengths.h"

enum { SHOWN = 4, EXHIBITED = 10, RUN = 100 };

/* The reason, the strongest first. */
static void reason(const struct explore *e, size_t i, double median, char *out, size_t room)
{
	const struct explore_text *t = &e->texts[i];
	double times = t->points / median;
	const char *what = NULL;
	if (t->traits & HO_TRAIT_MARKS)
		what = "nothing but marks";
	else if (t->traits & HO_TRAIT_PLACEHOLDER)
		what = "stands for no text";
	else if (t->traits & HO_TRAIT_DIGITS)
		what = "only digits";
	else if (t->traits & HO_TRAIT_BASE64)
		what = "holds encoded data";
	else if (t->traits & HO_TRAIT_REPEATED)
		what = "the same over and over";
	else if (t->traits & HO_TRAIT_QUOTED && times > 1)
		what = "with the mail it answers";
	else if (t->traits & HO_TRAIT_TAGS && times > 1)
		what = "with HTML";
	else if (t->script != HO_SCRIPT_LATIN && t->script != HO_SCRIPT_NONE)
		what = ho_script_name(t->script);
	else if (t->words <= 1)
		what = "one word";
	char length[40];
	if (times >= 1)
		(void)snprintf(length, sizeof length, "%.1f times the median", times);
	else
		(void)snprintf(length, sizeof length, "1/%.0f of the median", 1 / times);
	if (t->longest > RUN && !what)
		(void)snprintf(out, room, "%s, with a run of %u characters without blanks", length, t->longest);
	else
		(void)snprintf(out, room, "%s%s%s", length, what ? ", " : "", what ? what : "");
}

static bool is_out(const struct explore *e, const struct explore_limits *l, size_t i, bool longest)
{
	uint32_t p = e->texts[i].points;
	return longest ? p > l->hi : p < l->lo;
}

/* The next one after `last` in order of length, then row; SIZE_MAX: none. There are few to show, so rows are not
 * sorted. */
static size_t next(const struct explore *e, const struct explore_limits *l, bool longest, size_t last)
{
	size_t best = SIZE_MAX;
	for (size_t i = 0; i < e->table->n; i++) {
		uint32_t p = e->texts[i].points;
		if (!is_out(e, l, i, longest))
			continue;
		if (last != SIZE_MAX) {
			uint32_t q = e->texts[last].points;
			if ((longest ? p > q : p < q) || (p == q && i <= last))
				continue;
		}
		if (best == SIZE_MAX || (longest ? p > e->texts[best].points : p < e->texts[best].points))
			best = i;
	}
	return best;
}

static void show(struct explore *e, const struct explore_limits *l, bool longest)
{
	size_t last = SIZE_MAX;
	char why[160];
	for (int k = 0; k < SHOWN && (last = next(e, l, longest, last)) != SIZE_MAX; k++) {
		reason(e, last, l->median, why, sizeof why);
		ho_findings_evidence(e->out, "row %u, %s (%s): \"%s\"", e->table->row[last],
		                     ho_show_counted(e->texts[last].points, "character").text, why,
		                     ho_explore__snippet(e->table->text[last]).text);
	}
}

static void exhibit(struct explore *e, const struct explore_limits *l, bool longest)
{
	size_t last = SIZE_MAX;
	char why[160], note[240];
	ho_exhibit_texts(e->out, "The %s texts", longest ? "longest" : "shortest");
	for (int k = 0; k < EXHIBITED && (last = next(e, l, longest, last)) != SIZE_MAX; k++) {
		reason(e, last, l->median, why, sizeof why);
		(void)snprintf(note, sizeof note, "%.40s, %s", ho_show_counted(e->texts[last].points, "character").text,
		               why);
		ho_explore__show_row(e, last, note);
	}
}

void ho_explore__outliers(struct explore *e, const struct explore_limits *limits)
{
	size_t n[2] = {0, 0}, out;
	double lo = limits->lo > 0 ? (double)(uint64_t)(limits->lo + 0.999999) : 0, hi = (double)(uint64_t)limits->hi;
	for (size_t i = 0; i < e->table->n; i++)
		for (int longest = 0; longest < 2; longest++)
			n[longest] += is_out(e, limits, i, longest);
	out = n[0] + n[1];
	if (!out)
		return;
	double share = (double)out / (double)e->table->n;
	ho_findings_add(e->out, "length-outliers", share >= 0.001 ? HO_NOTICE : HO_INFO,
	                "%s of unusual length, below %s or above %s characters",
	                ho_explore__count(out, e->table->n, "text", "are").text, ho_show_count((uint64_t)lo).text,
	                ho_show_count((uint64_t)hi).text);
	ho_findings_figure(e->out, share);
	ho_findings_measure(e->out, "share of the texts that are of unusual length", HO_UNIT_SHARE);
	for (int longest = 1; longest >= 0; longest--)
		if (n[longest]) {
			show(e, limits, longest);
			exhibit(e, limits, longest);
		}
	ho_findings_advice(e->out,
	                   "see whether they are texts at all: a long one may be several in one, a short one cut");
	ho_explore__tell(e, share >= 0.01 ? 42 : 27, "%s of unusual length, below %s or above %s characters.",
	                 ho_explore__count(out, e->table->n, "text", "are").text, ho_show_count((uint64_t)lo).text,
	                 ho_show_count((uint64_t)hi).text);
}
