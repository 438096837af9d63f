#include "base/alloc.h"
#include "model/private.h"

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
	if (core->columns == 1 && core->char_max)
		ws->word_sums = ho_calloc(HO_WORD_CACHE, sizeof *ws->word_sums);
	if (!ws->grams || !ws->sums || !ws->scores || !ws->probabilities ||
	    (core->columns == 1 && core->char_max && !ws->word_sums)) {
		ho_workspace_free(ws);
		return ho_fail_nomem(err);
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
	ho_free(ws->sums);
	ho_free(ws->scores);
	ho_free(ws->probabilities);
	ho_free(ws);
}
