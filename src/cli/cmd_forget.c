/* forget: erase texts for good, keeping the counts. */
#include "app/forget.h"
#include "app/journal.h"
#include "report/show.h"
#include "task_reports.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff forget --item ID|--where meta.KEY=VALUE --workspace DIR",
    .about =
        "Erases texts for good: the text, its meta, the caller's id, notes and callbacks, also from the "
        "database's log and free pages. Labels, figures and counts stay. --where takes every item whose meta has "
        "this value, such as a customer's number.\n"
        "\n"
        "Backups that were made before still hold the texts. A model that learned from them keeps what it learned, and "
        "its reports (`handoff task reports`) may quote them: `handoff task remove-reports` takes those away.",
    .examples = "handoff forget --item 01J9Z3W6V7Q8R9S0T1U2V3W4X5 --workspace desk\n"
                "handoff forget --where meta.customer=4711 --workspace desk\n",
};

struct forgetting {
	struct ho_app *app;
	const struct ho_id *ids; /* [n] */
	size_t n, done;
	size_t reports; /* beside models, which may quote the texts */
};

static enum ho_status forget(void *context, struct ho_store *store, struct ho_error *err)
{
	struct forgetting *f = context;
	char words[256];
	enum ho_status status = HO_OK;
	f->done = 0;
	for (size_t i = 0; i < f->n && status == HO_OK; i++) {
		bool done;
		status = ho_forget_item(&done, f->app, store, &f->ids[i], err);
		f->done += done;
	}
	snprintf(words, sizeof words, "%s erased for good", f->done == 1 ? "1 text was" : "no text was");
	if (f->done != 1)
		snprintf(words, sizeof words, "%s texts were erased for good", ho_show_count(f->done).text);
	if (status == HO_OK && f->done)
		status = ho_journal_write(f->app, store, CLI_ACTOR, "forgot", NULL, words, NULL, err);
	return status;
}

/* "meta.customer=4711" */
static enum ho_status ids_where(struct forgetting *f, struct cli_workspace *workspace, const char *where,
                                struct ho_error *err)
{
	struct ho_id *ids = NULL;
	const char *equals = strchr(where, '=');
	if (strncmp(where, "meta.", 5) != 0 || !equals || equals == where + 5)
		return ho_fail(err, HO_EINVAL, "--where must be meta.KEY=VALUE, such as meta.customer=4711");
	struct ho_slice key = ho_arena_copy(&workspace->arena, ho_slice(where + 5, (size_t)(equals - where - 5)));
	if (!key.ptr)
		return ho_fail_nomem(err);
	enum ho_status status = workspace->reader->ops->item_where(&ids, &f->n, workspace->reader, key.ptr, equals + 1,
	                                                           &workspace->arena, err);
	f->ids = ids;
	return status;
}

static enum ho_status ids_listed(struct forgetting *f, struct cli_workspace *workspace, const struct cli_list *items,
                                 struct ho_error *err)
{
	struct ho_id *ids = ho_arena_alloc(&workspace->arena, items->n, sizeof *ids);
	if (!ids)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < items->n; i++) {
		if (strlen(items->items[i]) != sizeof ids->text - 1)
			return ho_fail(err, HO_EINVAL, "'%.40s' is not the id of an item: it has 26 characters",
			               items->items[i]);
		snprintf(ids[i].text, sizeof ids[i].text, "%s", items->items[i]);
	}
	f->ids = ids;
	f->n = items->n;
	return HO_OK;
}

static int print(struct cli *cli, const struct forgetting *f)
{
	struct ho_page page;
	if (f->n && f->reports)
		cli_warn(
		    cli,
		    "%s beside the models may quote what was erased: `handoff task remove-reports` takes them away",
		    ho_show_counted(f->reports, "report").text);
	if (cli->json)
		return cli_json_finish(cli,
		                       json_pack("{sI sI sI}", "found", (json_int_t)f->n, "forgotten",
		                                 (json_int_t)f->done, "reports", (json_int_t)f->reports),
		                       CLI_OK);
	cli_page_init(&page);
	if (f->n == 0)
		ho_page_text(&page, 0, 0, "No item matches; nothing was erased.");
	else
		ho_page_text(&page, 0, 0, "%s erased for good; %s had been before.",
		             ho_show_counted(f->done, "text").text, ho_show_count(f->n - f->done).text);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int run(struct cli *cli, const char *dir, const struct cli_list *items, const char *where)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	struct forgetting f = {.app = workspace.app};
	if (status == HO_OK)
		status = where ? ids_where(&f, &workspace, where, &err) : ids_listed(&f, &workspace, items, &err);
	if (status == HO_OK && f.n)
		status = ho_app_write(workspace.app, forget, &f, &err);
	if (status == HO_OK)
		status = cli_reports_count(&f.reports, &workspace, &err);
	/* The reader would keep the log from being emptied. */
	if (workspace.reader) {
		workspace.reader->ops->close(workspace.reader);
		workspace.reader = NULL;
	}
	/* Also if all were forgotten before: an earlier call may have been cut off between the two steps. */
	if (status == HO_OK && f.n)
		status = ho_app_scrub(workspace.app, &err);
	int exit = status ? cli_fail(cli, &err) : print(cli, &f);
	cli_workspace_release(&workspace);
	return exit;
}

int cmd_forget(struct cli *cli, int argc, char **argv)
{
	const char *dir = NULL, *where = NULL;
	struct cli_list items = {.n = 0};
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"item", 0, CLI_REPEATED, &items, "ID", "an item; repeatable"},
	    {"where", 0, CLI_STRING, &where, "meta.KEY=VALUE", "every item whose meta says so"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {own, place, running};
	int done = CLI_OK;
	cli_workspace_options(place, &dir, NULL);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 0, 0, &help, &done))
		return done;
	if ((where != NULL) == (items.n > 0))
		return cli_usage(cli, "say what to forget: --item ID, or --where meta.KEY=VALUE");
	return run(cli, dir, &items, where);
}
