/* Every figure of the message, from the store. */
#include <jansson.h>
#include <math.h>

#include "app/private.h"
#include "app/update_private.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
enum { JOURNAL_PAGE = 500, OUTGOING_MAX = 500 };
/* Longer than any callback waits. */
#define FAR_MS (30 * DAY_MS)

static void add_count(struct ho_update_figures *f, const struct ho_count *count)
{
	const struct {
		const char *what;
		uint64_t *sum;
	} sums[] = {
	    {HO_COUNT_AUTO, &f->automatic},
	    {HO_COUNT_HUMAN "unsure", &f->unsure},
	    {HO_COUNT_HUMAN "novel", &f->novel},
	    {HO_COUNT_HUMAN "no_promise", &f->no_promise},
	    {HO_COUNT_HUMAN "paused", &f->by_pause},
	    {HO_COUNT_ANSWERED, &f->answered},
	    {HO_COUNT_NONE, &f->none},
	    {HO_COUNT_AGREED, &f->agreed},
	    {HO_COUNT_TOOK_MS, &f->took_ms},
	    {HO_COUNT_TIMED, &f->timed},
	    {HO_COUNT_CHECKED, &f->checked},
	    {HO_COUNT_AUDIT_RIGHT, &f->found_right},
	    {HO_COUNT_AUDIT_WRONG, &f->found_wrong},
	    {HO_COUNT_CORRECTED, &f->corrected},
	    {HO_COUNT_EXPIRED, &f->expired},
	    {HO_COUNT_SUGGESTED, &f->suggested},
	    {HO_COUNT_ESCALATED, &f->escalated},
	    {HO_COUNT_CALLBACK_SENT, &f->sent},
	    {HO_COUNT_CALLBACK_FAILED, &f->failed},
	};
	/* Withdrawals count downwards: a day may be negative, a sum of days must not wrap. */
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
		if (strcmp(count->what, sums[i].what) == 0)
			*sums[i].sum += (uint64_t)count->n;
	if (strncmp(count->what, HO_COUNT_HUMAN, sizeof HO_COUNT_HUMAN - 1) == 0)
		f->human += (uint64_t)count->n;
}

static void add_before(struct ho_update_figures *f, const struct ho_count *count)
{
	if (strcmp(count->what, HO_COUNT_AUTO) == 0)
		f->automatic_before += (uint64_t)count->n;
	else if (strncmp(count->what, HO_COUNT_HUMAN, sizeof HO_COUNT_HUMAN - 1) == 0)
		f->human_before += (uint64_t)count->n;
}

static void no_wrap(uint64_t *sum)
{
	if ((int64_t)*sum < 0)
		*sum = 0;
}

static enum ho_status read_counts(struct ho_update_figures *f, struct ho_store *reader, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct ho_count *counts = NULL;
	size_t n = 0;
	int32_t days = f->to - f->from + 1;
	enum ho_status status =
	    reader->ops->count_list(&counts, &n, reader, f->task, f->from - days, f->to, arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		if (counts[i].day <= 0)
			continue; /* sums of an epoch, which belong to no day */
		if (counts[i].day < f->from)
			add_before(f, &counts[i]);
		else
			add_count(f, &counts[i]);
	}
	uint64_t *const signs[] = {&f->answered, &f->none,        &f->agreed,      &f->took_ms,  &f->timed,
	                           &f->checked,  &f->found_right, &f->found_wrong, &f->corrected};
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		no_wrap(signs[i]);
	return status;
}

/* What stands now, whenever it began. */
static enum ho_status read_second(struct ho_update_figures *f, struct ho_store *reader, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct ho_count *counts = NULL;
	size_t n = 0;
	enum ho_status status = reader->ops->count_list(&counts, &n, reader, f->task, 0, 0, arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++)
		if (strcmp(counts[i].what, HO_COUNT_SECOND) == 0)
			f->second = counts[i].n > 0 ? (uint64_t)counts[i].n : 0;
	return status;
}

static void read_entry(struct ho_update_figures *f, const struct ho_journal_entry *e)
{
	bool ours = e->task && strcmp(e->task, f->task) == 0;
	if (strcmp(e->kind, "note") == 0 && (ours || !e->task)) {
		f->note = e->words;
		f->note_by = e->actor;
	}
	if (!ours)
		return;
	if (strcmp(e->kind, "promoted") == 0) {
		f->promoted_at = e->at;
		f->promotions++;
		f->promoted_by = e->actor;
	} else if (strcmp(e->kind, "alarm") == 0) {
		f->alarm_at = e->at;
	} else if (strcmp(e->kind, "paused") == 0) {
		f->paused_at = e->at;
		f->paused_by = e->actor;
	}
}

