/** A made list of findings that has everything a report can show: every kind of exhibit, verdict or severity, texts in
 * two directions, and strings that try to become markup. */
#ifndef HO_TESTS_REPORT_FIXTURE_H
#define HO_TESTS_REPORT_FIXTURE_H

#include <math.h>

#include "report/exhibit.h"

#define HOSTILE "</p><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\"'"

static inline void made_texts(struct ho_findings *list)
{
	static const char *const texts[] = {
	    "My card was charged twice for the same order, please refund one of the payments as soon as you can.",
	    HOSTILE,
	    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD7\xA2\xD7\x95\xD7\x9C\xD7\x9D (hello, 42)",
	    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE6\x96\x87\xE7\xAB\xA0\xE3\x81\xA7\xE3\x81\x99",
	    "a\xE2\x80\xAE"
	    "b \xFF\x1b[2J",
	    "",
	    "onemoreverylongwordwithoutanyblankthatmustbebrokensomewhereonemoreverylongwordwithoutanyblank",
	};
	ho_exhibit_texts(list, "texts that were answered differently");
	for (size_t i = 0; i < 7; i++)
		ho_exhibit_text(list, ho_slice_str(i == 1 ? "<b>7</b>" : "1204"),
		                ho_slice_str(i == 2 ? "" : "card_payment"), ho_slice_str(texts[i]),
		                i % 2 ? "model says %s, %d%% sure" : NULL, "refund_not_showing_up", 93);
}

