#include "doubt/clusters.h"

#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/sort.h"
#include "text/language.h"

/* Of several starts the best is kept: one alone often puts two centres into one topic. */
enum { ROUNDS = 15, STARTS = 4, DF_MIN = 3 };
/* A word in more than this share of the texts says nothing about what a text is about. */
static const double df_share_max = 0.2;
/* Nor do small words of these languages. Not of all that are known: "care" and "most" are small words somewhere. */
static const uint32_t small_words_of = 1U << HO_LANGUAGE_ENGLISH | 1U << HO_LANGUAGE_GERMAN | 1U << HO_LANGUAGE_FRENCH |
                                       1U << HO_LANGUAGE_SPANISH | 1U << HO_LANGUAGE_ITALIAN |
                                       1U << HO_LANGUAGE_PORTUGUESE | 1U << HO_LANGUAGE_DUTCH |
                                       1U << HO_LANGUAGE_POLISH | 1U << HO_LANGUAGE_TURKISH;

/* Texts as sparse unit vectors over the words that count. */
struct space {
	const struct ho_corpus *corpus;
	const struct ho_languages *languages;
	const uint8_t *found_on;
	uint32_t *dim;  /* [types] number of the word, or UINT32_MAX */
	uint32_t *type; /* [D] */
	float *weight;  /* [D] idf */
	size_t D;
	uint64_t *begin; /* [n + 1] */
	uint32_t *ids;   /* distinct dimensions of each text */
	float *norm;     /* [n] 1 / length; 0: nothing */
	float *centre;   /* [k][D] */
	size_t k;
};

static void free_space(struct space *s)
{
	ho_free(s->dim);
	ho_free(s->type);
	ho_free(s->weight);
	ho_free(s->begin);
	ho_free(s->ids);
	ho_free(s->norm);
	ho_free(s->centre);
}

/* Distinct types of text i, ascending, into `out`; returns how many. */
static size_t distinct(uint32_t *out, const struct ho_corpus *c, size_t i, uint32_t *scratch)
{
	size_t n = c->offsets[i + 1] - c->offsets[i], kept = 0;
	memcpy(out, c->ids + c->offsets[i], n * sizeof *out);
	ho_sort_u32(out, n, scratch);
	for (size_t t = 0; t < n; t++)
		if (c->kinds[out[t]] != HO_TOKEN_MARK && (kept == 0 || out[kept - 1] != out[t]))
			out[kept++] = out[t];
	return kept;
}

static size_t longest(const struct ho_corpus *c)
{
	size_t most = 1;
	for (size_t i = 0; i < c->n; i++) {
		size_t n = c->offsets[i + 1] - c->offsets[i];
		most = n > most ? n : most;
	}
	return most;
}

/* Words that stand in three texts and more of those looked at, in no more than a fifth of them, and mean something. */
static enum ho_status choose_words(struct space *s, uint32_t *row, uint32_t *scratch, struct ho_error *err)
{
	const struct ho_corpus *c = s->corpus;
	uint32_t *df = ho_calloc(c->types.n, sizeof *df);
	size_t texts = 0;
	s->dim = ho_alloc(c->types.n, sizeof *s->dim);
	s->type = ho_alloc(c->types.n, sizeof *s->type);
	s->weight = ho_alloc(c->types.n, sizeof *s->weight);
	if (!df || !s->dim || !s->type || !s->weight) {
		ho_free(df);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < c->n; i++) {
		size_t n = s->found_on[i] ? distinct(row, c, i, scratch) : 0;
		texts += s->found_on[i];
		for (size_t t = 0; t < n; t++)
			df[row[t]]++;
	}
	for (uint32_t t = 0; t < c->types.n; t++) {
		bool counts = df[t] >= DF_MIN && (double)df[t] <= df_share_max * (double)texts &&
		              !ho_language_is_small_word(s->languages, c->types.keys[t], small_words_of);
		s->dim[t] = counts ? (uint32_t)s->D : UINT32_MAX;
		if (counts) {
			s->type[s->D] = t;
			s->weight[s->D++] = (float)log((double)texts / df[t]);
		}
	}
	ho_free(df);
	return HO_OK;
}

