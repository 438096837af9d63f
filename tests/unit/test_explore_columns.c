#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "explore/columns.h"
#include "report/exhibit.h"

/* Tables are made as CSV, row by row: what each column holds is said by a function of row and label. */
enum { N = 1200 };
struct world {
	struct ho_buf csv;
	struct ho_rng rng;
	struct ho_table table, test;
	struct ho_findings found;
};

static const char *const labels[] = {"refund", "delivery", "account"};
static const char *const words[] = {"parcel", "money", "password", "please", "today",  "order", "wrong",
                                    "help",   "again", "never",    "letter", "number", "phone", "shop",
                                    "card",   "late",  "broken",   "blue",   "large",  "small", "second",
                                    "week",   "price", "paid",     "box",    "street"};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	ho_buf_init(&w->csv, (size_t)8 << 20);
	w->rng = ho_rng_seed(11, 0);
	*state = w;
	return w ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;
	ho_buf_release(&w->csv);
	ho_table_release(&w->table);
	ho_table_release(&w->test);
	ho_findings_release(&w->found);
	free(w);
	return 0;
}

static void put(struct world *w, const char *text)
{
	assert_int_equal(ho_buf_add(&w->csv, text, strlen(text), NULL), HO_OK);
}

static void text_of(struct world *w, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		put(w, k ? " " : "");
		put(w, words[ho_rng_below(&w->rng, sizeof words / sizeof *words)]);
	}
	put(w, ".");
}

static void read(struct world *w, struct ho_table *out, const char *time, const char *group)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {
	    .rows = {.want_labels = true, .target = "label", .time = time, .group = group}, .keep_columns = true};
	options.rows.read.path = "t.csv";
	assert_ok(ho_table_read_bytes(out, ho_buf_slice(&w->csv), &options, &err), &err);
	ho_buf_reset(&w->csv);
}

