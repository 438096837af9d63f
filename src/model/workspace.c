#include "base/alloc.h"
#include "model/private.h"

/* Entries of the word cache; 0: none. */
static size_t cache_size(uint32_t columns)
{
	size_t size = HO_WORD_CACHE_MAX;
	while (columns > 1 && size * columns * sizeof(float) > HO_WORD_VECTOR_BYTES)
		size /= 2;
	return size >= HO_WORD_CACHE_MIN ? size : 0;
}

enum ho_status ho_workspace_new(struct ho_workspace **out, const struct ho_model *model, struct ho_error *err)
{
	*out = NULL;
	struct ho_workspace *ws = ho_calloc(1, sizeof *ws);
	if (!ws)
		return ho_fail_nomem(err);
	const struct ho_core *core = model->core;
	ws->model = model;
	ho_tokens_init(&ws->tokens);
	ws->grams = ho_calloc(HO_CHAR_NGRAMS_MAX, sizeof *ws->grams);
	ws->sums = ho_calloc(core->columns, sizeof *ws->sums);
	ws->scores = ho_calloc(core->columns, sizeof *ws->scores);
	ws->probabilities = ho_calloc(core->K, sizeof *ws->probabilities);
	ws->word_cache = core->char_max ? cache_size(core->columns) : 0;
	if (ws->word_cache)
		ws->word_sums = ho_calloc(ws->word_cache, sizeof *ws->word_sums);
	if (ws->word_cache && core->columns > 1)
		ws->word_vectors = ho_calloc(ws->word_cache * core->columns, sizeof *ws->word_vectors);
	if (!ws->grams || !ws->sums || !ws->scores || !ws->probabilities || (ws->word_cache && !ws->word_sums) ||
	    (ws->word_cache && core->columns > 1 && !ws->word_vectors)) {
		ho_workspace_free(ws);
		return ho_fail_nomem(err);
	}
	if (model->dense) {
		ws->vector = ho_calloc(model->encoder_record->dimensions, sizeof *ws->vector);
		ws->packed = ho_calloc(model->encoder_record->dimensions, sizeof *ws->packed);
		enum ho_status status = HO_OK;
		ws->memory = model->shared ? ho_shared_encoder_memory(model->shared) : NULL;
		if (!model->encoder)
			status = ho_fail(err, HO_ENOTFOUND, "the model's encoder has not been opened");
		else
			status = ws->vector && ws->packed ? ho_encoder_workspace_new(&ws->encoding, model->encoder, err)
			                                  : ho_fail_nomem(err);
		if (status) {
			ho_workspace_free(ws);
			return status;
		}
	}
	*out = ws;
	return HO_OK;
}

void ho_workspace_free(struct ho_workspace *ws)
{
	if (!ws)
		return;
	ho_tokens_release(&ws->tokens);
	ho_free(ws->hashes);
	ho_keyset_release(&ws->seen);
	ho_free(ws->grams);
	ho_free(ws->word_sums);
	ho_free(ws->word_vectors);
	ho_free(ws->sums);
	ho_free(ws->scores);
	ho_free(ws->probabilities);
	ho_encoder_workspace_free(ws->encoding);
	ho_free(ws->vector);
	ho_free(ws->packed);
	ho_free(ws->ahead);
	ho_free(ws->ahead_texts);
	ho_free(ws);
}
