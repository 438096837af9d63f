/* The real data sets, where they are at hand: as many rows and labels as their description says. */
#include "unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "table/table.h"

static const struct set {
	const char *name;
	size_t rows;
	uint32_t labels;
} sets[] = {
    {"imdb_train", 25000, 2},       {"imdb_test", 25000, 2},        {"sst2_train", 6920, 2},
    {"sst2_dev", 872, 2},           {"sst2_test", 1821, 2},         {"subj_train", 9014, 2},
    {"subj_test", 1001, 2},         {"sms_train", 4460, 2},         {"sms_test", 1114, 2},
    {"trec6_train", 5452, 6},       {"trec6_test", 500, 6},         {"banking77_train", 10003, 77},
    {"banking77_test", 3080, 77},   {"clinc150_train", 15000, 150}, {"clinc150_val", 3000, 150},
    {"clinc150_test", 4500, 150},   {"clinc150_oos_train", 100, 1}, {"clinc150_oos_val", 100, 1},
    {"clinc150_oos_test", 1000, 1},
};

static void a_set_is_read_whole(void **state)
{
	const struct set *set = *state;
	const char *folder = getenv("HO_DATA");
	char path[1000];
	struct ho_table t;
	struct ho_error err;
	(void)snprintf(path, sizeof path, "%s/%s.csv.gz", folder ? folder : "", set->name);
	if (!folder || access(path, R_OK)) {
		print_message("no %s.csv.gz under HO_DATA\n", set->name);
		skip();
	}
	struct ho_table_options options = {.rows = {.read = {.path = path}, .want_labels = true}};
	assert_ok(ho_table_read(&t, &options, NULL, &err), &err);
	assert_int_equal(t.n, set->rows);
	assert_int_equal(t.label_count, set->labels);
	assert_int_equal(t.rejects, 0);
	ho_table_release(&t);
}

int main(void)
{
	enum { N = sizeof sets / sizeof *sets };
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] =
		    (struct CMUnitTest){sets[i].name, a_set_is_read_whole, NULL, NULL, (void *)(uintptr_t)&sets[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
