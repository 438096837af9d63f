/* What explore says of labels: errors that were planted, worlds without any, words with intervals, groups, months. */
#include "unit/unit.h"

#include <math.h>

#include "explore/explore.h"
#include "explore/groups.h"
#include "explore/private.h"
#include "made_texts.h"
#include "unit/train_fixture.h"

static const struct ho_finding *find(const struct ho_findings *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].id, id) == 0)
			return &list->items[i];
	return NULL;
}

static void explore(struct ho_findings *out, struct ho_label_errors *errors, const struct ho_table *table,
                    unsigned threads)
{
	struct ho_error err = {.code = HO_OK};
	const struct ho_explore_options options = {.seed = 1, .threads = threads, .errors = errors};
	assert_ok(ho_explore(out, table, &options, NULL, &err), &err);
}

enum { ROWS = 900, PLANTED = 45 };

/* Every 20th label is the next one. */
static struct made planted(uint32_t K, double signal)
{
	struct made made = made_texts(ROWS, K, signal, 21);
	for (size_t i = 0; i < ROWS; i += ROWS / PLANTED)
		made.table.label[i] = (made.table.label[i] + 1) % K;
	made.table.row = malloc(ROWS * sizeof *made.table.row);
	for (uint32_t i = 0; i < ROWS; i++)
		made.table.row[i] = i + 1;
	return made;
}

static void release(struct made *made)
{
	free(made->table.row);
	made_free(made);
}

static void planted_errors_come_first_with_the_right_suggestion(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct made made = planted(K, 0.35);
		struct ho_findings f;
		struct ho_label_errors errors = {.n = 0};
		explore(&f, &errors, &made.table, 2);
		size_t found = 0, suggested = 0;
		for (size_t i = 0; i < PLANTED && i < errors.n; i++) {
			const struct ho_label_error *e = &errors.items[i];
			bool is_planted = e->row % (ROWS / PLANTED) == 0;
			found += is_planted;
			suggested += is_planted && (e->suggested + 1) % K == e->label;
			assert_int_equal(e->label, made.table.label[e->row]);
			assert_true(e->suggested != e->label && e->confidence > 0 && e->confidence <= 1);
			assert_true(i == 0 || e->doubt <= errors.items[i - 1].doubt);
			assert_non_null(strstr(e->reason, "more like '"));
		}
		assert_true(found >= PLANTED * 9 / 10 && suggested == found);
		const struct ho_finding *finding = find(&f, "label-errors");
		assert_non_null(finding);
		assert_true(finding->severity >= HO_NOTICE);
		assert_true(finding->lo < 0.05 && finding->hi > 0.05); /* the share that was planted */
		ho_label_errors_release(&errors);
		ho_findings_release(&f);
		release(&made);
	}
}

/* The same texts, clean: a clear world has nothing to look at; in a hazy one the share is near 0 all the same. */
static void without_errors_none_are_claimed(void **state)
{
	(void)state;
	struct made clear = made_texts(ROWS, 3, 0.7, 22), hazy = made_texts(3000, 2, 0.2, 23);
	uint32_t rows[3000];
	struct ho_findings f;
	struct ho_label_errors errors = {.n = 0};
	for (uint32_t i = 0; i < 3000; i++)
		rows[i] = i + 1;
	clear.table.row = hazy.table.row = rows;
	explore(&f, &errors, &clear.table, 2);
	assert_int_equal(errors.n, 0);
	assert_int_equal(find(&f, "label-errors")->severity, HO_INFO);
	ho_findings_release(&f);
	explore(&f, NULL, &hazy.table, 2);
	const struct ho_finding *finding = find(&f, "label-errors");
	assert_true(finding->severity != HO_WARNING && finding->lo < 0.005);
	ho_label_errors_release(&errors);
	ho_findings_release(&f);
	made_free(&clear);
	made_free(&hazy);
}

/* Labels that the texts know nothing of. */
static void shuffled_labels_are_said_plainly_and_nothing_is_doubted(void **state)
{
	(void)state;
	uint32_t rows[ROWS];
	for (uint32_t i = 0; i < ROWS; i++)
		rows[i] = i + 1;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct made made = made_texts(ROWS, 3, 0, seed);
		struct ho_findings f;
		struct ho_label_errors errors = {.n = 0};
		made.table.row = rows;
		explore(&f, &errors, &made.table, 2);
		assert_int_equal(find(&f, "first-model")->severity, HO_WARNING);
		assert_non_null(strstr(find(&f, "first-model")->title, "learns nothing"));
		assert_int_equal(errors.n, 0);
		assert_null(find(&f, "label-errors"));
		assert_null(find(&f, "labels-overlap"));
		ho_label_errors_release(&errors);
		ho_findings_release(&f);
		made_free(&made);
	}
}

