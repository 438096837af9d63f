/* Edits that must not change what a text means: what each does, what it leaves alone, hostile texts. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "doubt/edit.h"
#include "doubt/edit_mark.h"
#include "doubt/lexicon.h"
#include "text/utf8.h"

static const char *const label_names[] = {"card_arrival", "film"};

static struct ho_languages languages;
static struct ho_editor editor;
static struct ho_buf buf;

static int begin(void **state)
{
	(void)state;
	struct ho_slice labels[2] = {ho_slice_str(label_names[0]), ho_slice_str(label_names[1])};
	ho_buf_init(&buf, 1 << 22);
	if (ho_languages_open(&languages, NULL))
		return -1;
	return ho_editor_init(&editor, &languages, HO_LANGUAGE_ENGLISH, labels, 2, NULL);
}

static int finish(void **state)
{
	(void)state;
	ho_editor_release(&editor);
	ho_languages_close(&languages);
	ho_buf_release(&buf);
	return 0;
}

/* The edited text, or NULL if the edit found nothing to do (the text must then be the same). */
static const char *edited(enum ho_edit_kind kind, const char *text, uint64_t seed)
{
	bool changed;
	struct ho_error err;
	assert_ok(ho_edit(&buf, &changed, &editor, kind, ho_slice_str(text), seed, &err), &err);
	if (!changed)
		assert_true(ho_slice_equal(ho_buf_slice(&buf), ho_slice_str(text)));
	return changed ? buf.data : NULL;
}

#define assert_edit(kind, text, expected) assert_string_equal(edited(kind, text, 1), expected)
#define assert_no_edit(kind, text) assert_null(edited(kind, text, 1))

static void case_is_changed(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_LOWER, "WO IST Öl?", "wo ist öl?");
	assert_edit(HO_EDIT_UPPER, "straße, été", "STRAẞE, ÉTÉ");
	assert_no_edit(HO_EDIT_LOWER, "all small 123 \xff");
	assert_no_edit(HO_EDIT_UPPER, "你好 123");
}

static void accents_are_taken_away(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_ACCENTS, "Café où ça Müller", "Cafe ou ca Muller");
	assert_edit(HO_EDIT_ACCENTS, "cafe\xcc\x81", "cafe"); /* a combining accent */
	assert_no_edit(HO_EDIT_ACCENTS, "straße");
	assert_no_edit(HO_EDIT_ACCENTS, "йод ё"); /* letters of their own */
	assert_no_edit(HO_EDIT_ACCENTS, "हिन्दी"); /* vowels, not accents */
	assert_no_edit(HO_EDIT_ACCENTS, "ά");
}

static void full_stops(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_FULL_STOP, "It is late. ", "It is late ");
	assert_edit(HO_EDIT_FULL_STOP, "It is late", "It is late.");
	assert_edit(HO_EDIT_FULL_STOP, "Поздно", "Поздно.");
	assert_no_edit(HO_EDIT_FULL_STOP, "Is it late?");
	assert_no_edit(HO_EDIT_FULL_STOP, "late...");
	assert_no_edit(HO_EDIT_FULL_STOP, "很晚了");
	assert_no_edit(HO_EDIT_FULL_STOP, ".");
}

static void punctuation_goes_but_not_from_addresses(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_MARKS, "Hi! See www.a.org, (or a.b@c.org).", "Hi See www.a.org, or a.b@c.org).");
	assert_edit(HO_EDIT_MARKS, "Really?! No, don't.", "Really No don't");
	assert_edit(HO_EDIT_MARKS, "one,two", "one two");
	assert_no_edit(HO_EDIT_MARKS, "no marks - here");
}

static void blanks_alone_are_changed(void **state)
{
	(void)state;
	const char *out = edited(HO_EDIT_BLANKS, "a bc d", 1);
	assert_non_null(out);
	for (const char *want = "abcd"; *out; out++)
		if (*out != ' ' && *out != '\n')
			assert_int_equal(*out, *want++);
}

