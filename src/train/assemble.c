#include "train/assemble.h"

#include <math.h>

#include "base/alloc.h"
#include "text/ngram.h"
#include "train/names.h"

/* Features kept in a view for two labels: 200,000 lost nothing on the longest texts tried, 100,000 a tenth of a point.
 */
enum { FEATURES_KEPT = 200000 };
/* Weights kept in a view for more labels; four bytes each. */
enum { ENTRIES_KEPT = 2000000 };

/* One view of the model in the making. */
struct packing {
	enum ho_view_id view;
	bool used;
	float *weights; /* [D][columns] blended */
	uint8_t *keep;  /* [D] */
	struct ho_slice *names;
	double *bias; /* [columns], shared by both views */
	double least; /* the smallest |weight| that is stored */
};

static int by_value_down(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

static int by_value_up(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static enum ho_status add_head(struct packing *p, struct ho_lesson *lesson, const struct ho_head *head, double weight,
                               const uint32_t *all, struct ho_error *err)
{
	struct ho_weights fitted;
	enum ho_status status = ho_head_fit(&fitted, lesson, head, all, lesson->n_learn, lesson->threads, err);
	if (status)
		return status;
	for (size_t a = 0; a < fitted.D * fitted.columns; a++)
		p->weights[a] += (float)(weight * (double)fitted.v[a]);
	for (uint32_t k = 0; k < fitted.columns; k++)
		p->bias[k] += weight * (double)fitted.bias[k];
	ho_weights_release(&fitted);
	return HO_OK;
}

/*
 * More than two labels: adding a constant to all labels of a feature changes no probability. The median is taken off,
 * because most labels have about the same small negative weight, which then need not be stored.
 */
static enum ho_status centre(struct packing *p, size_t D, uint32_t columns, struct ho_error *err)
{
	float *row = ho_alloc(columns, sizeof *row);
	if (!row)
		return ho_fail_nomem(err);
	for (size_t j = 0; j < D; j++) {
		float *w = p->weights + j * columns;
		memcpy(row, w, columns * sizeof *row);
		qsort(row, columns, sizeof *row, by_value_up);
		for (uint32_t k = 0; k < columns; k++)
			w[k] -= row[columns / 2];
	}
	ho_free(row);
	return HO_OK;
}

/* Mark the features that stay. A word feature stays if it is a single token, which is seen from its key. */
static enum ho_status choose_features(struct packing *p, const struct ho_lesson *lesson, uint32_t columns,
                                      struct ho_error *err)
{
	const struct ho_design *design = &lesson->designs[p->view];
	size_t D = design->D;
	double *value = ho_alloc(D, sizeof *value), *sorted = ho_alloc(D, sizeof *sorted), least = 0;
	if (!value || !sorted) {
		ho_free(value);
		ho_free(sorted);
		return ho_fail_nomem(err);
	}
	for (size_t j = 0; j < D; j++) {
		double top = 0;
		for (uint32_t k = 0; k < columns; k++)
			top = fmax(top, fabs((double)p->weights[j * columns + k]));
		sorted[j] = value[j] = top * sqrt((double)design->df[j]);
	}
	if (D > FEATURES_KEPT) {
		qsort(sorted, D, sizeof *sorted, by_value_down);
		least = sorted[FEATURES_KEPT];
	}
	for (size_t j = 0; j < D; j++)
		p->keep[j] = value[j] > least || (D <= FEATURES_KEPT);
	ho_free(value);
	ho_free(sorted);
	return HO_OK;
}

static enum ho_status keep_single_words(struct packing *p, const struct ho_lesson *lesson, struct ho_error *err)
{
	const struct ho_design *design = &lesson->designs[p->view];
	const struct ho_corpus *corpus = lesson->corpus;
	struct ho_map singles;
	enum ho_status status = HO_OK;
	uint32_t index;
	ho_map_init(&singles);
	for (uint32_t t = 0; t < corpus->types.n && status == HO_OK; t++) {
		uint64_t key = ho_ngram_word(corpus->hashes[t]);
		status = ho_map_add(&index, &singles, ho_slice((const char *)&key, sizeof key), err);
	}
	for (size_t j = 0; j < design->D && status == HO_OK; j++)
		if (!p->keep[j] &&
		    ho_map_find(&singles, ho_slice((const char *)&design->keys[j], sizeof(uint64_t))) != HO_MAP_NONE)
			p->keep[j] = 1;
	ho_map_release(&singles);
	return status;
}

/* A stride that shares no factor with the columns visits every label. */
static size_t coprime_from(size_t stride, size_t columns)
{
	for (;; stride++) {
		size_t a = stride, b = columns;
		while (b) {
			size_t rest = a % b;
			a = b;
			b = rest;
		}
		if (a == 1)
			return stride;
	}
}

/* Where to cut, so that the view keeps about ENTRIES_KEPT. From a sample of all weights. */
static enum ho_status find_least(struct packing *p, const struct ho_design *design, uint32_t columns,
                                 struct ho_error *err)
{
	enum { SAMPLE = 1 << 17 };
	size_t total = design->D * columns, stride = coprime_from(total / SAMPLE + 1, columns), n = 0;
	if (columns == 1 || total <= ENTRIES_KEPT)
		return HO_OK;
	double *sample = ho_alloc(SAMPLE, sizeof *sample);
	if (!sample)
		return ho_fail_nomem(err);
	for (size_t a = 0; a < total && n < SAMPLE; a += stride)
		sample[n++] = fabs((double)p->weights[a]);
	qsort(sample, n, sizeof *sample, by_value_down);
	size_t at = (size_t)((double)n * ENTRIES_KEPT / (double)total);
	p->least = sample[at < n ? at : n - 1];
	ho_free(sample);
	return HO_OK;
}

static enum ho_status prepare(struct packing *p, struct ho_lesson *lesson, const struct ho_search *search,
                              struct ho_arena *arena, const uint32_t *all, uint32_t columns, struct ho_error *err)
{
	const struct ho_design *design = &lesson->designs[p->view];
	p->weights = ho_calloc(design->D * columns, sizeof *p->weights);
	p->keep = ho_calloc(design->D, 1);
	p->names = ho_calloc(design->D, sizeof *p->names);
	enum ho_status status = p->weights && p->keep && p->names ? HO_OK : ho_fail_nomem(err);
	for (size_t h = 0; h < search->blend.n_heads && status == HO_OK; h++)
		if (ho_head_reads(&search->heads[h], p->view))
			status = add_head(p, lesson, &search->heads[h], search->blend.weight[h], all, err);
	if (status == HO_OK && columns > 1)
		status = centre(p, design->D, columns, err);
	if (status == HO_OK)
		status = choose_features(p, lesson, columns, err);
	if (status == HO_OK && p->view != HO_VIEW_CHAR)
		status = keep_single_words(p, lesson, err);
	if (status == HO_OK)
		status = ho_name_features(p->names, arena, lesson, p->view, p->keep, err);
	return status ? status : find_least(p, design, columns, err);
}

/* Weights of the encoder's vector, [columns][dimensions]; NULL if no chosen head uses it. */
static enum ho_status fit_dense(float **out, double *bias, struct ho_lesson *lesson, const struct ho_search *search,
                                const uint32_t *all, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = NULL;
	for (size_t h = 0; h < search->blend.n_heads && status == HO_OK; h++) {
		struct ho_weights fitted;
		if (!ho_head_is_dense(&search->heads[h]))
			continue;
		status = ho_head_fit(&fitted, lesson, &search->heads[h], all, lesson->n_learn, lesson->threads, err);
		if (status)
			return status;
		*out = *out ? *out : ho_calloc(fitted.D * fitted.columns, sizeof **out);
		for (size_t d = 0; *out && d < fitted.D; d++)
			for (uint32_t k = 0; k < fitted.columns; k++)
				(*out)[k * fitted.D + d] +=
				    (float)(search->blend.weight[h] * (double)fitted.v[d * fitted.columns + k]);
		for (uint32_t k = 0; k < fitted.columns; k++)
			bias[k] += search->blend.weight[h] * (double)fitted.bias[k];
		ho_weights_release(&fitted);
		status = *out ? HO_OK : ho_fail_nomem(err);
	}
	return status;
}

static void release(struct packing *p)
{
	ho_free(p->weights);
	ho_free(p->keep);
	ho_free(p->names);
}

static struct ho_image_view image_view(const struct packing *p, const struct ho_lesson *lesson)
{
	const struct ho_design *design = &lesson->designs[p->view];
	return (struct ho_image_view){design->D, design->keys, p->weights, p->keep, p->names, p->least};
}

static enum ho_status pack(struct ho_image **out, const struct packing *word, const struct packing *chars,
                           const float *dense, struct ho_lesson *lesson, const struct ho_assembly *assembly,
                           struct ho_error *err)
{
	struct ho_view_spec spec = ho_view_describe(HO_VIEW_CHAR, lesson->K);
	struct ho_image_parts parts = {
	    .K = lesson->K,
	    .labels = assembly->labels,
	    .text_columns = assembly->text_columns,
	    .target = assembly->target,
	    .word_n_max = ho_view_describe(word->view, lesson->K).n_max,
	    .char_min = chars->used ? spec.n_min : 0,
	    .char_max = chars->used ? spec.n_max : 0,
	    .word = image_view(word, lesson),
	    .bias = word->bias,
	    .seen = assembly->seen,
	    .n_seen = assembly->n_seen,
	    .vectors = dense ? lesson->vectors : NULL,
	    .encoder_folder = assembly->encoder_folder,
	    .encoder_files = assembly->encoder_files,
	    .neighbours = dense ? assembly->neighbours : NULL,
	    .dense = dense,
	};
	if (chars->used)
		parts.chars = image_view(chars, lesson);
	return ho_image_new(out, &parts, err);
}

enum ho_status ho_assemble(struct ho_image **out, struct ho_lesson *lesson, const struct ho_search *search,
                           const struct ho_assembly *assembly, struct ho_error *err)
{
	uint32_t columns = lesson->K == 2 ? 1 : lesson->K;
	struct packing word = {.view = HO_VIEW_WORD2, .used = true}, chars = {.view = HO_VIEW_CHAR};
	struct ho_arena arena;
	float *dense = NULL;
	*out = NULL;
	ho_arena_init(&arena, SIZE_MAX);
	for (size_t h = 0; h < search->blend.n_heads; h++) {
		if (ho_head_is_dense(&search->heads[h]))
			continue;
		if (search->heads[h].view == HO_VIEW_CHAR)
			chars.used = true;
		else
			word.view = search->heads[h].view;
	}
	uint32_t *all = ho_alloc(lesson->n_learn, sizeof *all);
	word.bias = chars.bias = ho_calloc(columns, sizeof *word.bias);
	enum ho_status status = all && word.bias ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; all && i < lesson->n_learn; i++)
		all[i] = (uint32_t)i;
	if (status == HO_OK) {
		word.bias[0] = columns == 1 ? search->blend.bias : 0;
		status = ho_lesson_need(lesson, word.view, err); /* a model always has words, if only for novelty */
	}
	if (status == HO_OK)
		status = prepare(&word, lesson, search, &arena, all, columns, err);
	if (status == HO_OK && chars.used)
		status = prepare(&chars, lesson, search, &arena, all, columns, err);
	if (status == HO_OK)
		status = fit_dense(&dense, word.bias, lesson, search, all, err);
	if (status == HO_OK)
		status = pack(out, &word, &chars, dense, lesson, assembly, err);
	ho_free(dense);
	release(&word);
	release(&chars);
	ho_free(word.bias);
	ho_free(all);
	ho_arena_release(&arena);
	return status;
}
