/* The parts of the service that need no server: traces, tallies, JSON in and out. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "http/in.h"
#include "http/out.h"
#include "http/schemas.h"
#include "http/tally.h"
#include "http/trace.h"

static void traces_are_read_by_the_rules(void **state)
{
	static const char good[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
	static const char *const bad[] = {
	    "",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
	    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
	    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
	    "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
	};
	char out[56];
	(void)state;
	assert_true(ho_trace_read(out, good));
	assert_string_equal(out, good);
	assert_true(
	    ho_trace_read(out, "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-holds"));
	assert_int_equal(strlen(out), 55);
	assert_false(ho_trace_read(out, NULL));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(ho_trace_read(out, bad[i]));
		assert_string_equal(out, "");
	}
}

static void tallies_are_bounded(void **state)
{
	static struct ho_tally tally;
	static struct ho_tasks_known known;
	char name[32];
	(void)state;
	ho_tasks_known_init(&known);
	assert_int_equal(ho_tasks_known_slot(&known, NULL, 1), 0);
	assert_int_equal(ho_tasks_known_slot(&known, "unknown", 0), 0);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "task%d", i);
		unsigned slot = ho_tasks_known_slot(&known, name, 1);
		assert_true(slot >= 1 && slot < HO_TALLY_TASKS);
	}
	assert_int_equal(ho_tasks_known_slot(&known, "task0", 0), 1);
	assert_string_equal(known.names[HO_TALLY_TASKS - 1], "other");
	ho_tally_answer(&tally, 1, 200, .004);
	ho_tally_answer(&tally, 1, 200, .005);
	ho_tally_answer(&tally, 1, 299, 11);
	assert_int_equal(tally.tasks[1].codes[0], 2);
	assert_int_equal(tally.tasks[1].codes[HO_TALLY_CODES - 1], 1);
	assert_int_equal(tally.tasks[1].buckets[0], 2);
	assert_int_equal(tally.tasks[1].buckets[HO_TALLY_BUCKETS - 1], 1);
}

static void answers_are_json(void **state)
{
	struct ho_error err;
	struct ho_buf buf;
	(void)state;
	ho_buf_init(&buf, 1000);
	struct ho_out out = ho_out_begin(&buf, '{', &err);
	ho_out_string(&out, "a", "x\"y\n");
	ho_out_string(&out, "none", NULL);
	ho_out_open(&out, "list", '[');
	ho_out_int(&out, NULL, -5);
	ho_out_number(&out, NULL, NAN);
	ho_out_open(&out, NULL, '{');
	ho_out_close(&out, '}');
	ho_out_close(&out, ']');
	ho_out_bool(&out, "yes", true);
	ho_out_time(&out, "never", 0);
	ho_out_raw(&out, "raw", ho_slice(NULL, 0));
	assert_ok(ho_out_end(&out, '}'), &err);
	assert_string_equal(buf.data,
	                    "{\"a\":\"x\\\"y\\n\",\"none\":null,\"list\":[-5,null,{}],\"yes\":true,\"never\":null,"
	                    "\"raw\":null}");
	ho_buf_release(&buf);
	ho_buf_init(&buf, 4);
	out = ho_out_begin(&buf, '{', &err);
	ho_out_string(&out, "long", "does not fit");
	assert_int_equal(ho_out_end(&out, '}'), HO_ELIMIT);
	ho_buf_release(&buf);
}

static void bodies_are_read_strictly(void **state)
{
	static const char *const known[] = {"s", "n", "b", NULL};
	struct ho_error err;
	struct ho_arena arena;
	json_t *json;
	const char *text;
	int64_t number;
	bool yes;
	(void)state;
	ho_arena_init(&arena, 10000);
	assert_int_equal(ho_in_object(&json, ho_slice_str("{\"a\":1,\"a\":2}"), &err), HO_EFORMAT);
	assert_int_equal(ho_in_object(&json, ho_slice_str(""), &err), HO_EFORMAT);
	assert_null(json);
	assert_ok(ho_in_object(&json, ho_slice_str("{\"s\":\"abc\",\"n\":7,\"b\":true,\"z\":\"a\\u0000b\"}"), &err),
	          &err);
	assert_ok(ho_in_string(&text, json, "s", 1, 3, &arena, &err), &err);
	assert_string_equal(text, "abc");
	assert_int_equal(ho_in_string(&text, json, "s", 1, 2, &arena, &err), HO_EFORMAT);
	assert_string_equal(err.place, "s");
	assert_int_equal(ho_in_string(&text, json, "n", 1, 9, &arena, &err), HO_EFORMAT);
	assert_int_equal(ho_in_string(&text, json, "z", 1, 9, &arena, &err), HO_EFORMAT);
	assert_int_equal(ho_in_required(&text, json, "missing", 1, 9, &arena, &err), HO_EFORMAT);
	assert_ok(ho_in_integer(&number, json, "n", 0, 7, 1, &err), &err);
	assert_int_equal(number, 7);
	assert_int_equal(ho_in_integer(&number, json, "n", 0, 6, 1, &err), HO_EFORMAT);
	assert_ok(ho_in_bool(&yes, json, "b", false, &err), &err);
	assert_true(yes);
	assert_int_equal(ho_in_only(json, known, &err), HO_EFORMAT);
	assert_int_equal(json_object_del(json, "z"), 0);
	assert_ok(ho_in_only(json, known, &err), &err);
	json_decref(json);
	ho_arena_release(&arena);
}

static void schemas_are_json(void **state)
{
	(void)state;
	json_t *schemas = ho_http__schemas();
	assert_non_null(schemas);
	assert_non_null(json_object_get(schemas, "Problem"));
	assert_true(json_object_size(schemas) > 30);
	json_decref(schemas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(traces_are_read_by_the_rules),
	    cmocka_unit_test(tallies_are_bounded),
	    cmocka_unit_test(answers_are_json),
	    cmocka_unit_test(bodies_are_read_strictly),
	    cmocka_unit_test(schemas_are_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