static void explore(struct world *w)
{
	struct ho_error err = {.code = HO_OK};
	const struct ho_explore_options options = {.threads = 2, .seed = 1, .test = w->test.n ? &w->test : NULL};
	assert_ok(ho_explore(&w->found, &w->table, &options, NULL, &err), &err);
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

/* A row: id, text, label and one more column. */
static void row(struct world *w, size_t i, uint32_t label, const char *id, const char *more)
{
	char number[24];
	(void)snprintf(number, sizeof number, "%zu", i + 1);
	put(w, id ? id : number);
	put(w, ",");
	text_of(w, 12);
	put(w, ",");
	put(w, labels[label]);
	put(w, ",");
	put(w, more);
	put(w, "\n");
}

static uint32_t any_label(struct world *w)
{
	return (uint32_t)ho_rng_below(&w->rng, 3);
}

static void a_column_that_knows_the_label_is_named(void **state)
{
	struct world *w = *state;
	static const char *const codes[] = {"R1", "D1", "A1"};
	put(w, "id,text,label,queue\n");
	for (size_t i = 0; i < N; i++) {
		uint32_t l = any_label(w);
		row(w, i, l, NULL, ho_rng_below(&w->rng, 50) ? codes[l] : codes[any_label(w)]);
	}
	read(w, &w->table, NULL, NULL);
	explore(w);
	assert_true(warns(w, "leaking-column"));
	assert_non_null(strstr(find(w, "leaking-column")->title, "'queue'"));
	assert_true(find(w, "leaking-column")->figure > 0.9);
	assert_null(find(w, "leaking-identifier"));
}

static void an_id_that_knows_the_label_is_named(void **state)
{
	struct world *w = *state;
	put(w, "id,text,label,channel\n");
	for (size_t i = 0; i < N; i++) {
		char id[24];
		uint32_t l = any_label(w);
		(void)snprintf(id, sizeof id, "%c%05zu", 'a' + (int)l, i);
		row(w, i, l, id, ho_rng_below(&w->rng, 2) ? "web" : "mail");
	}
	read(w, &w->table, NULL, NULL);
	explore(w);
	assert_true(warns(w, "leaking-identifier"));
	assert_null(find(w, "leaking-column"));
}

static void columns_by_chance_raise_no_alarm(void **state)
{
	struct world *w = *state;
	put(w, "id,text,label,agent\n");
	for (size_t i = 0; i < N; i++) {
		char agent[24];
		(void)snprintf(agent, sizeof agent, "agent %u", (unsigned)ho_rng_below(&w->rng, 300));
		row(w, i, any_label(w), NULL, agent);
	}
	read(w, &w->table, NULL, NULL);
	explore(w);
	for (size_t i = 0; i < w->found.n; i++)
		if (w->found.items[i].severity == HO_WARNING)
			assert_string_equal(w->found.items[i].id,
			                    "first-model"); /* the labels are drawn by lot: nothing to learn */
	assert_null(find(w, "telling-column"));
	assert_null(find(w, "telling-identifier"));
	assert_null(find(w, "row-order"));
	assert_null(find(w, "template-label"));
	assert_null(find(w, "truncated-texts"));
}

static void sorted_rows_are_told(void **state)
{
	struct world *w = *state;
	put(w, "id,text,label,channel\n");
	for (size_t i = 0; i < N; i++)
		row(w, i, (uint32_t)(i * 3 / N), NULL, "web");
	read(w, &w->table, NULL, NULL);
	explore(w);
	assert_non_null(find(w, "row-order"));
	assert_non_null(find(w, "constant-columns"));
	/* A folder with a sub-folder per label cannot be in another order. */
	ho_findings_release(&w->found);
	w->table.format = HO_FORMAT_FOLDER;
	explore(w);
	assert_null(find(w, "row-order"));
}

static void date_row(struct world *w, size_t i, uint32_t label, unsigned day)
{
	char date[24];
	(void)snprintf(date, sizeof date, "%u-%02u-%02u", 2023 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
	row(w, i, label, NULL, date);
}

static void a_label_of_one_period_is_told(void **state)
{
	struct world *w = *state;
	put(w, "id,text,label,date\n");
	for (size_t i = 0; i < N; i++) {
		uint32_t l = any_label(w);
		date_row(w, i, l,
		         l == 2 ? 600 + (unsigned)ho_rng_below(&w->rng, 40) : (unsigned)ho_rng_below(&w->rng, 672));
	}
	read(w, &w->table, NULL, NULL);
	explore(w);
	assert_true(warns(w, "label-in-one-period"));
	assert_non_null(strstr(find(w, "label-in-one-period")->title, "'account'"));
	assert_non_null(find(w, "label-by-time"));
	assert_null(find(w, "leaking-column")); /* told once */
}

/* Twenty periods within three months: each stands at a place of its own, at the middle of its rows. */
static void periods_stand_at_their_own_days(void **state)
{
	struct world *w = *state;
	put(w, "id,text,label,date\n");
	for (size_t i = 0; i < N; i++) {
		unsigned day = (unsigned)(i * 84 / N);
		date_row(w, i, (uint32_t)ho_rng_below(&w->rng, 100) < 10 + day, day);
	}
	read(w, &w->table, NULL, NULL);
	explore(w);
	assert_non_null(find(w, "label-by-time"));
	const struct ho_exhibit *chart = &find(w, "label-by-time")->exhibits[0];
	assert_true(chart->flags & HO_CHART_DAY_X);
	const struct ho_exhibit_series *s = &chart->series[0];
	assert_int_equal(s->n, 20);
	for (size_t i = 0; i < s->n; i++) {
		double day = 84 * ((double)i + 0.5) / 20, month = floor(day / 28);
		assert_true(i == 0 || s->points[i].x > s->points[i - 1].x + 0.05);
		assert_float_equal(s->points[i].x, 12 * 2023 + month + (day - 28 * month) / 30, 0.15);
	}
}

static void a_test_that_training_has_seen_is_told(void **state)
{
	struct world *w = *state;
	struct ho_buf test;
	ho_buf_init(&test, (size_t)1 << 20);
	put(w, "id,text,label,date\n");
	for (size_t i = 0; i < N; i++)
		date_row(w, i, any_label(w), (unsigned)ho_rng_below(&w->rng, 672));
	/* A tenth of the test is copied from the training rows; all of it is earlier than half of them. */
	const char *line = w->csv.data;
	for (size_t i = 0; i < 31; i++) {
		const char *end = strchr(line, '\n') + 1;
		assert_int_equal(ho_buf_add(&test, line, (size_t)(end - line), NULL), HO_OK);
		line = end;
	}
	read(w, &w->table, "date", NULL);
	assert_int_equal(ho_buf_add(&w->csv, test.data, test.len, NULL), HO_OK);
	for (size_t i = 0; i < 270; i++)
		date_row(w, i, any_label(w), (unsigned)ho_rng_below(&w->rng, 100));
	read(w, &w->test, "date", NULL);
	ho_buf_release(&test);
	explore(w);
	const struct ho_finding *leak = find(w, "test-leak");
	assert_true(leak && leak->severity == HO_WARNING);
	assert_true(fabs(leak->figure - 0.1) < 0.01 && leak->lo < leak->figure && leak->hi > leak->figure);
	assert_true(find(w, "time-leak") && find(w, "time-leak")->severity == HO_NOTICE &&
	            find(w, "time-leak")->figure > 0.5);
}

static void groups_on_both_sides_are_told(void **state)
{
	struct world *w = *state;
	for (int side = 0; side < 2; side++) {
		put(w, "id,text,label,customer\n");
		for (size_t i = 0; i < 300; i++) {
			char customer[24];
			(void)snprintf(customer, sizeof customer, "c%u",
			               (unsigned)ho_rng_below(&w->rng, 100) + (side ? 50 : 0));
			row(w, i, any_label(w), NULL, customer);
		}
		read(w, side ? &w->test : &w->table, NULL, "customer");
	}
	explore(w);
	assert_true(warns(w, "group-leak"));
	assert_true(fabs(find(w, "group-leak")->figure - 0.5) < 0.12);
	assert_true(find(w, "test-leak")->severity == HO_INFO);
}

static void kinds_are_told(void **state)
{
	static const char csv[] = "text,label,n,d,l,k,e,s\n"
	                          "the first text of all,a,1.5,2024-01-01,en,x,,same\n"
	                          "the second one here,b,2.25,2024-01-02,de,y,,same\n"
	                          "a third with more words,a,3,2024-02-01,fr,x,,same\n"
	                          "and one more at the end,b,4.125,2024-03-01,en,,,same\n";
	static const enum explore_kind want[] = {HO_KIND_TEXT,     HO_KIND_CATEGORY, HO_KIND_NUMBER, HO_KIND_DATE,
	                                         HO_KIND_LANGUAGE, HO_KIND_CATEGORY, HO_KIND_EMPTY,  HO_KIND_CONSTANT};
	struct world *w = *state;
	put(w, csv);
	read(w, &w->table, NULL, NULL);
	assert_int_equal(ho_explore__column_count(&w->table), 8);
	for (size_t k = 0; k < 8; k++) {
		struct explore_column c;
		assert_int_equal(ho_explore__column_open(&c, &w->table, k, NULL), HO_OK);
		assert_int_equal(c.kind, want[k]);
		if (k == 5)
			assert_true(c.present == 3 && c.map.n == 2 && c.count[ho_explore__column_top(&c)] == 2);
		ho_explore__column_close(&c);
	}
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
	    IN_A_WORLD(a_column_that_knows_the_label_is_named), IN_A_WORLD(an_id_that_knows_the_label_is_named),
	    IN_A_WORLD(columns_by_chance_raise_no_alarm),       IN_A_WORLD(sorted_rows_are_told),
	    IN_A_WORLD(a_label_of_one_period_is_told),          IN_A_WORLD(a_test_that_training_has_seen_is_told),
	    IN_A_WORLD(groups_on_both_sides_are_told),          IN_A_WORLD(kinds_are_told),
	    IN_A_WORLD(periods_stand_at_their_own_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
