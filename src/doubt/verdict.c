/* From p-values to verdicts: the correction over all tests of all checks, and the findings that carry a verdict. */
#include "doubt/private.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"

size_t ho_doubt__test(struct doubt *d, double p)
{
	if (ho_grow(&d->tests, &d->tests_cap, d->n_tests + 1, sizeof *d->tests)) {
		d->tests_lost = true;
		return SIZE_MAX;
	}
	d->tests[d->n_tests] = (struct doubt_test){d->current, isnan(p) ? 1 : fmin(1, fmax(0, p)), 1};
	return d->n_tests++;
}

double ho_doubt__adjusted(const struct doubt *d, size_t test)
{
	return d->tests[test].adjusted;
}

bool ho_doubt__alarm(const struct doubt *d, size_t test)
{
	return test < d->n_tests && d->tests[test].adjusted <= HO_DOUBT_LEVEL;
}

struct weighted {
	double ratio, weight; /* p / weight; weight */
	size_t test;
};

static int by_ratio(const void *a, const void *b)
{
	const struct weighted *x = a, *y = b;
	if (x->ratio != y->ratio)
		return x->ratio < y->ratio ? -1 : 1;
	return (x->test > y->test) - (x->test < y->test);
}

/* Every check weighs 1, its tests 1 / (number of its tests): a check with hundreds of slices does not take the power
 * from one with a single test. Weights do not look at the data, so that the level holds whatever depends on what. */
enum ho_status ho_doubt__correct(struct doubt *d, struct ho_error *err)
{
	size_t of_check[DOUBT_CHECKS_MAX] = {0};
	struct weighted *list = ho_alloc(d->n_tests, sizeof *list);
	double left = 0, worst = 0;
	if (!list || d->tests_lost) {
		ho_free(list);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < d->n_tests; i++)
		of_check[d->tests[i].check]++;
	for (size_t i = 0; i < d->n_tests; i++) {
		double weight = 1 / (double)of_check[d->tests[i].check];
		list[i] = (struct weighted){d->tests[i].p / weight, weight, i};
		left += weight;
	}
	qsort(list, d->n_tests, sizeof *list, by_ratio);
	for (size_t i = 0; i < d->n_tests; i++) {
		worst = fmax(worst, fmin(1, list[i].ratio * left));
		d->tests[list[i].test].adjusted = worst;
		left -= list[i].weight;
	}
	ho_free(list);
	return HO_OK;
}

void ho_doubt__find(struct doubt *d, enum doubt_verdict verdict, const char *title, ...)
{
	static const char *const names[] = {"holds", "weak", "broken", "unknown"};
	static const enum ho_severity severity[] = {HO_INFO, HO_NOTICE, HO_WARNING, HO_INFO};
	const struct doubt_check *check = d->check[d->current];
	char line[1024];
	va_list args;
	va_start(args, title);
	(void)vsnprintf(line, sizeof line, title, args);
	va_end(args);
	ho_findings_section(d->out, check->section);
	ho_findings_add(d->out, check->id, severity[verdict], "%s", line);
	if (d->out->status == HO_OK)
		d->out->items[d->out->n - 1].verdict = names[verdict];
}

static const char *show_p(char room[24], double p)
{
	(void)snprintf(room, 24, p < 0.0001 ? "below 0.0001" : p < 0.01 ? "%.4f" : "%.2f", p);
	return room;
}

void ho_doubt__show_test(struct doubt *d, const char *what, size_t test)
{
	char raw[24], corrected[24];
	double p = d->tests[test].p;
	ho_findings_evidence(d->out, "%s: p %s%s (corrected %s)", what, p < 0.0001 ? "" : "= ", show_p(raw, p),
	                     show_p(corrected, d->tests[test].adjusted));
}

size_t ho_doubt_count(const struct ho_findings *findings, const char *verdict)
{
	size_t n = 0;
	for (size_t i = 0; i < findings->n; i++)
		n += findings->items[i].verdict && strcmp(findings->items[i].verdict, verdict) == 0;
	return n;
}