static enum ho_status read_journal(struct ho_update_figures *f, struct ho_store *reader, struct ho_arena *arena,
                                   struct ho_error *err)
{
	struct ho_journal_entry *entries = NULL;
	size_t n = 0;
	int64_t after = 0;
	enum ho_status status;
	do {
		status = reader->ops->journal_list(&entries, &n, reader, NULL, f->from * DAY_MS, after, JOURNAL_PAGE,
		                                   arena, err);
		for (size_t i = 0; status == HO_OK && i < n; i++) {
			read_entry(f, &entries[i]);
			after = entries[i].sequence;
		}
	} while (status == HO_OK && n == JOURNAL_PAGE);
	return status;
}

static enum ho_status read_outbox(struct ho_update_figures *f, struct ho_store *reader, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct ho_outgoing *waiting = NULL;
	size_t n = 0;
	enum ho_status status =
	    reader->ops->outgoing_due(&waiting, &n, reader, f->now + FAR_MS, OUTGOING_MAX, arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		if (waiting[i].tries == 0 || strcmp(waiting[i].task, f->task) != 0)
			continue;
		f->retrying++;
		if (waiting[i].last_error)
			f->callback_error = waiting[i].last_error;
	}
	return status;
}

/* What a model that promises nothing would need, as its training found. */
static void read_shortfall(struct ho_update_figures *f, const struct ho_model *model)
{
	json_t *report = json_loads(ho_model_report_json(model), 0, NULL);
	const json_t *needed = json_object_get(report, "labels_needed");
	const json_t *there = json_object_get(json_object_get(report, "parts"), "certify");
	if (json_is_integer(needed) && json_integer_value(needed) > 0)
		f->labels_needed = (uint64_t)json_integer_value(needed);
	if (json_is_integer(there) && json_integer_value(there) > 0)
		f->labels_there = (uint64_t)json_integer_value(there);
	json_decref(report);
}

static enum ho_status read_desk(struct ho_update_figures *f, struct ho_app *app, struct ho_arena *arena,
                                struct ho_error *err)
{
	const struct ho_desk *desk;
	enum ho_status status = ho_desk_take(&desk, app, f->task, err);
	if (status)
		return status;
	const char *title = desk->settings.title && desk->settings.title[0] ? desk->settings.title : f->task;
	f->title = ho_arena_copy(arena, ho_slice_str(title)).ptr;
	f->has_model = desk->model != NULL;
	f->max_error = f->least_error = desk->max_error;
	f->confidence_level = desk->confidence_level;
	if (desk->model && !(desk->max_error > 0))
		read_shortfall(f, desk->model);
	f->per_label = desk->label_error != NULL;
	for (uint32_t k = 0; f->per_label && k < ho_model_label_count(desk->model); k++)
		if (desk->label_error[k] < f->least_error)
			f->least_error = desk->label_error[k];
	for (uint32_t k = 0; desk->model && k < ho_model_label_count(desk->model) && !f->label; k++)
		if (k == f->monitor.label)
			f->label = ho_arena_copy(arena, ho_slice_str(ho_model_label(desk->model, k))).ptr;
	ho_desk_release(desk);
	return f->title ? HO_OK : ho_fail_nomem(err);
}

enum ho_status ho_update__figures(struct ho_update_figures *out, struct ho_app *app, struct ho_store *reader,
                                  const char *task, int64_t since, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task record;
	*out = (struct ho_update_figures){.now = ho_app_now(app)};
	out->to = (int32_t)(out->now / DAY_MS);
	out->from = since > 0 ? (int32_t)(since / DAY_MS) : 0;
	enum ho_status status = ho_app__task(&record, reader, task, arena, err);
	if (status)
		return status;
	/* Not before there was anything: "since 1970" is no period. */
	int32_t first = (int32_t)(record.created_at / DAY_MS);
	out->from = out->from < first ? first : out->from;
	out->from = out->from > out->to ? out->to : out->from;
	out->task = record.name;
	out->created_at = record.created_at;
	out->paused = record.paused;
	out->paused_why = record.paused_why;
	out->model = record.champion;
	status = ho_monitor_read(&out->monitor, app, reader, task, err);
	if (status == HO_OK)
		status = read_desk(out, app, arena, err);
	if (status == HO_OK)
		status = read_counts(out, reader, arena, err);
	if (status == HO_OK)
		status = read_second(out, reader, arena, err);
	if (status == HO_OK)
		status = read_journal(out, reader, arena, err);
	if (status == HO_OK)
		status = read_outbox(out, reader, arena, err);
	return status;
}
