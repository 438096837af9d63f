/* labels: what people answered, as JSONL that `train` reads. */
#include "app/labels.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff labels --workspace DIR --task NAME [--role learn|certify|both]",
    .about = "Prints the texts that people labelled, oldest first, one JSON object a line: id, text, label, role, "
             "answered_by, answered_at. `handoff train` reads it.\n"
             "\n"
             "A small random share of all texts has the role `certify`: always answered by a person and kept out of "
             "training, so that later promises can be checked on them. They are printed only when asked for.",
    .examples = "handoff labels --workspace desk --task urgent > labels.jsonl\n"
                "handoff labels --workspace desk --task urgent --role certify > certify.jsonl\n"
                "handoff train labels.jsonl --target label -o better.handoff\n",
};

enum { PAGE_MAX = 64 << 20 };

static enum ho_status print(struct cli_workspace *workspace, const char *task, enum ho_labels_role role,
                            struct ho_error *err)
{
	struct ho_id after = {.text = ""};
	struct ho_buf page;
	bool more = true;
	enum ho_status status = HO_OK;
	ho_buf_init(&page, PAGE_MAX);
	while (status == HO_OK && more) {
		ho_buf_reset(&page);
		status = ho_labels_page(&page, &more, &after, workspace->app, workspace->reader, task, role, err);
		if (status == HO_OK && page.len)
			status = cli_write(page.data, page.len, err);
	}
	ho_buf_release(&page);
	return status;
}

static int run(struct cli *cli, const char *dir, const char *name, enum ho_labels_role role)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	struct ho_task task;
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	if (status == HO_OK)
		status = cli_task_find(&task, &workspace, name, &err);
	if (status == HO_OK)
		status = print(&workspace, task.name, role, &err);
	int exit = status ? cli_fail(cli, &err) : CLI_OK;
	cli_workspace_release(&workspace);
	return exit;
}

static bool role_read(enum ho_labels_role *out, const char *name)
{
	static const char *const names[] = {
	    [HO_LABELS_LEARN] = "learn", [HO_LABELS_CERTIFY] = "certify", [HO_LABELS_BOTH] = "both"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum ho_labels_role)i;
			return true;
		}
	return false;
}

int cmd_labels(struct cli *cli, int argc, char **argv)
{
	const char *dir = NULL, *task = NULL, *name = "learn";
	enum ho_labels_role role;
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"role", 0, CLI_STRING, &name, "ROLE", "learn (default), certify or both"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {place, own, running};
	int done = CLI_OK;
	cli_workspace_options(place, &dir, &task);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 0, 0, &help, &done))
		return done;
	if (!role_read(&role, name))
		return cli_usage(cli, "--role is learn, certify or both, and not '%.40s'", name);
	return run(cli, dir, task, role);
}
