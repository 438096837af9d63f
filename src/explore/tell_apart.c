/* Fightin' Words: which words and phrases are more frequent on one side, and how sure that is. */
#include <math.h>

#include "base/alloc.h"
#include "explore/view.h"

enum { LEAST_TEXTS = 3, KEPT = 64 };
#define PRIOR 500.0

struct ho_fightin ho_explore__fightin_words(double y1, double n1, double y2, double n2, double prior)
{
	double a = prior * (y1 + y2) / (n1 + n2);
	struct ho_fightin out = {.d = log((y1 + a) / (n1 + prior - y1 - a)) - log((y2 + a) / (n2 + prior - y2 - a)),
	                         .se = sqrt(1 / (y1 + a) + 1 / (y2 + a))};
	return out;
}

/*
 * z with P(|Z| > z) = share, by Newton on the normal tail. The start is right to a few percent, and the tail is
 * convex there.
 */
double ho_explore__two_sided_z(double share)
{
	double z = share < 0.3 ? sqrt(-2 * log(share / 2)) : 1;
	for (int step = 0; step < 50; step++) {
		double tail = erfc(z / M_SQRT2), density = sqrt(2 / M_PI) * exp(-z * z / 2);
		double move = (tail - share) / density;
		z += move > 0.5 ? 0.5 : move < -0.5 ? -0.5 : move;
		if (fabs(move) < 1e-12)
			break;
	}
	return z;
}

struct counts {
	uint32_t *here, *there; /* [D] texts with the feature */
	double n_here, n_there; /* uses in all */
	uint32_t texts;
};

double ho_explore__count_features(uint32_t *count, const struct explore_view *view, const uint32_t *rows, size_t n)
{
	double uses = 0;
	for (size_t i = 0; i < n; i++)
		for (uint64_t a = view->design->offsets[rows[i]]; a < view->design->offsets[rows[i] + 1]; a++) {
			uint32_t id = view->design->ids[a];
			if (view->words[id] == 1) /* a text is as long as it has words */
				uses++;
			count[id]++;
		}
	return uses;
}

/* The other side is everything labelled, less this side. */
static void count_rest(struct counts *c, const struct explore_view *view)
{
	for (size_t j = 0; j < view->design->D; j++)
		c->there[j] = view->total[j] - c->here[j];
	c->n_there = view->uses - c->n_here;
}

static void keep(struct explore_telling *best, size_t *n, struct explore_telling one)
{
	if (*n == KEPT && best[KEPT - 1].z >= one.z)
		return;
	size_t at = *n < KEPT ? (*n)++ : KEPT - 1;
	for (; at > 0 && best[at - 1].z < one.z; at--)
		best[at] = best[at - 1];
	best[at] = one;
}

static bool is_part(struct ho_slice word, struct ho_slice phrase)
{
	return phrase.len > word.len && ((!memcmp(phrase.ptr, word.ptr, word.len) && phrase.ptr[word.len] == ' ') ||
	                                 (!memcmp(phrase.ptr + phrase.len - word.len, word.ptr, word.len) &&
	                                  phrase.ptr[phrase.len - word.len - 1] == ' '));
}

/* Of a word and a phrase with it, the one with the larger z says it; the other only if it is often without. */
static bool says_more(const struct explore_view *view, const struct explore_telling *best, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		struct ho_slice a = view->name[best[i].id], b = view->name[best[at].id];
		if (view->words[best[at].id] == 2 && is_part(a, b))
			return false;
		if (view->words[best[at].id] == 1 && is_part(b, a) && best[i].here * 2 > best[at].here)
			return false;
	}
	return true;
}

static size_t choose(struct explore_telling *out, size_t max, const struct explore_view *view, const struct counts *c,
                     double z_all)
{
	struct explore_telling best[KEPT];
	size_t n = 0, chosen = 0;
	for (size_t j = 0; j < view->design->D; j++) {
		if (c->here[j] < LEAST_TEXTS || !view->words[j])
			continue;
		struct ho_fightin f = ho_explore__fightin_words(c->here[j], c->n_here, c->there[j], c->n_there, PRIOR);
		if (f.d <= z_all * f.se)
			continue;
		keep(best, &n,
		     (struct explore_telling){(uint32_t)j, c->here[j], c->texts, f.d / f.se, exp(f.d),
		                              exp(f.d - z_all * f.se), exp(f.d + z_all * f.se)});
	}
	for (size_t i = 0; i < n && chosen < max; i++)
		if (says_more(view, best, i))
			out[chosen++] = best[i];
	return chosen;
}

enum ho_status ho_explore__tell_apart(struct explore_telling *out, size_t *n, size_t max,
                                      const struct explore_view *view, const uint32_t *rows, size_t n_rows,
                                      const uint32_t *others, size_t n_others, struct ho_error *err)
{
	size_t D = view->design->D, vocabulary = 0;
	struct counts c = {.here = ho_calloc(D + 1, sizeof *c.here),
	                   .there = ho_calloc(D + 1, sizeof *c.there),
	                   .texts = (uint32_t)n_rows};
	bool ok = c.here && c.there;
	*n = 0;
	if (ok) {
		c.n_here = ho_explore__count_features(c.here, view, rows, n_rows);
		if (others)
			c.n_there = ho_explore__count_features(c.there, view, others, n_others);
		else
			count_rest(&c, view);
		for (size_t j = 0; j < D; j++)
			vocabulary += view->words[j] && c.here[j] + c.there[j] >= LEAST_TEXTS;
		if (vocabulary && c.n_here > 0 && c.n_there > 0)
			*n = choose(out, max, view, &c, ho_explore__two_sided_z(0.05 / (double)vocabulary));
	}
	ho_free(c.here);
	ho_free(c.there);
	return ok ? HO_OK : ho_fail_nomem(err);
}
