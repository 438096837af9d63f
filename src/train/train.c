#include "train/train.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "train/assemble.h"
#include "train/finetune.h"
#include "train/label_names.h"
#include "train/nearest.h"
#include "train/parts.h"
#include "train/report.h"
#include "train/tuned_folder.h"
#include "train/vectors.h"

/* Baselines learn from at most this many rows: beyond it they only cost time. */
enum { BASELINE_ROWS_MAX = 60000 };

/* One training run; everything is released in finish(). */
struct run {
	const struct ho_train_options *options;
	const struct ho_table *table;
	struct ho_parts parts;
	struct ho_corpus corpus; /* fit, then certify */
	struct ho_slice *texts;
	uint32_t *labels, *rows;
	struct ho_train_vectors vectors; /* of fit, tune and certify */
	uint32_t *vector_of;             /* [corpus.n] */
	float *names;                    /* of the labels; NULL: they say nothing */
	struct ho_lesson lesson;         /* fit */
	struct ho_search search;
	struct ho_finetune tuned;
	const char *path;      /* of the model */
	double seconds_a_text; /* of encoding */
	struct ho_nearest nearest;
	struct ho_image *image;
	struct ho_certified certified;
	struct ho_baselines baselines;
	uint8_t *chosen_wrong; /* [baselines.n] */
	struct ho_shuffle_check shuffled;
	double began;
};

void ho_train_options_init(struct ho_train_options *options)
{
	*options = (struct ho_train_options){
	    .max_error = 0.05, .confidence_level = 0.95, .review_share = -1, .novelty_level = -1, .seed = 1};
}

/*
 * The level is the share of ordinary texts that novelty costs. With many labels a text of none of them is the usual
 * failure, and the texts with least evidence are also the ones most often wrong, so more is spent there.
 */
static double default_novelty_level(uint32_t K)
{
	return K > 10 ? 0.08 : K > 2 ? 0.03 : 0.02;
}

static enum ho_status check_options(const struct ho_train_options *o, struct ho_error *err)
{
	if (!(o->max_error > 0 && o->max_error < 1))
		return ho_fail(err, HO_EINVAL, "the promised error must lie between 0 and 1, e.g. 0.05");
	if (!(o->confidence_level > 0.5 && o->confidence_level < 1))
		return ho_fail(err, HO_EINVAL, "the confidence level must lie between 0.5 and 1, e.g. 0.95");
	if (!(o->time_limit >= 0))
		return ho_fail(err, HO_EINVAL, "the time limit must not be negative");
	if (!(o->review_share < 1))
		return ho_fail(err, HO_EINVAL, "the review share must be below 1");
	for (size_t i = 0; i < o->n_label_errors; i++)
		if (!(o->label_errors[i].max_error > 0 && o->label_errors[i].max_error < 1))
			return ho_fail(err, HO_EINVAL, "the promised error of a label must lie between 0 and 1");
	if (o->fine_tune && !o->encoder)
		return ho_fail(err, HO_EINVAL, "fine-tuning needs an encoder to fine-tune");
	if (o->review_share >= 0 && o->n_label_errors)
		return ho_fail(err, HO_EINVAL, "a review share and promises per label exclude each other");
	return HO_OK;
}

/* Fit rows first, then the units of certify. */
static enum ho_status build_lesson(struct run *run, struct ho_error *err)
{
	struct ho_parts *p = &run->parts;
	size_t fit = p->size[HO_PART_FIT], certify = p->units[HO_PART_CERTIFY], n = fit + certify;
	run->texts = ho_alloc(n, sizeof *run->texts);
	run->labels = ho_alloc(n, sizeof *run->labels);
	run->rows = ho_alloc(n, sizeof *run->rows);
	if (!run->texts || !run->labels || !run->rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		size_t from = i < fit ? i : i + p->size[HO_PART_TUNE];
		run->texts[i] = p->text[from];
		run->labels[i] = p->label[from];
		run->rows[i] = (uint32_t)i;
	}
	enum ho_status status =
	    ho_corpus_build(&run->corpus, run->texts, n, run->options->threads, run->options->progress, err);
	run->lesson = (struct ho_lesson){.corpus = &run->corpus,
	                                 .rows = run->rows,
	                                 .n = fit,
	                                 .n_learn = fit,
	                                 .labels = run->labels,
	                                 .K = p->K,
	                                 .seed = run->options->seed,
	                                 .threads = run->options->threads,
	                                 .progress = run->options->progress};
	return status;
}

/* The labels' names go into the search if they guess the learning rows, of which they know nothing, not worse than
 * chance. The search then finds out whether they help. */
