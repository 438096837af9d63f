/* Answers: against a slow computation, and that nothing but the text and the model has a say in them. */
#include <float.h>
#include <unistd.h>

#include "model_fixture.h"

/* What a text should get. */
struct slow {
	const struct fixture *f;
	double sums[2][FIXTURE_K], scores[FIXTURE_K], scale[2];
	size_t words, unknown;
	bool known;
};

static void add_slow(void *context, int view, uint64_t key, size_t token, bool is_unigram)
{
	struct slow *slow = context;
	const struct fixture *f = slow->f;
	size_t j = fixture_find(f, view, key);
	const struct ho_tokens *tokens = &f->ws->tokens;
	if (is_unigram && tokens->items[token].kind != HO_TOKEN_MARK) {
		slow->words++;
		slow->unknown += j == SIZE_MAX;
	}
	if (j == SIZE_MAX)
		return;
	slow->known = true;
	for (uint32_t k = 0; k < f->columns; k++) {
		double w = (double)f->weights[view][j * f->columns + k], scale = slow->scale[view];
		slow->sums[view][k] += scale > 0 ? scale * rint(w / scale) : w;
	}
}

/* Uses the tokens that the workspace has of the text. */
static struct slow score_slowly(const struct fixture *f)
{
	struct slow slow = {.f = f};
	for (int v = 0; v < 2 && f->K > 2; v++) {
		for (size_t i = 0; i < f->D[v] * f->columns; i++)
			slow.scale[v] = fmax(slow.scale[v], fabs((double)f->weights[v][i]));
		slow.scale[v] /= 32767;
	}
	size_t words = slow_word_keys(f, &f->ws->tokens, add_slow, &slow), grams = 0;
	if (f->char_max)
		grams = slow_char_keys(f, &f->ws->tokens, add_slow, &slow);
	for (uint32_t k = 0; k < f->columns; k++)
		slow.scores[k] = f->bias[k] + (words ? slow.sums[0][k] / sqrt((double)words) : 0) +
		                 (grams ? slow.sums[1][k] / sqrt((double)grams) : 0);
	return slow;
}

/* Nothing known, or words and none of them known. */
static bool is_strange(const struct slow *slow)
{
	return !slow->known || (slow->words > 0 && slow->unknown == slow->words);
}

static double slow_novelty(const struct slow *slow)
{
	const struct ho_image_findings *g = &slow->f->findings;
	/* The evidence of one score alone is nothing: it is the lead of the best label over the mean of all. */
	double top = slow->scores[0], mean = 0;
	for (uint32_t k = 0; k < slow->f->columns; k++) {
		top = fmax(top, slow->scores[k]);
		mean += slow->scores[k] / slow->f->columns;
	}
	double share = slow->words ? (double)slow->unknown / (double)slow->words : 1;
	double novelty = (share - g->scale.unknown_mean) / g->scale.unknown_sd +
	                 (g->scale.evidence_mean - (top - mean)) / g->scale.evidence_sd;
	return is_strange(slow) ? (double)FLT_MAX : novelty;
}

static void check_answer(const struct fixture *f, const struct ho_answer *answer, const struct slow *slow)
{
	double p[FIXTURE_K], total = 0, sum = 0, novelty = slow_novelty(slow);
	for (uint32_t k = 0; k < f->K; k++) {
		double score = f->K > 2 ? slow->scores[k] : k * slow->scores[0];
		total += p[k] = exp(f->findings.slope * score + f->offset[k]);
	}
	for (uint32_t k = 0; k < f->K; k++) {
		assert_true(fabs(p[k] / total - answer->probabilities[k]) < 1e-5);
		assert_true(answer->probabilities[k] <= answer->confidence);
		sum += answer->probabilities[k];
	}
	assert_true(fabs(sum - 1) < 1e-12);
	assert_true(answer->confidence == answer->probabilities[answer->label_index]);
	assert_string_equal(answer->label, ho_model_label(f->model, answer->label_index));
	int low = 1, high = 1; /* scores that lie within rounding may count or not */
	for (size_t i = 0; i < FIXTURE_NOVELTY; i++) {
		low += (double)f->novelty[i] >= novelty + 1e-4;
		high += (double)f->novelty[i] >= novelty - 1e-4;
	}
	double count = answer->novelty_p * (FIXTURE_NOVELTY + 1);
	assert_true(fabs(count - rint(count)) < 1e-9 && rint(count) >= low && rint(count) <= high);
	bool novel = is_strange(slow) || answer->novelty_p <= f->findings.novelty_level;
	double threshold = f->threshold[f->findings.promise_labels > 1 ? answer->label_index : 0];
	enum ho_reason reason = novel                            ? HO_REASON_NOVEL
	                        : answer->confidence > threshold ? HO_REASON_NONE
	                                                         : HO_REASON_UNSURE;
	assert_int_equal(answer->novel, novel);
	assert_int_equal(answer->reason, reason);
	assert_int_equal(answer->decision, reason == HO_REASON_NONE ? HO_AUTO : HO_HUMAN);
}

