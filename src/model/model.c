#include "model/private.h"

#include <stdatomic.h>

#include "base/alloc.h"

void ho_model__file_release(void *context)
{
	struct ho_model_file *file = context;
	if (!file || atomic_fetch_sub(&file->references, 1) > 1)
		return;
	ho_mapping_close(&file->mapping);
	ho_free(file);
}

static enum ho_status map_file(struct ho_model *model, const char *path, struct ho_error *err)
{
	struct ho_model_file *file = model->file = ho_calloc(1, sizeof *file);
	if (!file)
		return ho_fail_nomem(err);
	file->references = 1;
	enum ho_status status = ho_mapping_open(&file->mapping, path, err);
	if (status == HO_OK) {
		status = ho_model__attach(model, file->mapping.bytes, err);
		if (status && err)
			(void)ho_error_at(err, "%s", path);
	}
	return status;
}

/* `standing` NULL: without its encoder. */
static enum ho_status open_model(struct ho_model **out, const char *path, const char *standing, struct ho_error *err)
{
	*out = NULL;
	struct ho_model *model = ho_calloc(1, sizeof *model);
	if (!model)
		return ho_fail_nomem(err);
	enum ho_status status = map_file(model, path, err);
	if (status == HO_OK && standing)
		status = ho_model__open_encoder(model, standing, err);
	if (status) {
		ho_model_free(model);
		return status;
	}
	*out = model;
	return HO_OK;
}

enum ho_status ho_model_open(struct ho_model **out, const char *path, struct ho_error *err)
{
	return open_model(out, path, path, err);
}

enum ho_status ho_model_open_for(struct ho_model **out, const char *path, const char *standing, struct ho_error *err)
{
	return open_model(out, path, standing, err);
}

enum ho_status ho_model_open_facts(struct ho_model **out, const char *path, struct ho_error *err)
{
	return open_model(out, path, NULL, err);
}

void ho_model_free(struct ho_model *model)
{
	if (!model)
		return;
	if (model->known)
		ho_vector_cache_release(model->known);
	ho_free(model->known);
	ho_encoder_unshare(model->shared);
	ho_model__file_release(model->file);
	ho_free(model->labels);
	ho_free(model->tested);
	ho_free(model);
}

uint32_t ho_model_label_count(const struct ho_model *model)
{
	return model->core->K;
}

const char *ho_model_label(const struct ho_model *model, uint32_t index)
{
	return index < model->core->K ? model->labels[index] : NULL;
}

const char *ho_model_report_json(const struct ho_model *model)
{
	return model->report;
}

void ho_model_certificate(struct ho_model_certificate *out, const struct ho_model *model)
{
	const struct ho_core *core = model->core;
	*out = (struct ho_model_certificate){
	    .kind = (enum ho_promise_kind)core->promise_kind,
	    .per_label = core->promise_labels > 1,
	    .labels = core->promise_labels,
	    .max_error = model->max_error,
	    .threshold = model->threshold,
	    .confidence_level = core->confidence_level,
	    .novelty_level = core->novelty_level,
	    .tested = model->tested,
	    .n_tested = model->n_tested,
	    .chosen = core->chosen,
	    .bound = core->bound,
	};
}

void ho_model_promise(struct ho_promise *out, const struct ho_model *model, uint32_t index)
{
	const struct ho_core *core = model->core;
	*out = (struct ho_promise){.made = false};
	uint32_t at = core->promise_labels > 1 ? index : 0;
	if (core->promise_kind == HO_PROMISE_NONE || index >= core->K || model->threshold[at] >= 1)
		return;
	*out = (struct ho_promise){
	    .made = true,
	    .approximate = core->promise_kind == HO_PROMISE_CROSS_FIT,
	    .per_label = core->promise_labels > 1,
	    .max_error = model->max_error[at],
	    .confidence_level = core->confidence_level,
	    .threshold = model->threshold[at],
	};
}

bool ho_model_has_seen(const struct ho_model *model, uint64_t fingerprint)
{
	size_t low = 0, high = model->n_seen;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (model->seen[middle] < fingerprint)
			low = middle + 1;
		else
			high = middle;
	}
	return low < model->n_seen && model->seen[low] == fingerprint;
}

const char *ho_model_text_columns(const struct ho_model *model)
{
	return model->text_columns;
}

const char *ho_model_target(const struct ho_model *model)
{
	return model->target;
}

size_t ho_model_bytes(const struct ho_model *model)
{
	return model->bytes.len;
}

const char *ho_decision_name(enum ho_decision decision)
{
	return decision == HO_AUTO ? "auto" : "human";
}

const char *ho_reason_name(enum ho_reason reason)
{
	switch (reason) {
	case HO_REASON_UNSURE:
		return "unsure";
	case HO_REASON_NOVEL:
		return "novel";
	case HO_REASON_NO_PROMISE:
		return "no_promise";
	case HO_REASON_PAUSED:
		return "paused";
	case HO_REASON_NONE:
	default:
		return NULL;
	}
}