static void numbers_keep_their_shape(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 40; seed++) {
		const char *out = edited(HO_EDIT_NUMBERS, "call 0800 123456 now", seed);
		assert_non_null(out);
		assert_int_equal(strlen(out), strlen("call 0800 123456 now"));
		assert_memory_equal(out, "call 0", 6);
		assert_memory_equal(out + 9, " 1", 2);
		out = edited(HO_EDIT_NUMBERS, "born in 1984", seed);
		assert_non_null(out);
		assert_memory_equal(out, "born in 198", 11);
		assert_true(out[11] != '4' && out[11] >= '0' && out[11] <= '9');
	}
	static const char *const left[] = {"8 of 9",        "I give it 85 out of 100",
	                                   "90% off",       "10/10",
	                                   "at 10:30",      "on 2024-05-17",
	                                   "iPhone14",      "3.50 euros",
	                                   "by 12.05.2023", "40 stars",
	                                   "a4b55",         "12345678901234567890123"};
	for (size_t i = 0; i < sizeof left / sizeof *left; i++)
		assert_no_edit(HO_EDIT_NUMBERS, left[i]);
}

/* Sorted bytes of both must agree for a swap; one letter less for a drop. */
static void one_slip_in_a_word_of_five(void **state)
{
	(void)state;
	const char *text = "please transfer money, Jürgen";
	for (uint64_t seed = 1; seed < 200; seed++) {
		const char *out = edited(HO_EDIT_SWAP, text, seed);
		int count[256] = {0};
		if (out) { /* two equal letters may be swapped */
			assert_int_equal(strlen(out), strlen(text));
			for (size_t i = 0; text[i]; i++)
				count[(unsigned char)text[i]]++, count[(unsigned char)out[i]]--;
			for (int c = 0; c < 256; c++)
				assert_int_equal(count[c], 0);
			assert_true(ho_utf8_is_clean(ho_slice_str(out)));
		}
		out = edited(HO_EDIT_DROP, text, seed);
		assert_non_null(out);
		assert_in_range(strlen(out), strlen(text) - 2, strlen(text) - 1);
		assert_true(ho_utf8_is_clean(ho_slice_str(out)));
		assert_true(out[0] == 'p' && strstr(out, " t") && strstr(out, " m") && strstr(out, ", J"));
	}
	assert_no_edit(HO_EDIT_SWAP, "a few tiny word http://words.example.org/longer iPhone14 some_name");
	assert_no_edit(HO_EDIT_DROP, "你好你好你好");
}

static void a_long_text_gets_two_slips_in_a_hundred_words(void **state)
{
	(void)state;
	char text[6 * 100 + 1] = "";
	for (int i = 0; i < 100; i++)
		memcpy(text + 6 * i, "abcde ", 7);
	const char *out = edited(HO_EDIT_DROP, text, 7);
	assert_non_null(out);
	assert_int_equal(strlen(text) - strlen(out), 3); /* 1 + 100 / 50 */
}

static void greetings_in_the_language_of_the_text(void **state)
{
	(void)state;
	const char *out = edited(HO_EDIT_GREETING, "where is my money and when will it come", 3);
	assert_true(out && strstr(out, "where is my money") > out);
	out = edited(HO_EDIT_GREETING, "wo ist mein Geld und wann kommt es an", 3);
	assert_true(out && (strncmp(out, "Hallo", 5) == 0 || strncmp(out, "Guten", 5) == 0));
	assert_no_edit(HO_EDIT_GREETING, "Hello, where is my money");
	assert_no_edit(HO_EDIT_GREETING, "где мои деньги и когда они придут");
	assert_no_edit(HO_EDIT_GREETING, "...");
	out = edited(HO_EDIT_SIGNATURE, "où est mon argent et quand est-ce que il arrive", 3);
	assert_true(out && strstr(out, "\n\n"));
}

static void names_are_exchanged(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		const char *out = edited(HO_EDIT_NAMES, "LONDON: Mary went to london, mary stayed", seed);
		assert_non_null(out);
		assert_null(strstr(out, "ondon"));
		assert_null(strstr(out, "ONDON"));
		assert_null(strstr(out, "ary "));
		assert_true(out[0] >= 'A' && out[1] <= 'Z'); /* case is kept */
		assert_non_null(strstr(out, " went to "));
	}
	assert_no_edit(HO_EDIT_NAMES, "in New London, at London Bridge, St George, the Paris of Paris");
	assert_no_edit(HO_EDIT_NAMES, "john@london.example.org");
}