/* 97% of one label: accuracy hardly moves, and the model still tells the texts apart. */
static void a_rare_label_is_learnt_although_accuracy_says_little(void **state)
{
	(void)state;
	enum { N = 3000 };
	struct made made = made_texts(N, 2, 0.25, 24);
	static uint32_t rows[N];
	struct ho_findings f;
	size_t kept = 0;
	for (uint32_t i = 0; i < N; i++) {
		bool keep = made.table.label[i] == 0 || ++kept % 32 == 0;
		rows[i] = i + 1;
		made.table.label[i] = keep ? made.table.label[i] : HO_LABEL_NONE;
	}
	made.table.row = rows;
	explore(&f, NULL, &made.table, 2);
	assert_int_equal(find(&f, "first-model")->severity, HO_INFO);
	ho_findings_release(&f);
	made_free(&made);
}

static void same_on_any_number_of_threads(void **state)
{
	(void)state;
	struct made made = planted(4, 0.3);
	struct ho_findings one, other;
	struct ho_label_errors a = {.n = 0}, b = {.n = 0};
	explore(&one, &a, &made.table, 1);
	explore(&other, &b, &made.table, 4);
	json_t *x = ho_findings_json(&one), *y = ho_findings_json(&other);
	assert_true(json_equal(x, y));
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++) {
		assert_true(a.items[i].row == b.items[i].row && a.items[i].doubt == b.items[i].doubt);
		assert_string_equal(a.items[i].reason, b.items[i].reason);
	}
	json_decref(x);
	json_decref(y);
	ho_label_errors_release(&a);
	ho_label_errors_release(&b);
	ho_findings_release(&one);
	ho_findings_release(&other);
	release(&made);
}

/* A copy with the other label speaks up, in the ranking and in the reason. */
static void a_copy_with_the_other_label_is_named(void **state)
{
	(void)state;
	struct made made = planted(2, 0.35);
	struct ho_findings f;
	struct ho_label_errors errors = {.n = 0};
	for (size_t i = 501; i < 504; i++) { /* three copies of the planted row 500, labelled right */
		made.table.text[i] = made.table.text[500];
		made.table.label[i] = 1 - made.table.label[500];
	}
	explore(&f, &errors, &made.table, 2);
	bool named = false;
	for (size_t i = 0; i < errors.n && i < PLANTED; i++)
		named |= errors.items[i].row == 500 && strstr(errors.items[i].reason, "a copy of it (row 502)") != NULL;
	assert_true(named);
	ho_label_errors_release(&errors);
	ho_findings_release(&f);
	release(&made);
}

static void fightin_words_follow_the_formula(void **state)
{
	(void)state;
	/* a = 10 * 40/1000 = 0.4; d = ln(30.4/479.6) - ln(10.4/499.6); var = 1/30.4 + 1/10.4 */
	struct ho_fightin f = ho_explore__fightin_words(30, 500, 10, 500, 10);
	assert_true(fabs(f.d - (log(30.4 / 479.6) - log(10.4 / 499.6))) < 1e-12);
	assert_true(fabs(f.se - sqrt(1 / 30.4 + 1 / 10.4)) < 1e-12);
	assert_true(fabs(ho_explore__fightin_words(20, 500, 20, 500, 10).d) < 1e-12);
	/* Sides exchanged: the same with the other sign. */
	struct ho_fightin g = ho_explore__fightin_words(10, 500, 30, 500, 10);
	assert_true(fabs(f.d + g.d) < 1e-12 && fabs(f.se - g.se) < 1e-12);
	/* A strong prior draws the ratio to 1. */
	assert_true(fabs(ho_explore__fightin_words(30, 500, 10, 500, 1e9).d) < 1e-4);
	assert_true(fabs(ho_explore__two_sided_z(0.05) - 1.959963984540054) < 1e-9);
	assert_true(fabs(ho_explore__two_sided_z(1e-8) - 5.730728868235834) < 1e-7);
}

/* The intervals hold for all words at once: without any signal, worlds in which a word tells anything are rare. */
static void words_tell_nothing_apart_by_chance(void **state)
{
	(void)state;
	unsigned wrong = 0;
	uint32_t rows[ROWS];
	for (uint32_t i = 0; i < ROWS; i++)
		rows[i] = i + 1;
	for (uint64_t seed = 50; seed < 60; seed++) {
		struct made made = made_texts(ROWS, 2, 0, seed);
		struct ho_findings f;
		made.table.row = rows;
		explore(&f, NULL, &made.table, 2);
		wrong += find(&f, "telling-words")->figure > 0;
		ho_findings_release(&f);
		made_free(&made);
	}
	assert_true(wrong <= 3); /* 5% of 10 worlds, two labels that are one question: P(more than 3) < 0.002 */
}