static enum ho_status read_names(struct run *run, struct ho_error *err)
{
	const struct ho_train_vectors *v = &run->vectors;
	size_t width = ho_encoder_facts(v->encoder)->dimensions, right = 0, n = run->lesson.n_learn;
	uint32_t K = run->parts.K;
	enum ho_status status = ho_label_word_vectors(&run->names, v->encoder, run->parts.labels, K,
	                                              run->options->label_words, run->options->threads, err);
	if (status || !run->names)
		return status;
	for (size_t i = 0; i < n; i++) {
		const float *vector = ho_vector_cache_row(&v->cache, run->vector_of[run->rows[i]]);
		right += ho_label_nearest(run->names, K, width, vector) == run->labels[i];
	}
	run->lesson.names = right * K >= n ? run->names : NULL;
	return HO_OK;
}

/* Every text of the file is encoded once, and all that follows looks its vector up. */
static enum ho_status encode_texts(struct run *run, struct ho_error *err)
{
	const struct ho_train_options *o = run->options;
	struct ho_parts *p = &run->parts;
	size_t fit = p->size[HO_PART_FIT], tune = p->size[HO_PART_TUNE];
	struct ho_vectors_wanted wanted = {.encoder = o->encoder,
	                                   .texts = p->text,
	                                   .n = fit + tune + p->size[HO_PART_CERTIFY],
	                                   .K = p->K,
	                                   .threads = o->threads,
	                                   .time_limit = o->time_limit,
	                                   .began = run->began,
	                                   .progress = o->progress,
	                                   .precision = o->encoder_precision,
	                                   .max_tokens = o->encoder_tokens,
	                                   .file = o->vectors};
	enum ho_status status = ho_train_vectors_make(&run->vectors, &wanted, err);
	run->seconds_a_text = run->vectors.seconds_a_text;
	if (status || !run->vectors.encoder)
		return status;
	if (o->fine_tune && ho_encoder_facts(run->vectors.encoder)->kind != HO_ENCODER_BERT)
		return ho_fail(err, HO_EUNAVAIL, "a table of token vectors has no layers that could be fine-tuned");
	run->vector_of = ho_alloc(run->corpus.n, sizeof *run->vector_of);
	if (!run->vector_of)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < run->corpus.n; i++)
		run->vector_of[i] = run->vectors.vector_of[i < fit ? i : i + tune];
	run->lesson.vectors = &run->vectors.cache;
	run->lesson.vector_of = run->vector_of;
	return read_names(run, err);
}

/* Encoding and a head's fit read no text that the tuned encoder learnt from: those of tune and certify are enough. It
 * is encoded with, calibrated and certified as it will answer. */
static enum ho_status encode_tuned(struct run *run, struct ho_error *err)
{
	const struct ho_train_options *o = run->options;
	struct ho_parts *p = &run->parts;
	size_t fit = p->size[HO_PART_FIT], tune = p->size[HO_PART_TUNE], rest = tune + p->size[HO_PART_CERTIFY];
	struct ho_vectors_wanted wanted = {.encoder = run->tuned.folder,
	                                   .texts = p->text + fit,
	                                   .n = rest,
	                                   .K = p->K,
	                                   .threads = o->threads,
	                                   .progress = o->progress,
	                                   .precision = o->encoder_precision,
	                                   .max_tokens = o->encoder_tokens};
	ho_train_vectors_release(&run->vectors);
	enum ho_status status = ho_train_vectors_make(&run->vectors, &wanted, err);
	for (size_t i = 0; i < run->corpus.n && status == HO_OK; i++)
		run->vector_of[i] = i < fit ? HO_MAP_NONE : run->vectors.vector_of[i - fit + tune];
	free(run->vectors.folder);
	run->vectors.folder = NULL;
	if (status == HO_OK)
		status = ho_tuned_folder(&run->vectors.folder, run->path, err);
	run->vectors.files.folder = run->vectors.folder;
	run->lesson.vectors = &run->vectors.cache;
	run->lesson.tuned = &run->tuned.head;
	return status;
}

static enum ho_status fine_tune(struct run *run, struct ho_error *err)
{
	const struct ho_train_options *o = run->options;
	const struct ho_parts *p = &run->parts;
	double spent = ho_clock_seconds() - run->began;
	struct ho_finetune_wanted wanted = {.source = run->vectors.folder,
	                                    .stem = run->path,
	                                    .parts = p,
	                                    .rows_max = o->fine_tune_rows,
	                                    .cross_fit = o->cross_fit,
	                                    .seconds_left = o->time_limit > 0 ? o->time_limit - spent : 0,
	                                    .seconds_a_row = run->seconds_a_text,
	                                    .precision = o->encoder_precision,
	                                    .max_tokens = o->encoder_tokens};
	if (!o->fine_tune || !run->vectors.encoder)
		return HO_OK;
	enum ho_status status = ho_finetune(&run->tuned, &run->lesson, &run->search, &wanted, err);
	return status == HO_OK && run->tuned.facts.used ? encode_tuned(run, err) : status;
}

