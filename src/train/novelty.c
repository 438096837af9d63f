#include "train/novelty.h"

#include <math.h>

#include "base/alloc.h"
#include "judge/conformal.h"

/* In fewer texts than this a word is no feature. */
enum { KNOWN_FROM = 2 };
/* Ranks of the scores that the level must span for tune to serve: with fewer, what it really costs is luck. */
enum { RANKS_MIN = 5 };
/*
 * Unknown shares are often nearly all zero. The floor keeps one unknown word from being a sensation, and with many
 * labels keeps it from drowning the evidence: of texts of no label, 93% instead of 86% were caught at equal cost
 * (clinc150).
 */
static const double unknown_sd_floor = 0.15, evidence_sd_floor = 1e-6;
/*
 * Cosines of ordinary texts may be nearly all alike. What the distance counts beside the evidence: of queries of no
 * intent (the 200 of clinc150's val and train) 91% were caught at 5%, 84 to 88% without it, with twice the weight 90%;
 * of queries of intents that training lacked 63% (62%; 60%), in banking77 45% (32%; 49%).
 */
static const double distance_sd_floor = 0.01, distance_weight = 0.5;

/* For counting the words of one row, and of one group, without those of another. */
struct tally {
	const struct ho_lesson *lesson;
	uint32_t *rows_with;  /* [types] rows of fit that have the word */
	uint32_t *group_with; /* [types] rows of the present group that have it */
	uint64_t *last;       /* [types] the last visit that met it */
	uint64_t visit;
};

typedef void (*word_visitor)(struct tally *tally, uint32_t type, void *context);

/* The distinct words of a row, marks left out. */
static void visit_words(struct tally *t, size_t i, word_visitor visitor, void *context)
{
	const struct ho_corpus *corpus = t->lesson->corpus;
	uint32_t row = t->lesson->rows[i];
	t->visit++;
	for (uint64_t a = corpus->offsets[row]; a < corpus->offsets[row + 1]; a++) {
		uint32_t type = corpus->ids[a];
		if (t->last[type] == t->visit || corpus->kinds[type] == HO_TOKEN_MARK)
			continue;
		t->last[type] = t->visit;
		visitor(t, type, context);
	}
}

static void count_row(struct tally *t, uint32_t type, void *context)
{
	(void)context;
	t->rows_with[type]++;
}

static void count_group(struct tally *t, uint32_t type, void *context)
{
	(void)context;
	t->group_with[type]++;
}

static void forget_group(struct tally *t, uint32_t type, void *context)
{
	(void)context;
	t->group_with[type] = 0;
}

struct share {
	size_t words, unknown;
};

static void count_unknown(struct tally *t, uint32_t type, void *context)
{
	struct share *share = context;
	share->words++;
	share->unknown += t->rows_with[type] - t->group_with[type] < KNOWN_FROM;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* One group: by_group[from..to) are its rows. */
static void judge_group(struct ho_ordinary *out, struct tally *t, const uint64_t *by_group, size_t from, size_t to)
{
	for (size_t g = from; g < to; g++)
		visit_words(t, (uint32_t)by_group[g], count_group, NULL);
	for (size_t g = from; g < to; g++) {
		struct share share = {0, 0};
		size_t i = (uint32_t)by_group[g];
		if (i >= out->n)
			continue;
		visit_words(t, i, count_unknown, &share);
		out->unknown[i] = share.words ? (double)share.unknown / (double)share.words : 1;
		out->wordless[i] = share.words == share.unknown && share.words;
	}
	for (size_t g = from; g < to; g++)
		visit_words(t, (uint32_t)by_group[g], forget_group, NULL);
}

static enum ho_status judge_words(struct ho_ordinary *out, const struct ho_lesson *lesson, const uint32_t *group,
                                  struct ho_error *err)
{
	size_t types = lesson->corpus->types.n, n = lesson->n_learn;
	struct tally t = {.lesson = lesson,
	                  .rows_with = ho_calloc(types, sizeof *t.rows_with),
	                  .group_with = ho_calloc(types, sizeof *t.group_with),
	                  .last = ho_calloc(types, sizeof *t.last)};
	uint64_t *by_group = ho_alloc(n, sizeof *by_group);
	enum ho_status status = HO_OK;
	if (!t.rows_with || !t.group_with || !t.last || !by_group)
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		by_group[i] = (uint64_t)group[i] << 32 | i;
		visit_words(&t, i, count_row, NULL);
	}
	if (status == HO_OK)
		qsort(by_group, n, sizeof *by_group, ascending);
	for (size_t from = 0, to; from < n && status == HO_OK; from = to) {
		for (to = from + 1; to < n && by_group[to] >> 32 == by_group[from] >> 32; to++)
			;
		judge_group(out, &t, by_group, from, to);
	}
	ho_free(t.rows_with);
	ho_free(t.group_with);
	ho_free(t.last);
	ho_free(by_group);
	return status;
}