/* ---- groups ---- */

/* A label of `topics` kinds of texts, each with words of its own beside common ones. */
static struct made topics(size_t n, uint32_t kinds, double signal, uint64_t seed)
{
	struct made made = made_texts(n, kinds, signal, seed);
	for (size_t i = 0; i < n; i++)
		made.table.label[i] = 0;
	made.table.label_count = 1;
	return made;
}

static const struct ho_finding *clusters_of(struct ho_findings *f, struct made *made, uint32_t *rows)
{
	for (uint32_t i = 0; i < made->table.n; i++)
		rows[i] = i + 1;
	made->table.row = rows;
	explore(f, NULL, &made->table, 2);
	return find(f, "clusters");
}

static void groups_are_found_where_there_are_some_and_only_there(void **state)
{
	(void)state;
	uint32_t rows[600];
	unsigned by_chance = 0;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct made three = topics(600, 3, 0.5, seed), none = topics(600, 3, 0, seed);
		struct ho_findings f;
		const struct ho_finding *c = clusters_of(&f, &three, rows);
		assert_true(c->figure == 1);
		assert_non_null(strstr(c->evidence[0], "3"));          /* a share of a third each */
		assert_int_equal(c->exhibits[0].n_cells, 4 * (1 + 3)); /* a head and three groups */
		ho_findings_release(&f);
		by_chance += clusters_of(&f, &none, rows)->figure > 0;
		ho_findings_release(&f);
		made_free(&three);
		made_free(&none);
	}
	assert_int_equal(by_chance, 0);
}

/* ---- months ---- */

/* Label shares that stay, or that move from a fifth to four fifths within a year; dates in a column beside. */
static const struct ho_finding *months_of(struct ho_findings *f, bool moves, uint64_t seed)
{
	enum { N = 1200 };
	static uint32_t rows[N];
	static char dates[N][16];
	static struct ho_slice values[N];
	struct made made = made_texts(N, 3, 0.2, seed);
	struct ho_rng rng = ho_rng_seed(seed, 9);
	for (uint32_t i = 0; i < N; i++) {
		unsigned month = (unsigned)ho_rng_below(&rng, 12), day = (unsigned)ho_rng_below(&rng, 28);
		rows[i] = i + 1;
		values[i] = ho_slice(dates[i],
		                     (size_t)snprintf(dates[i], sizeof dates[i], "2024-%02u-%02u", month + 1, day + 1));
		if (moves && made.table.label[i] != 2) /* the third label stays */
			made.table.label[i] = ho_rng_uniform(&rng) < 0.2 + 0.6 * month / 11;
	}
	made.table.row = rows;
	struct ho_table_column column = {ho_slice_str("day"), values};
	made.table.columns = &column;
	made.table.column_count = 1;
	explore(f, NULL, &made.table, 2);
	made_free(&made);
	return find(f, "labels-per-month");
}

static void months_tell_which_labels_move(void **state)
{
	(void)state;
	struct ho_findings f;
	unsigned by_chance = 0;
	const struct ho_finding *moving = months_of(&f, true, 1);
	assert_non_null(moving);
	assert_true(moving->figure == 2);
	assert_int_equal(moving->exhibits[0].kind, HO_EXHIBIT_LINES);
	assert_int_equal(moving->exhibits[0].series[0].n, 12);
	ho_findings_release(&f);
	for (uint64_t seed = 1; seed <= 4; seed++) {
		by_chance += months_of(&f, false, seed)->figure > 0;
		ho_findings_release(&f);
	}
	assert_true(by_chance <= 1); /* 5% of 4 worlds: P(more than 1) < 0.015 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(planted_errors_come_first_with_the_right_suggestion),
	    cmocka_unit_test(without_errors_none_are_claimed),
	    cmocka_unit_test(shuffled_labels_are_said_plainly_and_nothing_is_doubted),
	    cmocka_unit_test(a_rare_label_is_learnt_although_accuracy_says_little),
	    cmocka_unit_test(same_on_any_number_of_threads),
	    cmocka_unit_test(a_copy_with_the_other_label_is_named),
	    cmocka_unit_test(fightin_words_follow_the_formula),
	    cmocka_unit_test(words_tell_nothing_apart_by_chance),
	    cmocka_unit_test(groups_are_found_where_there_are_some_and_only_there),
	    cmocka_unit_test(months_tell_which_labels_move),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
