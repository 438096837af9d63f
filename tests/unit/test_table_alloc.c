/* Every allocation fails once: no crash, no leak, a status that says so, outputs zero. */
#include "unit/unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "table/table.h"

static void *json_alloc(size_t size)
{
	return ho_alloc(size, 1);
}

struct input {
	enum ho_format format;
	const char *bytes;
	const char *encoding;
};

static const struct input inputs[] = {
    {HO_FORMAT_CSV,
     "id,text,label,g,x\n1,a,x,g1,1\n2,\"b\nc\",y,g2,2\n3\n4,caf\xE9,X,g1,3\n5,e,f,g,h,i\n\"6,a,b,c,d\n7,h,y,g1,3\n",
     NULL},
    {HO_FORMAT_CSV, "when;note;label;g;x\n1;some text;a;g;1\n2;other text;b;g;2\n", "ISO-8859-15"},
    {HO_FORMAT_TSV, "label\ttext\tg\nx\t\"a\tg1\ny\tb\tg2\n", NULL},
    {HO_FORMAT_JSONL,
     "{\"text\":\"a\\ud800\",\"label\":[\"x\",\"z\"],\"g\":\"1\",\"meta\":{\"k\":1.5}}\nbad\n{\"text\":\"b\\u0000\","
     "\"label\":\"y\",\"g\":{\"n\":[1,2]}}\n",
     NULL},
    {HO_FORMAT_JSONL,
     "[{\"text\":\"a\",\"label\":\"x\"},\n {\"text\":[1],\"label\":\"y\"}, 7,\n {\"text\":\"b\",\"label\":\"y\"}]\n",
     NULL},
    {HO_FORMAT_FASTTEXT, "__label__x __label__y a\n__label__y b\n", NULL},
};

static enum ho_status read_input(const struct input *input, const char *rejects)
{
	static const char *const map[] = {"x=z", "q="};
	struct ho_table table;
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {.rows = {.read = {.path = "input",
	                                                     .format = input->format,
	                                                     .encoding = input->encoding,
	                                                     .rejects_path = rejects},
	                                            .group = input->format == HO_FORMAT_FASTTEXT ? NULL : "g",
	                                            .map = map,
	                                            .maps = 2,
	                                            .want_labels = true},
	                                   .keep_columns = true};
	if (input->format == HO_FORMAT_JSONL)
		options.rows.group = NULL;
	enum ho_status status = ho_table_read_bytes(&table, ho_slice_str(input->bytes), &options, &err);
	if (status) {
		assert_int_equal(err.code, status);
		assert_int_equal(table.n, 0);
		assert_null(table.text);
	}
	ho_table_release(&table);
	return status;
}

static void reading_survives_every_failure(void **state)
{
	(void)state;
	char rejects[64];
	(void)snprintf(rejects, sizeof rejects, "/tmp/ho_alloc_rejects_%d", (int)getpid());
	json_set_alloc_funcs(json_alloc, ho_free);
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		long n = 0;
		bool failed = true;
		while (failed) {
			ho_alloc_fail_at(++n);
			enum ho_status status = read_input(&inputs[i], rejects);
			failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			/* libcsv tries again with less, and what cannot be shrunk stays as it is: success is no lie
			 * then. */
			if (status != HO_OK && (status != HO_ENOMEM || !failed))
				fail_msg("input %zu, allocation %ld: %s", i, n, ho_status_name(status));
		}
		assert_true(n > 20);
	}
	json_set_alloc_funcs(malloc, free);
	(void)unlink(rejects);
}

static void refusing_survives_every_failure(void **state)
{
	(void)state;
	static const struct input wrong[] = {{HO_FORMAT_CSV, "text,other\na,b\n", NULL},
	                                     {HO_FORMAT_CSV, "", NULL},
	                                     {HO_FORMAT_GUESS, "From: a@b\nSubject: s\n\nbody\n", NULL},
	                                     {HO_FORMAT_GUESS, "what is this\n", NULL}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		bool failed = true;
		for (long n = 1; failed; n++) {
			ho_alloc_fail_at(n);
			enum ho_status status = read_input(&wrong[i], NULL);
			failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			assert_int_not_equal(status, HO_OK);
			assert_true(failed || status != HO_ENOMEM);
		}
	}
}

static enum ho_status read_folder(const char *path, enum ho_format format)
{
	struct ho_table table;
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {.rows = {.read = {.path = path, .format = format}, .want_labels = true}};
	enum ho_status status = ho_table_read(&table, &options, NULL, &err);
	/* A file for which memory ran out ends the reading; it is not a bad file. */
	assert_true(status || table.rejects == 0);
	ho_table_release(&table);
	return status;
}

static void folders_survive_every_failure(void **state)
{
	(void)state;
	char root[] = "/tmp/ho_alloc_XXXXXX", path[100];
	assert_non_null(mkdtemp(root));
	for (int i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof path, "%s/l%d", root, i % 2);
		(void)mkdir(path, 0700);
		(void)snprintf(path, sizeof path, "%s/l%d/%d.txt", root, i % 2, i);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		(void)fputs("From: a@b.c\nSubject: s\nContent-Type: text/html\n\n<p>body</p>\n", file);
		(void)fclose(file);
	}
	for (int format = 0; format < 2; format++) {
		bool failed = true;
		for (long n = 1; failed; n++) {
			ho_alloc_fail_at(n);
			enum ho_status status = read_folder(root, format ? HO_FORMAT_FOLDER : HO_FORMAT_GUESS);
			failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			if (status != HO_OK && (status != HO_ENOMEM || !failed))
				fail_msg("allocation %ld: %s", n, ho_status_name(status));
		}
	}
	(void)snprintf(path, sizeof path, "rm -rf %s", root);
	assert_int_equal(system(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reading_survives_every_failure),
	    cmocka_unit_test(refusing_survives_every_failure),
	    cmocka_unit_test(folders_survive_every_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
