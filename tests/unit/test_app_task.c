/* Settings of a task: defaults, what is read, what is refused, what is written. */
#include <stdint.h>
#include <string.h>

#include "app/task.h"
#include "unit/unit.h"

static enum ho_status read(struct ho_task_settings *s, const char *json, struct ho_arena *arena, struct ho_error *err)
{
	return ho_task_settings_read(s, ho_slice_str(json), arena, err);
}

static void defaults_and_parts(void **state)
{
	(void)state;
	struct ho_task_settings s, again;
	struct ho_arena arena;
	struct ho_error err;
	ho_arena_init(&arena, SIZE_MAX);
	ho_task_settings_init(&s);
	assert_true(s.certify_share == 0.02 && s.audit_share == 0.02 && s.lease_s == 90 && s.alarm_delta == 0.05);
	assert_true(s.reviewer_error == 0.03);
	assert_ok(read(&s,
	               "{\"title\":\"Urgent?\",\"audit_share\":0.1,\"due_s\":3600,\"due_action\":\"escalate\","
	               "\"callback_hosts\":[\"hooks.example.org\",\"*.example.com\",\"[::1]:80\"],\"alarm\":\"tell\","
	               "\"callback_secret\":\"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\"}",
	               &arena, &err),
	          &err);
	assert_string_equal(s.title, "Urgent?");
	assert_true(s.audit_share == 0.1 && s.due_s == 3600 && s.due_action == HO_DUE_ESCALATE);
	assert_true(s.certify_share == 0.02 && s.callback_hosts_n == 3 && s.alarm == HO_ALARM_TELL);
	assert_ok(read(&s, "{\"title\":null,\"certify_share\":0}", &arena, &err), &err);
	assert_true(!s.title && s.certify_share == 0 && s.audit_share == 0.1);
	const char *open = ho_task_settings_write(&s, false, &arena), *full = ho_task_settings_write(&s, true, &arena);
	assert_null(strstr(open, "whsec_"));
	assert_null(strstr(open, "secret"));
	assert_non_null(strstr(full, "whsec_"));
	ho_task_settings_init(&again);
	assert_ok(read(&again, full, &arena, &err), &err);
	assert_string_equal(ho_task_settings_write(&again, true, &arena), full);
	ho_arena_release(&arena);
}

static void what_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *json, *place;
	} cases[] = {
	    {"", ""},
	    {"[]", ""},
	    {"{\"audit_share\":0.1,\"audit_share\":0.2}", ""},
	    {"{\"audit_shar\":0.1}", "audit_shar"},
	    {"{\"audit_share\":1.1}", "audit_share"},
	    {"{\"audit_share\":\"0.1\"}", "audit_share"},
	    {"{\"certify_share\":0.6}", "certify_share"},
	    {"{\"alarm_delta\":0}", "alarm_delta"},
	    {"{\"reviewer_error\":0.2}", "reviewer_error"},
	    {"{\"lease_s\":14}", "lease_s"},
	    {"{\"lease_s\":20.5}", "lease_s"},
	    {"{\"due_s\":-1}", "due_s"},
	    {"{\"show_before\":1}", "show_before"},
	    {"{\"alarm\":\"ring\"}", "alarm"},
	    {"{\"due_action\":3}", "due_action"},
	    {"{\"callback_hosts\":\"a\"}", "callback_hosts"},
	    {"{\"callback_hosts\":[\"a b\"]}", "callback_hosts"},
	    {"{\"callback_hosts\":[\"*\"]}", "callback_hosts"},
	    {"{\"callback_hosts\":[7]}", "callback_hosts"},
	    {"{\"callback_secret\":\"secret\"}", "callback_secret"},
	    {"{\"callback_secret\":\"whsec_MDEy\"}", "callback_secret"},
	    {"{\"title\":\"\"}", "title"},
	    {"{\"title\":5}", "title"},
	};
	struct ho_arena arena;
	ho_arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_task_settings s, before;
		struct ho_error err = {.code = HO_OK};
		ho_task_settings_init(&s);
		before = s;
		assert_int_equal(read(&s, cases[i].json, &arena, &err), HO_EINVAL);
		assert_string_equal(err.place, cases[i].place);
		assert_memory_equal(&s, &before, sizeof s);
	}
	ho_arena_release(&arena);
}

static void names(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "urgent", "A.b_c-9"}, *const bad[] = {"",    ".a", "a b",
	                                                                              "a/b", "ä",  "a\n"};
	struct ho_error err;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_ok(ho_task_name_check(good[i], &err), &err);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(ho_task_name_check(bad[i], &err), HO_EINVAL);
	char name[66];
	memset(name, 'a', sizeof name);
	name[64] = '\0';
	assert_ok(ho_task_name_check(name, &err), &err);
	name[64] = 'a', name[65] = '\0';
	assert_int_equal(ho_task_name_check(name, &err), HO_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_and_parts),
	    cmocka_unit_test(what_is_refused),
	    cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
