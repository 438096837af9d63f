/* How often automatic answers are audited: never from what an audit said, only from volume and confidence. */
#include <math.h>

#include "app/audit.h"
#include "app/private.h"
#include "base/alloc.h"

enum { USUAL_DAYS = 7 };

double ho_audit_probability(const struct ho_task_settings *settings, double confidence, double threshold,
                            double expected, uint64_t drawn)
{
	double share = settings->audit_share;
	if (!(share > 0))
		return 0;
	double aim = expected > 0 ? settings->audit_floor / expected : settings->audit_floor > 0;
	if (drawn >= settings->audit_budget)
		share /= 10;
	else if (drawn < settings->audit_floor && aim > share)
		share = aim;
	/* Twice as often at the threshold as at certainty: errors live there. */
	double closeness = threshold < 1 ? (1 - confidence) / (1 - threshold) : 0;
	return fmin(1, share * (1 + fmin(1, fmax(0, closeness))));
}

double ho_app__planned_share(const struct ho_task_settings *settings)
{
	return 1 - (1 - settings->certify_share) * (1 - settings->audit_share);
}

unsigned ho_app__audit_class(double probability)
{
	double octaves = probability > 0 && probability < 1 ? -log2(probability) : probability > 0 ? 0 : INFINITY;
	double number = ceil(4 * octaves - 1e-9);
	return number < HO_AUDIT_CLASSES - 1 ? (unsigned)number : HO_AUDIT_CLASSES - 1;
}

double ho_app__audit_class_least(unsigned number)
{
	return exp2(-0.25 * number);
}

enum ho_status ho_app__count_open(struct ho_store *store, const struct ho_item *item, int64_t epoch_at, int64_t n,
                                  struct ho_error *err)
{
	char what[sizeof HO_COUNT_EPOCH_OPEN + 8];
	(void)snprintf(what, sizeof what, HO_COUNT_EPOCH_OPEN "%02u", ho_app__audit_class(item->audit_probability));
	return ho_app__count_epoch(store, item->task, epoch_at, what, n, err);
}

/* ---- volume ---- */

static void read_counts(struct app_pace *pace, struct ho_store *reader, int32_t today)
{
	struct ho_arena arena;
	struct ho_count *counts;
	struct ho_error err;
	size_t n = 0;
	uint64_t automatic = 0, drawn = 0, before = 0;
	int32_t first = today;
	ho_arena_init(&arena, SIZE_MAX);
	/* What cannot be read now only makes the pace a guess. */
	if (reader->ops->count_list(&counts, &n, reader, pace->task, today - USUAL_DAYS, today, &arena, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_auto = !strcmp(counts[i].what, HO_COUNT_AUTO);
		uint64_t count = counts[i].n > 0 ? (uint64_t)counts[i].n : 0;
		if (is_auto && counts[i].day < today) {
			before += count;
			first = counts[i].day < first ? counts[i].day : first;
		} else if (is_auto) {
			automatic += count;
		} else if (counts[i].day == today && !strcmp(counts[i].what, HO_COUNT_AUDIT_DRAWN)) {
			drawn += count;
		}
	}
	ho_arena_release(&arena);
	atomic_store(&pace->usual, first < today ? before / (uint64_t)(today - first) : 0);
	if (atomic_exchange(&pace->day, today) != today) {
		atomic_store(&pace->drawn, drawn);
		atomic_store(&pace->automatic, automatic);
	}
	pace->read_day = today;
}

void ho_app__pace_day(struct app_pace *pace, struct ho_app *app, struct ho_store *reader)
{
	int32_t today = ho_time_day(ho_app_now(app));
	if (pace->read_day != today)
		read_counts(pace, reader, today);
}

struct app_pace *ho_app__pace(struct ho_app *app, struct ho_store *reader, const char *task)
{
	struct app_pace *pace = app->paces;
	while (pace && strcmp(pace->task, task) != 0)
		pace = pace->next;
	if (!pace && (pace = ho_calloc(1, sizeof *pace))) {
		(void)snprintf(pace->task, sizeof pace->task, "%s", task);
		atomic_init(&pace->day, INT32_MIN);
		pace->read_day = INT32_MIN;
		pace->next = app->paces;
		app->paces = pace;
	}
	if (pace)
		ho_app__pace_day(pace, app, reader);
	return pace;
}

static void turn_day(struct app_pace *pace, int32_t day)
{
	if (atomic_load_explicit(&pace->day, memory_order_relaxed) >= day || atomic_exchange(&pace->day, day) == day)
		return;
	atomic_store(&pace->drawn, 0);
	atomic_store(&pace->automatic, 0);
}

void ho_app__pace_note(struct app_pace *pace, int32_t day, bool drawn)
{
	turn_day(pace, day);
	(void)atomic_fetch_add_explicit(&pace->automatic, 1, memory_order_relaxed);
	if (drawn)
		(void)atomic_fetch_add_explicit(&pace->drawn, 1, memory_order_relaxed);
}

static void less(_Atomic uint64_t *count)
{
	uint64_t n = atomic_load_explicit(count, memory_order_relaxed);
	while (n && !atomic_compare_exchange_weak(count, &n, n - 1))
		continue;
}

void ho_app__pace_take_back(struct app_pace *pace, int32_t day, bool drawn)
{
	if (atomic_load_explicit(&pace->day, memory_order_relaxed) != day)
		return;
	less(&pace->automatic);
	if (drawn)
		less(&pace->drawn);
}

double ho_app__pace_expected(struct app_pace *pace, int32_t day, uint64_t *drawn)
{
	turn_day(pace, day);
	uint64_t usual = atomic_load_explicit(&pace->usual, memory_order_relaxed);
	uint64_t so_far = atomic_load_explicit(&pace->automatic, memory_order_relaxed);
	*drawn = atomic_load_explicit(&pace->drawn, memory_order_relaxed);
	return (double)(usual > so_far ? usual : so_far);
}
