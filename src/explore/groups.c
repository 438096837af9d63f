#include "explore/groups.h"

#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"

enum { K_MIN = 2, K_COUNT = HO_GROUPS_MAX - K_MIN + 1, STARTS = 3, STEPS = 20, SHUFFLES = 3, LEAST_SIZE = 5 };
static const double least_share = 0.04; /* of the rows, in a group */
static const double least_gain = 0.05;  /* of the silhouette, over chance */

/* Rows as unit vectors over the words that two of them share. */
struct space {
	size_t n, D;
	size_t *begin; /* [n + 1] */
	uint32_t *id;  /* [begin[n]] */
	float *value;  /* [begin[n]] */
	float *weight; /* [D] */
};

/* One grouping at work. */
struct work {
	const struct space *s;
	unsigned k;
	double *mean; /* [k][D] sums of unit vectors */
	double square[HO_GROUPS_MAX];
	uint32_t size[HO_GROUPS_MAX];
	uint8_t *of, *best; /* [n] */
	double *distance;   /* [n] */
};

static void release_space(struct space *s)
{
	ho_free(s->begin);
	ho_free(s->id);
	ho_free(s->value);
	ho_free(s->weight);
	*s = (struct space){.n = 0};
}

/* Values follow from ids: weights, scaled to length 1. */
static void normalise(struct space *s)
{
	for (size_t i = 0; i < s->n; i++) {
		double square = 0;
		for (size_t a = s->begin[i]; a < s->begin[i + 1]; a++)
			square += (double)s->weight[s->id[a]] * (double)s->weight[s->id[a]];
		for (size_t a = s->begin[i]; a < s->begin[i + 1]; a++)
			s->value[a] = (float)((double)s->weight[s->id[a]] / sqrt(square));
	}
}

static enum ho_status open_space(struct space *s, const struct explore_view *v, const uint32_t *rows, size_t n,
                                 struct ho_error *err)
{
	const struct ho_design *d = v->design;
	uint32_t *texts = ho_calloc(d->D + 1, sizeof *texts), *local = ho_alloc(d->D + 1, sizeof *local);
	size_t entries = 0;
	*s = (struct space){.n = n, .begin = ho_calloc(n + 1, sizeof *s->begin)};
	for (size_t i = 0; texts && i < n; i++)
		for (uint64_t a = d->offsets[rows[i]]; a < d->offsets[rows[i] + 1]; a++)
			texts[d->ids[a]]++;
	for (size_t j = 0; texts && local && j < d->D; j++) {
		bool used = v->weight[j] > 0 && texts[j] >= 3;
		local[j] = used ? (uint32_t)s->D++ : UINT32_MAX;
		entries += used ? texts[j] : 0;
	}
	s->id = ho_alloc(entries, sizeof *s->id);
	s->value = ho_alloc(entries, sizeof *s->value);
	s->weight = ho_alloc(s->D, sizeof *s->weight);
	bool ok = texts && local && s->begin && s->id && s->value && s->weight;
	for (size_t i = 0, at = 0; ok && i < n; i++) {
		for (uint64_t a = d->offsets[rows[i]]; a < d->offsets[rows[i] + 1]; a++)
			if (local[d->ids[a]] != UINT32_MAX) {
				s->weight[local[d->ids[a]]] = v->weight[d->ids[a]];
				s->id[at++] = local[d->ids[a]];
			}
		s->begin[i + 1] = at;
	}
	ho_free(texts);
	ho_free(local);
	if (!ok) {
		release_space(s);
		return ho_fail_nomem(err);
	}
	normalise(s);
	return HO_OK;
}

static double likeness(const struct work *w, size_t i, unsigned g)
{
	const double *mean = w->mean + (size_t)g * w->s->D;
	double dot = 0;
	for (size_t a = w->s->begin[i]; a < w->s->begin[i + 1]; a++)
		dot += mean[w->s->id[a]] * (double)w->s->value[a];
	return dot;
}

static bool is_empty(const struct space *s, size_t i)
{
	return s->begin[i + 1] == s->begin[i];
}

