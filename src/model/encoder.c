/* Finding and opening the encoder that a model was trained with, and vectors of texts that are soon to be scored. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "encoder/encoder.h"
#include "encoder/places.h"
#include "encoder/vector_file.h"
#include "model/private.h"

/* Is it the one that the model was trained with? */
static enum ho_status check(const struct ho_model *model, const struct ho_encoder *encoder, const char *where,
                            struct ho_error *err)
{
	const struct ho_encoder_record *record = model->encoder_record;
	const struct ho_encoder_facts *facts = ho_encoder_facts(encoder);
	bool same = facts->fingerprint == record->fingerprint || facts->older_fingerprint == record->fingerprint;
	if (same && facts->dimensions == record->dimensions)
		return HO_OK;
	(void)ho_fail(err, HO_EFORMAT,
	              "the model was trained with another encoder than the one in this folder; name the right one in "
	              "HANDOFF_ENCODER, or train again with --encoder");
	(void)ho_error_at(err, "%s", where);
	return HO_EFORMAT;
}

enum ho_status ho_model__open_files(struct ho_encoder **out, const struct ho_model *model,
                                    struct ho_encoder_files *files, struct ho_error *err)
{
	enum ho_status status = ho_encoder_open_files(out, files, model->encoder_record->max_tokens, err);
	if (status == HO_OK)
		status = ho_encoder_lower(*out, model->encoder_record->precision, err);
	if (status == HO_OK)
		status = check(model, *out, files->folder ? files->folder : "the encoder within the model file", err);
	if (status) {
		ho_encoder_free(*out);
		*out = NULL;
	}
	return status;
}

/* The encoder of a folder if it is the one. */
static enum ho_status open_folder(struct ho_encoder **out, const struct ho_model *model, const char *folder,
                                  struct ho_error *err)
{
	enum ho_status status = ho_encoder_open(out, folder, model->encoder_record->max_tokens, err);
	if (status == HO_OK)
		status = ho_encoder_lower(*out, model->encoder_record->precision, err);
	if (status == HO_OK)
		status = check(model, *out, folder, err);
	if (status) {
		ho_encoder_free(*out);
		*out = NULL;
	}
	return status;
}

/* The encoder within reads from the model's file, and holds it as long as it is open. */
static enum ho_status open_within(struct ho_encoder **out, const struct ho_model *model, struct ho_error *err)
{
	struct ho_encoder_files files = model->encoder_files;
	enum ho_status status = ho_model__open_files(out, model, &files, err);
	if (status == HO_OK && model->file) {
		(void)atomic_fetch_add(&model->file->references, 1);
		ho_encoder_keep(*out, ho_model__file_release, model->file);
	}
	return status;
}

/* Where it may stand: where HANDOFF_ENCODER says; as recorded; beside the model; among the fetched ones. */
enum { PLACES = 4 };

/* Returns false if there is no such place. */
static bool place(char *out, size_t size, int which, const struct ho_model *model, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = ho_last_part(model->encoder_folder);
	const char *chosen = getenv("HANDOFF_ENCODER");
	char home[4096];
	int len = -1;
	if (which == 0)
		len = chosen && *chosen ? snprintf(out, size, "%s", chosen) : -1;
	else if (!*name)
		return false;
	else if (which == 1)
		len = snprintf(out, size, "%s", model->encoder_folder);
	else if (which == 2)
		len = snprintf(out, size, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name);
	else if (ho_encoder_home(home, sizeof home, NULL) == HO_OK)
		len = snprintf(out, size, "%s/%s", home, name);
	return len > 0 && (size_t)len < size;
}

static enum ho_status fail_missing(const struct ho_model *model, const char *path, struct ho_error *err)
{
	const struct ho_encoder_record *record = model->encoder_record;
	(void)ho_fail(
	    err, HO_ENOTFOUND,
	    "the model needs the encoder it was trained with, %s (%u dimensions, fingerprint %016llx); put its "
	    "folder there or beside the model, or name it in HANDOFF_ENCODER; `handoff encoder embed`, where it "
	    "is at hand, puts it into the model file",
	    model->encoder_folder, record->dimensions, (unsigned long long)record->fingerprint);
	(void)ho_error_at(err, "%s", path);
	return HO_ENOTFOUND;
}

/* What opening needs to know. */
struct wanted {
	const struct ho_model *model;
	const char *path;  /* where the model stands */
	char folder[8192]; /* where the encoder was found, for who wants to know */
};

static enum ho_status find(struct ho_encoder **out, void *context, struct ho_error *err)
{
	struct wanted *wanted = context;
	const struct ho_model *model = wanted->model;
	struct ho_error first = {.code = HO_OK};
	*out = NULL;
	if (ho_model__has_files(model))
		return open_within(out, model, err);
	for (int which = 0; which < PLACES; which++) {
		struct ho_error inner = {.code = HO_OK};
		if (!place(wanted->folder, sizeof wanted->folder, which, model, wanted->path))
			continue;
		enum ho_status status = open_folder(out, model, wanted->folder, &inner);
		if (status == HO_OK)
			return HO_OK;
		/* The most telling problem is that of the first folder that is there. */
		if (first.code == HO_OK && status != HO_ENOTFOUND)
			first = inner;
	}
	if (first.code == HO_OK)
		return fail_missing(model, wanted->path, err);
	if (err)
		*err = first;
	return first.code;
}

