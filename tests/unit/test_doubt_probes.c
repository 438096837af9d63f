/* Texts that no model should be sure about, the language of a text, and groups that nobody named. */
#include "unit/unit.h"

#include <string.h>

#include "base/rng.h"
#include "doubt/clusters.h"
#include "doubt/probes.h"
#include "text/utf8.h"

static struct ho_languages languages;

static int open_languages(void **state)
{
	(void)state;
	return ho_languages_open(&languages, NULL);
}

static int close_languages(void **state)
{
	(void)state;
	ho_languages_close(&languages);
	return 0;
}

/* Every sentence of ours is found to be in its language, but for a few that share their small words with another. */
static void languages_are_told_apart(void **state)
{
	(void)state;
	size_t missed = 0, all = 0;
	for (int l = 1; l < HO_LANGUAGE_COUNT; l++)
		for (size_t i = 0; ho_probe_sentence((enum ho_language)l, i); i++) {
			enum ho_language guess =
			    ho_language_of_text(&languages, ho_slice_str(ho_probe_sentence((enum ho_language)l, i)));
			all++;
			missed += guess == HO_LANGUAGE_UNKNOWN;
			if (guess != HO_LANGUAGE_UNKNOWN && guess != (enum ho_language)l)
				fail_msg("%s taken for %s", ho_language_name((enum ho_language)l),
				         ho_language_name(guess));
		}
	assert_int_equal(all, 72);
	assert_in_range(missed, 0, 12);
	static const char *const nothing[] = {"", "?", "Freeze account", "xqz vwk plm", "\xff\xfe", "12345"};
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		assert_int_equal(ho_language_of_text(&languages, ho_slice_str(nothing[i])), HO_LANGUAGE_UNKNOWN);
}

static void probes_are_many_clean_and_always_the_same(void **state)
{
	(void)state;
	struct ho_probes one, other;
	struct ho_error err;
	size_t of[HO_PROBE_COUNT] = {0};
	assert_ok(ho_probes_make(&one, 5, &err), &err);
	assert_ok(ho_probes_make(&other, 5, &err), &err);
	assert_int_equal(one.n, other.n);
	for (size_t i = 0; i < one.n; i++) {
		assert_true(ho_slice_equal(one.items[i].text, other.items[i].text));
		assert_true(ho_utf8_is_clean(one.items[i].text));
		of[one.items[i].kind]++;
	}
	for (int k = 0; k < HO_PROBE_COUNT; k++) {
		assert_true(of[k] > 0);
		assert_non_null(ho_probe_kind_name((enum ho_probe_kind)k));
	}
	assert_int_equal(of[HO_PROBE_LANGUAGE], 72);
	assert_int_equal(of[HO_PROBE_TOPIC], 60);
	ho_probes_release(&other);
	assert_ok(ho_probes_make(&other, 6, &err), &err);
	size_t differ = 0;
	for (size_t i = 0; i < one.n; i++)
		differ += !ho_slice_equal(one.items[i].text, other.items[i].text);
	assert_true(differ >= 150); /* what is made up depends on the seed */
	ho_probes_release(&one);
	ho_probes_release(&other);
}

enum { TEXTS = 240 };

/* Three topics of ten words each among words of all; texts of nothing at the end. */
static void topics_are_found_without_their_names(void **state)
{
	(void)state;
	static char bytes[TEXTS][200];
	struct ho_slice text[TEXTS];
	uint8_t found_on[TEXTS];
	struct ho_rng rng = ho_rng_seed(3, 3);
	for (size_t i = 0; i < TEXTS; i++) {
		size_t len = 0;
		for (int w = 0; w < 12 && i < TEXTS - 5; w++) {
			bool own = ho_rng_below(&rng, 2) != 0;
			unsigned which = (unsigned)ho_rng_below(&rng, 10);
			len += (size_t)snprintf(bytes[i] + len, sizeof bytes[i] - len, "%s%c%u ",
			                        own ? "topic" : "common", own ? (char)('a' + i % 3) : 'x', which);
		}
		text[i] = ho_slice(bytes[i], len);
		found_on[i] = i % 2 == 0;
	}
	struct ho_corpus corpus;
	struct ho_clusters one, other;
	struct ho_error err;
	assert_ok(ho_corpus_build(&corpus, text, TEXTS, 1, NULL, &err), &err);
	assert_ok(ho_clusters_find(&one, &corpus, &languages, found_on, 3, 1, &err), &err);
	assert_ok(ho_clusters_find(&other, &corpus, &languages, found_on, 3, 1, &err), &err);
	assert_int_equal(one.n, 3);
	assert_memory_equal(one.of, other.of, TEXTS);
	size_t same = 0, pairs = 0;
	for (size_t i = 0; i < TEXTS - 5; i++)
		for (size_t j = i + 3; j < TEXTS - 5; j += 3, pairs++)
			same += one.of[i] == one.of[j];
	assert_true((double)same / (double)pairs > 0.95); /* texts on one topic, seen by the centres or not */
	assert_true(one.of[0] != one.of[1] && one.of[1] != one.of[2] && one.of[0] != one.of[2]);
	for (size_t i = TEXTS - 5; i < TEXTS; i++)
		assert_int_equal(one.of[i], HO_CLUSTER_NONE);
	for (size_t c = 0; c < one.n; c++)
		assert_memory_equal(corpus.types.keys[one.word[c][0]].ptr, "topic", 5);
	ho_clusters_release(&one);
	ho_clusters_release(&other);
	ho_corpus_release(&corpus);
}

static void too_little_to_group(void **state)
{
	(void)state;
	struct ho_slice text[3] = {ho_slice_str("a"), ho_slice_str(""), ho_slice_str("?")};
	uint8_t found_on[3] = {1, 1, 1};
	struct ho_corpus corpus;
	struct ho_clusters clusters;
	struct ho_error err;
	assert_ok(ho_corpus_build(&corpus, text, 3, 1, NULL, &err), &err);
	assert_ok(ho_clusters_find(&clusters, &corpus, &languages, found_on, 4, 1, &err), &err);
	assert_int_equal(clusters.n, 0);
	assert_int_equal(clusters.of[0], HO_CLUSTER_NONE);
	ho_clusters_release(&clusters);
	ho_corpus_release(&corpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(languages_are_told_apart),
	    cmocka_unit_test(probes_are_many_clean_and_always_the_same),
	    cmocka_unit_test(topics_are_found_without_their_names),
	    cmocka_unit_test(too_little_to_group),
	};
	return cmocka_run_group_tests(tests, open_languages, close_languages);
}