static enum ho_status build_rows(struct space *s, uint32_t *row, uint32_t *scratch, struct ho_error *err)
{
	const struct ho_corpus *c = s->corpus;
	size_t used = 0;
	s->begin = ho_alloc(c->n + 1, sizeof *s->begin);
	s->ids = ho_alloc(c->offsets[c->n], sizeof *s->ids);
	s->norm = ho_calloc(c->n, sizeof *s->norm);
	if (!s->begin || !s->ids || !s->norm)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < c->n; i++) {
		double square = 0;
		size_t n = distinct(row, c, i, scratch);
		s->begin[i] = used;
		for (size_t t = 0; t < n; t++) {
			uint32_t j = s->dim[row[t]];
			if (j == UINT32_MAX)
				continue;
			s->ids[used++] = j;
			square += (double)s->weight[j] * (double)s->weight[j];
		}
		s->norm[i] = square > 0 ? (float)(1 / sqrt(square)) : 0;
	}
	s->begin[c->n] = used;
	return HO_OK;
}

static double cosine(const struct space *s, size_t i, size_t centre)
{
	const float *v = s->centre + centre * s->D;
	double sum = 0;
	for (uint64_t a = s->begin[i]; a < s->begin[i + 1]; a++)
		sum += (double)s->weight[s->ids[a]] * (double)v[s->ids[a]];
	return sum * (double)s->norm[i];
}

static void set_centre(struct space *s, size_t centre, size_t i)
{
	float *v = s->centre + centre * s->D;
	memset(v, 0, s->D * sizeof *v);
	for (uint64_t a = s->begin[i]; a < s->begin[i + 1]; a++)
		v[s->ids[a]] = s->norm[i] * s->weight[s->ids[a]];
}

/* The next centre is a text, drawn with a chance that grows with its distance from the centres there are. */
static bool spread_one(struct space *s, double *distance, struct ho_rng *rng)
{
	double total = 0, draw;
	size_t last = SIZE_MAX;
	for (size_t i = 0; i < s->corpus->n; i++)
		if (s->found_on[i] && s->norm[i] > 0)
			total += distance[i];
	draw = ho_rng_uniform(rng) * total;
	for (size_t i = 0; i < s->corpus->n && total > 1e-9; i++) {
		if (!s->found_on[i] || s->norm[i] <= 0 || distance[i] <= 0)
			continue;
		last = i;
		if ((draw -= distance[i]) < 0)
			break;
	}
	if (last == SIZE_MAX)
		return false;
	set_centre(s, s->k, last);
	for (size_t i = 0; i < s->corpus->n; i++)
		if (s->found_on[i])
			distance[i] = fmin(distance[i], fmax(0, 1 - cosine(s, i, s->k)));
	s->k++;
	return true;
}

static void begin_centres(struct space *s, size_t want, double *distance, struct ho_rng *rng)
{
	s->k = 0;
	for (size_t i = 0; i < s->corpus->n; i++)
		distance[i] = 1;
	while (s->k < want && spread_one(s, distance, rng))
		;
}

static uint8_t nearest(const struct space *s, size_t i)
{
	uint8_t best = HO_CLUSTER_NONE;
	double most = 1e-9;
	for (size_t c = 0; c < s->k && s->norm[i] > 0; c++) {
		double similarity = cosine(s, i, c);
		if (similarity > most) {
			most = similarity;
			best = (uint8_t)c;
		}
	}
	return best;
}

/* How near the texts looked at are to their centres, in all; more is better. */
static double assign(uint8_t *of, bool *moved, const struct space *s)
{
	double near = 0;
	*moved = false;
	for (size_t i = 0; i < s->corpus->n; i++) {
		if (!s->found_on[i])
			continue;
		uint8_t now = nearest(s, i);
		*moved |= now != of[i];
		of[i] = now;
		near += now == HO_CLUSTER_NONE ? 0 : cosine(s, i, now);
	}
	return near;
}

