/* A model with an encoder: scores against slow sums, explanations that add up, forged sections. */
#include "model_encoder_fixture.h"

/* The plain model's scores plus the dense weights times a vector that is computed by another path. */
static void scores_are_the_slow_sums(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		struct ho_text_score scored;
		rig_make(&r, K, K == 5);
		struct ho_model *model = rig_open(&r);
		assert_int_equal(model->bytes.ptr[8], HO_MODEL_VERSION_ENCODER); /* of a program before distances */
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		for (size_t i = 0; i < RIG_TEXTS; i++) {
			float vector[E_HIDDEN];
			struct ho_slice text = ho_slice_str(rig_texts[i]);
			assert_ok(ho_encode(vector, r.encoder, &text, 1, 1, NULL, &err), &err);
			assert_ok(ho_model__score(&scored, r.plain->ws, text.ptr, text.len, &err), &err);
			assert_ok(ho_model__score(&scored, ws, text.ptr, text.len, &err), &err);
			for (uint32_t k = 0; k < r.plain->columns; k++) {
				double want = r.plain->ws->scores[k];
				for (size_t d = 0; d < E_HIDDEN; d++)
					want += (double)r.dense[k * E_HIDDEN + d] * (double)vector[d];
				assert_true(fabs(want - ws->scores[k]) < 1e-6);
			}
		}
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
}

/* Two and five labels; by the mean of the tokens and by the first of them. */
static void pieces_and_bias_sum_to_the_score(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 4; round++) {
		uint32_t K = round % 2 ? 5 : 2;
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		size_t from_encoder = 0;
		rig_make(&r, K, round >= 2);
		struct ho_model *model = rig_open(&r);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		for (size_t i = 0; i < RIG_TEXTS; i++) {
			struct ho_explanation e;
			assert_ok(ho_explain(&e, ws, rig_texts[i], strlen(rig_texts[i]), &err), &err);
			double sum = e.bias;
			assert_true(isfinite(e.bias));
			for (size_t p = 0; p < e.n_pieces; p++) {
				sum += e.pieces[p].weight;
				from_encoder += strcmp(e.pieces[p].view, "encoder") == 0;
				assert_true(e.pieces[p].start < e.pieces[p].end &&
				            e.pieces[p].end <= strlen(rig_texts[i]));
			}
			assert_true(fabs(sum - e.total) < 1e-5 * (1 + fabs(e.total)));
			ho_explanation_release(&e);
		}
		assert_true(from_encoder > RIG_TEXTS);
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
}

/* By the first token: of one word, what it adds to nothing; of a long text, passages that do not overlap, and what the
 * encoder did not read has no share. */
static void words_of_a_first_token_encoder(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *ws;
	struct ho_explanation one, none, many;
	char text[4000] = "";
	rig_make(&r, 2, true);
	struct ho_model *model = rig_open(&r);
	size_t most = ho_encoder_facts(model->encoder)->max_tokens, n = 0, used = 0, read_end = 0;
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	assert_ok(ho_explain(&one, ws, "card", 4, &err), &err);
	assert_ok(ho_explain(&none, ws, "", 0, &err), &err);
	for (size_t p = 0; p < one.n_pieces; p++)
		if (strcmp(one.pieces[p].view, "encoder") == 0) {
			n++;
			assert_true(one.pieces[p].start == 0 && one.pieces[p].end == 4);
		}
	assert_int_equal(n, 1);
	assert_true(none.n_pieces == 0);
	for (size_t i = 0; i < 3 * most; i++) {
		used += (size_t)snprintf(text + used, sizeof text - used, "%s ", i % 3 ? "card" : "the");
		read_end = i + 2 < most ? used : read_end; /* two tokens are the edges */
	}
	assert_ok(ho_explain(&many, ws, text, used, &err), &err);
	uint32_t covered[4000] = {0};
	double sum = many.bias;
	n = 0;
	for (size_t p = 0; p < many.n_pieces; p++) {
		sum += many.pieces[p].weight;
		if (strcmp(many.pieces[p].view, "encoder") != 0)
			continue;
		n++;
		assert_true(many.pieces[p].end <= read_end);
		for (uint32_t b = many.pieces[p].start; b < many.pieces[p].end; b++)
			assert_int_equal(covered[b]++, 0);
	}
	assert_true(n > 1 && n <= 24);
	assert_true(fabs(sum - many.total) < 1e-5 * (1 + fabs(many.total)));
	ho_explanation_release(&one);
	ho_explanation_release(&none);
	ho_explanation_release(&many);
	ho_workspace_free(ws);
	ho_model_free(model);
	rig_release(&r);
}

