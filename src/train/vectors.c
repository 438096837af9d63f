#include "train/vectors.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "encoder/places.h"
#include "encoder/vector_file.h"
#include "text/utf8.h"

/* Texts between two looks at the clock, under a time limit: seconds of work, so that a slow encoder is noticed early.
 */
enum { CHUNK = 128, SAMPLE = 64 };
/* What encoding may take of the time limit; the search needs the rest. */
static const double share_of_time = 0.6;
/* Weights of one head; a fit holds two dozen numbers for each. */
enum { WEIGHTS_MAX = 2000000 };

void ho_train_vectors_release(struct ho_train_vectors *v)
{
	if (v->encoder)
		ho_vector_cache_release(&v->cache);
	ho_encoder_free(v->encoder);
	ho_encoder_files_release(&v->files);
	free(v->folder); /* realpath()'s */
	ho_free(v->vector_of);
	*v = (struct ho_train_vectors){.encoder = NULL};
}

static enum ho_status check_tokens(const struct ho_encoder *encoder, unsigned wanted, struct ho_error *err)
{
	const struct ho_encoder_facts *facts = ho_encoder_facts(encoder);
	if (wanted == 0 || facts->max_tokens == wanted)
		return HO_OK;
	if (facts->kind != HO_ENCODER_BERT)
		return ho_fail(err, HO_EINVAL, "a static encoder takes a text as it is; leave --encoder-tokens out");
	return ho_fail(err, HO_EINVAL, "--encoder-tokens %u is more than the %u tokens that this encoder can take",
	               wanted, facts->positions);
}

static enum ho_status open_encoder(struct ho_train_vectors *v, const struct ho_vectors_wanted *w, struct ho_error *err)
{
	char folder[8192];
	enum ho_status status = ho_encoder_locate(folder, sizeof folder, w->encoder, err);
	if (status) {
		ho_error_at(err, "--encoder %s", w->encoder);
		return status;
	}
	v->folder = realpath(folder, NULL);
	if (!v->folder)
		return ho_fail_errno(err, HO_EIO, "the folder of the encoder cannot be found");
	ho_encoder_files_init(&v->files, v->folder);
	status = ho_encoder_open_files(&v->encoder, &v->files, w->max_tokens, err);
	if (status)
		return status;
	status = check_tokens(v->encoder, w->max_tokens, err);
	if (status == HO_OK)
		status = ho_encoder_lower(v->encoder, w->precision, err);
	if (status) {
		ho_encoder_free(v->encoder);
		v->encoder = NULL;
		ho_error_at(err, "--encoder %s", w->encoder);
		return status;
	}
	v->facts = *ho_encoder_facts(v->encoder);
	ho_vector_cache_init(&v->cache, v->encoder);
	v->vector_of = ho_alloc(w->n, sizeof *v->vector_of);
	if (!v->vector_of)
		return ho_fail_nomem(err);
	if (!ho_utf8_is_clean(ho_slice_str(v->folder)))
		return ho_fail(err, HO_EINVAL,
		               "the path of the encoder's folder is not UTF-8, as the model file needs it; rename it");
	size_t most = WEIGHTS_MAX / ((size_t)ho_encoder_facts(v->encoder)->dimensions + 1);
	if (w->K > 2 && w->K > most)
		return ho_fail(err, HO_ELIMIT,
		               "%u labels are too many for this encoder, which can do %zu; leave --encoder out", w->K,
		               most);
	return HO_OK;
}

/* How encoding goes on. */
struct encoding {
	size_t left; /* texts still to come; with a file, those that it lacks, and copies of them */
	size_t done; /* texts that were encoded */
	double seconds;
};

/* Will the rest be done in its share of the time, at the speed so far? */
static bool fits(const struct ho_vectors_wanted *w, const struct encoding *e)
{
	double spent = ho_clock_seconds() - w->began;
	return w->time_limit <= 0 || e->done == 0 ||
	       spent + e->seconds / (double)e->done * (double)e->left <= share_of_time * w->time_limit;
}