static void add_row(struct work *w, size_t i, unsigned g)
{
	double *mean = w->mean + (size_t)g * w->s->D;
	for (size_t a = w->s->begin[i]; a < w->s->begin[i + 1]; a++)
		mean[w->s->id[a]] += (double)w->s->value[a];
	w->size[g]++;
}

static void clear_means(struct work *w)
{
	memset(w->mean, 0, (size_t)w->k * w->s->D * sizeof *w->mean);
	memset(w->size, 0, sizeof w->size);
}

static void measure_means(struct work *w)
{
	for (unsigned g = 0; g < w->k; g++) {
		w->square[g] = 0;
		for (size_t j = 0; j < w->s->D; j++)
			w->square[g] += w->mean[g * w->s->D + j] * w->mean[g * w->s->D + j];
	}
}

/* The next middle: a row far from those before, with chance by distance (k-means++). */
static size_t draw_far(const struct work *w, struct ho_rng *rng)
{
	double sum = 0;
	for (size_t i = 0; i < w->s->n; i++)
		sum += w->distance[i];
	double at = ho_rng_uniform(rng) * sum;
	for (size_t i = 0; i < w->s->n; i++) {
		at -= w->distance[i];
		if (at < 0)
			return i;
	}
	return w->s->n - 1;
}

static void begin(struct work *w, struct ho_rng *rng)
{
	clear_means(w);
	for (size_t i = 0; i < w->s->n; i++)
		w->distance[i] = is_empty(w->s, i) ? 0 : 1;
	for (unsigned g = 0; g < w->k; g++) {
		add_row(w, draw_far(w, rng), g);
		for (size_t i = 0; i < w->s->n; i++)
			w->distance[i] = fmin(w->distance[i], fmax(0, 1 - likeness(w, i, g)));
	}
	measure_means(w);
}

/* Nearest mean of every row; how many changed. */
static size_t assign(struct work *w)
{
	size_t changed = 0;
	for (size_t i = 0; i < w->s->n; i++) {
		unsigned nearest = 0;
		double most = -1;
		for (unsigned g = 0; g < w->k; g++) {
			double c = w->square[g] > 0 ? likeness(w, i, g) / sqrt(w->square[g]) : -1;
			if (c > most) {
				most = c;
				nearest = g;
			}
		}
		changed += w->of[i] != nearest;
		w->of[i] = (uint8_t)nearest;
	}
	return changed;
}

static double gather(struct work *w)
{
	double total = 0;
	clear_means(w);
	for (size_t i = 0; i < w->s->n; i++)
		if (!is_empty(w->s, i))
			add_row(w, i, w->of[i]);
	measure_means(w);
	for (unsigned g = 0; g < w->k; g++)
		total += sqrt(w->square[g]);
	return total;
}

/* Distance of row i to the mean of group g, itself left out. */
static double distance(const struct work *w, size_t i, unsigned g)
{
	double dot = likeness(w, i, g), square = w->square[g];
	if (w->of[i] == g) {
		square = square - 2 * dot + 1;
		dot -= 1;
	}
	return square > 1e-12 ? 1 - dot / sqrt(square) : 1;
}

static double silhouette(const struct work *w)
{
	double sum = 0, rows = 0;
	for (unsigned g = 0; g < w->k; g++)
		if (w->size[g] < LEAST_SIZE || w->size[g] < least_share * (double)w->s->n)
			return -1;
	for (size_t i = 0; i < w->s->n; i++) {
		double own = 0, next = 2;
		if (is_empty(w->s, i))
			continue;
		for (unsigned g = 0; g < w->k; g++) {
			double d = distance(w, i, g);
			if (g == w->of[i])
				own = d;
			else
				next = fmin(next, d);
		}
		double larger = fmax(own, next);
		sum += larger > 0 ? (next - own) / larger : 0;
		rows++;
	}
	return rows > 0 ? sum / rows : -1;
}

/* The best of a few starts by the k-means criterion; w->best and the silhouette are of it. */
static double group_by(struct work *w, unsigned k, struct ho_rng *rng)
{
	double most = -1, value = -1;
	w->k = k;
	for (int start = 0; start < STARTS; start++) {
		double total = 0;
		begin(w, rng);
		memset(w->of, 0xff, w->s->n);
		for (int step = 0; step < STEPS && assign(w) > 0; step++)
			total = gather(w);
		if (total > most) {
			most = total;
			value = silhouette(w);
			memcpy(w->best, w->of, w->s->n);
		}
	}
	return value;
}

