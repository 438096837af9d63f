/* log: the journal, oldest first. */
#include "report/show.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff log --workspace DIR [--task NAME] [--since TIME]",
    .about =
        "Shows the journal: what was done and why, by whom, in order. Times are in UTC.\n"
        "\n"
        "TIME is a date (2026-05-14), a time (2026-05-14T08:30Z), today, yesterday, or how long ago: 90m, 24h, 7d.",
    .examples = "handoff log --workspace desk\n"
                "handoff log --workspace desk --task urgent --since 7d\n"
                "handoff log --workspace desk --json > journal.json\n",
};

enum { PAGE = 500 };

typedef enum ho_status (*visitor)(void *context, const struct ho_journal_entry *entry, struct ho_error *err);

/* Entry after entry, a page at a time, so that a long journal needs little memory. */
static enum ho_status walk(struct cli_workspace *workspace, const char *task, int64_t since, visitor visit,
                           void *context, struct ho_error *err)
{
	struct ho_journal_entry *entries = NULL;
	size_t n = 0;
	int64_t after = 0;
	struct ho_store *reader = workspace->reader;
	struct ho_arena arena;
	ho_arena_init(&arena, (size_t)64 << 20);
	enum ho_status status;
	do {
		ho_arena_reset(&arena);
		status = reader->ops->journal_list(&entries, &n, reader, task, since, after, PAGE, &arena, err);
		for (size_t i = 0; status == HO_OK && i < n; i++) {
			status = visit(context, &entries[i], err);
			after = entries[i].sequence;
		}
	} while (status == HO_OK && n == PAGE);
	ho_arena_release(&arena);
	return status;
}

static enum ho_status show(void *context, const struct ho_journal_entry *e, struct ho_error *err)
{
	struct ho_page *page = context;
	char head[256];
	json_t *figures = cli_parsed_json(e->figures);
	/* Which model it was is what one looks for after a rollback. */
	const char *model = json_string_value(json_object_get(figures, "model"));
	snprintf(head, sizeof head, "%s  %-14.64s ", cli_time_show(e->at).text, e->kind);
	ho_page_marked(page, HO_PLAIN, head, "%s%s%s (%s%s%s)", e->task ? e->task : "", e->task ? ": " : "", e->words,
	               e->actor, model ? ", model " : "", model ? model : "");
	json_decref(figures);
	return ho_page_status(page, err);
}

static enum ho_status add(void *context, const struct ho_journal_entry *e, struct ho_error *err)
{
	json_t *object =
	    json_pack("{sI so so so so so so}", "sequence", (json_int_t)e->sequence, "at", cli_time_json(e->at),
	              "actor", cli_text_json(e->actor), "kind", cli_text_json(e->kind), "task", cli_text_json(e->task),
	              "words", cli_text_json(e->words), "figures", cli_parsed_json(e->figures));
	return json_array_append_new(context, object) ? ho_fail_nomem(err) : HO_OK;
}

static int print_json(struct cli *cli, struct cli_workspace *workspace, const char *task, int64_t since)
{
	struct ho_error err = {.code = HO_OK};
	json_t *entries = json_array();
	if (walk(workspace, task, since, add, entries, &err)) {
		json_decref(entries);
		return cli_fail(cli, &err);
	}
	return cli_json_finish(cli, json_pack("{so}", "entries", entries), CLI_OK);
}

static int print_words(struct cli *cli, struct cli_workspace *workspace, const char *task, int64_t since)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_page page;
	cli_page_init(&page);
	if (walk(workspace, task, since, show, &page, &err)) {
		ho_page_release(&page);
		return cli_fail(cli, &err);
	}
	if (page.buf.len == 0)
		cli_note(cli, "the journal holds nothing of that");
	return cli_page_finish(cli, &page, CLI_OK);
}

static int run(struct cli *cli, const char *dir, const char *task_name, const char *since)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	struct ho_task task = {.name = NULL};
	int64_t from = 0;
	int exit;
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	if (status == HO_OK && since)
		status = cli_time_read(&from, since, ho_app_now(workspace.app), &err);
	if (status == HO_OK && task_name)
		status = cli_task_find(&task, &workspace, task_name, &err);
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, &workspace, task.name, from)
		                 : print_words(cli, &workspace, task.name, from);
	cli_workspace_release(&workspace);
	return exit;
}

int cmd_log(struct cli *cli, int argc, char **argv)
{
	const char *dir = NULL, *task = NULL, *since = NULL;
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"since", 0, CLI_STRING, &since, "TIME", "only from then on (default: all)"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {place, own, running};
	int done = CLI_OK;
	cli_workspace_options(place, &dir, &task);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 0, 0, &help, &done))
		return done;
	return run(cli, dir, task, since);
}