enum ho_status ho_model__locate_encoder(char *folder, size_t size, const struct ho_model *model, const char *path,
                                        struct ho_error *err)
{
	struct wanted wanted = {.model = model, .path = path};
	struct ho_encoder *encoder;
	enum ho_status status = find(&encoder, &wanted, err);
	ho_encoder_free(encoder);
	if (status)
		return status;
	int len = snprintf(folder, size, "%s", wanted.folder);
	return len > 0 && (size_t)len < size ? HO_OK : ho_fail(err, HO_EINVAL, "the path of the encoder is too long");
}

enum ho_status ho_model__open_encoder(struct ho_model *model, const char *path, struct ho_error *err)
{
	struct wanted wanted = {.model = model, .path = path};
	if (!model->encoder_record)
		return HO_OK;
	enum ho_status status =
	    ho_encoder_share(&model->shared, model->encoder_record->fingerprint, find, &wanted, err);
	if (status)
		return status;
	model->encoder = ho_shared_encoder(model->shared);
	/* Two encoders with the same fingerprint are the same, unless a file was made to look so. */
	if (ho_encoder_facts(model->encoder)->dimensions == model->encoder_record->dimensions)
		return HO_OK;
	return check(model, model->encoder, path, err);
}

enum ho_status ho_workspace_foresee(struct ho_workspace *ws, const struct ho_slice *texts, size_t n,
                                    struct ho_error *err)
{
	ws->n_ahead = 0;
	if (!ws->encoding || n < 2 || ws->model->vectors)
		return HO_OK;
	size_t dimensions = ws->model->encoder_record->dimensions;
	if (ho_grow(&ws->ahead, &ws->ahead_cap, n * dimensions, sizeof *ws->ahead) ||
	    ho_grow(&ws->ahead_texts, &ws->ahead_texts_cap, n, sizeof *ws->ahead_texts))
		return ho_fail_nomem(err);
	enum ho_status status = ho_encode_texts(ws->ahead, ws->encoding, texts, n, err);
	if (status)
		return status;
	memcpy(ws->ahead_texts, texts, n * sizeof *texts);
	ws->n_ahead = n;
	ws->next_ahead = 0;
	return HO_OK;
}

enum ho_status ho_model__vector(const float **out, struct ho_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	const struct ho_model *model = ws->model;
	uint32_t row = model->vectors ? ho_vector_cache_find(model->vectors, text) : HO_MAP_NONE;
	*out = row == HO_MAP_NONE ? ho_model__foreseen(ws, text) : ho_vector_cache_row(model->vectors, row);
	if (*out)
		return HO_OK;
	*out = ws->vector;
	if (ws->memory && ho_vector_memory_get(ws->vector, ws->memory, text))
		return HO_OK;
	enum ho_status status = ho_encode_text(ws->vector, ws->encoding, text, err);
	if (status == HO_OK && ws->memory)
		ho_vector_memory_put(ws->memory, text, ws->vector);
	return status;
}

enum ho_status ho_model_know_vectors(struct ho_model *model, size_t *found, const char *path,
                                     const struct ho_slice *texts, size_t n, unsigned threads,
                                     const struct ho_progress *progress, struct ho_error *err)
{
	struct ho_vector_file file;
	*found = 0;
	if (!model->encoder_record)
		return HO_OK;
	if (!model->encoder)
		return ho_fail(err, HO_EUNAVAIL, "the model was opened without its encoder");
	model->known = ho_calloc(1, sizeof *model->known);
	if (!model->known)
		return ho_fail_nomem(err);
	ho_vector_cache_init(model->known, model->encoder);
	enum ho_status status = ho_vector_file_open(&file, path, model->encoder, err);
	if (status)
		return status;
	status = ho_vector_file_take(model->known, found, &file, texts, n, err);
	if (status == HO_OK)
		status = ho_vector_file_add(model->known, &file, texts, n, threads, progress, err);
	ho_vector_file_close(&file);
	model->vectors = model->known;
	return status;
}

enum ho_status ho_model_remember(struct ho_model *model, size_t texts, struct ho_error *err)
{
	return model->shared ? ho_shared_encoder_remember(model->shared, texts, err) : HO_OK;
}

void ho_model_remembered(struct ho_remembered *out)
{
	struct ho_vector_figures sum;
	ho_shared_encoder_figures(&sum);
	*out = (struct ho_remembered){ho_shared_encoders(), sum.hits, sum.misses, sum.kept, sum.room};
}

size_t ho_workspace_vector_size(const struct ho_workspace *ws)
{
	return ws->encoding ? ws->model->encoder_record->dimensions : 0;
}

enum ho_status ho_workspace_vector(float *out, struct ho_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	const float *vector;
	if (!ws->encoding)
		return ho_fail(err, HO_EUNAVAIL, "the model has no encoder");
	enum ho_status status = ho_model__vector(&vector, ws, text, err);
	if (status == HO_OK)
		memcpy(out, vector, ws->model->encoder_record->dimensions * sizeof *out);
	return status;
}

bool ho_workspace_recall(float *out, struct ho_workspace *ws, struct ho_slice text)
{
	return ws->memory && ho_vector_memory_get(out, ws->memory, text);
}

const float *ho_model__foreseen(struct ho_workspace *ws, struct ho_slice text)
{
	for (size_t i = 0; i < ws->n_ahead; i++) {
		size_t at = (ws->next_ahead + i) % ws->n_ahead;
		struct ho_slice known = ws->ahead_texts[at];
		if (known.len != text.len || (text.len && memcmp(known.ptr, text.ptr, text.len) != 0))
			continue;
		ws->next_ahead = at + 1;
		return ws->ahead + at * ws->model->encoder_record->dimensions;
	}
	return NULL;
}
