/* Detectors that look at all texts together: templates, cuts, copies, encodings, gibberish, languages, masks. */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "explore/explore.h"
#include "report/exhibit.h"

enum { N = 800 };
struct world {
	struct ho_buf json; /* lines of JSON, so that texts may hold anything */
	struct ho_rng rng;
	struct ho_table table;
	struct ho_findings found;
};

static const char *const words[] = {"the",     "parcel", "has",   "not",  "come", "and",     "we",    "would",
                                    "like",    "to",     "know",  "when", "it",   "will",    "be",    "here",
                                    "because", "our",    "money", "is",   "with", "you",     "since", "last",
                                    "month",   "please", "tell",  "us",   "what", "happened"};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	ho_buf_init(&w->json, (size_t)16 << 20);
	w->rng = ho_rng_seed(5, 0);
	*state = w;
	return w ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;
	ho_buf_release(&w->json);
	ho_table_release(&w->table);
	ho_findings_release(&w->found);
	free(w);
	return 0;
}

/* A text of n words; only its end is given. */
static void sentence(struct world *w, char *out, size_t room, size_t n)
{
	size_t len = 0;
	for (size_t k = 0; k < n && len + 16 < room; k++)
		len += (size_t)snprintf(out + len, room - len, "%s%s", k ? " " : "",
		                        words[ho_rng_below(&w->rng, sizeof words / sizeof *words)]);
	(void)snprintf(out + len, room - len, ".");
}

static void add(struct world *w, const char *text, size_t len, bool yes)
{
	json_t *row = json_pack("{s:s%, s:s}", "text", text, len, "label", yes ? "yes" : "no");
	char *line = json_dumps(row, JSON_COMPACT);
	assert_non_null(line);
	assert_int_equal(ho_buf_printf(&w->json, NULL, "%s\n", line), HO_OK);
	free(line);
	json_decref(row);
}

static void explore(struct world *w, bool redact)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {.rows = {.want_labels = true}, .keep_columns = true};
	const struct ho_explore_options how = {.threads = 2, .seed = 1, .redact = redact};
	options.rows.read.path = "t.jsonl";
	assert_ok(ho_table_read_bytes(&w->table, ho_buf_slice(&w->json), &options, &err), &err);
	assert_ok(ho_explore(&w->found, &w->table, &how, NULL, &err), &err);
}

static const struct ho_finding *find(const struct world *w, const char *id)
{
	for (size_t i = 0; i < w->found.n; i++)
		if (strcmp(w->found.items[i].id, id) == 0)
			return &w->found.items[i];
	return NULL;
}

static bool warns(const struct world *w, const char *id)
{
	return find(w, id) && find(w, id)->severity == HO_WARNING;
}

/* N texts; `change` may change the text of row i. */
static void fill(struct world *w, void (*change)(struct world *w, char *text, size_t room, size_t i, bool yes))
{
	for (size_t i = 0; i < N; i++) {
		char text[1024];
		bool yes = ho_rng_below(&w->rng, 2);
		sentence(w, text, sizeof text, 14 + ho_rng_below(&w->rng, 30));
		if (change)
			change(w, text, sizeof text, i, yes);
		add(w, text, strlen(text), yes);
	}
}

static void append(char *text, size_t room, const char *tail)
{
	size_t len = strlen(text);
	(void)snprintf(text + len, room - len, "%s", tail);
}

static void nothing_is_said_of_plain_texts(void **state)
{
	static const char *const ids[] = {
	    "template-label",    "templates", "truncated-texts", "encoding-damage",        "html",
	    "placeholder-texts", "gibberish", "other-languages", "conflicting-duplicates", "length-outliers",
	    "quoted-mails",      "escapes",   "base64"};
	struct world *w = *state;
	fill(w, NULL);
	explore(w, false);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (find(w, ids[i]) && find(w, ids[i])->severity > HO_INFO)
			fail_msg("%s: %s", ids[i], find(w, ids[i])->title);
	assert_true(find(w, "personal-data")->figure == 0);
	assert_non_null(strstr(find(w, "languages")->title, "English"));
}

static void sign(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	if (yes && i % 5)
		append(text, room, " Sent from my pocket device, please excuse typos");
}

static void a_template_of_one_label_is_told(void **state)
{
	struct world *w = *state;
	fill(w, sign);
	explore(w, false);
	assert_true(warns(w, "template-label"));
	assert_non_null(strstr(find(w, "template-label")->title, "'yes'"));
	assert_true(find(w, "template-label")->figure == 1);
}

static void sign_all(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	(void)yes;
	if (i % 3)
		append(text, room, " Sent from my pocket device, please excuse typos");
}

static void a_template_of_all_labels_is_no_leak(void **state)
{
	struct world *w = *state;
	fill(w, sign_all);
	explore(w, false);
	assert_null(find(w, "template-label"));
	assert_non_null(find(w, "templates"));
}

static void cut(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	(void)room;
	(void)i;
	(void)yes;
	if (strlen(text) > 90)
		text[90] = '\0';
}

static void cut_texts_are_told(void **state)
{
	struct world *w = *state;
	fill(w, cut);
	explore(w, false);
	assert_true(warns(w, "truncated-texts"));
	assert_non_null(strstr(find(w, "truncated-texts")->title, "90 characters"));
}

static void damage(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	(void)yes;
	append(text, room, i % 8 ? " caf\xc3\xa9" : " caf\xc3\x83\xc2\xa9");
}