static void average(struct space *s, const uint8_t *of)
{
	memset(s->centre, 0, s->k * s->D * sizeof *s->centre);
	for (size_t i = 0; i < s->corpus->n; i++) {
		if (!s->found_on[i] || of[i] == HO_CLUSTER_NONE)
			continue;
		float *v = s->centre + of[i] * s->D;
		for (uint64_t a = s->begin[i]; a < s->begin[i + 1]; a++)
			v[s->ids[a]] += s->norm[i] * s->weight[s->ids[a]];
	}
	for (size_t c = 0; c < s->k; c++) {
		float *v = s->centre + c * s->D;
		double square = 0;
		for (size_t j = 0; j < s->D; j++)
			square += (double)v[j] * (double)v[j];
		for (size_t j = 0; j < s->D && square > 0; j++)
			v[j] = (float)((double)v[j] / sqrt(square));
	}
}

static double settle(struct space *s, uint8_t *of)
{
	bool moved = true;
	double near = 0;
	memset(of, HO_CLUSTER_NONE, s->corpus->n);
	for (int round = 0; round < ROUNDS && moved; round++) {
		near = assign(of, &moved, s);
		if (moved)
			average(s, of);
	}
	return near;
}

/* The centres of the best of several starts. */
static enum ho_status find_centres(struct space *s, uint8_t *of, size_t want, uint64_t seed, struct ho_error *err)
{
	size_t cells = want * (s->D ? s->D : 1), k = 0;
	double *distance = ho_alloc(s->corpus->n, sizeof *distance), most = -1;
	float *best = ho_calloc(cells, sizeof *best);
	s->centre = ho_calloc(cells, sizeof *s->centre);
	enum ho_status status = distance && best && s->centre ? HO_OK : ho_fail_nomem(err);
	for (uint64_t start = 0; start < STARTS && status == HO_OK; start++) {
		struct ho_rng rng = ho_rng_seed(seed, 0xc1u + start);
		begin_centres(s, want, distance, &rng);
		double near = settle(s, of);
		if (near > most) {
			most = near;
			k = s->k;
			memcpy(best, s->centre, cells * sizeof *best);
		}
	}
	if (status == HO_OK) {
		memcpy(s->centre, best, cells * sizeof *best);
		s->k = k;
	}
	ho_free(distance);
	ho_free(best);
	return status;
}

static void name_clusters(struct ho_clusters *out, const struct space *s)
{
	for (size_t c = 0; c < s->k; c++) {
		const float *v = s->centre + c * s->D;
		for (size_t w = 0; w < HO_CLUSTER_WORDS; w++) {
			size_t best = s->D;
			for (size_t j = 0; j < s->D; j++) {
				bool taken = false;
				for (size_t b = 0; b < w; b++)
					taken |= out->word[c][b] == s->type[j];
				if (!taken && v[j] > 0 && (best == s->D || v[j] > v[best]))
					best = j;
			}
			out->word[c][w] = best < s->D ? s->type[best] : UINT32_MAX;
		}
	}
}

enum ho_status ho_clusters_find(struct ho_clusters *out, const struct ho_corpus *corpus,
                                const struct ho_languages *languages, const uint8_t *found_on, size_t want,
                                uint64_t seed, struct ho_error *err)
{
	struct space s = {.corpus = corpus, .languages = languages, .found_on = found_on};
	size_t most = longest(corpus);
	uint32_t *row = ho_alloc(most, sizeof *row), *scratch = ho_alloc(most, sizeof *scratch);
	*out = (struct ho_clusters){.of = ho_alloc(corpus->n, 1)};
	enum ho_status status = row && scratch && out->of ? choose_words(&s, row, scratch, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = build_rows(&s, row, scratch, err);
	want = want > HO_CLUSTERS_MAX ? HO_CLUSTERS_MAX : want;
	if (status == HO_OK)
		status = find_centres(&s, out->of, want, seed, err);
	if (status == HO_OK) {
		for (size_t i = 0; i < corpus->n; i++)
			out->of[i] = nearest(&s, i);
		out->n = s.k;
		name_clusters(out, &s);
	}
	free_space(&s);
	ho_free(row);
	ho_free(scratch);
	if (status)
		ho_clusters_release(out);
	return status;
}

void ho_clusters_release(struct ho_clusters *clusters)
{
	ho_free(clusters->of);
	*clusters = (struct ho_clusters){.n = 0};
}
