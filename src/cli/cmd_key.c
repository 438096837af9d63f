/* key: what programs identify themselves with. */
#include "app/access.h"
#include "report/show.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff key add NAME --scope classify[,review,admin] --workspace DIR\n"
             "handoff key revoke NAME --workspace DIR\n"
             "handoff key list --workspace DIR\n",
    .about = "Makes, ends and lists the keys that programs send as `Authorization: Bearer KEY`. A key is shown once, "
             "when it is made; only its hash is stored. A revoked key stops working within a second.\n"
             "\n"
             "Scopes: classify (send texts, read their answers), review (answer for a person), admin (everything).",
    .examples = "handoff key add shop --scope classify --workspace desk\n"
                "handoff key add desk-app --scope classify,review --workspace desk\n"
                "handoff key revoke shop --workspace desk\n"
                "handoff key list --workspace desk\n",
};

struct key_options {
	const char *dir, *verb, *name, *scope;
	unsigned scopes;
	struct ho_app *app;
	char secret[HO_SECRET_SIZE];
};

static enum ho_status change(void *context, struct ho_store *store, struct ho_error *err)
{
	struct key_options *o = context;
	if (strcmp(o->verb, "add") == 0)
		return ho_key_add(o->secret, o->app, store, o->name, o->scopes, CLI_ACTOR, err);
	return ho_key_revoke(o->app, store, o->name, CLI_ACTOR, err);
}

static int print_change(struct cli *cli, const struct key_options *o)
{
	struct ho_page page;
	if (cli->json)
		return cli_json_finish(
		    cli, json_pack("{ss so}", "name", o->name, "key", cli_text_json(o->secret[0] ? o->secret : NULL)),
		    CLI_OK);
	cli_page_init(&page);
	if (o->secret[0])
		ho_page_text(&page, 0, 0, "%s", o->secret);
	else
		ho_page_text(&page, 0, 0, "Key %s was revoked.", o->name);
	if (o->secret[0])
		cli_note(cli, "this key is not shown again; keep it where the program %s finds it", o->name);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int print_list(struct cli *cli, const struct ho_credential *keys, size_t n)
{
	struct ho_page page;
	struct ho_grid grid;
	json_t *list = json_array();
	cli_page_init(&page);
	ho_grid_init(&grid, "llll");
	for (const char *const *head = (const char *const[]){"name", "scopes", "made", "revoked", NULL}; *head; head++)
		ho_grid_cell(&grid, "%s", *head);
	for (size_t i = 0; i < n; i++) {
		const struct ho_credential *k = &keys[i];
		json_array_append_new(list, json_pack("{so so so so}", "name", cli_text_json(k->name), "scopes",
		                                      cli_text_json(k->scopes), "since", cli_time_json(k->created_at),
		                                      "revoked_at", cli_time_json(k->revoked_at)));
		ho_grid_cell(&grid, "%s", k->name);
		ho_grid_cell(&grid, "%s", k->scopes ? k->scopes : "");
		ho_grid_cell(&grid, "%s", cli_time_show(k->created_at).text);
		ho_grid_cell(&grid, "%s", cli_time_show(k->revoked_at).text);
	}
	return cli_list_finish(cli, &page, &grid, "keys", list);
}

static int list_keys(struct cli *cli, struct cli_workspace *workspace)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_credential *keys = NULL;
	size_t n = 0;
	if (workspace->reader->ops->token_list(&keys, &n, workspace->reader, HO_CREDENTIAL_KEY, &workspace->arena,
	                                       &err))
		return cli_fail(cli, &err);
	return print_list(cli, keys, n);
}

static int show(struct cli *cli, struct cli_workspace *workspace, void *context)
{
	struct key_options *o = context;
	return strcmp(o->verb, "list") == 0 ? list_keys(cli, workspace) : print_change(cli, o);
}

static int run(struct cli *cli, struct key_options *o)
{
	return cli_workspace_run(cli, o->dir, &o->app, strcmp(o->verb, "list") == 0 ? NULL : change, show, o);
}

static int check(struct cli *cli, struct key_options *o, const struct cli_arguments *arguments)
{
	struct ho_error err;
	o->verb = arguments->items[0];
	o->name = arguments->n > 1 ? arguments->items[1] : NULL;
	bool add = strcmp(o->verb, "add") == 0, list = strcmp(o->verb, "list") == 0;
	if (!add && !list && strcmp(o->verb, "revoke") != 0)
		return cli_usage(cli, "'%.40s' is none of add, revoke, list", o->verb);
	if (list == (o->name != NULL))
		return cli_usage(cli, list ? "`key list` takes no name" : "the key's name is missing");
	if (add && !o->scope)
		return cli_usage(cli, "--scope is missing: classify, review, admin, or several with commas");
	if (o->scope && ho_scopes_read(&o->scopes, o->scope, &err))
		return cli_fail(cli, &err);
	return CLI_OK;
}

int cmd_key(struct cli *cli, int argc, char **argv)
{
	struct key_options o = {.dir = NULL};
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"scope", 0, CLI_STRING, &o.scope, "SCOPES", "classify, review, admin, or several with commas"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {own, place, running};
	int done = CLI_OK;
	cli_workspace_options(place, &o.dir, NULL);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 1, 2, &help, &done))
		return done;
	done = check(cli, &o, &arguments);
	return done ? done : run(cli, &o);
}
