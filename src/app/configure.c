/* Changing a task: settings, pause, resume, and the epoch that some changes begin. */
#include <jansson.h>

#include "app/alarm.h"
#include "app/deploy.h"
#include "app/epoch.h"
#include "app/frozen.h"
#include "app/journal.h"
#include "app/outbox.h"
#include "app/private.h"

enum { CHANGE_ARENA = 1 << 20, NAMES_MAX = 400 };

/* Two epochs never share a beginning: their counts are told apart by it, and a clock may have gone back. */
static enum ho_status free_beginning(int64_t *out, struct ho_store *store, const char *task, int64_t now,
                                     struct ho_arena *arena, struct ho_error *err)
{
	struct ho_count *counts;
	size_t n = 0;
	enum ho_status status = store->ops->count_list(&counts, &n, store, task, 0, 0, arena, err);
	int64_t at = now == *out ? now + 1 : now;
	for (size_t i = 0; i < n && status == HO_OK;)
		if (strtoll(counts[i].model, NULL, 10) == at)
			at++, i = 0;
		else
			i++;
	*out = at;
	return status;
}

enum ho_status ho_app__begin_epoch(struct ho_app *app, struct ho_store *store, struct ho_task *task,
                                   struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task_settings settings;
	ho_arena_init(&arena, CHANGE_ARENA);
	enum ho_status status = ho_app__settings(&settings, task, &arena, err);
	if (status == HO_OK)
		status = free_beginning(&task->epoch_at, store, task->name, ho_app_now(app), &arena, err);
	if (status == HO_OK) {
		atomic_store(&app->stale, true);
		status = store->ops->task_put(store, task, err);
	}
	if (status == HO_OK)
		status = ho_app__frozen_write(store, task, &settings, err);
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_pause(struct ho_app *app, struct ho_store *store, const char *name, const char *why,
                        const char *actor, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task task;
	ho_arena_init(&arena, CHANGE_ARENA);
	enum ho_status status = ho_app__task(&task, store, name, &arena, err);
	if (status == HO_OK && !task.paused) {
		task.paused = true;
		task.paused_why = why;
		atomic_store(&app->stale, true);
		status = store->ops->task_put(store, &task, err);
		if (status == HO_OK)
			status =
			    ho_journal_write(app, store, actor, "paused", name,
			                     why && *why ? why : "every text goes to a person from now on", NULL, err);
	}
	ho_arena_release(&arena);
	return status;
}

static enum ho_status resume(struct ho_app *app, struct ho_store *store, const char *name, bool anyway,
                             const char *actor, struct ho_error *err)
{
	bool alarmed = false;
	struct ho_arena arena;
	struct ho_task task;
	ho_arena_init(&arena, CHANGE_ARENA);
	enum ho_status status = ho_app__task(&task, store, name, &arena, err);
	if (status == HO_OK && task.paused && !anyway)
		status = ho_app__alarm_check(app, store, &task, err);
	if (status == HO_OK && task.paused && anyway && task.champion)
		status = ho_app__alarm_clear(&alarmed, store, name, task.champion, err);
	if (status == HO_OK && task.paused) {
		task.paused = false;
		task.paused_why = NULL;
		status = ho_app__begin_epoch(app, store, &task, err);
		if (status == HO_OK)
			status = ho_journal_write(
			    app, store, actor, "resumed", name,
			    alarmed ? "automatic answers began again in spite of the alarm; the promise is "
			              "measured anew"
			            : "automatic answers began again; the promise is measured anew",
			    NULL, err);
	}
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_resume(struct ho_app *app, struct ho_store *store, const char *name, const char *actor,
                         struct ho_error *err)
{
	return resume(app, store, name, false, actor, err);
}

enum ho_status ho_resume_anyway(struct ho_app *app, struct ho_store *store, const char *name, const char *actor,
                                struct ho_error *err)
{
	return resume(app, store, name, true, actor, err);
}

/* ---- settings ---- */

/* "settings changed: audit_share, due_s"; the members were checked to be ours. */
static void name_members(char out[NAMES_MAX], struct ho_slice settings)
{
	const char *name;
	json_t *value, *object = json_loadb(settings.ptr, settings.len, 0, NULL);
	size_t len = (size_t)snprintf(out, NAMES_MAX, "settings changed: ");
	bool first = true;
	json_object_foreach(object, name, value)
	{
		int n = snprintf(out + len, NAMES_MAX - len, "%s%s", first ? "" : ", ", name);
		if (n < 0 || (size_t)n >= NAMES_MAX - len)
			break;
		len += (size_t)n;
		first = false;
	}
	json_decref(object);
}

/* What only makes sense together, and the secret that callbacks need. */
static enum ho_status complete(struct ho_task_settings *settings, struct ho_arena *arena, struct ho_error *err)
{
	char secret[64];
	enum ho_status status = HO_OK;
	if (settings->event_url)
		status = ho_callback_url_check(settings, settings->event_url, err);
	if (status)
		return err ? ho_error_at(err, "event_url") : status;
	if (!settings->callback_secret && (settings->callback_hosts_n || settings->event_url)) {
		ho_webhook_secret(secret);
		settings->callback_secret = ho_arena_copy(arena, ho_slice_str(secret)).ptr;
		if (!settings->callback_secret)
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

/* Must the monitor begin anew? Until the first verdict it follows the settings. After that it is set up for good: its
 * bets would be far off for another share, and there is no upper bound if an audit was drawn with less than it was
 * told; a little less is not worth the evidence. */
static enum ho_status changes_epoch(bool *anew, struct ho_store *store, const struct ho_task *task,
                                    const struct ho_task_settings *before, const struct ho_task_settings *after,
                                    struct ho_arena *arena, struct ho_error *err)
{
	char epoch[24];
	struct ho_count *counts;
	struct app_frozen frozen;
	size_t n = 0;
	bool verdicts = false;
	double was = ho_app__planned_share(before), is = ho_app__planned_share(after);
	*anew = before->raised_threshold != after->raised_threshold;
	if (*anew)
		return HO_OK;
	(void)snprintf(epoch, sizeof epoch, "%lld", (long long)task->epoch_at);
	ho_app__frozen_init(&frozen, before);
	enum ho_status status = store->ops->count_list(&counts, &n, store, task->name, 0, 0, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		if (strcmp(counts[i].model, epoch) != 0)
			continue;
		ho_app__frozen_take(&frozen, &counts[i]);
		verdicts |= counts[i].n > 0 && (!strcmp(counts[i].what, HO_COUNT_EPOCH_RIGHT) ||
		                                !strcmp(counts[i].what, HO_COUNT_EPOCH_WRONG));
	}
	*anew = verdicts && (was > 2 * is || is > 2 * was || 2 * ho_app__frozen_least(after) < frozen.least);
	if (status == HO_OK && !verdicts)
		status = ho_app__frozen_write(store, task, after, err);
	return status;
}

static enum ho_status configure(struct ho_app *app, struct ho_store *store, const char *name, struct ho_slice patch,
                                const char *actor, struct ho_arena *arena, struct ho_error *err)
{
	char words[NAMES_MAX];
	struct ho_task task;
	struct ho_task_settings settings, before;
	bool anew;
	enum ho_status status = ho_app__task_or_new(&task, app, store, name, arena, err);
	if (status == HO_OK)
		status = ho_app__settings(&settings, &task, arena, err);
	if (status)
		return status;
	before = settings;
	status = ho_task_settings_read(&settings, patch, arena, err);
	if (status == HO_OK)
		status = complete(&settings, arena, err);
	if (status == HO_OK)
		status = changes_epoch(&anew, store, &task, &before, &settings, arena, err);
	if (status)
		return status;
	if (!(task.settings = ho_task_settings_write(&settings, true, arena)))
		return ho_fail_nomem(err);
	atomic_store(&app->stale, true);
	status = anew ? ho_app__begin_epoch(app, store, &task, err) : store->ops->task_put(store, &task, err);
	if (status == HO_OK && settings.due_action != before.due_action)
		status = ho_app__due_again(store, name, err);
	name_members(words, patch);
	if (status == HO_OK)
		status = ho_journal_write(app, store, actor, "settings", name, words, NULL, err);
	return status;
}

enum ho_status ho_configure(struct ho_app *app, struct ho_store *store, const char *task, struct ho_slice settings,
                            const char *actor, struct ho_error *err)
{
	struct ho_arena arena;
	ho_arena_init(&arena, CHANGE_ARENA);
	enum ho_status status = configure(app, store, task, settings, actor, &arena, err);
	ho_arena_release(&arena);
	return status;
}
