#include "label_errors.h"

#include "app/journal.h"
#include "app/recheck.h"
#include "base/file.h"
#include "report/show.h"
#include "table/json.h"
#include "workspace.h"

bool cli_label_errors_wanted(const struct cli_label_errors *to)
{
	return to->path || to->workspace;
}

enum ho_status cli_label_errors_check(const struct cli_label_errors *to, struct ho_error *err)
{
	struct cli_workspace workspace;
	struct ho_task task;
	if (!to->workspace)
		return to->task ? ho_fail(err, HO_EINVAL,
		                          "--task needs --workspace DIR: the folder that the service works in")
		                : HO_OK;
	enum ho_status status = cli_workspace_open(&workspace, to->workspace, HO_APP_COMMAND, err);
	if (status == HO_OK)
		status = cli_task_find(&task, &workspace, to->task, err);
	cli_workspace_release(&workspace);
	return status;
}

static enum ho_status add_text(struct ho_buf *line, const char *key, struct ho_slice text, struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(line, err, "%s\"%s\":", line->len ? "," : "{", key);
	return status ? status : ho_json_quote(line, text, err);
}

static enum ho_status build_line(struct ho_buf *line, const struct ho_table *t, const struct ho_label_error *e,
                                 struct ho_error *err)
{
	char room[HO_ID_ROOM];
	ho_buf_reset(line);
	enum ho_status status = add_text(line, "id", ho_table_id(t, e->row, room), err);
	if (status == HO_OK)
		status = add_text(line, "text", t->text[e->row], err);
	if (status == HO_OK)
		status = add_text(line, "label", t->labels[e->label], err);
	if (status == HO_OK)
		status = add_text(line, "suggested", t->labels[e->suggested], err);
	if (status == HO_OK)
		status = ho_buf_printf(line, err, ",\"confidence\":%.4f", e->confidence);
	if (status == HO_OK)
		status = add_text(line, "reason", ho_slice_str(e->reason), err);
	return status ? status : ho_buf_add(line, "}\n", 2, err);
}

static enum ho_status write_file(const struct cli_label_errors *to, const struct ho_table *table,
                                 const struct ho_label_errors *errors, struct ho_error *err)
{
	struct ho_writer writer = {.fd = -1};
	struct ho_buf line;
	ho_buf_init(&line, SIZE_MAX / 4);
	enum ho_status status = ho_writer_open(&writer, to->path, err);
	for (size_t i = 0; i < errors->n && status == HO_OK; i++) {
		status = build_line(&line, table, &errors->items[i], err);
		if (status == HO_OK)
			status = ho_writer_add(&writer, line.data, line.len, err);
	}
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	else
		ho_writer_discard(&writer);
	ho_buf_release(&line);
	return status;
}

/* ---- the queue ---- */

struct filling {
	struct ho_app *app;
	struct ho_scorer *scorer;
	const struct ho_desk *desk;
	struct ho_recheck *items;
	size_t n, added; /* items; of them put into the queue */
};

static enum ho_status fill(void *context, struct ho_store *store, struct ho_error *err)
{
	struct filling *f = context;
	return ho_recheck_add(&f->added, f->app, store, f->scorer, f->desk, f->items, f->n, CLI_RECHECK_MOST, err);
}

static enum ho_status note(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct filling *f = context;
	char words[160];
	(void)snprintf(words, sizeof words, "Put %s with a doubted label into the queue.",
	               ho_show_counted(f->added, "text").text);
	return ho_journal_write(f->app, store, CLI_ACTOR, "label check", f->desk->name, words, NULL, err);
}

static const char *copy(struct ho_arena *arena, struct ho_slice text)
{
	char *out = ho_arena_alloc(arena, text.len + 1, 1);
	if (out) {
		memcpy(out, text.ptr, text.len);
		out[text.len] = 0;
	}
	return out;
}

static enum ho_status list(struct filling *f, const struct ho_table *t, const struct ho_label_errors *errors,
                           struct ho_arena *arena, struct ho_error *err)
{
	f->n = errors->n;
	f->items = ho_arena_alloc(arena, f->n, sizeof *f->items);
	bool ok = f->items != NULL;
	for (size_t i = 0; i < f->n && ok; i++) {
		const struct ho_label_error *e = &errors->items[i];
		char room[HO_ID_ROOM];
		f->items[i] = (struct ho_recheck){.text = t->text[e->row],
		                                  .id = copy(arena, ho_table_id(t, e->row, room)),
		                                  .label = copy(arena, t->labels[e->label]),
		                                  .suggested = copy(arena, t->labels[e->suggested]),
		                                  .confidence = e->confidence,
		                                  .reason = e->reason};
		ok = f->items[i].id && f->items[i].label && f->items[i].suggested;
	}
	return ok ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status fill_queue(struct cli *cli, const struct cli_label_errors *to, const struct ho_table *table,
                                 const struct ho_label_errors *errors, struct ho_error *err)
{
	struct cli_workspace workspace;
	struct ho_task task;
	struct filling f = {.n = 0};
	enum ho_status status = cli_workspace_open(&workspace, to->workspace, HO_APP_COMMAND, err);
	if (status == HO_OK)
		status = cli_task_find(&task, &workspace, to->task, err);
	f.app = workspace.app;
	if (status == HO_OK)
		status = ho_desk_take(&f.desk, f.app, task.name, err);
	if (status == HO_OK)
		status = ho_scorer_new(&f.scorer, f.app, err);
	if (status == HO_OK)
		status = list(&f, table, errors, &workspace.arena, err);
	if (status == HO_OK && f.n)
		status = ho_app_write(f.app, fill, &f, err);
	if (status == HO_OK && f.added)
		status = ho_app_write(f.app, note, &f, err);
	if (status == HO_OK)
		cli_note(cli, "%s with a doubted label put into the queue of task '%s'%s",
		         ho_show_counted(f.added, "text").text, task.name,
		         f.added < CLI_RECHECK_MOST ? "" : "; the same command again puts in the next ones");
	ho_scorer_free(f.scorer);
	if (f.desk)
		ho_desk_release(f.desk);
	cli_workspace_release(&workspace);
	return status;
}

enum ho_status cli_label_errors_hand_out(struct cli *cli, const struct cli_label_errors *to,
                                         const struct ho_table *table, const struct ho_label_errors *errors,
                                         struct ho_error *err)
{
	enum ho_status status = to->path ? write_file(to, table, errors, err) : HO_OK;
	if (status == HO_OK && cli_label_errors_wanted(to) && !errors->looked)
		cli_warn(cli,
		         "no label was looked at: a first model learns nothing from these texts, so it can doubt none");
	if (status == HO_OK && to->path)
		cli_note(cli, "%s with a doubted label written to %s", ho_show_counted(errors->n, "text").text,
		         to->path);
	if (status == HO_OK && to->workspace)
		status = fill_queue(cli, to, table, errors, err);
	return status;
}
