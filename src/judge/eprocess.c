#include "judge/eprocess.h"

#include <math.h>

/* Alternatives bet on, in multiples of alpha: the smallest finds a slow decline, the largest an accident. */
static const double alternatives[HO_EPROCESS_BETS] = {1.25, 1.5, 2, 3, 5, 10};

enum ho_status ho_eprocess_init(struct ho_eprocess *out, double max_error, double delta, double audit_rate,
                                struct ho_error *err)
{
	*out = (struct ho_eprocess){.answers = 0};
	if (!(max_error > 0 && max_error < 1) || !(delta > 0 && delta < 1) || !(audit_rate > 0 && audit_rate <= 1))
		return ho_fail(err, HO_EINVAL,
		               "max_error, delta and the audit rate of a monitor must be above 0 and below 1");
	out->max_error = max_error;
	out->delta = delta;
	out->audit_rate = audit_rate;
	for (int i = 0; i < HO_EPROCESS_BETS; i++) {
		double q = fmin(max_error * alternatives[i], 0.5 * (1 + max_error));
		/* At pi = 1 this is the likelihood ratio of q to alpha: q/alpha for an error, (1-q)/(1-alpha) for none.
		 * An audit with pi counts an error 1/pi times, so the bet shrinks by pi; lambda stays below 1/alpha
		 * either way. */
		out->lambda[i] = audit_rate * (q - max_error) / (max_error * (1 - max_error));
	}
	return HO_OK;
}

double ho_eprocess_log(const struct ho_eprocess *e)
{
	double top = -INFINITY, sum = 0;
	for (int i = 0; i < HO_EPROCESS_BETS; i++)
		top = fmax(top, e->log_wealth[i]);
	for (int i = 0; i < HO_EPROCESS_BETS; i++)
		sum += exp(e->log_wealth[i] - top);
	return top + log(sum / HO_EPROCESS_BETS);
}

/* Multiply every bet's wealth by (1 + lambda (x - alpha))^count. */
static void bet(struct ho_eprocess *e, double x, uint64_t count)
{
	for (int i = 0; i < HO_EPROCESS_BETS; i++)
		e->log_wealth[i] += (double)count * log1p(e->lambda[i] * (x - e->max_error));
	e->log_max = fmax(e->log_max, ho_eprocess_log(e));
}

enum ho_status ho_eprocess_audit(struct ho_eprocess *e, bool wrong, double prob, struct ho_error *err)
{
	if (!(prob > 0 && prob <= 1))
		return ho_fail(err, HO_EINVAL, "the probability of an audit must be above 0 and at most 1");
	bet(e, wrong ? 1 / prob : 0, 1);
	e->answers++;
	e->audits++;
	e->wrong += wrong;
	e->weighted_wrong += wrong ? 1 / prob : 0;
	return HO_OK;
}

void ho_eprocess_skip(struct ho_eprocess *e, uint64_t count)
{
	bet(e, 0, count);
	e->answers += count;
}

enum ho_status ho_eprocess_overturn(struct ho_eprocess *e, double prob, struct ho_error *err)
{
	if (!(prob > 0 && prob <= 1))
		return ho_fail(err, HO_EINVAL, "the probability of an audit must be above 0 and at most 1");
	for (int i = 0; i < HO_EPROCESS_BETS; i++)
		e->log_wealth[i] +=
		    log1p(e->lambda[i] * (1 / prob - e->max_error)) - log1p(-e->lambda[i] * e->max_error);
	e->log_max = fmax(e->log_max, ho_eprocess_log(e));
	e->audits++;
	e->wrong++;
	e->weighted_wrong += 1 / prob;
	return HO_OK;
}

double ho_eprocess_p(const struct ho_eprocess *e)
{
	return exp(-e->log_max);
}

bool ho_eprocess_alarm(const struct ho_eprocess *e)
{
	return e->log_max >= -log(e->delta);
}

/* ln of the Beta(1/2, 1/2) mixture's likelihood ratio against p after k of n: B(k + 1/2, n - k + 1/2) / (B(1/2, 1/2)
 * p^k (1-p)^(n-k)); smallest at p = k/n, rising to both sides. */
static double log_mixture_ratio(double k, double n, double p)
{
	int sign;
	double log_beta = lgamma_r(k + 0.5, &sign) + lgamma_r(n - k + 0.5, &sign) - lgamma_r(n + 1, &sign) - log(M_PI);
	double likelihood = (k > 0 ? k * log(p) : 0) + (n > k ? (n - k) * log1p(-p) : 0);
	return log_beta - likelihood;
}

struct ho_interval ho_confidence_sequence(uint64_t k, uint64_t n, double delta)
{
	if (n == 0 || k > n)
		return (struct ho_interval){0, 1};
	double share = (double)k / (double)n, limit = -log(delta);
	double in = share, out = 0, in_up = share, out_up = 1;
	for (int i = 0; i < 100; i++) {
		double low = 0.5 * (in + out), high = 0.5 * (in_up + out_up);
		*(log_mixture_ratio((double)k, (double)n, low) < limit ? &in : &out) = low;
		*(log_mixture_ratio((double)k, (double)n, high) < limit ? &in_up : &out_up) = high;
	}
	return (struct ho_interval){k == 0 ? 0 : out, k == n ? 1 : out_up};
}
