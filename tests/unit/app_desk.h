/**
 * A workspace in memory with a task "t" that a small model answers. Words "sa".."sj" speak for spam, "ha".."hj" for
 * ham, "ma".."mj" for mail, four of a kind are answered automatically; unknown words are novel.
 */
#ifndef HO_TESTS_APP_DESK_H
#define HO_TESTS_APP_DESK_H

#include <stdlib.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/classify.h"
#include "app/counts.h"
#include "app/deploy.h"
#include "app/labels.h"
#include "app/review.h"
#include "app_fixture.h"
#include "base/clock.h"
#include "model/image.h"
#include "model_fixture.h"

enum { DESK_WORDS = 10, DESK_K = 3 };

static const char *const desk_labels[DESK_K] = {"ham", "spam", "mail"};

struct desk {
	struct desk_fixture f;
	struct ho_store *store; /* the writer: for groups of one's own */
	char folder[64], path[128];
	struct ho_scorer *scorer;
};

/* "sa", "hb": the kind's letter and the word's. */
static inline void desk_word(char out[3], int kind, int word)
{
	out[0] = "hsm"[kind];
	out[1] = (char)('a' + word);
	out[2] = '\0';
}

static inline void desk_write_model(const char *path, double threshold, uint32_t K)
{
	static uint64_t keys[DESK_K * DESK_WORDS];
	static float weights[DESK_K * DESK_WORDS * DESK_K];
	static char names[DESK_K * DESK_WORDS][3];
	static struct ho_slice slices[DESK_K * DESK_WORDS];
	static const double bias[DESK_K], offset[DESK_K];
	const double max_error = 0.05;
	static const float novelty[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	                                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	                                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	struct ho_tokens tokens;
	struct ho_error err;
	struct ho_slice labels[DESK_K];
	ho_tokens_init(&tokens);
	memset(weights, 0, sizeof weights);
	for (int i = 0; i < DESK_K * DESK_WORDS; i++) {
		desk_word(names[i], i / DESK_WORDS, i % DESK_WORDS);
		slices[i] = ho_slice(names[i], 2);
		assert_ok(ho_tokenize(&tokens, names[i], 2, &err), &err);
		keys[i] = slow_word_key(&tokens, 0, 0);
		weights[(size_t)i * K + (size_t)(i / DESK_WORDS) % K] = 2;
	}
	ho_tokens_release(&tokens);
	for (uint32_t k = 0; k < K; k++)
		labels[k] = ho_slice_str(desk_labels[k]);
	struct ho_image_parts parts = {.K = K,
	                               .labels = labels,
	                               .text_columns = "text",
	                               .target = "label",
	                               .word_n_max = 1,
	                               .word = {DESK_K * DESK_WORDS, keys, weights, NULL, slices},
	                               .bias = bias};
	struct ho_image_findings findings = {.slope = 1,
	                                     .offset = offset,
	                                     .novelty = novelty,
	                                     .n_novelty = sizeof novelty / sizeof *novelty,
	                                     .promise_kind = HO_PROMISE_EXACT,
	                                     .promise_labels = 1,
	                                     .max_error = &max_error,
	                                     .threshold = &threshold,
	                                     .confidence_level = 0.95,
	                                     .novelty_level = 0.02,
	                                     .bound = 0.05,
	                                     .tested = fixture_tested,
	                                     .n_tested = 2,
	                                     .chosen = 1,
	                                     .report = "{}"};
	struct ho_image *image;
	size_t bytes;
	assert_ok(ho_image_new(&image, &parts, &err), &err);
	assert_ok(ho_image_set(image, &findings, &err), &err);
	assert_ok(ho_image_write(&bytes, image, path, &err), &err);
	ho_image_free(image);
}

static inline void desk_deploy(struct desk *d, double threshold)
{
	const char *id;
	desk_write_model(d->path, threshold, DESK_K);
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", true, false, "ann", &d->f.arena, &d->f.err), &d->f.err);
}

struct desk_settings {
	struct ho_app *app;
	const char *json;
};

static inline enum ho_status desk_do_configure(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_settings *s = context;
	return ho_configure(s->app, store, "t", ho_slice_str(s->json), "ann", err);
}

static inline void desk_configure(struct desk *d, const char *json)
{
	struct desk_settings s = {d->f.app, json};
	in_group(&d->f, desk_do_configure, &s);
}

/** `settings`: JSON on top of the defaults; `sqlite`: in a file instead of memory. */
static inline struct desk *desk_open_on(const char *settings, bool sqlite)
{
	char file[128];
	struct desk *d = calloc(1, sizeof *d);
	d->f.now = NOON_LESS_FOUR;
	ho_arena_init(&d->f.arena, (size_t)4 << 30);
	(void)snprintf(d->folder, sizeof d->folder, "/tmp/handoff-desk-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	(void)snprintf(d->path, sizeof d->path, "%s/new.model", d->folder);
	(void)snprintf(file, sizeof file, "%s/handoff.db", d->folder);
	if (sqlite)
		assert_ok(ho_store_open_sqlite(&d->store, file, true, &d->f.err), &d->f.err);
	else
		assert_ok(ho_store_open_memory(&d->store, &d->f.err), &d->f.err);
	assert_ok(ho_app_open_on(&d->f.app, d->store, d->folder, fixture_now, &d->f, 1, &d->f.err), &d->f.err);
	assert_ok(ho_app_reader(&d->f.reader, d->f.app, &d->f.err), &d->f.err);
	desk_deploy(d, 0.9);
	if (settings)
		desk_configure(d, settings);
	assert_ok(ho_scorer_new(&d->scorer, d->f.app, &d->f.err), &d->f.err);
	d->f.now += SECOND;
	return d;
}

static inline struct desk *desk_open(const char *settings)
{
	return desk_open_on(settings, false);
}

static inline void desk_close(struct desk *d)
{
	char command[128];
	ho_scorer_free(d->scorer);
	d->f.reader->ops->close(d->f.reader);
	ho_app_close(d->f.app);
	ho_arena_release(&d->f.arena);
	(void)snprintf(command, sizeof command, "rm -r %s", d->folder);
	assert_int_equal(system(command), 0);
	free(d);
}

/* A write of a test: any of the arguments, and what comes back. */
struct desk_write {
	struct desk *d;
	const struct ho_desk *desk;
	const struct ho_item *classified;
	struct ho_id id;
	const char *who, *label, *note;
	bool correct, admin, any, more, alarmed;
	int64_t took_ms;
	size_t limit;
	struct ho_item item;
	struct ho_lease lease;
	enum ho_status status; /* of the use case; the group is undone if it failed */
};

static inline enum ho_status desk_do_classify(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_classify_write(w->d->f.app, store, w->desk, w->classified, err);
}

/** A text comes in and is written; *item stays valid as long as the desk. */
static inline struct ho_item desk_classify_as(struct desk *d, const char *text, const char *meta)
{
	struct ho_item item;
	const struct ho_desk *desk;
	struct ho_incoming incoming = {.text = ho_slice_str(text), .meta = meta ? ho_slice_str(meta) : ho_slice("", 0)};
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_ok(ho_classify_item(&item, d->scorer, desk, &incoming, &d->f.arena, &d->f.err), &d->f.err);
	struct desk_write w = {.d = d, .desk = desk, .classified = &item};
	in_group(&d->f, desk_do_classify, &w);
	ho_desk_release(desk);
	struct ho_id id = item.id;
	assert_ok(d->f.reader->ops->item_get(&item, d->f.reader, &id, &d->f.arena, &d->f.err), &d->f.err);
	return item;
}

static inline struct ho_item desk_classify(struct desk *d, const char *text)
{
	return desk_classify_as(d, text, NULL);
}

static inline struct ho_item desk_item(struct desk *d, struct ho_id id)
{
	struct ho_item item;
	assert_ok(d->f.reader->ops->item_get(&item, d->f.reader, &id, &d->f.arena, &d->f.err), &d->f.err);
	return item;
}

/** Is it in the queue? */
static inline bool desk_queued(struct desk *d, struct ho_id id, struct ho_queued *out)
{
	struct ho_queued own;
	enum ho_status status = d->f.reader->ops->queue_get(out ? out : &own, d->f.reader, &id, &d->f.arena, &d->f.err);
	assert_true(status == HO_OK || status == HO_ENOTFOUND);
	return status == HO_OK;
}

static inline enum ho_status desk_do_answer(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	struct ho_reply reply = {.item = w->id,
	                         .reviewer = w->who,
	                         .label = w->label,
	                         .note = w->note,
	                         .took_ms = w->took_ms,
	                         .correct = w->correct,
	                         .admin = w->admin};
	return ho_answer_item(&w->item, w->d->f.app, store, &reply, &w->d->f.arena, err);
}

static inline enum ho_status desk_answer(struct desk *d, struct ho_id id, const char *who, const char *label)
{
	struct desk_write w = {.d = d, .id = id, .who = who, .label = label};
	return ho_app_write(d->f.app, desk_do_answer, &w, &d->f.err);
}

static inline enum ho_status desk_correct(struct desk *d, struct ho_id id, const char *who, const char *label)
{
	struct desk_write w = {.d = d, .id = id, .who = who, .label = label, .correct = true};
	return ho_app_write(d->f.app, desk_do_answer, &w, &d->f.err);
}

/** What waits may be corrected by admins only. */
static inline enum ho_status desk_correct_as_admin(struct desk *d, struct ho_id id, const char *who, const char *label)
{
	struct desk_write w = {.d = d, .id = id, .who = who, .label = label, .correct = true, .admin = true};
	return ho_app_write(d->f.app, desk_do_answer, &w, &d->f.err);
}

static inline enum ho_status desk_do_withdraw(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_withdraw_answer(&w->item, w->d->f.app, store, &w->id, w->who, w->any, &w->d->f.arena, err);
}

static inline enum ho_status desk_withdraw(struct desk *d, struct ho_id id, const char *who, bool any)
{
	struct desk_write w = {.d = d, .id = id, .who = who, .any = any};
	return ho_app_write(d->f.app, desk_do_withdraw, &w, &d->f.err);
}

static inline enum ho_status desk_do_lease(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_lease_take(&w->lease, w->d->f.app, store, &w->id, w->who, &w->d->f.arena, err);
}

static inline enum ho_status desk_lease(struct desk *d, struct ho_id id, const char *who, struct ho_lease *lease)
{
	struct desk_write w = {.d = d, .id = id, .who = who};
	enum ho_status status = ho_app_write(d->f.app, desk_do_lease, &w, &d->f.err);
	*lease = w.lease;
	return status;
}

static inline enum ho_status desk_do_skip(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_skip_item(w->d->f.app, store, &w->id, w->who, err);
}

static inline enum ho_status desk_do_flag(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_flag_item(w->d->f.app, store, &w->id, w->who, w->note, err);
}

static inline enum ho_status desk_do_time(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_time_passes(&w->more, w->d->f.app, store, w->limit, err);
}

/** Let time pass and do what is then to do. */
static inline void desk_pass(struct desk *d, int64_t ms)
{
	struct desk_write w = {.d = d, .more = true, .limit = 50};
	d->f.now += ms;
	for (int i = 0; w.more; i++) {
		assert_true(i < 1000);
		in_group(&d->f, desk_do_time, &w);
	}
	assert_ok(ho_app_refresh(d->f.app, &d->f.err), &d->f.err);
}

/** A count, summed over days and models. */
static inline int64_t desk_count(struct desk *d, const char *what)
{
	struct ho_count *counts;
	size_t n;
	int64_t sum = 0;
	assert_ok(d->f.reader->ops->count_list(&counts, &n, d->f.reader, "t", 0, INT32_MAX, &d->f.arena, &d->f.err),
	          &d->f.err);
	for (size_t i = 0; i < n; i++)
		sum += strcmp(counts[i].what, what) == 0 ? counts[i].n : 0;
	return sum;
}

static inline struct ho_monitor desk_monitor(struct desk *d)
{
	struct ho_monitor monitor;
	assert_ok(ho_monitor_read(&monitor, d->f.app, d->f.reader, "t", &d->f.err), &d->f.err);
	return monitor;
}

#endif