static size_t count_unknown(const struct ho_train_vectors *v, const struct ho_slice *texts, size_t n)
{
	size_t unknown = 0;
	for (size_t i = 0; i < n; i++)
		unknown += ho_vector_cache_find(&v->cache, texts[i]) == HO_MAP_NONE;
	return unknown;
}

/* Where everything was in the file: how long a text takes here. */
static enum ho_status time_sample(struct encoding *e, const struct ho_train_vectors *v,
                                  const struct ho_vectors_wanted *w, struct ho_error *err)
{
	struct ho_slice sample[SAMPLE];
	size_t n = w->n < SAMPLE ? w->n : SAMPLE;
	float *vectors = ho_alloc(n * v->facts.dimensions, sizeof *vectors);
	if (!vectors)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		sample[i] = w->texts[i * w->n / n];
	double began = ho_clock_seconds();
	enum ho_status status = ho_encode(vectors, v->encoder, sample, n, w->threads, w->progress, err);
	*e = (struct encoding){.done = n, .seconds = ho_clock_seconds() - began};
	ho_free(vectors);
	return status;
}

/* Open the file of vectors, if there is to be one, and take those that it has. */
static enum ho_status open_file(struct ho_vector_file *file, struct ho_train_vectors *v,
                                const struct ho_vectors_wanted *w, struct ho_error *err)
{
	size_t found;
	if (!w->file)
		return HO_OK;
	enum ho_status status = ho_vector_file_open(file, w->file, v->encoder, err);
	if (status == HO_OK)
		status = ho_vector_file_take(&v->cache, &found, file, w->texts, w->n, err);
	if (status == HO_OK && found)
		ho_progress_note(w->progress, "the vectors of %zu texts were in %s", found, w->file);
	return status;
}

enum ho_status ho_train_vectors_make(struct ho_train_vectors *out, const struct ho_vectors_wanted *w,
                                     struct ho_error *err)
{
	*out = (struct ho_train_vectors){.encoder = NULL};
	if (!w->encoder)
		return HO_OK;
	struct ho_vector_file file = {.fd = -1};
	struct encoding e = {.left = w->n};
	enum ho_status status = open_encoder(out, w, err);
	if (status == HO_OK)
		status = open_file(&file, out, w, err);
	size_t step = w->time_limit > 0 ? CHUNK : w->n;
	if (status == HO_OK && w->file)
		e.left = count_unknown(out, w->texts, w->n);
	for (size_t done = 0; done < w->n && status == HO_OK; done += step) {
		if (!fits(w, &e)) {
			ho_progress_note(w->progress,
			                 "the encoder is left out: it would take more than %.0f%% of --time-limit",
			                 100 * share_of_time);
			struct ho_encoder_facts facts = out->facts;
			ho_vector_file_close(&file);
			ho_train_vectors_release(out);
			out->facts = facts;
			out->given_up = true;
			return HO_OK;
		}
		size_t n = w->n - done < step ? w->n - done : step;
		struct ho_progress_part part = {w->progress, (double)done / (double)w->n, (double)n / (double)w->n};
		const struct ho_progress within = ho_progress_within(&part);
		uint32_t before = out->cache.texts.n;
		e.left -= w->file ? count_unknown(out, w->texts + done, n) : n;
		double began = ho_clock_seconds();
		status = w->file ? ho_vector_file_add(&out->cache, &file, w->texts + done, n, w->threads, &within, err)
		                 : ho_vector_cache_add(&out->cache, w->texts + done, n, w->threads, &within, err);
		e.done += out->cache.texts.n - before;
		e.seconds += out->cache.texts.n > before ? ho_clock_seconds() - began : 0;
	}
	ho_vector_file_close(&file);
	if (status == HO_OK && !e.done && w->time_limit > 0)
		status = time_sample(&e, out, w, err);
	out->seconds_a_text = e.done ? e.seconds / (double)e.done : 0;
	for (size_t i = 0; i < w->n && status == HO_OK; i++)
		out->vector_of[i] = ho_vector_cache_find(&out->cache, w->texts[i]);
	return status;
}
