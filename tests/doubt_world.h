/**
 * Made worlds for tests of doubt: tables read from CSV that a seeded generator writes, sound or with one planted fault.
 * Columns: text, label, who, day, channel. Words of a label's own tell it; a share of labels is drawn at random.
 */
#ifndef HO_TESTS_DOUBT_WORLD_H
#define HO_TESTS_DOUBT_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rng.h"
#include "doubt/doubt.h"
#include "train/train.h"
#include "unit/unit.h"

enum world_fault {
	WORLD_SOUND,
	WORLD_TOKEN,    /* a word gives the label away */
	WORLD_NUMBER,   /* a number in the text does */
	WORLD_COPIES,   /* a tenth of the test texts stands in the training file */
	WORLD_SHUFFLED, /* labels mean nothing */
	WORLD_NOISY,    /* test labels are drawn at random in 40%: promise and confidences fail */
	WORLD_GROUPS,   /* each `who` has one label and a word of its own */
	WORLD_TIME,     /* late texts say the opposite */
	WORLD_CONFLICTS /* a tenth of the training texts stands there again with a label drawn at random */
};

struct world_spec {
	size_t rows;
	uint32_t K;
	double signal, noise; /* share of words that tell; share of labels drawn at random */
	enum world_fault fault;
	bool test; /* this is the test part */
	uint64_t seed;
};

static inline void world_row(struct ho_buf *csv, const struct world_spec *s, struct ho_rng *rng, bool again)
{
	uint32_t label = (uint32_t)ho_rng_below(rng, s->K), words = label, given = label;
	uint32_t who = (uint32_t)ho_rng_below(rng, 60) / s->K * s->K + label;
	unsigned day = (unsigned)ho_rng_below(rng, 300);
	char text[512];
	int len = 0;
	if (s->fault == WORLD_TIME && day >= 200 && ho_rng_uniform(rng) < 0.7)
		words = (label + 1) % s->K;
	for (int w = 0; w < 12; w++) {
		char a = (char)('a' + ho_rng_below(rng, 8)), b = (char)('a' + ho_rng_below(rng, 6));
		if (ho_rng_uniform(rng) < s->signal)
			len += snprintf(text + len, sizeof text - (size_t)len, "w%u%c%c ", words, a, b);
		else
			len += snprintf(text + len, sizeof text - (size_t)len, "x%c%c%c ", a, b,
			                (char)('a' + ho_rng_below(rng, 6)));
	}
	if (s->fault == WORLD_TOKEN && ho_rng_uniform(rng) < 0.95)
		len += snprintf(text + len, sizeof text - (size_t)len, "leak%u", label);
	if (s->fault == WORLD_NUMBER)
		len += snprintf(text + len, sizeof text - (size_t)len, "no %u",
		                10000 + label * 3000 + (unsigned)ho_rng_below(rng, 3000));
	if (s->fault == WORLD_GROUPS)
		len += snprintf(text + len, sizeof text - (size_t)len, "sig%c%c", 'a' + who % 26, 'a' + who / 26);
	double noise = s->fault == WORLD_SHUFFLED ? 1 : s->fault == WORLD_NOISY && s->test ? 0.4 : s->noise;
	if (again || ho_rng_uniform(rng) < noise)
		given = (uint32_t)ho_rng_below(rng, s->K);
	if (s->fault != WORLD_GROUPS)
		who = (uint32_t)ho_rng_below(rng, 60);
	assert_int_equal(ho_buf_printf(csv, NULL, "%s,%c,u%u,2024-%02u-%02u,%s\n", text, 'a' + (char)given, who,
	                               1 + day / 25, 1 + day % 25, ho_rng_below(rng, 2) ? "mail" : "web"),
	                 HO_OK);
}

/* Rows of the test world that go into the training file too. */
static inline void world_write(struct ho_buf *csv, const struct world_spec *s)
{
	struct ho_rng rng = ho_rng_seed(s->seed, s->test ? 2 : 1);
	for (size_t i = 0; i < s->rows; i++) {
		struct ho_rng before = rng;
		world_row(csv, s, &rng, false);
		if (s->fault == WORLD_CONFLICTS && !s->test && i % 10 == 0)
			world_row(csv, s, &before, true);
	}
}

static inline void world_read(struct ho_table *out, const struct ho_buf *csv)
{
	struct ho_error err = {.code = HO_OK};
	static const char *const text[] = {"text"};
	struct ho_table_options options = {
	    .rows = {.text = text, .texts = 1, .target = "label", .group = "who", .time = "day", .want_labels = true},
	    .keep_columns = true};
	options.rows.read.path = "world.csv";
	assert_ok(ho_table_read_bytes(out, ho_buf_slice(csv), &options, &err), &err);
}

struct world {
	struct ho_table train, test;
	struct ho_model *model;
};

/* Two tables and a model trained on the first. */
static inline void world_make(struct world *out, struct world_spec s, size_t test_rows)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_buf csv;
	struct ho_train_options options;
	struct ho_train_result result;
	char path[] = "/tmp/handoff-doubt-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	*out = (struct world){.model = NULL};
	struct world_spec test = s;
	test.test = true;
	test.rows = test_rows;
	for (int part = 0; part < 2; part++) {
		struct world_spec leaked = test;
		leaked.rows = test_rows / 8;
		ho_buf_init(&csv, (size_t)64 << 20);
		assert_int_equal(ho_buf_printf(&csv, NULL, "text,label,who,day,channel\n"), HO_OK);
		world_write(&csv, part ? &test : &s);
		if (!part && s.fault == WORLD_COPIES)
			world_write(&csv, &leaked);
		world_read(part ? &out->test : &out->train, &csv);
		ho_buf_release(&csv);
	}
	ho_train_options_init(&options);
	options.max_error = 0.1;
	options.threads = 2;
	assert_ok(ho_train(&result, &out->train, NULL, &options, path, &err), &err);
	ho_train_result_release(&result);
	assert_ok(ho_model_open(&out->model, path, &err), &err);
	unlink(path);
}

static inline void world_free(struct world *w)
{
	ho_table_release(&w->train);
	ho_table_release(&w->test);
	ho_model_free(w->model);
}

static inline const struct ho_finding *world_finding(const struct ho_findings *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].id, id) == 0)
			return &list->items[i];
	fail_msg("no finding '%s'", id);
	return NULL;
}

#endif