/* A model from before the fingerprint left out what no vector depends on. */
static void the_older_fingerprint_is_taken(void **state)
{
	(void)state;
	struct rig r;
	rig_make_in(&r, 2, false, false, true, HO_PRECISION_FP32);
	struct ho_model *model = rig_open(&r);
	const struct ho_encoder_facts *facts = ho_encoder_facts(model->encoder);
	assert_true(facts->fingerprint != model->encoder_record->fingerprint);
	assert_true(facts->older_fingerprint == model->encoder_record->fingerprint);
	ho_model_free(model);
	rig_release(&r);
}

/* With vectors computed ahead, in a block, the answers are the same to the last bit, also out of order. */
static void foreseen_texts_answer_the_same(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *alone, *ahead;
	struct ho_slice slices[RIG_TEXTS];
	rig_make(&r, 5, false);
	struct ho_model *model = rig_open(&r);
	assert_ok(ho_workspace_new(&alone, model, &err), &err);
	assert_ok(ho_workspace_new(&ahead, model, &err), &err);
	for (size_t i = 0; i < RIG_TEXTS; i++)
		slices[i] = ho_slice_str(rig_texts[i]);
	assert_ok(ho_workspace_foresee(ahead, slices, RIG_TEXTS, &err), &err);
	assert_int_equal(ahead->n_ahead, RIG_TEXTS);
	for (size_t i = 0; i < 2 * RIG_TEXTS; i++) {
		struct ho_answer a, b;
		const char *text = i < RIG_TEXTS ? rig_texts[i] : rig_texts[(i * 5) % RIG_TEXTS];
		assert_ok(ho_classify(&a, alone, text, strlen(text), &err), &err);
		assert_ok(ho_classify(&b, ahead, text, strlen(text), &err), &err);
		assert_memory_equal(a.probabilities, b.probabilities, 5 * sizeof *a.probabilities);
	}
	struct ho_answer other;
	assert_ok(ho_classify(&other, ahead, "a text that was not foreseen", 28, &err), &err);
	assert_ok(ho_workspace_foresee(ahead, NULL, 0, &err), &err);
	assert_int_equal(ahead->n_ahead, 0);
	ho_workspace_free(alone);
	ho_workspace_free(ahead);
	ho_model_free(model);
	rig_release(&r);
}

/* What is remembered answers as what is computed, in every model that shares the encoder. */
static void remembered_vectors_answer_the_same(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *first, *second;
	struct ho_model *other;
	struct ho_vector_figures figures;
	float vector[E_HIDDEN], again[E_HIDDEN];
	rig_make(&r, 5, false);
	struct ho_model *model = rig_open(&r);
	assert_ok(ho_model_open(&other, r.path, &err), &err);
	assert_ok(ho_model_remember(model, 100, &err), &err);
	assert_ok(ho_model_remember(other, 100, &err), &err); /* one memory for both */
	assert_ok(ho_workspace_new(&first, model, &err), &err);
	assert_ok(ho_workspace_new(&second, other, &err), &err);
	for (size_t i = 0; i < RIG_TEXTS; i++) {
		struct ho_answer a, b;
		struct ho_slice text = ho_slice_str(rig_texts[i]);
		assert_false(ho_workspace_recall(vector, first, text));
		assert_ok(ho_classify(&a, first, text.ptr, text.len, &err), &err);
		assert_true(ho_workspace_recall(vector, second, text));
		assert_ok(ho_workspace_vector(again, second, text, &err), &err);
		assert_memory_equal(vector, again, sizeof vector);
		assert_ok(ho_encode(again, r.encoder, &text, 1, 1, NULL, &err), &err);
		assert_memory_equal(vector, again, sizeof vector);
		assert_ok(ho_classify(&b, second, text.ptr, text.len, &err), &err);
		assert_memory_equal(a.probabilities, b.probabilities, 5 * sizeof *a.probabilities);
	}
	ho_shared_encoder_figures(&figures);
	assert_int_equal(figures.room, 104);
	assert_int_equal(figures.kept, RIG_TEXTS);
	assert_int_equal(figures.misses, 2 * RIG_TEXTS);
	assert_int_equal(figures.hits, 3 * RIG_TEXTS);
	ho_workspace_free(first);
	ho_workspace_free(second);
	ho_model_free(model);
	ho_model_free(other);
	rig_release(&r);
}

static enum ho_status try_open(const struct rig *r, struct ho_error *err)
{
	struct ho_model *model;
	enum ho_status status = ho_model_open(&model, r->path, err);
	if (status == HO_OK)
		ho_model_free(model);
	else
		assert_null(model);
	return status;
}