static void check_text(struct fixture *f, const char *text, size_t len, int *reasons)
{
	struct ho_error err;
	struct ho_raw_score raw;
	struct ho_answer answer;
	assert_ok(ho_raw_score(&raw, f->ws, ho_slice(text, len), &err), &err);
	struct slow slow = score_slowly(f);
	assert_int_equal(raw.words, slow.words);
	assert_int_equal(raw.unknown_words, slow.unknown);
	assert_int_equal(raw.any_known, slow.known);
	for (uint32_t k = 0; k < f->columns; k++)
		assert_true(fabs(raw.scores[k] - slow.scores[k]) < 1e-5);
	assert_ok(ho_classify(&answer, f->ws, text, len, &err), &err);
	check_answer(f, &answer, &slow);
	reasons[answer.reason]++;
}

static void check_model(struct fixture *f, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 2);
	char text[FIXTURE_TEXT];
	int reasons[5] = {0};
	for (int i = 0; i < 150; i++) {
		size_t len = random_text(text, &rng, ho_rng_below(&rng, 24));
		check_text(f, text, len, reasons);
	}
	check_text(f, "", 0, reasons);
	check_text(f, "a\0refund\0", 9, reasons);
	check_text(f, "\xff\xfe\xc0\x80 card", 9, reasons);
	check_text(f, "zzzzqqqq xxxxwwww", 17, reasons);
	assert_true(reasons[HO_REASON_NONE] && reasons[HO_REASON_UNSURE] && reasons[HO_REASON_NOVEL]);
}

static void scores_equal_a_slow_computation(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		struct fixture *f = fixture_new(seed & 1 ? 5 : 2, seed & 2, FIXTURE_D, seed / 2 + seed);
		check_model(f, seed);
		f->findings.promise_labels = f->K; /* thresholds per label */
		fixture_reopen(f);
		check_model(f, seed + 100);
		fixture_free(f);
	}
}

static void same_bits(struct ho_workspace *a, struct ho_workspace *b, uint32_t K, const char *text, size_t len)
{
	struct ho_answer x, y;
	struct ho_error err;
	assert_ok(ho_classify(&x, a, text, len, &err), &err);
	assert_ok(ho_classify(&y, b, text, len, &err), &err);
	assert_memory_equal(x.probabilities, y.probabilities, K * sizeof(double));
	assert_memory_equal(&x.novelty_p, &y.novelty_p, sizeof x.novelty_p);
	assert_int_equal(x.reason, y.reason);
	assert_string_equal(x.label, y.label);
}

static void answers_depend_on_text_and_model_only(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct fixture *f = fixture_new(kind & 1 ? 5 : 2, kind & 2, FIXTURE_D, 31);
		struct ho_rng rng = ho_rng_seed(9, 9);
		struct ho_error err;
		struct ho_model *file;
		struct ho_workspace *fresh;
		char text[FIXTURE_TEXT], path[] = "/tmp/ho-model-XXXXXX";
		size_t bytes;
		int fd = mkstemp(path);
		assert_true(fd >= 0 && close(fd) == 0);
		assert_ok(ho_image_write(&bytes, f->image, path, &err), &err);
		assert_ok(ho_model_open(&file, path, &err), &err);
		assert_int_equal(bytes, ho_model_bytes(file));
		assert_true(ho_model_has_seen(file, 17) && ho_model_has_seen(file, UINT64_MAX));
		assert_false(ho_model_has_seen(file, 4));
		assert_null(ho_model_label(file, f->K));
		for (int i = 0; i < 60; i++) {
			size_t len = random_text(text, &rng, 15);
			assert_ok(ho_workspace_new(&fresh, file, &err), &err);
			same_bits(f->ws, fresh, f->K, text, len);
			same_bits(fresh, f->ws, f->K, text, len);
			if (fresh->word_cache) {
				fresh->word_cache = 2; /* words push each other out */
				same_bits(fresh, f->ws, f->K, text, len);
				/* Sums of whole numbers do without; those of two labels are by word, always. */
				fresh->word_cache = f->K > 2 ? 0 : 1;
				same_bits(fresh, f->ws, f->K, text, len);
			}
			ho_workspace_free(fresh);
		}
		ho_model_free(file);
		unlink(path);
		fixture_free(f);
	}
}