/*
 * Rows for the baselines: learning ones first, tested ones (units) behind them. They are tested on certify, or with the
 * cross-fit on one of the folds that the chosen model was scored on, and learn from its other folds, as that did.
 */
struct contest {
	uint32_t *rows;
	size_t learn, tested;
};

/* The rows of the other folds. Where few rows judged a tuned encoder, the chosen model has learnt from the others too,
 * and so may the baselines, but for copies of what they are tested on. */
static enum ho_status list_learning(struct contest *out, const struct run *run, const uint8_t *fold,
                                    struct ho_error *err)
{
	const struct ho_parts *p = &run->parts;
	size_t n = run->search.blend_rows, fit = run->tuned.facts.used ? p->size[HO_PART_FIT] : n;
	uint32_t groups = 0;
	for (size_t i = 0; i < fit; i++)
		groups = p->group[i] >= groups ? p->group[i] + 1 : groups;
	uint8_t *tested = ho_calloc(groups, 1);
	if (!tested)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		tested[p->group[i]] |= fold[i] == 0;
	for (size_t i = 0; i < fit && out->learn < BASELINE_ROWS_MAX; i++)
		if (!tested[p->group[i]])
			out->rows[out->learn++] = (uint32_t)i;
	ho_free(tested);
	return HO_OK;
}

static enum ho_status one_fold(struct contest *out, struct run *run, struct ho_error *err)
{
	const struct ho_parts *p = &run->parts;
	size_t n = run->search.blend_rows, at = 0;
	uint8_t *fold = ho_alloc(n, 1), *wrong = ho_calloc(n, 1);
	enum ho_status status = fold && wrong ? HO_OK : ho_fail_nomem(err);
	run->chosen_wrong = wrong;
	if (status == HO_OK)
		status = ho_search_folds(fold, p->group, run->labels, n, run->options->seed, err);
	if (status == HO_OK)
		status = list_learning(out, run, fold, err);
	/* The answers are those of the units, in their order. */
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		if (p->unit[i] && fold[i] == 0) {
			wrong[out->tested] = run->certified.answers.wrong[at];
			out->rows[out->learn + out->tested++] = (uint32_t)i;
		}
		at += p->unit[i];
	}
	ho_free(fold);
	return status;
}

static enum ho_status all_of_certify(struct contest *out, struct run *run, struct ho_error *err)
{
	const struct ho_answers *answers = &run->certified.answers;
	size_t fit = run->parts.size[HO_PART_FIT];
	run->chosen_wrong = ho_alloc(answers->n, 1);
	if (!run->chosen_wrong)
		return ho_fail_nomem(err);
	for (; out->learn < fit && out->learn < BASELINE_ROWS_MAX; out->learn++)
		out->rows[out->learn] = (uint32_t)out->learn;
	for (; out->tested < answers->n; out->tested++) {
		run->chosen_wrong[out->tested] = answers->wrong[out->tested];
		out->rows[out->learn + out->tested] = (uint32_t)(fit + out->tested);
	}
	return HO_OK;
}

static enum ho_status run_baselines(struct run *run, struct ho_error *err)
{
	size_t n = run->corpus.n;
	struct ho_lesson lesson = run->lesson;
	struct contest contest = {ho_alloc(n, sizeof *contest.rows), 0, 0};
	uint32_t *labels = ho_alloc(n, sizeof *labels);
	enum ho_status status = contest.rows && labels ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = (run->options->cross_fit ? one_fold : all_of_certify)(&contest, run, err);
	memset(lesson.designs, 0, sizeof lesson.designs);
	memset(lesson.built, 0, sizeof lesson.built);
	lesson.rows = contest.rows;
	lesson.labels = labels;
	lesson.n_learn = contest.learn;
	lesson.n = contest.learn + contest.tested;
	for (size_t i = 0; i < lesson.n && status == HO_OK; i++)
		labels[i] = run->labels[contest.rows[i]];
	if (status == HO_OK)
		status = ho_baselines_run(&run->baselines, &lesson, err);
	ho_free(contest.rows);
	ho_free(labels);
	return status;
}

