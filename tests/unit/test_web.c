/* The embedded pages: complete, compressed rightly, and nothing in them that the policy forbids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <zlib.h>

#include "web/web.h"

static bool contains(struct ho_slice text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void test_page_addresses_give_the_document(void **state)
{
	(void)state;
	static const char *const pages[] = {"/",
	                                    "/login",
	                                    "/journal",
	                                    "/settings",
	                                    "/tasks/urgent/review",
	                                    "/tasks/a.b-c_d/dashboard",
	                                    "/tasks/x/labels",
	                                    "/tasks/x/models",
	                                    "/tasks/x/settings"};
	const struct ho_asset *document = ho_web_asset("/");
	assert_non_null(document);
	assert_string_equal(document->type, "text/html; charset=utf-8");
	assert_false(document->immutable);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		assert_ptr_equal(ho_web_asset(pages[i]), document);
}

static void test_other_paths_give_nothing(void **state)
{
	(void)state;
	static const char *const none[] = {"",
	                                   "/index.html",
	                                   "/tasks/",
	                                   "/tasks//review",
	                                   "/tasks/x",
	                                   "/tasks/x/other",
	                                   "/tasks/x/y/review",
	                                   "/v1/tasks",
	                                   "/metrics",
	                                   "/assets/",
	                                   "/assets/main.js",
	                                   "/login/",
	                                   "/../etc/passwd"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_null(ho_web_asset(none[i]));
}

static void test_each_asset_is_found_by_its_path(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct ho_asset *const *a = ho_web_assets(); *a; a++, n++) {
		assert_ptr_equal(ho_web_asset((*a)->path), *a);
		assert_true((*a)->body.len > 0);
		assert_int_equal((*a)->etag[0], '"');
		assert_true((*a)->immutable == (a != ho_web_assets()));
	}
	assert_true(n > 10);
}

static void test_gzip_is_the_same_bytes(void **state)
{
	(void)state;
	for (const struct ho_asset *const *a = ho_web_assets(); *a; a++) {
		if ((*a)->gzip.len == 0)
			continue;
		assert_true((*a)->gzip.len < (*a)->body.len);
		unsigned char *out = malloc((*a)->body.len + 1);
		z_stream z = {.next_in = (Bytef *)(uintptr_t)(*a)->gzip.ptr,
		              .avail_in = (uInt)(*a)->gzip.len,
		              .next_out = out,
		              .avail_out = (uInt)(*a)->body.len + 1};
		assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		assert_int_equal(z.total_out, (*a)->body.len);
		assert_memory_equal(out, (*a)->body.ptr, (*a)->body.len);
		inflateEnd(&z);
		free(out);
	}
}

static void test_what_the_document_names_is_there(void **state)
{
	(void)state;
	struct ho_slice body = ho_web_asset("/")->body;
	size_t named = 0;
	for (const char *at = body.ptr; (at = memmem(at, (size_t)(body.ptr + body.len - at), "\"/assets/", 9)); at++) {
		const char *end = memchr(at + 1, '"', (size_t)(body.ptr + body.len - at - 1));
		char path[256];
		assert_non_null(end);
		assert_true((size_t)(end - at) < sizeof path);
		memcpy(path, at + 1, (size_t)(end - at - 1));
		path[end - at - 1] = '\0';
		assert_non_null(ho_web_asset(path));
		named++;
	}
	assert_true(named > 3);
	assert_false(contains(body, "@HO_"));
}

static void test_nothing_that_the_policy_forbids(void **state)
{
	(void)state;
	struct ho_slice body = ho_web_asset("/")->body;
	assert_false(contains(body, "<style"));
	assert_false(contains(body, "style="));
	assert_false(contains(body, "onclick"));
	assert_false(contains(body, "http://"));
	assert_false(contains(body, "https://"));
	assert_false(contains(ho_slice_str(HO_WEB_POLICY), "unsafe"));
	/* Own scripts never turn text into markup. */
	for (const struct ho_asset *const *a = ho_web_assets(); *a; a++) {
		if (!strstr((*a)->type, "javascript") || strstr((*a)->path, "chart.min.js"))
			continue;
		assert_false(contains((*a)->body, "innerHTML"));
		assert_false(contains((*a)->body, "insertAdjacentHTML"));
		assert_false(contains((*a)->body, "document.write"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_page_addresses_give_the_document),
	    cmocka_unit_test(test_other_paths_give_nothing),
	    cmocka_unit_test(test_each_asset_is_found_by_its_path),
	    cmocka_unit_test(test_gzip_is_the_same_bytes),
	    cmocka_unit_test(test_what_the_document_names_is_there),
	    cmocka_unit_test(test_nothing_that_the_policy_forbids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
