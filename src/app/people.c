/* What is remembered of reviewers while the process lives: who is alone on a task, and who skipped what. Both may be
 * forgotten at a restart without harm. */
#include "app/settle.h"
#include "base/alloc.h"
#include "base/hash.h"

enum { SKIPS = 4096, ALONE = 64, LOOK_BACK_DAYS = 14, REMEMBERED_MS = 60000 };

struct skip {
	uint64_t who_what;
	int64_t until;
};

/* Who reviewed a task lately: nobody, one by name, or several. */
struct alone {
	uint64_t task;
	int64_t read_at;
	unsigned reviewers; /* 2 stands for more */
	uint64_t name;
};

struct app_people {
	struct skip skips[SKIPS]; /* by the end of the hash; a later one takes an earlier one's place */
	struct alone alone[ALONE];
};

void ho_app__people_free(struct ho_app *app)
{
	ho_free(app->people);
	app->people = NULL;
}

/* Made at the first need; NULL: no memory, then nothing is remembered. Under people_lock. */
static struct app_people *people(struct ho_app *app)
{
	if (!app->people)
		app->people = ho_calloc(1, sizeof *app->people);
	return app->people;
}

static uint64_t who_what(const char *reviewer, const struct ho_id *item)
{
	return ho_hash(item->text, strlen(item->text), ho_hash(reviewer, strlen(reviewer), 0));
}

void ho_app__skip(struct ho_app *app, const char *reviewer, const struct ho_id *item, int64_t until)
{
	uint64_t key = who_what(reviewer, item);
	(void)pthread_mutex_lock(&app->people_lock);
	struct app_people *own = people(app);
	if (own)
		own->skips[key % SKIPS] = (struct skip){key, until};
	(void)pthread_mutex_unlock(&app->people_lock);
}

bool ho_app__skipped(struct ho_app *app, const char *reviewer, const struct ho_id *item, int64_t now)
{
	uint64_t key = who_what(reviewer, item);
	(void)pthread_mutex_lock(&app->people_lock);
	const struct skip *skip = app->people ? &app->people->skips[key % SKIPS] : NULL;
	bool skipped = skip && skip->who_what == key && skip->until > now;
	(void)pthread_mutex_unlock(&app->people_lock);
	return skipped;
}

/* ---- who is alone ---- */

static struct alone read_reviewers(struct ho_store *store, const char *task, uint64_t key, int64_t now)
{
	struct alone read = {.task = key, .read_at = now};
	struct ho_arena arena;
	struct ho_count *counts;
	size_t n = 0, prefix = strlen(HO_COUNT_REVIEWED);
	int32_t today = ho_time_day(now);
	ho_arena_init(&arena, SIZE_MAX);
	/* What cannot be read makes nobody alone: the stricter rule. */
	if (store->ops->count_list(&counts, &n, store, task, today - LOOK_BACK_DAYS, today, &arena, NULL))
		read.reviewers = 2, n = 0;
	for (size_t i = 0; i < n; i++) {
		if (counts[i].n <= 0 || strncmp(counts[i].what, HO_COUNT_REVIEWED, prefix) != 0)
			continue;
		uint64_t name = ho_hash(counts[i].what + prefix, strlen(counts[i].what) - prefix, 0);
		if (read.reviewers && read.name != name)
			read.reviewers = 2;
		else
			read.reviewers = 1, read.name = name;
	}
	ho_arena_release(&arena);
	return read;
}

bool ho_app__is_alone(struct ho_app *app, struct ho_store *store, const char *task, const char *reviewer)
{
	int64_t now = ho_app_now(app);
	uint64_t key = ho_hash(task, strlen(task), 1), name = ho_hash(reviewer, strlen(reviewer), 0);
	struct alone alone = {.task = 0};
	(void)pthread_mutex_lock(&app->people_lock);
	struct app_people *own = people(app);
	if (own)
		alone = own->alone[key % ALONE];
	(void)pthread_mutex_unlock(&app->people_lock);
	if (!own || alone.task != key || now - alone.read_at > REMEMBERED_MS || now < alone.read_at) {
		alone = read_reviewers(store, task, key, now);
		(void)pthread_mutex_lock(&app->people_lock);
		if (own)
			own->alone[key % ALONE] = alone;
		(void)pthread_mutex_unlock(&app->people_lock);
	}
	return alone.reviewers == 0 || (alone.reviewers == 1 && alone.name == name);
}
