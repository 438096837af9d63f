#include "train/label_names.h"

#include "base/alloc.h"

/* Sum of the vectors of each label, then the mean, then less the mean of all labels. */
static void average(float *names, const float *vectors, const struct ho_described *described, size_t n, uint32_t K,
                    size_t width, double *sums)
{
	double *all = sums + (size_t)K * width, *count = all + width;
	for (size_t i = 0; i < n; i++) {
		double *sum = sums + described[i].label * width;
		count[described[i].label]++;
		for (size_t d = 0; d < width; d++)
			sum[d] += (double)vectors[i * width + d];
	}
	for (uint32_t k = 0; k < K; k++)
		for (size_t d = 0; d < width; d++)
			all[d] += (sums[k * width + d] /= count[k] > 0 ? count[k] : 1) / K;
	for (uint32_t k = 0; k < K; k++)
		for (size_t d = 0; d < width; d++)
			names[k * width + d] = (float)(sums[k * width + d] - all[d]);
}

enum ho_status ho_label_vectors(float **names, const struct ho_encoder *encoder, const struct ho_described *described,
                                size_t n, uint32_t K, unsigned threads, struct ho_error *err)
{
	size_t width = ho_encoder_facts(encoder)->dimensions;
	float *vectors = ho_alloc(n * width, sizeof *vectors);
	double *sums = ho_calloc(((size_t)K + 1) * width + K, sizeof *sums);
	struct ho_slice *texts = ho_alloc(n, sizeof *texts);
	*names = ho_alloc(K * width, sizeof **names);
	enum ho_status status = vectors && sums && texts && *names ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		texts[i] = described[i].text;
	if (status == HO_OK)
		status = ho_encode(vectors, encoder, texts, n, threads, NULL, err);
	if (status == HO_OK)
		average(*names, vectors, described, n, K, width, sums);
	ho_free(vectors);
	ho_free(sums);
	ho_free(texts);
	if (status) {
		ho_free(*names);
		*names = NULL;
	}
	return status;
}

static bool has_letter(struct ho_slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((name.ptr[i] | 32) >= 'a' && (name.ptr[i] | 32) <= 'z')
			return true;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] >= 0xC3) /* other scripts */
			return true;
	return false;
}

enum ho_status ho_label_in_words(struct ho_slice *out, struct ho_arena *arena, struct ho_slice name,
                                 struct ho_error *err)
{
	char *text = ho_arena_alloc(arena, name.len + 1, 1);
	if (!text)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < name.len; i++)
		text[i] = strchr("_-/.", name.ptr[i]) && name.ptr[i] ? ' ' : name.ptr[i];
	*out = ho_slice(text, name.len);
	return HO_OK;
}

/* The descriptions of label k, or its name in words; *n grows by at least one unless the name says nothing. */
static enum ho_status describe(struct ho_described *out, size_t *n, struct ho_arena *arena,
                               const struct ho_slice *labels, uint32_t k, const struct ho_label_words *words,
                               struct ho_error *err)
{
	size_t before = *n;
	for (size_t i = 0; words && i < words->n; i++) {
		struct ho_slice name = words->names[words->described[i].label];
		if (name.len == labels[k].len && memcmp(name.ptr, labels[k].ptr, name.len) == 0)
			out[(*n)++] = (struct ho_described){k, words->described[i].text};
	}
	if (*n > before || !has_letter(labels[k]))
		return HO_OK;
	out[*n].label = k;
	return ho_label_in_words(&out[(*n)++].text, arena, labels[k], err);
}

enum ho_status ho_label_word_vectors(float **out, const struct ho_encoder *encoder, const struct ho_slice *labels,
                                     uint32_t K, const struct ho_label_words *words, unsigned threads,
                                     struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_described *described = ho_alloc(K + (words ? words->n : 0), sizeof *described);
	size_t n = 0;
	bool silent = false;
	*out = NULL;
	if (!described)
		return ho_fail_nomem(err);
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = HO_OK;
	for (uint32_t k = 0; k < K && status == HO_OK; k++) {
		size_t before = n;
		status = describe(described, &n, &arena, labels, k, words, err);
		silent |= n == before;
	}
	if (status == HO_OK && !silent)
		status = ho_label_vectors(out, encoder, described, n, K, threads, err);
	ho_arena_release(&arena);
	ho_free(described);
	return status;
}

uint32_t ho_label_nearest(const float *names, uint32_t K, size_t dimensions, const float *vector)
{
	uint32_t best = 0;
	double most = -1e300;
	for (uint32_t k = 0; k < K; k++) {
		double product = 0;
		for (size_t d = 0; d < dimensions; d++)
			product += (double)names[k * dimensions + d] * (double)vector[d];
		if (product > most) {
			most = product;
			best = k;
		}
	}
	return best;
}