static void contractions_both_ways(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_CONTRACTION, "I don't think that we're late", "I do not think that we are late");
	assert_edit(HO_EDIT_CONTRACTION, "Don\xe2\x80\x99t you know that it is the end",
	            "Do not you know that it is the end");
	assert_edit(HO_EDIT_CONTRACTION, "I am sure that they do not know it", "I'm sure that they don't know it");
	assert_no_edit(HO_EDIT_CONTRACTION, "it's the end of what he'd said to you");
	assert_no_edit(HO_EDIT_CONTRACTION, "Yes of course that is what I am");
	assert_no_edit(HO_EDIT_CONTRACTION, "das ist nicht was er mir don't hat");
}

static void synonyms_keep_form_and_article(void **state)
{
	(void)state;
	assert_edit(HO_EDIT_SYNONYMS, "Maybe that is not the end of it", "Perhaps that is not the end of it");
	assert_edit(HO_EDIT_SYNONYMS, "that is the HUGE one", "that is the ENORMOUS one");
	assert_no_edit(HO_EDIT_SYNONYMS, "that is a huge house and this is an enormous one"); /* articles */
	assert_no_edit(HO_EDIT_SYNONYMS, "that is what they said to the Huge Company");       /* a name */
	assert_no_edit(HO_EDIT_SYNONYMS, "das ist ein big und nicht ein huge");               /* another language */
	assert_no_edit(HO_EDIT_SYNONYMS, "the text has none of those");
}

static void words_of_labels_are_left_alone(void **state)
{
	(void)state;
	/* "film" and "card" stand in label names */
	assert_no_edit(HO_EDIT_SYNONYMS, "that is the film and the movie of the cards");
	assert_true(ho_editor_guards(&editor, ho_slice_str("Films")));
	assert_true(ho_editor_guards(&editor, ho_slice_str("arrive")));
	assert_false(ho_editor_guards(&editor, ho_slice_str("ca")));
	assert_false(ho_editor_guards(&editor, ho_slice_str("cat")));
	assert_false(ho_editor_touches_labels(&editor, HO_EDIT_GREETING));
	struct ho_slice labels[1] = {ho_slice_str("Greeting/small_talk")};
	struct ho_editor other;
	struct ho_error err;
	assert_ok(ho_editor_init(&other, &languages, HO_LANGUAGE_ENGLISH, labels, 1, &err), &err);
	assert_true(ho_editor_touches_labels(&other, HO_EDIT_GREETING));
	assert_false(ho_editor_touches_labels(&other, HO_EDIT_SIGNATURE));
	assert_false(ho_editor_touches_labels(&other, HO_EDIT_SWAP));
	ho_editor_release(&other);
}

/* The lists themselves: no word leads to itself, pairs that go both ways come back, everything is lower case. */
static void lists_are_sound(void **state)
{
	(void)state;
	static const char *const both[] = {"movie", "big", "begin", "phone", "huge", "colour", "anyone", "almost"};
	for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
		const char *there = ho_lexicon_synonym(ho_slice_str(both[i]));
		assert_non_null(there);
		assert_string_equal(ho_lexicon_synonym(ho_slice_str(there)), both[i]);
	}
	assert_string_equal(ho_lexicon_synonym(ho_slice_str("Vacation")), "holiday");
	assert_null(ho_lexicon_synonym(ho_slice_str("holiday")));
	assert_null(ho_lexicon_synonym(ho_slice_str("")));
	assert_null(ho_lexicon_names_of(ho_slice_str("paris")));
	assert_ptr_equal(ho_lexicon_names_of(ho_slice_str("ROME")), ho_lexicon_names_of(ho_slice_str("oslo")));
	assert_string_equal(ho_lexicon_contract(ho_slice_str("Do"), ho_slice_str("not")), "don't");
}

