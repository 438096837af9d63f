/* Finding and opening the encoder that a model was trained with, and vectors of texts that are soon to be scored. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "encoder/encoder.h"
#include "encoder/places.h"
#include "model/private.h"

static const char *last_part(const char *folder)
{
	const char *slash = strrchr(folder, '/');
	return slash ? slash + 1 : folder;
}

/* Open the encoder in a folder if it is the one. */
static enum ho_status open_from(struct ho_model *model, const char *folder, struct ho_error *err)
{
	const struct ho_encoder_record *record = model->encoder_record;
	struct ho_encoder *encoder;
	enum ho_status status = ho_encoder_open(&encoder, folder, record->max_tokens, err);
	if (status)
		return status;
	status = ho_encoder_lower(encoder, record->precision, err);
	if (status) {
		ho_encoder_free(encoder);
		return status;
	}
	const struct ho_encoder_facts *facts = ho_encoder_facts(encoder);
	if (facts->fingerprint != record->fingerprint || facts->dimensions != record->dimensions) {
		ho_encoder_free(encoder);
		(void)ho_fail(err, HO_EFORMAT,
		              "the model was trained with another encoder than the one in this folder; name the right "
		              "one in HANDOFF_ENCODER, or train again with --encoder");
		(void)ho_error_at(err, "%s", folder);
		return HO_EFORMAT;
	}
	model->encoder = model->own_encoder = encoder;
	return HO_OK;
}

/* Where it may stand: as recorded; beside the model; among the fetched ones. Returns false if there is no such place.
 */
static bool place(char *out, size_t size, int which, const struct ho_model *model, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = last_part(model->encoder_folder);
	char home[4096];
	int len = -1;
	if (which == 0)
		len = snprintf(out, size, "%s", model->encoder_folder);
	else if (which == 1)
		len = snprintf(out, size, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name);
	else if (ho_encoder_home(home, sizeof home, NULL) == HO_OK)
		len = snprintf(out, size, "%s/%s", home, name);
	return *name && len > 0 && (size_t)len < size;
}

enum ho_status ho_model__open_encoder(struct ho_model *model, const char *path, struct ho_error *err)
{
	const char *chosen = getenv("HANDOFF_ENCODER");
	struct ho_error first = {.code = HO_OK};
	if (!model->encoder_record)
		return HO_OK;
	if (chosen && *chosen)
		return open_from(model, chosen, err);
	for (int which = 0; which < 3; which++) {
		char folder[8192];
		struct ho_error inner = {.code = HO_OK};
		if (!place(folder, sizeof folder, which, model, path))
			continue;
		enum ho_status status = open_from(model, folder, &inner);
		if (status == HO_OK)
			return HO_OK;
		/* The most telling problem is that of the first folder that is there. */
		if (first.code == HO_OK && status != HO_ENOTFOUND)
			first = inner;
	}
	if (first.code != HO_OK) {
		if (err)
			*err = first;
		return first.code;
	}
	(void)ho_fail(err, HO_ENOTFOUND,
	              "the model needs the encoder it was trained with, which stood in %s; put it there or beside the "
	              "model, or name its folder in HANDOFF_ENCODER",
	              model->encoder_folder);
	(void)ho_error_at(err, "%s", path);
	return HO_ENOTFOUND;
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