static void nothing_is_allocated_after_warm_up(void **state)
{
	(void)state;
	struct ho_answer answer;
	struct ho_error err;
	char text[FIXTURE_TEXT];
	for (int kind = 0; kind < 4; kind++) {
		struct fixture *f = fixture_new(kind & 1 ? 5 : 2, kind & 2, FIXTURE_D, 5);
		struct ho_rng rng = ho_rng_seed(3, 3);
		size_t len = random_text(text, &rng, 30);
		assert_ok(ho_classify(&answer, f->ws, text, len, &err), &err);
		for (int i = 0; i < 3; i++) {
			ho_alloc_fail_at(1);
			assert_ok(ho_classify(&answer, f->ws, text, i == 1 ? len / 2 : len, &err), &err);
			assert_int_equal(ho_alloc_did_fail(), 0);
			ho_alloc_fail_at(0);
		}
		fixture_free(f);
	}
}

static enum ho_reason reason_with(struct fixture *f, double threshold, struct ho_answer *answer)
{
	struct ho_error err;
	f->threshold[0] = threshold;
	fixture_reopen(f);
	assert_ok(ho_classify(answer, f->ws, "refund the card please", 22, &err), &err);
	return answer->reason;
}

static void the_threshold_itself_is_not_accepted(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(2, true, FIXTURE_D, 7);
	struct ho_answer answer;
	f->findings.novelty_level = 0;
	assert_int_equal(reason_with(f, 0, &answer), HO_REASON_NONE);
	double confidence = answer.confidence;
	assert_int_equal(reason_with(f, confidence, &answer), HO_REASON_UNSURE);
	assert_int_equal(reason_with(f, nextafter(confidence, 0), &answer), HO_REASON_NONE);
	/* No confidence would be enough: it is not the text that is unsure. */
	assert_int_equal(reason_with(f, 1, &answer), HO_REASON_NO_PROMISE);
	f->findings.promise_kind = HO_PROMISE_NONE;
	assert_int_equal(reason_with(f, 0, &answer), HO_REASON_NO_PROMISE);
	assert_int_equal(answer.decision, HO_HUMAN);
	fixture_free(f);
}

static void huge_texts(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(5, true, FIXTURE_D, 8);
	struct ho_error err;
	struct ho_answer answer;
	size_t len = 5000000;
	char *text = malloc(len);
	for (size_t i = 0; i < len; i++)
		text[i] = "refund card, a\xcc\x81x\xff "[i % 18];
	assert_ok(ho_classify(&answer, f->ws, text, len, &err), &err);
	assert_true(answer.confidence > 0 && answer.confidence <= 1);
	/* Combining marks of falling class, which have to be sorted: must not take quadratic time. */
	for (size_t i = 0; i + 1 < len; i += 2)
		memcpy(text + i, i < len / 2 ? "\xcc\x81" : "\xcc\xa7", 2);
	assert_ok(ho_classify(&answer, f->ws, text, len, &err), &err);
	assert_int_equal(ho_classify(&answer, f->ws, text, HO_TEXT_MAX + 1, &err), HO_ELIMIT);
	assert_null(answer.label);
	free(text);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scores_equal_a_slow_computation),
	    cmocka_unit_test(answers_depend_on_text_and_model_only),
	    cmocka_unit_test(nothing_is_allocated_after_warm_up),
	    cmocka_unit_test(the_threshold_itself_is_not_accepted),
	    cmocka_unit_test(huge_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
