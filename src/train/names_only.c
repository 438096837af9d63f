#include "train/names_only.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "handoff/handoff.h"
#include "train/assemble.h"
#include "train/certify_private.h"
#include "train/vectors.h"

/* With C = 0 the weights are the prior: the names. The factor on the products gave the least log loss, about, on the
 * training files of sst2, trec6, banking77 and clinc150 (12 to 20). */
static const struct ho_head guess = {"encoder, label names alone", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 0, 16};

struct run {
	const struct ho_slice *labels;
	const struct ho_described *described;
	const struct ho_train_options *options;
	size_t n;
	uint32_t K;
	struct ho_slice *texts; /* [n] */
	uint32_t *rows, *label; /* [n] */
	struct ho_train_vectors vectors;
	struct ho_corpus corpus;
	float *names;
	struct ho_lesson lesson;
	struct ho_image *image;
};

/* The descriptions are all the texts that there are. */
static enum ho_status build_lesson(struct run *run, struct ho_error *err)
{
	const struct ho_train_options *o = run->options;
	run->texts = ho_alloc(run->n, sizeof *run->texts);
	run->rows = ho_alloc(run->n, sizeof *run->rows);
	run->label = ho_alloc(run->n, sizeof *run->label);
	if (!run->texts || !run->rows || !run->label)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < run->n; i++) {
		run->texts[i] = run->described[i].text;
		run->label[i] = run->described[i].label;
		run->rows[i] = (uint32_t)i;
	}
	struct ho_vectors_wanted wanted = {.encoder = o->encoder,
	                                   .texts = run->texts,
	                                   .n = run->n,
	                                   .K = run->K,
	                                   .threads = o->threads,
	                                   .progress = o->progress,
	                                   .precision = o->encoder_precision,
	                                   .max_tokens = o->encoder_tokens};
	enum ho_status status = ho_train_vectors_make(&run->vectors, &wanted, err);
	if (status == HO_OK)
		status = ho_corpus_build(&run->corpus, run->texts, run->n, o->threads, o->progress, err);
	if (status == HO_OK)
		status = ho_label_vectors(&run->names, run->vectors.encoder, run->described, run->n, run->K, o->threads,
		                          err);
	run->lesson = (struct ho_lesson){.corpus = &run->corpus,
	                                 .rows = run->rows,
	                                 .n = run->n,
	                                 .n_learn = run->n,
	                                 .labels = run->label,
	                                 .K = run->K,
	                                 .seed = o->seed,
	                                 .threads = o->threads,
	                                 .progress = o->progress,
	                                 .vectors = &run->vectors.cache,
	                                 .vector_of = run->vectors.vector_of,
	                                 .names = run->names};
	return status;
}

/* A tie is never broken by a text, and one of the two labels would never be guessed. */
static enum ho_status check_different(const struct run *run, struct ho_error *err)
{
	size_t width = ho_encoder_facts(run->vectors.encoder)->dimensions;
	for (uint32_t a = 0; a < run->K; a++)
		for (uint32_t b = 0; b < a; b++)
			if (memcmp(run->names + a * width, run->names + b * width, width * sizeof(float)) == 0)
				return ho_fail(
				    err, HO_EFORMAT,
				    "labels %u and %u are the same to the encoder; describe them in other words", b + 1,
				    a + 1);
	return HO_OK;
}

static enum ho_status assemble(struct run *run, struct ho_error *err)
{
	struct ho_search search = {.blend = {.n_heads = 1, .weight = {1}}};
	struct ho_assembly assembly = {.labels = run->labels,
	                               .text_columns = run->options->text_columns,
	                               .target = run->options->target,
	                               .encoder_folder = run->vectors.folder,
	                               .encoder_files = run->options->encoder_beside ? NULL : &run->vectors.files};
	search.heads[0] = guess;
	return ho_assemble(&run->image, &run->lesson, &search, &assembly, err);
}

static char *own_copy(char *text)
{
	size_t len = text ? strlen(text) + 1 : 0;
	char *copy = text ? ho_alloc(len, 1) : NULL;
	if (copy)
		memcpy(copy, text, len);
	free(text);
	return copy;
}

/* What a report of training has, as far as there is anything to tell. */
static char *report_of(const struct run *run)
{
	json_t *labels = json_object();
	for (uint32_t k = 0; k < run->K; k++)
		(void)json_object_setn_new(labels, run->labels[k].ptr, run->labels[k].len, json_integer(0));
	json_t *report =
	    json_pack("{s{ss ss} si so s{si si si} sI s[{ss sf}] sn sn sn sn sn sn sn sb s[s]}", "program", "name",
	              "handoff", "version", ho_version(), "rows", 0, "labels", labels, "parts", "fit", 0, "tune", 0,
	              "certify", 0, "seed", (json_int_t)run->options->seed, "chosen", "head", guess.name, "weight", 1.0,
	              "accuracy", "accuracy_interval", "promise", "strictest_possible", "labels_needed", "labels_more",
	              "more_labels_help", "from_names", 1, "warnings",
	              "made from the names of the labels alone: it guesses, and nobody knows how well; every text goes "
	              "to a person");
	char *text = report ? json_dumps(report, JSON_COMPACT) : NULL;
	json_decref(report);
	return own_copy(text);
}

static enum ho_status finish(struct ho_train_result *out, struct run *run, const char *path, struct ho_error *err)
{
	struct ho_certified certified;
	enum ho_status status = ho_certified_init(&certified, run->K, run->options, err);
	if (status)
		return status;
	out->report = report_of(run);
	certified.findings.novelty_level = 0; /* nothing is known of what is usual */
	certified.findings.report = out->report;
	status = out->report ? ho_image_set(run->image, &certified.findings, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_image_write(&out->model_bytes, run->image, path, err);
	ho_certified_release(&certified);
	return status;
}

static void release(struct run *run)
{
	ho_lesson_release(&run->lesson);
	ho_image_free(run->image);
	ho_corpus_release(&run->corpus);
	ho_train_vectors_release(&run->vectors);
	ho_free(run->names);
	ho_free(run->texts);
	ho_free(run->rows);
	ho_free(run->label);
}

enum ho_status ho_train_names(struct ho_train_result *out, const struct ho_slice *labels, uint32_t K,
                              const struct ho_described *described, size_t n, const struct ho_train_options *options,
                              const char *path, struct ho_error *err)
{
	struct run run = {.labels = labels, .described = described, .options = options, .n = n, .K = K};
	double began = ho_clock_seconds();
	*out = (struct ho_train_result){.report = NULL};
	ho_map_init(&run.corpus.types);
	if (K < 2 || !options->encoder)
		return ho_fail(err, HO_EINVAL, "two labels and an encoder are needed to guess by names");
	enum ho_status status = build_lesson(&run, err);
	if (status == HO_OK)
		status = check_different(&run, err);
	if (status == HO_OK)
		status = assemble(&run, err);
	if (status == HO_OK)
		status = finish(out, &run, path, err);
	release(&run);
	out->seconds = ho_clock_seconds() - began;
	if (status)
		ho_train_result_release(out);
	return status;
}
