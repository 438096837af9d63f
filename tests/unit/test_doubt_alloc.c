/* Every check with every kind of failing allocation: HO_ENOMEM, nothing left behind, nothing half told. */
#include "doubt_world.h"

#include "base/alloc.h"

static enum ho_status doubt_once(const struct world *w, const char *const *only)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_findings found;
	const struct ho_doubt_options options = {.only = only, .n_only = 1, .seed = 1, .threads = 1};
	enum ho_status status = ho_doubt(&found, w->model, &w->train, &w->test, &options, NULL, &err);
	if (status)
		assert_int_equal(found.n, 0);
	else
		assert_int_equal(found.n, 1);
	ho_findings_release(&found);
	return status;
}

/* There are thousands of allocations: the first ones one by one, then in growing steps. */
static void test_failures(void **state)
{
	(void)state;
	struct world w;
	const char *id, *title;
	world_make(
	    &w, (struct world_spec){.rows = 120, .K = 2, .signal = 0.3, .noise = 0.1, .fault = WORLD_TOKEN, .seed = 2},
	    60);
	for (size_t c = 0; ho_doubt_check_name(&id, &title, c); c++) {
		enum ho_status status = HO_ENOMEM;
		for (long nth = 1; status != HO_OK; nth += 1 + nth / 3) {
			assert_true(nth < 10000000);
			ho_alloc_fail_at(nth);
			status = doubt_once(&w, &id);
			int failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			if (status != (failed ? HO_ENOMEM : HO_OK))
				fail_msg("check %s, allocation %ld: %s", id, nth, ho_status_name(status));
		}
	}
	world_free(&w);
}

/* An unknown check is refused with the list of those there are; tables must have labels that the model knows. */
static void test_refusals(void **state)
{
	(void)state;
	struct ho_error err = {.code = HO_OK};
	struct ho_findings found;
	struct world w;
	static const char *const wrong[] = {"leek"};
	struct ho_doubt_options options = {.only = wrong, .n_only = 1, .seed = 1, .threads = 1};
	world_make(&w, (struct world_spec){.rows = 120, .K = 2, .signal = 0.3, .seed = 2}, 60);
	assert_int_equal(ho_doubt(&found, w.model, &w.train, NULL, &options, NULL, &err), HO_EINVAL);
	assert_non_null(strstr(err.message, "leaks"));
	options.n_only = 0;
	for (uint32_t l = 0; l < w.test.label_count; l++)
		w.test.labels[l] = ho_slice_str(l ? "y" : "x");
	assert_int_equal(ho_doubt(&found, w.model, &w.train, &w.test, &options, NULL, &err), HO_EFORMAT);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_failures), cmocka_unit_test(test_refusals)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