/* Whatever bytes come: no crash, no endless loop, and clean stays clean. */
static void hostile_texts(void **state)
{
	(void)state;
	static const char *const pieces[] = {"\xff",
	                                     "\xc3",
	                                     "\xe2\x80",
	                                     "é",
	                                     "e\xcc\x81\xcc\x81",
	                                     "don't",
	                                     "'",
	                                     "\xe2\x80\x99",
	                                     " ",
	                                     "\n",
	                                     "London",
	                                     "12",
	                                     ".",
	                                     "@",
	                                     "movies",
	                                     "A",
	                                     "\xf0\x9f\x98\x80",
	                                     "ß",
	                                     "ı",
	                                     "İ",
	                                     "ﬁ",
	                                     "\xed\xa0\x80",
	                                     "a\xcc\x80",
	                                     "\xe2\x80\x8d",
	                                     "क्षि",
	                                     "你",
	                                     "I am ",
	                                     "is not "};
	uint64_t x = 88172645463325252u;
	for (int round = 0; round < 3000; round++) {
		char text[400];
		size_t len = 0;
		bool changed;
		for (int p = 0; p < 20; p++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			const char *piece = pieces[x % (sizeof pieces / sizeof *pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		struct ho_slice s = ho_slice(text, len);
		for (int k = 0; k < HO_EDIT_COUNT; k++) {
			assert_int_equal(
			    ho_edit(&buf, &changed, &editor, (enum ho_edit_kind)k, s, (uint64_t)round, NULL), HO_OK);
			if (ho_utf8_is_clean(s))
				assert_true(ho_utf8_is_clean(ho_buf_slice(&buf)));
			if (!changed)
				assert_true(ho_slice_equal(ho_buf_slice(&buf), s));
		}
	}
	for (int k = 0; k < HO_EDIT_COUNT; k++)
		assert_no_edit((enum ho_edit_kind)k, "");
}

static void same_seed_same_edit(void **state)
{
	(void)state;
	const char *text = "please transfer the money to John in Berlin before the holiday, okay";
	for (int k = 0; k < HO_EDIT_COUNT; k++) {
		const char *first = edited((enum ho_edit_kind)k, text, 5);
		char *copy = strdup(first ? first : text);
		(void)edited((enum ho_edit_kind)k, "another text in between, and John again", 5);
		const char *second = edited((enum ho_edit_kind)k, text, 5);
		assert_string_equal(second ? second : text, copy);
		free(copy);
	}
}

static void memory_may_fail(void **state)
{
	(void)state;
	for (int k = 0; k < HO_EDIT_COUNT; k++)
		for (long n = 1;; n++) {
			struct ho_editor fresh;
			struct ho_buf out;
			struct ho_slice label = ho_slice_str("card_arrival");
			bool changed;
			ho_buf_init(&out, 1 << 16);
			ho_alloc_fail_at(n);
			enum ho_status status =
			    ho_editor_init(&fresh, &languages, HO_LANGUAGE_ENGLISH, &label, 1, NULL);
			if (status == HO_OK)
				status = ho_edit(&out, &changed, &fresh, (enum ho_edit_kind)k,
				                 ho_slice_str("I am Mary, often in Rome"), 1, NULL);
			bool failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
			ho_editor_release(&fresh);
			ho_buf_release(&out);
			if (!failed)
				break;
		}
}

static void marks_show_the_change(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
	    {"where is my card now", "where is my crad now", "where is my [card -> crad] now"},
	    {"late", "late.", "[late -> late.]"},
	    {"so late", "Hello, so late", "[ -> Hello, ]so late"},
	    {"été", "ete", "[été -> ete]"},
	    {"a é b", "a è b", "a [é -> è] b"},
	    {"same", "same", "same"},
	    {"so late", "so late\n\nRegards", "so late[ -> \n\nRegards]"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_error err;
		ho_buf_reset(&buf);
		assert_ok(ho_edit_mark(&buf, ho_slice_str(cases[i][0]), ho_slice_str(cases[i][1]), &err), &err);
		assert_string_equal(buf.data, cases[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_is_changed),
	    cmocka_unit_test(accents_are_taken_away),
	    cmocka_unit_test(full_stops),
	    cmocka_unit_test(punctuation_goes_but_not_from_addresses),
	    cmocka_unit_test(blanks_alone_are_changed),
	    cmocka_unit_test(numbers_keep_their_shape),
	    cmocka_unit_test(one_slip_in_a_word_of_five),
	    cmocka_unit_test(a_long_text_gets_two_slips_in_a_hundred_words),
	    cmocka_unit_test(greetings_in_the_language_of_the_text),
	    cmocka_unit_test(names_are_exchanged),
	    cmocka_unit_test(contractions_both_ways),
	    cmocka_unit_test(synonyms_keep_form_and_article),
	    cmocka_unit_test(words_of_labels_are_left_alone),
	    cmocka_unit_test(lists_are_sound),
	    cmocka_unit_test(hostile_texts),
	    cmocka_unit_test(same_seed_same_edit),
	    cmocka_unit_test(memory_may_fail),
	    cmocka_unit_test(marks_show_the_change),
	};
	return cmocka_run_group_tests(tests, begin, finish);
}