/* From texts to certify with to rows of a file, copies included. */
static void count_rows_needed(struct run *run)
{
	const struct ho_parts *p = &run->parts;
	double copies = (double)p->n / (double)p->near.n_groups;
	if (run->options->no_promise) {
		struct ho_share_plan exact = p->shares;
		exact.cross_fit = false;
		run->certified.unmet[0] = (struct ho_unmet){
		    .more = HO_MORE_LEAST,
		    .certify_units = exact.least,
		    .rows = (uint64_t)ceil(copies * (double)ho_units_for(exact.least, p->near.n_groups, &exact))};
		return;
	}
	for (uint32_t k = 0; k < p->K; k++) {
		struct ho_unmet *unmet = &run->certified.unmet[k];
		if (unmet->more == HO_MORE_ENOUGH)
			unmet->rows = (uint64_t)ceil(
			    copies * (double)ho_units_for(unmet->certify_units, p->near.n_groups, &p->shares));
	}
}

static enum ho_status certify_against(struct run *run, const struct ho_ordinary *ordinary, struct ho_error *err)
{
	struct ho_parts *p = &run->parts;
	if (run->options->cross_fit) {
		enum ho_status status = ho_certify_cross_fit(&run->certified, &run->lesson, p->unit, p->labels,
		                                             ordinary, &run->search, run->options, err);
		return status ? status : ho_image_set(run->image, &run->certified.findings, err);
	}
	size_t fit = p->size[HO_PART_FIT], tune = p->size[HO_PART_TUNE];
	struct ho_examples tuning = {p->text + fit, p->label + fit, p->units[HO_PART_TUNE]};
	struct ho_examples certifying = {p->text + fit + tune, p->label + fit + tune, p->units[HO_PART_CERTIFY]};
	return ho_certify(&run->certified, run->image, p->K, p->labels, ordinary, &tuning, &certifying, run->options,
	                  err);
}

static enum ho_status certify(struct run *run, struct ho_error *err)
{
	struct ho_ordinary ordinary;
	enum ho_status status = ho_ordinary_measure(&ordinary, &run->lesson, &run->search, &run->nearest,
	                                            run->parts.group, run->parts.unit, err);
	if (status)
		return status;
	status = certify_against(run, &ordinary, err);
	ho_ordinary_release(&ordinary);
	return status;
}

static enum ho_status learn(struct run *run, struct ho_error *err)
{
	const struct ho_train_options *o = run->options;
	struct ho_parts *p = &run->parts;
	struct ho_search_options search = {p->group, o->time_limit, run->began};
	enum ho_status status = build_lesson(run, err);
	if (status == HO_OK)
		status = encode_texts(run, err);
	if (status == HO_OK)
		status = ho_search(&run->search, &run->lesson, &search, err);
	if (status == HO_OK)
		status = fine_tune(run, err);
	/* A tuned encoder has no vectors of learning rows that would be as far apart as those of new texts. */
	if (status == HO_OK && ho_search_uses_encoder(&run->search) && !run->tuned.facts.used)
		status = ho_nearest_keep(&run->nearest, &run->lesson, p->unit, err);
	struct ho_assembly assembly = {
	    p->labels, o->text_columns,     o->target,         p->seen,
	    p->n_seen, run->vectors.folder, &run->nearest.set, o->encoder_beside ? NULL : &run->vectors.files};
	if (status == HO_OK) {
		ho_progress_step(o->progress, "training the final model", -1);
		status = ho_assemble(&run->image, &run->lesson, &run->search, &assembly, err);
	}
	ho_lesson_release(&run->lesson);
	if (status == HO_OK) {
		ho_progress_step(o->progress, "certifying", -1);
		status = certify(run, err);
	}
	if (status == HO_OK) {
		count_rows_needed(run);
		ho_progress_step(o->progress, "doubting", -1);
		status = run_baselines(run, err);
	}
	if (status == HO_OK)
		status = ho_shuffle_check(&run->shuffled, &run->lesson, p->group, o->max_error, 1 - o->confidence_level,
		                          err);
	return status;
}

static void gather(struct ho_train_facts *facts, const struct run *run)
{
	const struct ho_parts *p = &run->parts;
	const struct ho_answers *answers = &run->certified.answers;
	*facts = (struct ho_train_facts){.options = run->options,
	                                 .table = run->table,
	                                 .label_map = p->label_map,
	                                 .K = p->K,
	                                 .label_rows = p->label_rows,
	                                 .rows = p->n,
	                                 .fit = p->size[HO_PART_FIT],
	                                 .tune = p->size[HO_PART_TUNE],
	                                 .certify = p->size[HO_PART_CERTIFY],
	                                 .groups = p->units,
	                                 .near = &p->near,
	                                 .kept_out = p->kept_out,
	                                 .search = &run->search,
	                                 .certified = &run->certified,
	                                 .baselines = &run->baselines,
	                                 .chosen_wrong = run->chosen_wrong,
	                                 .shuffled = &run->shuffled,
	                                 .vectors = &run->vectors,
	                                 .tuned = run->options->fine_tune ? &run->tuned.facts : NULL,
	                                 .tested = answers->n};
	for (size_t i = 0; i < answers->n; i++)
		facts->errors += answers->wrong[i];
	facts->accuracy = answers->n ? 1 - (double)facts->errors / (double)answers->n : 0;
}

