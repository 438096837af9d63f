/*
 * What a fine-tuning recipe is worth: bench_tune FOLDER LEARN JUDGE [NAME=VALUE ...]
 * LEARN and JUDGE: one text a line, its label (0, 1, ...) and a tab before it. The encoder is tuned on LEARN, without
 * looks, once for each seed; printed are seconds and the accuracy on JUDGE of each run, of the mean of the runs' scores
 * so far, and of one encoder whose weights are the mean of theirs.
 * NAMES: runs=1 rate head_rate factor epochs batch unfreeze cut ratio decay drop lowest threads=2 bf16=0
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "tune/recipe.h"

struct set {
	struct ho_slice *texts;
	struct ho_example *examples;
	size_t n;
};

struct bench {
	struct ho_tune_recipe recipe;
	double runs, threads, bf16;
	const char *folder;
	struct set learn, judge;
	struct ho_token_rows learn_rows, judge_rows;
	uint32_t K;
	float *scores, *sum; /* [judge.n][K] */
};

static int failed(const struct ho_error *err)
{
	(void)fprintf(stderr, "bench_tune: %s\n", err->message);
	return 1;
}

static bool read_set(struct set *set, uint32_t *K, const char *path, struct ho_error *err)
{
	struct ho_mapping file;
	size_t cap = 0, caps = 0;
	if (ho_mapping_open(&file, path, err))
		return false;
	struct ho_slice rest = file.bytes;
	while (rest.len) {
		const char *feed = memchr(rest.ptr, '\n', rest.len), *tab = memchr(rest.ptr, '\t', rest.len);
		size_t len = feed ? (size_t)(feed - rest.ptr) : rest.len;
		if (!tab || ho_grow(&set->texts, &cap, set->n + 1, sizeof *set->texts) ||
		    ho_grow(&set->examples, &caps, set->n + 1, sizeof *set->examples))
			return false;
		uint32_t label = (uint32_t)strtoul(rest.ptr, NULL, 10);
		size_t before = (size_t)(tab + 1 - rest.ptr);
		set->texts[set->n] = ho_slice(tab + 1, len - before);
		set->examples[set->n] = (struct ho_example){(uint32_t)set->n, HO_NO_TEXT, label, 0};
		*K = label >= *K ? label + 1 : *K;
		set->n++;
		len += feed ? 1 : 0;
		rest = ho_slice(rest.ptr + len, rest.len - len);
	}
	return true; /* the mapping stays: the texts are in it */
}

static bool read_names(struct bench *b, int argc, char **argv)
{
	double batch = b->recipe.batch, lowest = b->recipe.lowest;
	const struct {
		const char *name;
		double *value;
	} names[] = {
	    {"rate", &b->recipe.rate},
	    {"head_rate", &b->recipe.head_rate},
	    {"factor", &b->recipe.factor},
	    {"epochs", &b->recipe.epochs},
	    {"unfreeze", &b->recipe.unfreeze},
	    {"cut", &b->recipe.cut},
	    {"ratio", &b->recipe.ratio},
	    {"decay", &b->recipe.decay},
	    {"drop", &b->recipe.drop},
	    {"batch", &batch},
	    {"lowest", &lowest},
	    {"runs", &b->runs},
	    {"threads", &b->threads},
	    {"bf16", &b->bf16},
	};
	for (int i = 0; i < argc; i++) {
		const char *is = strchr(argv[i], '=');
		bool found = false;
		for (size_t k = 0; is && k < sizeof names / sizeof *names; k++)
			if (strlen(names[k].name) == (size_t)(is - argv[i]) &&
			    memcmp(names[k].name, argv[i], (size_t)(is - argv[i])) == 0) {
				*names[k].value = strtod(is + 1, NULL);
				found = true;
			}
		if (!found)
			return false;
	}
	b->recipe.batch = (unsigned)batch;
	b->recipe.lowest = (unsigned)lowest;
	return true;
}

static double accuracy(const struct bench *b, const float *scores)
{
	double right;
	(void)ho_tune_held_loss(&right, scores, b->judge.examples, b->judge.n, b->K);
	return right;
}