static enum ho_status judge_evidence(struct ho_ordinary *out, uint32_t K, const struct ho_search *search,
                                     struct ho_error *err)
{
	double *scores = ho_alloc(K, sizeof *scores);
	if (!scores)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < out->n; i++) {
		ho_blend_scores(scores, &search->blend, search->margins, i, K);
		out->evidence[i] = ho_model_evidence(scores, K);
	}
	ho_free(scores);
	return HO_OK;
}

enum ho_status ho_ordinary_measure(struct ho_ordinary *out, const struct ho_lesson *lesson,
                                   const struct ho_search *search, const struct ho_nearest *nearest,
                                   const uint32_t *group, const uint8_t *unit, struct ho_error *err)
{
	size_t n = search->blend_rows;
	*out = (struct ho_ordinary){.n = n,
	                            .unknown = ho_calloc(n, sizeof *out->unknown),
	                            .evidence = lesson->K > 2 ? ho_calloc(n, sizeof *out->evidence) : NULL,
	                            .distance = nearest->set.rows ? ho_calloc(n, sizeof *out->distance) : NULL,
	                            .wordless = ho_calloc(n, 1),
	                            .unit = unit};
	enum ho_status status = HO_OK;
	if (!out->unknown || !out->wordless || (lesson->K > 2 && !out->evidence) ||
	    (nearest->set.rows && !out->distance))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = judge_words(out, lesson, group, err);
	if (status == HO_OK && out->evidence)
		status = judge_evidence(out, lesson->K, search, err);
	if (status == HO_OK && out->distance)
		status = ho_nearest_measure(out->distance, n, nearest, lesson, group, err);
	if (status)
		ho_ordinary_release(out);
	return status;
}

void ho_ordinary_release(struct ho_ordinary *ordinary)
{
	ho_free(ordinary->unknown);
	ho_free(ordinary->evidence);
	ho_free(ordinary->distance);
	ho_free(ordinary->wordless);
	*ordinary = (struct ho_ordinary){.n = 0};
}

static void mean_and_sd(double *mean, double *sd, const double *x, const uint8_t *used, size_t n, double floor)
{
	double sum = 0, square = 0;
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		sum += used[i] ? x[i] : 0;
		count += used[i];
	}
	*mean = count ? sum / (double)count : 0;
	for (size_t i = 0; i < n; i++)
		square += used[i] ? (x[i] - *mean) * (x[i] - *mean) : 0;
	*sd = fmax(count > 1 ? sqrt(square / (double)(count - 1)) : 0, floor);
}

bool ho_novelty_from_tune(size_t n, double level)
{
	return level * (double)(n + 1) >= RANKS_MIN;
}

struct ho_likeness ho_ordinary_likeness(const struct ho_ordinary *o, size_t i)
{
	return (struct ho_likeness){o->unknown[i], o->evidence ? o->evidence[i] : 0, o->distance ? o->distance[i] : 0};
}

static struct ho_likeness tune_likeness(const struct ho_strangeness *t, size_t i)
{
	return (struct ho_likeness){t->unknown[i], t->evidence ? t->evidence[i] : 0, t->distance ? t->distance[i] : 0};
}

static void learn_scales(struct ho_image_findings *f, const struct ho_ordinary *o)
{
	f->scale = (struct ho_novelty_scale){.unknown_sd = 0};
	f->distance = (struct ho_distance_record){.sd = 0};
	mean_and_sd(&f->scale.unknown_mean, &f->scale.unknown_sd, o->unknown, o->unit, o->n, unknown_sd_floor);
	if (o->evidence)
		mean_and_sd(&f->scale.evidence_mean, &f->scale.evidence_sd, o->evidence, o->unit, o->n,
		            evidence_sd_floor);
	if (!o->distance)
		return;
	mean_and_sd(&f->distance.mean, &f->distance.sd, o->distance, o->unit, o->n, distance_sd_floor);
	f->distance.weight = o->evidence ? distance_weight : 1; /* for two labels it stands in for the evidence */
}

enum ho_status ho_novelty_learn(struct ho_image_findings *f, float **scores, const struct ho_ordinary *ordinary,
                                const struct ho_strangeness *tune, double level, struct ho_error *err)
{
	bool from_tune = ho_novelty_from_tune(tune->n, level);
	size_t most = from_tune ? tune->n : ordinary->n, n = 0;
	learn_scales(f, ordinary);
	*scores = ho_alloc(most, sizeof **scores);
	if (!*scores)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < most; i++) {
		struct ho_likeness of = from_tune ? tune_likeness(tune, i) : ho_ordinary_likeness(ordinary, i);
		if (from_tune || ordinary->unit[i])
			(*scores)[n++] = ho_novelty_score(&f->scale, &f->distance, &of);
	}
	ho_conformal_sort(*scores, n);
	f->novelty = *scores;
	f->n_novelty = n;
	f->novelty_level = level > 0 ? fmax(level, 1 / (double)(n + 1)) : 0;
	return HO_OK;
}
