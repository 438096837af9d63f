/*
 * A model file from a stranger: refused, or it answers. Input: one byte with the length of a text, the text, the file.
 * Checksums are repaired, because they guard against accidents, not against intent.
 */
#include <math.h>

#include "base/alloc.h"
#include "fuzz.h"
#include "model/private.h"
#include "model_repair.h"

static void check_answer(const struct ho_answer *answer, const struct ho_model *model)
{
	double sum = 0;
	uint32_t K = ho_model_label_count(model);
	FUZZ_CHECK(answer->label_index < K && answer->label);
	for (uint32_t k = 0; k < K; k++)
		sum += answer->probabilities[k];
	FUZZ_CHECK(fabs(sum - 1) < 1e-6);
	FUZZ_CHECK(answer->confidence >= 0 && answer->confidence <= 1 + 1e-9);
	FUZZ_CHECK(answer->novelty_p > 0 && answer->novelty_p <= 1);
	FUZZ_CHECK((answer->decision == HO_AUTO) == (answer->reason == HO_REASON_NONE));
}

/* An encoder within is opened, and refused or used; one that is elsewhere is not looked for. */
static void open_encoder(struct ho_model *model)
{
	if (ho_model__has_files(model) && ho_model__open_encoder(model, "model", NULL))
		model->encoder = NULL;
}

/* Hostile weights may give numbers that are not finite, which is an error and no answer. */
static bool answers(struct ho_workspace *ws, const char *text, size_t len)
{
	struct ho_answer answer;
	enum ho_status status = ho_classify(&answer, ws, text, len, NULL);
	FUZZ_CHECK(status == HO_OK || (ws->encoding && status == HO_EFORMAT));
	return status == HO_OK;
}

static void use(const struct ho_model *model, const char *text, size_t len)
{
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_explanation explanation;
	struct ho_feature features[8];
	char *json;
	if (model->encoder_record && !model->encoder) {
		/* Its encoder is not here, so that it must not answer; what can be read is read. */
		double sum = 0;
		for (size_t i = 0; i < (size_t)model->core->columns * model->encoder_record->dimensions; i++)
			sum += (double)model->dense[i];
		FUZZ_CHECK(isfinite(sum) && memchr(model->encoder_folder, 0, 1 << 20));
		FUZZ_CHECK(ho_workspace_new(&ws, model, NULL) == HO_ENOTFOUND);
		return;
	}
	FUZZ_CHECK(ho_workspace_new(&ws, model, NULL) == HO_OK);
	if (!answers(ws, text, len)) {
		ho_workspace_free(ws);
		return;
	}
	FUZZ_CHECK(ho_classify(&answer, ws, text, len, NULL) == HO_OK);
	check_answer(&answer, model);
	FUZZ_CHECK(ho_explain(&explanation, ws, text, len, NULL) == HO_OK);
	for (size_t i = 0; i < explanation.n_pieces; i++)
		FUZZ_CHECK(explanation.pieces[i].start < explanation.pieces[i].end && explanation.pieces[i].end <= len);
	ho_explanation_release(&explanation);
	FUZZ_CHECK(ho_explain_json(&json, ws, text, len, NULL) == HO_OK);
	ho_string_free(json);
	FUZZ_CHECK(ho_model_top_features(features, 8, model, 0) <= 8);
	(void)ho_model_has_seen(model, 42);
	ho_workspace_free(ws);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size - 1 < data[0])
		return 0;
	size_t text_len = data[0], len = size - 1 - text_len;
	char *bytes = ho_alloc(len, 1);
	struct ho_model *model = ho_calloc(1, sizeof *model);
	FUZZ_CHECK(bytes && model);
	if (len)
		memcpy(bytes, data + 1 + text_len, len);
	model_repair(bytes, len);
	if (ho_model__attach(model, ho_slice(bytes, len), NULL) == HO_OK) {
		open_encoder(model);
		use(model, (const char *)data + 1, text_len);
	}
	ho_model_free(model);
	ho_free(bytes);
	return 0;
}