static enum ho_status score(float *scores, struct bench *b, struct ho_network *network, struct ho_error *err)
{
	struct ho_tuner *tuner = NULL;
	size_t d = network->facts.dimensions, n = b->judge.n;
	float *vectors = ho_alloc(n * d, sizeof *vectors);
	uint32_t *which = ho_alloc(n, sizeof *which);
	enum ho_status status = vectors && which ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		which[i] = (uint32_t)i;
	if (status == HO_OK)
		status = ho_tuner_new(&tuner, network, network->facts.layers + 1, (unsigned)b->threads, err);
	if (status == HO_OK)
		status = ho_tuner_vectors(vectors, tuner, &b->judge_rows, which, n, NULL, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		ho_network_scores(scores + i * b->K, network, vectors + i * d);
	ho_tuner_free(tuner);
	ho_free(vectors);
	ho_free(which);
	return status;
}

/* One run; `mean` [network->n] becomes the mean of the weights of `so_far` + 1 runs. */
static enum ho_status run(struct bench *b, float **mean, unsigned so_far, struct ho_error *err)
{
	struct ho_network *network;
	struct ho_tune_result result;
	enum ho_status status = ho_network_open(&network, b->folder, b->K, err);
	if (status == HO_OK && b->bf16 > 0)
		status = ho_network_halve(network, (unsigned)b->threads, err);
	if (status)
		return status;
	const struct ho_tune_task task = {&b->learn_rows, b->learn.examples,    b->learn.n, NULL, 0,
	                                  NULL,           (unsigned)b->threads, NULL};
	double began = ho_clock_seconds();
	b->recipe.seed = so_far + 1;
	status = ho_tune_run(&result, network, &task, &b->recipe, err);
	double seconds = ho_clock_seconds() - began;
	if (status == HO_OK)
		status = score(b->scores, b, network, err);
	if (status == HO_OK) {
		double alone = accuracy(b, b->scores), together;
		for (size_t i = 0; i < b->judge.n * b->K; i++)
			b->sum[i] += b->scores[i];
		together = accuracy(b, b->sum);
		if (!*mean)
			*mean = ho_calloc(network->n, sizeof **mean);
		for (size_t i = 0; i < network->n; i++)
			(*mean)[i] += (network->w[i] - (*mean)[i]) / (float)(so_far + 1);
		memcpy(network->w, *mean, network->n * sizeof **mean);
		status = ho_network_pack(network, 1, (unsigned)b->threads, err);
		if (status == HO_OK)
			status = score(b->scores, b, network, err);
		(void)printf("run %u: %.0f s, alone %.4f, mean of scores %.4f, mean of weights %.4f\n", so_far + 1,
		             seconds, alone, together, accuracy(b, b->scores));
		(void)fflush(stdout);
	}
	ho_network_free(network);
	return status;
}

int main(int argc, char **argv)
{
	struct ho_error err = {.code = HO_OK};
	struct bench b = {.runs = 1, .threads = 2};
	float *mean = NULL;
	struct ho_network *network = NULL;
	ho_tune_recipe_init(&b.recipe);
	b.recipe.looks = 1;
	if (argc < 4 || !read_names(&b, argc - 4, argv + 4)) {
		(void)fprintf(stderr, "usage: bench_tune FOLDER LEARN JUDGE [NAME=VALUE ...]\n");
		return 2;
	}
	b.folder = argv[1];
	if (!read_set(&b.learn, &b.K, argv[2], &err) || !read_set(&b.judge, &b.K, argv[3], &err))
		return failed(&err);
	b.scores = ho_calloc(b.judge.n * b.K, sizeof *b.scores);
	b.sum = ho_calloc(b.judge.n * b.K, sizeof *b.sum);
	enum ho_status status = ho_network_open(&network, b.folder, 0, &err);
	if (status == HO_OK)
		status = ho_token_rows_make(&b.learn_rows, network, b.learn.texts, b.learn.n, NULL, &err);
	if (status == HO_OK)
		status = ho_token_rows_make(&b.judge_rows, network, b.judge.texts, b.judge.n, NULL, &err);
	ho_network_free(network);
	for (unsigned r = 0; r < (unsigned)b.runs && status == HO_OK; r++)
		status = run(&b, &mean, r, &err);
	ho_token_rows_release(&b.learn_rows);
	ho_token_rows_release(&b.judge_rows);
	ho_free(mean);
	ho_free(b.scores);
	ho_free(b.sum);
	ho_free(b.learn.texts);
	ho_free(b.learn.examples);
	ho_free(b.judge.texts);
	ho_free(b.judge.examples);
	return status == HO_OK ? 0 : failed(&err);
}
