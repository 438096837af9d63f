#include <math.h>

#include "judge/eprocess.h"

enum { BETS = 7, STEPS = 60 };

/* Multiples of the rate that are bet against "error <= m". In units of the rate the best bet on an error rate of q is
 * q/m - 1: these find from an eighth above m to ten times m. */
static const double above[BETS] = {0.125, 0.25, 0.5, 1, 2, 4, 9};
/* Multiples of the least probability that are bet against "error >= m"; below 1, so that no error ruins a bet. */
static const double below[BETS] = {0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8};

struct audits {
	uint64_t answers;
	const struct ho_audited *wrong, *open;
	size_t n_wrong, n_open;
};

/* Sum of what errors of this group add to a bet's ln wealth beyond a right answer's factor. */
static double turned(const struct ho_audited *groups, size_t n, double lambda, double m)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (double)groups[i].count * (log1p(lambda * (1 / groups[i].prob - m)) - log1p(-lambda * m));
	return sum;
}

static double log_mean(const double logs[BETS])
{
	double top = -INFINITY, sum = 0;
	for (int i = 0; i < BETS; i++)
		top = fmax(top, logs[i]);
	for (int i = 0; i < BETS; i++)
		sum += exp(logs[i] - top);
	return top + log(sum / BETS);
}

/* Against "error <= m"; falls with m. */
static double log_above(const struct audits *a, double m, double rate)
{
	double logs[BETS];
	for (int i = 0; i < BETS; i++) {
		double lambda = fmin(rate * above[i], 0.999);
		logs[i] = (double)a->answers * log1p(-lambda * m) + turned(a->wrong, a->n_wrong, lambda, m);
	}
	return log_mean(logs);
}

/* Against "error >= m", with negative bets; rises with m. */
static double log_below(const struct audits *a, double m, double least)
{
	double logs[BETS];
	for (int i = 0; i < BETS; i++) {
		double lambda = -least * below[i];
		logs[i] = (double)a->answers * log1p(-lambda * m) + turned(a->wrong, a->n_wrong, lambda, m) +
		          turned(a->open, a->n_open, lambda, m);
	}
	return log_mean(logs);
}

/* Was any drawn with less than the bets from above can bear? */
static bool rarer(const struct ho_audited *groups, size_t n, double least)
{
	for (size_t i = 0; i < n; i++)
		if (groups[i].count && groups[i].prob < least)
			return true;
	return false;
}

struct ho_interval ho_audit_sequence(uint64_t answers, const struct ho_audited *wrong, size_t n_wrong,
                                     const struct ho_audited *open, size_t n_open, double rate, double least,
                                     double delta)
{
	const struct audits a = {answers, wrong, open, n_wrong, n_open};
	double limit = -log(delta / 2), lo = 0, lo_end = 1, hi = 1, hi_end = 0;
	if (!answers)
		return (struct ho_interval){0, 1};
	bool bounded = !rarer(open, n_open, least) && !rarer(wrong, n_wrong, least);
	for (int i = 0; i < STEPS; i++) { /* lo is rejected, lo_end is not; hi is rejected, hi_end is not */
		double low = 0.5 * (lo + lo_end), high = 0.5 * (hi + hi_end);
		*(log_above(&a, low, rate) >= limit ? &lo : &lo_end) = low;
		*(bounded && log_below(&a, high, least) >= limit ? &hi : &hi_end) = high;
	}
	return (struct ho_interval){log_above(&a, 0, rate) >= limit ? lo : 0,
	                            bounded && log_below(&a, 1, least) >= limit ? hi : 1};
}