/* Deal the words out anew: rows keep their lengths, words their numbers; the rare word that comes twice in a row counts
 * twice. */
static void deal(struct space *s, struct ho_rng *rng)
{
	ho_rng_shuffle(rng, s->id, s->begin[s->n]);
	normalise(s);
}

static void renumber(struct explore_groups *out, struct work *w)
{
	unsigned rank[HO_GROUPS_MAX] = {0};
	double nearest[HO_GROUPS_MAX] = {0};
	memcpy(w->of, w->best, w->s->n);
	w->k = out->k;
	(void)gather(w);
	for (unsigned g = 0; g < w->k; g++) {
		nearest[g] = 3;
		for (unsigned h = 0; h < w->k; h++)
			rank[g] += w->size[h] > w->size[g] || (w->size[h] == w->size[g] && h < g);
		out->size[rank[g]] = 0;
	}
	for (size_t i = 0; i < w->s->n; i++) {
		unsigned g = w->of[i], r = rank[g];
		double d = distance(w, i, g);
		out->of[i] = (uint8_t)r;
		out->size[r]++;
		if (!is_empty(w->s, i) && d < nearest[r]) {
			nearest[r] = d;
			out->middle[r] = (uint32_t)i;
		}
	}
}

/* The grouping that is farthest above chance. `found` [K_COUNT][n] are the groupings of each k. */
static void search(struct explore_groups *out, struct work *w, struct space *s, uint8_t *found, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0x6709);
	double value[K_COUNT], chance[K_COUNT], most = least_gain;
	for (unsigned i = 0; i < K_COUNT; i++) {
		value[i] = group_by(w, K_MIN + i, &rng);
		chance[i] = 0;
		memcpy(found + i * s->n, w->best, s->n);
	}
	unsigned best = K_COUNT;
	for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
		deal(s, &rng);
		for (unsigned i = 0; i < K_COUNT; i++)
			chance[i] = fmax(chance[i], group_by(w, K_MIN + i, &rng));
	}
	for (unsigned i = 0; i < K_COUNT; i++)
		if (value[i] - chance[i] >= most) {
			most = value[i] - chance[i];
			best = i;
		}
	if (best == K_COUNT)
		return;
	out->k = K_MIN + best;
	out->silhouette = value[best];
	out->by_chance = chance[best];
	memcpy(w->best, found + best * s->n, s->n);
}

enum ho_status ho_explore__groups(struct explore_groups *out, const struct explore_view *view, const uint32_t *rows,
                                  size_t n, uint64_t seed, struct ho_error *err)
{
	struct space s;
	*out = (struct explore_groups){.k = 0};
	enum ho_status status = open_space(&s, view, rows, n, err);
	if (status)
		return status;
	struct work w = {.s = &s,
	                 .mean = ho_alloc(HO_GROUPS_MAX * s.D, sizeof *w.mean),
	                 .of = ho_alloc(n, 1),
	                 .best = ho_alloc(n, 1),
	                 .distance = ho_alloc(n, sizeof *w.distance)};
	uint8_t *found = ho_alloc(K_COUNT * n, 1);
	out->of = ho_alloc(n, 1);
	if (!w.mean || !w.of || !w.best || !w.distance || !found || !out->of)
		status = ho_fail_nomem(err);
	else if (n >= K_MIN * LEAST_SIZE && s.D)
		search(out, &w, &s, found, seed);
	if (status == HO_OK && out->k) { /* as it was before the words were dealt out */
		release_space(&s);
		status = open_space(&s, view, rows, n, err);
		if (status == HO_OK)
			renumber(out, &w);
	}
	if (status || !out->k) {
		ho_free(out->of);
		*out = (struct explore_groups){.k = 0};
	}
	ho_free(w.mean);
	ho_free(w.of);
	ho_free(w.best);
	ho_free(w.distance);
	ho_free(found);
	release_space(&s);
	return status;
}