static void a_wrong_encoding_is_told(void **state)
{
	struct world *w = *state;
	fill(w, damage);
	explore(w, false);
	assert_true(warns(w, "encoding-damage"));
	assert_true(fabs(find(w, "encoding-damage")->figure - 0.125) < 1e-9);
}

static void mix(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	(void)yes;
	if (i % 40 == 0)
		(void)snprintf(text, room,
		               "Ich habe das Paket Nummer %zu nicht bekommen und wei\xc3\x9f nicht, wo es ist.", i);
	if (i % 40 == 1)
		(void)snprintf(text, room, "xqzj wvkq zzxw qkjx vwqz jxkz qqwv zkxj %zu", i);
	if (i % 40 == 2)
		(void)snprintf(text, room, "N/A");
}

static void strangers_among_the_texts_are_told(void **state)
{
	struct world *w = *state;
	fill(w, mix);
	explore(w, false);
	assert_true(find(w, "other-languages") && find(w, "other-languages")->severity == HO_NOTICE);
	assert_non_null(strstr(find(w, "other-languages")->evidence[0], "German: 20 texts"));
	assert_true(fabs(find(w, "gibberish")->figure - 20.0 / N) < 1e-9);
	assert_true(fabs(find(w, "placeholder-texts")->figure - 20.0 / N) < 1e-9);
}

static void name_people(struct world *w, char *text, size_t room, size_t i, bool yes)
{
	(void)w;
	(void)yes;
	if (i % 10 == 0)
		append(text, room, " jane.doe@example.com, 4111 1111 1111 1111");
}

static bool shows(const struct ho_findings *list, const char *what)
{
	json_t *object = ho_findings_json(list);
	char *text = json_dumps(object, 0);
	bool yes = strstr(text, what) != NULL;
	free(text);
	json_decref(object);
	return yes;
}

static void personal_data_are_masked(void **state)
{
	struct world *w = *state;
	fill(w, name_people);
	explore(w, true);
	assert_true(warns(w, "personal-data"));
	assert_true(fabs(find(w, "personal-data")->figure - 0.1) < 1e-9);
	assert_false(shows(&w->found, "jane.doe"));
	assert_false(shows(&w->found, "4111"));
	assert_true(shows(&w->found, "[mail]"));
	/* Without --redact the finding itself quotes none either. */
	ho_findings_release(&w->found);
	struct ho_error err = {.code = HO_OK};
	assert_ok(ho_explore(&w->found, &w->table, NULL, NULL, &err), &err);
	const struct ho_finding *f = find(w, "personal-data");
	for (size_t k = 0; k < f->n_exhibits; k++)
		for (size_t i = 0; i < f->exhibits[k].n_texts; i++)
			assert_null(strstr(f->exhibits[k].texts[i].text, "jane.doe"));
}

static void contradictions_are_warned_of_when_they_are_many(void **state)
{
	struct world *w = *state;
	fill(w, NULL);
	for (int i = 0; i < 20; i++) {
		char text[256];
		sentence(w, text, sizeof text, 20);
		add(w, text, strlen(text), true);
		add(w, text, strlen(text), false);
	}
	explore(w, false);
	assert_true(warns(w, "conflicting-duplicates"));
	assert_true(fabs(find(w, "conflicting-duplicates")->figure - 20.0 / (N + 40)) < 1e-9);
}

/* What nobody expects: it ends well, and says little. */
static void hostile_texts_are_survived(void **state)
{
	struct world *w = *state;
	static char huge[1 << 20];
	static const char odd[] = "a\0b\x01\x7f";
	memset(huge, 'x', sizeof huge);
	add(w, huge, sizeof huge, true);
	for (size_t i = 0; i < sizeof huge; i++)
		huge[i] = i % 2 ? '<' : '@';
	add(w, huge, sizeof huge, false);
	for (size_t i = 0; i < sizeof huge; i++)
		huge[i] = i % 3 ? '1' : '\n';
	add(w, huge, sizeof huge, true);
	add(w, odd, sizeof odd - 1, false);
	add(w, " ", 1, false);
	add(w, "\xe2\x80\xae\xf0\x9f\x98\x80", 7, true);
	explore(w, true);
	assert_non_null(find(w, "columns"));
	assert_true(w->found.n_story >= 1);
}

static void one_row_will_do(void **state)
{
	struct world *w = *state;
	add(w, "-", 1, true);
	explore(w, false);
	assert_non_null(find(w, "labels"));
}

static void the_same_on_any_number_of_threads(void **state)
{
	struct world *w = *state;
	struct ho_findings one;
	const struct ho_explore_options single = {.threads = 1, .seed = 1};
	struct ho_error err = {.code = HO_OK};
	fill(w, mix);
	explore(w, false);
	assert_ok(ho_explore(&one, &w->table, &single, NULL, &err), &err);
	json_t *a = ho_findings_json(&w->found), *b = ho_findings_json(&one);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	ho_findings_release(&one);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
	    IN_A_WORLD(nothing_is_said_of_plain_texts),
	    IN_A_WORLD(a_template_of_one_label_is_told),
	    IN_A_WORLD(a_template_of_all_labels_is_no_leak),
	    IN_A_WORLD(cut_texts_are_told),
	    IN_A_WORLD(a_wrong_encoding_is_told),
	    IN_A_WORLD(strangers_among_the_texts_are_told),
	    IN_A_WORLD(personal_data_are_masked),
	    IN_A_WORLD(contradictions_are_warned_of_when_they_are_many),
	    IN_A_WORLD(hostile_texts_are_survived),
	    IN_A_WORLD(one_row_will_do),
	    IN_A_WORLD(the_same_on_any_number_of_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