static enum ho_status write_model(struct ho_train_result *out, struct run *run, const char *path, struct ho_error *err)
{
	struct ho_train_facts facts;
	char *lasting, *full = NULL;
	gather(&facts, run);
	enum ho_status status = ho_train_report(&lasting, &full, &facts, ho_clock_seconds() - run->began, 0, err);
	if (status)
		return status;
	run->certified.findings.report = lasting;
	status = ho_image_set(run->image, &run->certified.findings, err);
	if (status == HO_OK)
		status = ho_progress_check(run->options->progress, err);
	bool placed = false;
	if (status == HO_OK && run->tuned.facts.used && run->options->encoder_beside) {
		status = ho_tuned_place(run->tuned.folder, run->vectors.folder, err);
		placed = status == HO_OK;
	}
	if (status == HO_OK)
		status = ho_image_write(&out->model_bytes, run->image, path, err);
	if (status && placed)
		ho_tuned_take_back(run->tuned.folder, run->vectors.folder);
	if (status == HO_OK && run->options->fine_tune)
		ho_finetune_forget(path);
	ho_free(lasting);
	ho_free(full);
	if (status)
		return status;
	out->seconds = ho_clock_seconds() - run->began;
	status = ho_train_report(&lasting, &out->report, &facts, out->seconds, out->model_bytes, err);
	ho_free(lasting);
	out->has_promise = run->certified.has_promise;
	return status;
}

static void finish(struct run *run)
{
	ho_lesson_release(&run->lesson);
	ho_search_release(&run->search);
	ho_nearest_release(&run->nearest);
	ho_image_free(run->image);
	ho_certified_release(&run->certified);
	ho_baselines_release(&run->baselines);
	ho_train_vectors_release(&run->vectors);
	if (run->tuned.folder)
		ho_tuned_remove(run->tuned.folder); /* nothing is there any more if it was put into its place */
	ho_finetune_release(&run->tuned);
	ho_free(run->vector_of);
	ho_free(run->names);
	ho_corpus_release(&run->corpus);
	ho_free(run->chosen_wrong);
	ho_free(run->texts);
	ho_free(run->labels);
	ho_free(run->rows);
	ho_parts_release(&run->parts);
}

enum ho_status ho_train(struct ho_train_result *out, const struct ho_table *table, const struct ho_table *test,
                        const struct ho_train_options *options, const char *path, struct ho_error *err)
{
	struct ho_train_options resolved = *options;
	struct run run = {.options = &resolved, .table = table, .path = path, .began = ho_clock_seconds()};
	*out = (struct ho_train_result){.report = NULL};
	enum ho_status status = check_options(options, err);
	if (status)
		return status;
	ho_map_init(&run.corpus.types);
	ho_progress_step(options->progress, "looking for duplicates", -1);
	status = ho_parts_make(&run.parts, table, test, options, err);
	if (resolved.novelty_level < 0)
		resolved.novelty_level = default_novelty_level(run.parts.K);
	resolved.no_promise = run.parts.too_few;
	resolved.cross_fit |= run.parts.too_few;
	if (status == HO_OK)
		status = learn(&run, err);
	if (status == HO_OK)
		status = write_model(out, &run, path, err);
	finish(&run);
	if (status)
		ho_train_result_release(out);
	if (status == HO_ECANCELLED && options->fine_tune && ho_finetune_kept(path))
		return ho_fail(
		    err, status,
		    "stopped on request; no model was written. What was tuned so far stands in %s.tuning-* (%llu MB): "
		    "the same command goes on from there; without these files it begins anew",
		    path, (unsigned long long)(ho_finetune_kept(path) / 1000000));
	if (status == HO_ECANCELLED && options->vectors)
		return ho_fail(err, status, "stopped on request; no model was written. The vectors so far are in %s",
		               options->vectors);
	return status;
}

void ho_train_result_release(struct ho_train_result *result)
{
	ho_free(result->report);
	*result = (struct ho_train_result){.report = NULL};
}
