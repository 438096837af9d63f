#include <float.h>
#include <math.h>

#include "model/image.h"
#include "model/private.h"

/* Calibrated probabilities from ws->scores; returns the most probable label (the first of equals). */
static uint32_t calibrate(struct ho_workspace *ws)
{
	const struct ho_model *model = ws->model;
	uint32_t K = model->core->K, best = 0;
	double *p = ws->probabilities, total = 0;
	for (uint32_t k = 0; k < K; k++) {
		double score = model->core->columns > 1 ? ws->scores[k] : (k ? ws->scores[0] : 0);
		p[k] = model->core->slope * score + model->offset[k];
		if (p[k] > p[best])
			best = k;
	}
	double top = p[best];
	for (uint32_t k = 0; k < K; k++)
		total += p[k] = exp(p[k] - top);
	for (uint32_t k = 0; k < K; k++)
		p[k] /= total;
	return best;
}

double ho_model_evidence(const double *scores, uint32_t columns)
{
	double top = scores[0], sum = 0;
	for (uint32_t k = 0; k < columns; k++) {
		top = scores[k] > top ? scores[k] : top;
		sum += scores[k];
	}
	return top - sum / columns;
}

double ho_model__novelty(const struct ho_workspace *ws, const struct ho_text_score *scored)
{
	const struct ho_core *core = ws->model->core;
	double unknown = scored->words ? (double)scored->unknown_words / (double)scored->words : 1, novelty = 0;
	if (core->unknown_sd > 0)
		novelty += (unknown - core->unknown_mean) / core->unknown_sd;
	if (core->evidence_sd > 0) {
		novelty += (core->evidence_mean - ho_model_evidence(ws->scores, core->columns)) / core->evidence_sd;
	}
	/* Nothing of the text was ever seen: more novel than anything with a known word. */
	return scored->any_known ? novelty : FLT_MAX;
}

/* Conformal p-value: (1 + number of tune scores at least as large) / (number + 1). Vovk, Gammerman & Shafer 2005,
 * eq. 2.20. */
static double novelty_p(const struct ho_model *model, double novelty)
{
	/* Only a hostile file makes a novelty that is no number; what cannot be placed counts as novel. */
	float score = novelty < (double)FLT_MAX ? (float)fmax(novelty, -(double)FLT_MAX) : FLT_MAX;
	size_t low = 0, high = model->n_novelty;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (model->novelty[middle] < score)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)(1 + model->n_novelty - low) / (double)(model->n_novelty + 1);
}

static enum ho_reason reason_for(const struct ho_model *model, const struct ho_answer *answer,
                                 const struct ho_text_score *scored)
{
	const struct ho_core *core = model->core;
	if (core->promise_kind == HO_PROMISE_NONE)
		return HO_REASON_NO_PROMISE;
	if (!scored->any_known || answer->novelty_p <= core->novelty_level)
		return HO_REASON_NOVEL;
	uint32_t at = core->promise_labels > 1 ? answer->label_index : 0;
	return answer->confidence > model->threshold[at] ? HO_REASON_NONE : HO_REASON_UNSURE;
}

void ho_model__answer(struct ho_answer *out, struct ho_workspace *ws, const struct ho_text_score *scored)
{
	const struct ho_model *model = ws->model;
	uint32_t best = calibrate(ws);
	*out = (struct ho_answer){
	    .label_index = best,
	    .label = model->labels[best],
	    .confidence = ws->probabilities[best],
	    .novelty_p = novelty_p(model, ho_model__novelty(ws, scored)),
	    .probabilities = ws->probabilities,
	};
	out->reason = reason_for(model, out, scored);
	out->decision = out->reason == HO_REASON_NONE ? HO_AUTO : HO_HUMAN;
}

enum ho_status ho_classify(struct ho_answer *out, struct ho_workspace *ws, const char *text, size_t len,
                           struct ho_error *err)
{
	struct ho_text_score scored;
	*out = (struct ho_answer){.label = NULL};
	enum ho_status status = ho_model__score(&scored, ws, text, len, err);
	if (status == HO_OK)
		ho_model__answer(out, ws, &scored);
	return status;
}