static inline void made_bars(struct ho_findings *list)
{
	static const char *const names[] = {"card_payment_fee_charged", "refund",
	                                    "a name that is rather long for a chart of bars", HOSTILE,
	                                    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"};
	ho_exhibit_bars(list, "share answered wrongly", HO_CHART_SHARE_Y, "error by label");
	for (size_t i = 0; i < 5; i++)
		ho_exhibit_bar(list, ho_slice_str(names[i]), 0.21 / (double)(i + 1),
		               i == 4 ? NAN : 0.16 / (double)(i + 1), 0.27 / (double)(i + 1));
	ho_exhibit_bars(list, "change of the log-odds", 0, "words that pull to both sides");
	for (int i = -3; i <= 3; i++)
		ho_exhibit_bar(list, ho_slice_str("word"), i * 1.37, i * 1.37 - 0.6, i * 1.37 + 0.6);
	ho_exhibit_bars(list, "texts", 0, "thirty labels");
	for (int i = 30; i > 0; i--)
		ho_exhibit_bar(list, ho_slice_str("label"), i * i * 137.0, NAN, NAN);
}

static inline void made_lines(struct ho_findings *list)
{
	ho_exhibit_lines(list, "labelled texts", "accuracy", HO_CHART_LOG_X | HO_CHART_SHARE_Y,
	                 "accuracy by number of labelled texts");
	ho_exhibit_series(list, "measured");
	for (double n = 250; n < 9000; n *= 2)
		ho_exhibit_point(list, n, 0.95 - 3 / sqrt(n), 0.95 - 3.6 / sqrt(n), 0.95 - 2.4 / sqrt(n));
	ho_exhibit_series(list, "expected with more");
	for (double n = 8000; n < 70000; n *= 2)
		ho_exhibit_point(list, n, 0.95 - 3 / sqrt(n), 0.95 - 5 / sqrt(n), 0.95 - 1 / sqrt(n));
	ho_exhibit_lines(list, "confidence", "share right", HO_CHART_SHARE_X | HO_CHART_SHARE_Y | HO_CHART_DIAGONAL,
	                 "how often the model is right when it says so");
	ho_exhibit_series(list, "%s", "calibrated " HOSTILE);
	for (int i = 0; i < 10; i++)
		ho_exhibit_point(list, i / 10.0 + 0.05, i == 4 ? NAN : i / 11.0 + 0.06, fmax(i / 11.0 - 0.02, 0),
		                 fmin(i / 11.0 + 0.12, 1));
	ho_exhibit_lines(list, "month", "texts", HO_CHART_MONTH_X, "texts a month");
	ho_exhibit_series(list, "complaints");
	for (int i = 0; i < 20; i++)
		ho_exhibit_point(list, 2023 * 12 + 4 + i, 100000 + 9000 * sin(i), NAN, NAN);
	ho_exhibit_series(list, "praise");
	for (int i = 0; i < 20; i++)
		ho_exhibit_point(list, 2023 * 12 + 4 + i, 90000 + 4000 * i, NAN, NAN);
	ho_exhibit_lines(list, "words read", "different words", HO_CHART_LOG_X | HO_CHART_LOG_Y | HO_CHART_DOTS,
	                 "vocabulary");
	ho_exhibit_series(list, "words");
	for (double n = 1; n < 3e6; n *= 3)
		ho_exhibit_point(list, n, pow(n, 0.62), 0.7 * pow(n, 0.62), 1.4 * pow(n, 0.62));
}

static inline void made_odd(struct ho_findings *list)
{
	ho_exhibit_lines(list, "x", "y", 0, "no series");
	ho_exhibit_lines(list, "x", "y", 0, "a series without points");
	ho_exhibit_series(list, "nothing");
	ho_exhibit_lines(list, "x", "y", 0, "one point");
	ho_exhibit_series(list, "one");
	ho_exhibit_point(list, 3, 4, NAN, NAN);
	ho_exhibit_lines(list, "x", "y", 0, "an interval alone");
	ho_exhibit_series(list, "measured");
	ho_exhibit_point(list, 1, 4, NAN, NAN);
	ho_exhibit_point(list, 2, 5, 4.5, 5.5);
	ho_exhibit_lines(list, "x", "y", HO_CHART_LOG_Y, "only what has no place on a logarithmic axis");
	ho_exhibit_series(list, "zero");
	ho_exhibit_point(list, 3, 0, NAN, NAN);
	ho_exhibit_point(list, 4, -1, NAN, NAN);
	ho_exhibit_lines(list, "x", "y", 0, "huge and odd");
	ho_exhibit_series(list, "odd");
	ho_exhibit_point(list, -1e299, 1e299, -INFINITY, INFINITY);
	ho_exhibit_point(list, NAN, 1, 0, 2);
	ho_exhibit_point(list, 1e299, -1e299, NAN, 1);
	ho_exhibit_bars(list, "nothing", 0, "no bars");
	ho_exhibit_bars(list, "odd", 0, "bars of odd figures");
	ho_exhibit_bar(list, ho_slice_str("nan"), NAN, NAN, NAN);
	ho_exhibit_bar(list, ho_slice_str("infinite"), INFINITY, -INFINITY, INFINITY);
	ho_exhibit_bar(list, ho_slice_str("huge"), 1e299, NAN, NAN);
	ho_exhibit_table(list, "lr", "an empty table");
	ho_exhibit_texts(list, "no texts");
}

static inline void made_table(struct ho_findings *list)
{
	ho_exhibit_table(list, "llrr", "pairs of texts on both sides");
	static const char *const header[] = {"text", "label", "row", "likeness"};
	for (size_t i = 0; i < 4; i++)
		ho_exhibit_cell(list, "%s", header[i]);
	for (int r = 0; r < 40; r++) {
		ho_exhibit_cell(list, "%s", r == 1 ? HOSTILE : "please refund my order, it came broken and late");
		ho_exhibit_cell(list, "refund");
		ho_exhibit_cell(list, "%d", 40 + r);
		ho_exhibit_cell(list, "%.2f", 1 - r / 100.0);
	}
}

/** Checks with verdicts, as doubt makes them. */
static inline void made_checks(struct ho_findings *list)
{
	static const char *const verdicts[] = {"holds", "broken", "weak", "unknown", "holds"};
	static const char *const titles[] = {"the model is better than the best simple rule",
	                                     "41 test texts are copies of training texts",
	                                     "the answers for short texts are worse than the others",
	                                     "no dates are known, so time cannot be split", "'ham' is a word"};
	static const char *const ids[] = {"baselines", "leaks", "slices", "time", "baselines"}; /* one stands twice */
	ho_findings_tell_about(list, "leaks",
	                       "41 of 2,000 test texts are copies of training texts; without them the accuracy is "
	                       "87.2%% instead of 91.0%%.");
	ho_findings_tell(list,
	                 "Everything else that could be tested holds, with 5%% false alarms over the whole list.");
	for (size_t i = 0; i < 5; i++) {
		ho_findings_section(list, i == 1 || i == 3 ? "The data" : "The answers");
		ho_findings_add(list, ids[i], HO_INFO, "%s", titles[i]);
		if (list->status == HO_OK)
			list->items[list->n - 1].verdict = verdicts[i];
		ho_findings_figure(list, i == 3 ? NAN : 0.031 * (double)(i + 1));
		ho_findings_measure(list, i == 0 ? "gain in accuracy" : "share of texts",
		                    i == 0 ? HO_UNIT_POINTS : HO_UNIT_SHARE);
		ho_findings_interval(list, 0.02 * (double)(i + 1), 0.05 * (double)(i + 1));
		ho_findings_evidence(list, "accuracy 91.0%% [89.7, 92.2] on 2,000 texts, 83.4%% of the best rule");
		if (i == 1) {
			ho_findings_evidence(list, "'%s' is on both sides", HOSTILE);
			ho_findings_advice(list, "take the copies out of the test file: `handoff split <b> --test 0.2` "
			                         "or leave it, `or handoff");
			made_table(list);
			made_texts(list);
		}
		if (i == 2)
			made_bars(list);
		if (i == 4)
			made_lines(list);
	}
}

/** Many lines of evidence. */
static inline void made_evidence(struct ho_findings *list, const char *id, enum ho_severity severity, int lines)
{
	ho_findings_add(list, id, severity, "%d lines", lines);
	for (int i = 0; i < lines; i++)
		ho_findings_evidence(list, "%s %d", id, i);
}

/** Findings with severities, as explore makes them, without sections; the last shows what hardly can be shown. */
static inline void made_findings(struct ho_findings *list)
{
	ho_findings_tell_about(list, "rows", "There are 3 rows.");
	ho_findings_add(list, "rows", HO_INFO, "there are 3 rows");
	ho_findings_figure(list, 1204);
	made_bars(list);
	ho_findings_add(list, "leak", HO_WARNING, "a word gives the answer away: '%s'", HOSTILE);
	ho_findings_evidence(list, "it is in every text of one label");
	ho_findings_advice(list, "look at it");
	made_texts(list);
	ho_findings_add(list, "odd", HO_NOTICE, "odd exhibits");
	made_odd(list);
}

#endif