static void a_missing_or_other_encoder_is_said(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	char away[200], other[200];
	struct e_fixture *stranger = e_new(99, false);
	rig_make(&r, 2, false);
	rig_write(&r);
	(void)snprintf(away, sizeof away, "%s.away", r.files->folder);
	setenv("XDG_DATA_HOME", away, 1);
	assert_int_equal(rename(r.files->folder, away), 0);
	assert_int_equal(try_open(&r, &err), HO_ENOTFOUND);
	assert_non_null(strstr(err.message, "HANDOFF_ENCODER"));
	setenv("HANDOFF_ENCODER", away, 1);
	assert_ok(try_open(&r, &err), &err);
	setenv("HANDOFF_ENCODER", stranger->folder, 1);
	assert_int_equal(try_open(&r, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "another encoder"));
	unsetenv("HANDOFF_ENCODER");
	/* Another encoder in the recorded place. */
	(void)snprintf(other, sizeof other, "%s", r.files->folder);
	assert_int_equal(rename(stranger->folder, other), 0);
	assert_int_equal(try_open(&r, &err), HO_EFORMAT);
	assert_int_equal(rename(other, stranger->folder), 0);
	assert_int_equal(rename(away, r.files->folder), 0);
	unsetenv("XDG_DATA_HOME");
	assert_ok(try_open(&r, &err), &err);
	e_free(stranger);
	rig_release(&r);
}

/* A model's vectors are computed in the precision that it was trained with. */
static void a_model_keeps_its_precision(void **state)
{
	(void)state;
	double scores[3];
	for (unsigned p = 0; p < 3; p++) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		struct ho_text_score scored;
		rig_make_in(&r, 2, false, false, false, p);
		struct ho_model *model = rig_open(&r);
		assert_int_equal(ho_encoder_facts(model->encoder)->precision, p);
		assert_true(ho_encoder_facts(model->encoder)->fingerprint == ho_encoder_facts(r.encoder)->fingerprint);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_model__score(&scored, ws, rig_texts[1], strlen(rig_texts[1]), &err), &err);
		scores[p] = ws->scores[0];
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
	assert_true(scores[0] != scores[1] && scores[1] != scores[2] && scores[0] != scores[2]);
	assert_true(fabs(scores[0] - scores[1]) < 0.1 && fabs(scores[0] - scores[2]) < 1);
}

static void forged_encoder_sections_are_refused(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	rig_make(&r, 5, false);
	struct ho_model *model = rig_open(&r), forged;
	size_t len = model->bytes.len;
	char *bytes = malloc(len);
	const size_t record = (size_t)((const char *)model->encoder_record - model->bytes.ptr),
	             dense = (size_t)((const char *)model->dense - model->bytes.ptr);
	/* version; dimensions; precision; its end; weights that are no numbers */
	const struct {
		size_t at;
		uint32_t value;
	} damage[] = {{8, 1},
	              {8, 3}, /* neighbours, and there are none */
	              {8, 4},
	              {record + 8, 0},
	              {record + 8, E_HIDDEN + 1},
	              {record + 8, ~0u},
	              {record + 12, 0x00030014},
	              {record + 12, 0x01000014},
	              {dense, 0x7fc00000},
	              {dense + 4, 0x7f800000}};
	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		memcpy(bytes, model->bytes.ptr, len);
		memcpy(bytes + damage[i].at, &damage[i].value, sizeof damage[i].value);
		struct ho_file_header header;
		memcpy(&header, bytes, sizeof header);
		for (size_t s = 0; s < header.sections; s++) { /* repair the checksums */
			struct ho_section_record section;
			char *place = bytes + sizeof header + s * sizeof section;
			memcpy(&section, place, sizeof section);
			section.hash = ho_hash(bytes + section.offset, (size_t)section.size, section.id);
			memcpy(place, &section, sizeof section);
		}
		header.table_hash =
		    ho_hash(bytes + sizeof header, header.sections * sizeof(struct ho_section_record), 0);
		memcpy(bytes, &header, sizeof header);
		memset(&forged, 0, sizeof forged);
		enum ho_status status = ho_model__attach(&forged, ho_slice(bytes, len), &err);
		assert_int_equal(status, damage[i].value == 4 ? HO_EUNAVAIL : HO_EFORMAT);
		ho_free(forged.labels);
		ho_free(forged.tested);
	}
	free(bytes);
	ho_model_free(model);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scores_are_the_slow_sums),
	    cmocka_unit_test(pieces_and_bias_sum_to_the_score),
	    cmocka_unit_test(words_of_a_first_token_encoder),
	    cmocka_unit_test(the_older_fingerprint_is_taken),
	    cmocka_unit_test(foreseen_texts_answer_the_same),
	    cmocka_unit_test(remembered_vectors_answer_the_same),
	    cmocka_unit_test(a_missing_or_other_encoder_is_said),
	    cmocka_unit_test(a_model_keeps_its_precision),
	    cmocka_unit_test(forged_encoder_sections_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
