/* Finding and opening the encoder that a model was trained with. */
#include <stdio.h>
#include <stdlib.h>

#include "encoder/encoder.h"
#include "model/private.h"

/* The folder of `path` with the last part of `folder`: an encoder that travels beside its model. */
static bool beside(char *out, size_t size, const char *path, const char *folder)
{
	const char *slash = strrchr(path, '/'), *name = strrchr(folder, '/');
	int len = snprintf(out, size, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name ? name + 1 : folder);
	return len > 0 && (size_t)len < size;
}

static enum ho_status open_from(struct ho_model *model, const char *folder, struct ho_error *err)
{
	const struct ho_encoder_record *record = model->encoder_record;
	enum ho_status status = ho_encoder_open(&model->own_encoder, folder, record->max_tokens, err);
	if (status)
		return status;
	const struct ho_encoder_facts *facts = ho_encoder_facts(model->own_encoder);
	if (facts->fingerprint != record->fingerprint || facts->dimensions != record->dimensions) {
		ho_fail(err, HO_EFORMAT,
		        "the model was trained with another encoder than the one in this folder; name the right "
		        "one in HANDOFF_ENCODER, or train again with --encoder");
		(void)ho_error_at(err, "%s", folder);
		return HO_EFORMAT;
	}
	model->encoder = model->own_encoder;
	return HO_OK;
}

enum ho_status ho_model__open_encoder(struct ho_model *model, const char *path, struct ho_error *err)
{
	char near[4096];
	const char *chosen = getenv("HANDOFF_ENCODER");
	if (!model->encoder_record)
		return HO_OK;
	if (chosen && *chosen)
		return open_from(model, chosen, err);
	enum ho_status status = open_from(model, model->encoder_folder, err);
	if (status == HO_ENOTFOUND && beside(near, sizeof near, path, model->encoder_folder))
		status = open_from(model, near, err);
	if (status == HO_ENOTFOUND) {
		ho_fail(err, HO_ENOTFOUND,
		        "the model needs the encoder it was trained with, which stood in %s; put it there or "
		        "beside the model, or name its folder in HANDOFF_ENCODER",
		        model->encoder_folder);
		(void)ho_error_at(err, "%s", path);
	}
	return status;
}
