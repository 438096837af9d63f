/* Labels' names as vectors: their mean, less the mean of all; which names say nothing. */
#include "base/alloc.h"
#include "encoder_fixture.h"
#include "train/label_names.h"

static void names_are_encoded_and_centred(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(5, false);
	struct ho_encoder *e;
	struct ho_error err;
	float *names, vector[4][E_HIDDEN];
	const struct ho_slice plain[4] = {ho_slice_str("lost card"), ho_slice_str("pay the"), ho_slice_str("refund"),
	                                  ho_slice_str("payment is lost")};
	assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
	assert_ok(ho_encode(vector[0], e, plain, 4, 1, NULL, &err), &err);
	/* "lost_card", "pay-the", "refund" are read as words. */
	const struct ho_slice labels[3] = {ho_slice_str("lost_card"), ho_slice_str("pay-the"), ho_slice_str("refund")};
	assert_ok(ho_label_word_vectors(&names, e, labels, 3, NULL, 1, &err), &err);
	for (size_t d = 0; d < E_HIDDEN; d++) {
		float mean = (vector[0][d] + vector[1][d] + vector[2][d]) / 3;
		for (size_t k = 0; k < 3; k++)
			assert_true(fabsf(names[k * E_HIDDEN + d] - (vector[k][d] - mean)) < 1e-5f);
	}
	for (uint32_t k = 0; k < 3; k++)
		assert_int_equal(ho_label_nearest(names, 3, E_HIDDEN, vector[k]), k);
	ho_free(names);
	/* Two descriptions of one label count half each. */
	const struct ho_described described[3] = {{0, plain[0]}, {1, plain[1]}, {1, plain[3]}};
	assert_ok(ho_label_vectors(&names, e, described, 3, 2, 1, &err), &err);
	for (size_t d = 0; d < E_HIDDEN; d++) {
		float second = (vector[1][d] + vector[3][d]) / 2;
		assert_true(fabsf(names[E_HIDDEN + d] - (second - vector[0][d]) / 2) < 1e-5f);
	}
	ho_free(names);
	/* A number says nothing, unless it is described. */
	const struct ho_slice numbers[2] = {ho_slice_str("0"), ho_slice_str("refund")};
	assert_ok(ho_label_word_vectors(&names, e, numbers, 2, NULL, 1, &err), &err);
	assert_null(names);
	const struct ho_slice known[2] = {ho_slice_str("other"), ho_slice_str("0")};
	const struct ho_described meanings[2] = {{0, plain[3]}, {1, plain[0]}};
	const struct ho_label_words words = {known, 2, meanings, 2};
	assert_ok(ho_label_word_vectors(&names, e, numbers, 2, &words, 1, &err), &err);
	for (size_t d = 0; d < E_HIDDEN; d++)
		assert_true(fabsf(names[E_HIDDEN + d] - (vector[2][d] - vector[0][d]) / 2) < 1e-5f);
	ho_free(names);
	ho_encoder_free(e);
	e_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_encoded_and_centred)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
