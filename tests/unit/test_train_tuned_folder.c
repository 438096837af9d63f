/* The folder of a fine-tuned encoder: put into its place, taken back, and what killed runs have left. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "train/tuned_folder.h"
#include "unit/unit.h"

static bool cannot_exchange;

/* As on a file system that cannot exchange two names at once. */
int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	if (cannot_exchange) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

static char base[64];

static const char *at(char out[300], const char *name)
{
	(void)snprintf(out, 300, "%s/%s", base, name);
	return out;
}

static void put(const char *name, const char *content)
{
	char path[300];
	FILE *file = fopen(at(path, name), "w");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

/* A folder with weights that say which they are. */
static void make(const char *name, const char *weights)
{
	char path[300], file[200];
	assert_int_equal(mkdir(at(path, name), 0777), 0);
	(void)snprintf(file, sizeof file, "%s/model.safetensors", name);
	put(file, weights);
}

/* 0: there is no such encoder. */
static char weights_of(const char *name)
{
	char path[300], file[200];
	(void)snprintf(file, sizeof file, "%s/model.safetensors", name);
	FILE *weights = fopen(at(path, file), "r");
	int first = weights ? fgetc(weights) : 0;
	if (weights)
		fclose(weights);
	return (char)first;
}

static bool is_there(const char *name)
{
	char path[300];
	struct stat st;
	return lstat(at(path, name), &st) == 0;
}

static int begin(void **state)
{
	(void)state;
	(void)snprintf(base, sizeof base, "/tmp/ho-place-XXXXXX");
	return mkdtemp(base) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	cannot_exchange = false;
	return rmdir(base); /* the tests leave nothing behind */
}

static void the_old_encoder_waits_until_the_model_is_written(void **state)
{
	(void)state;
	struct ho_error err;
	char made[300], place[300];
	at(made, "m.encoder-aBc123");
	at(place, "m.encoder");
	for (int way = 0; way < 2; way++) {
		cannot_exchange = way;
		make("m.encoder-aBc123", "new");
		assert_ok(ho_tuned_place(made, place, &err), &err);
		assert_true(weights_of("m.encoder") == 'n' && !is_there("m.encoder-aBc123"));
		ho_tuned_take_back(made, place);
		assert_true(weights_of("m.encoder-aBc123") == 'n' && !is_there("m.encoder"));
		make("m.encoder", "old");
		assert_ok(ho_tuned_place(made, place, &err), &err);
		assert_true(weights_of("m.encoder") == 'n' && weights_of("m.encoder-aBc123") == 'o');
		ho_tuned_take_back(made, place);
		assert_true(weights_of("m.encoder") == 'o' && weights_of("m.encoder-aBc123") == 'n');
		ho_tuned_remove(made);
		ho_tuned_remove(place);
	}
}

static void a_strangers_folder_stays(void **state)
{
	(void)state;
	struct ho_error err;
	char made[300], place[300];
	make("m.encoder-aBc123", "new");
	assert_int_equal(mkdir(at(place, "m.encoder"), 0777), 0);
	assert_int_equal(ho_tuned_place(at(made, "m.encoder-aBc123"), place, &err), HO_EINVAL);
	assert_true(weights_of("m.encoder-aBc123") == 'n' && is_there("m.encoder"));
	ho_tuned_remove(made);
	assert_int_equal(rmdir(place), 0);
}

/* Of other models, of other programs, and what a person has named stays. */
static void what_killed_runs_left_goes(void **state)
{
	(void)state;
	static const char *const stay[] = {
	    "m",        "m.tuning-0",     "m.tuning-0.abc1234", "m.tuning-x.abc12345", "n.tuning-0.abc12345",
	    "m.abc123", "m.encoder-notes"};
	char path[300];
	struct ho_error err;
	struct ho_writer writer;
	for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
		put(stay[i], "");
	assert_ok(ho_writer_open(&writer, at(path, "m.tuning-1"), &err), &err); /* killed in the middle of it */
	assert_int_equal(access(writer.temporary, F_OK), 0);
	make("m.encoder-aBc123", "new");
	make("m.encoder", "old");
	ho_tuned_sweep(at(path, "m"));
	assert_int_equal(access(writer.temporary, F_OK), -1);
	assert_false(is_there("m.encoder-aBc123"));
	ho_writer_discard(&writer);
	assert_true(weights_of("m.encoder") == 'o');
	for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
		assert_int_equal(unlink(at(path, stay[i])), 0);
	ho_tuned_remove(at(path, "m.encoder"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_old_encoder_waits_until_the_model_is_written, begin, end),
	    cmocka_unit_test_setup_teardown(a_strangers_folder_stays, begin, end),
	    cmocka_unit_test_setup_teardown(what_killed_runs_left_goes, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
