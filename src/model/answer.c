#include <float.h>
#include <math.h>

#include "judge/calibration.h"
#include "judge/conformal.h"
#include "model/image.h"
#include "model/private.h"

/* Calibrated probabilities from ws->scores; returns the most probable label (the first of equals). */
static uint32_t calibrate(struct ho_workspace *ws)
{
	const struct ho_model *model = ws->model;
	for (uint32_t k = 0; k < model->core->K; k++) {
		double score = model->core->columns > 1 ? ws->scores[k] : (k ? ws->scores[0] : 0);
		ws->probabilities[k] = model->core->slope * score + model->offset[k];
	}
	return ho_softmax(ws->probabilities, model->core->K);
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

float ho_novelty_score(const struct ho_novelty_scale *scale, const struct ho_distance_record *distance,
                       const struct ho_likeness *of)
{
	double score = 0;
	if (scale->unknown_sd > 0)
		score += (of->unknown - scale->unknown_mean) / scale->unknown_sd;
	if (scale->evidence_sd > 0)
		score += (scale->evidence_mean - of->evidence) / scale->evidence_sd;
	if (distance && distance->sd > 0)
		score += distance->weight * (of->distance - distance->mean) / distance->sd;
	/* Only a hostile file makes a score that is no number; what cannot be placed counts as novel. */
	return score < (double)FLT_MAX ? (float)fmax(score, -(double)FLT_MAX) : FLT_MAX;
}

/* A text with words of which none is known may still have a known piece of a word or a mark: that is no likeness. */
static bool is_strange(const struct ho_text_score *scored)
{
	return !scored->any_known || (scored->words && scored->unknown_words == scored->words);
}

static double novelty_p(const struct ho_workspace *ws, const struct ho_text_score *scored)
{
	const struct ho_model *model = ws->model;
	double unknown = scored->words ? (double)scored->unknown_words / (double)scored->words : 1;
	struct ho_likeness likeness = {unknown, ho_model_evidence(ws->scores, model->core->columns), scored->distance};
	float score = is_strange(scored) ? FLT_MAX : ho_novelty_score(&model->core->scale, model->distance, &likeness);
	return ho_conformal_p(model->novelty, model->n_novelty, score);
}

static enum ho_reason reason_for(const struct ho_model *model, const struct ho_answer *answer)
{
	double threshold = ho_model__threshold(model, answer->label_index);
	if (threshold >= 1)
		return HO_REASON_NO_PROMISE;
	if (answer->novel)
		return HO_REASON_NOVEL;
	return answer->confidence > threshold ? HO_REASON_NONE : HO_REASON_UNSURE;
}

void ho_model__answer(struct ho_answer *out, struct ho_workspace *ws, const struct ho_text_score *scored)
{
	const struct ho_model *model = ws->model;
	uint32_t best = calibrate(ws);
	*out = (struct ho_answer){
	    .label_index = best,
	    .label = model->labels[best],
	    .confidence = ws->probabilities[best],
	    .novelty_p = novelty_p(ws, scored),
	    .probabilities = ws->probabilities,
	};
	out->novel = is_strange(scored) || out->novelty_p <= model->core->novelty_level;
	out->reason = reason_for(model, out);
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
