/* user: the people who may log in. */
#include "app/access.h"
#include "report/show.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff user add NAME --role reviewer|admin --workspace DIR\n"
             "handoff user link NAME --workspace DIR\n"
             "handoff user disable NAME --workspace DIR\n"
             "handoff user list --workspace DIR\n",
    .about = "Adds people who review, lists them, or ends their access. `add` and `link` print a login link: it works "
             "once, for a day, and whoever follows it chooses a password of at least 10 characters. --url says under "
             "which address the service is reached.\n"
             "\n"
             "A reviewer answers texts; an admin also changes tasks, models, users and keys. All of it also works "
             "while the service runs.",
    .examples = "handoff user add ann --role reviewer --workspace desk --url https://handoff.example.org\n"
                "handoff user link ann --workspace desk        # a forgotten password\n"
                "handoff user disable ann --workspace desk\n"
                "handoff user list --workspace desk --json\n",
};

struct user_options {
	const char *dir, *verb, *name, *role, *url;
	enum ho_user_role as;
	struct ho_app *app;
	char secret[HO_SECRET_SIZE];
};

static enum ho_status change(void *context, struct ho_store *store, struct ho_error *err)
{
	struct user_options *o = context;
	if (strcmp(o->verb, "add") == 0)
		return ho_user_add(o->secret, o->app, store, o->name, o->as, CLI_ACTOR, err);
	if (strcmp(o->verb, "link") == 0)
		return ho_user_link(o->secret, o->app, store, o->name, CLI_ACTOR, err);
	return ho_user_disable(o->app, store, o->name, CLI_ACTOR, err);
}

static const char *role_name(enum ho_user_role role)
{
	return role == HO_USER_ADMIN ? "admin" : "reviewer";
}

static int print_change(struct cli *cli, const struct user_options *o)
{
	char link[512] = "";
	struct ho_page page;
	if (o->secret[0])
		snprintf(link, sizeof link, "%.400s/login#token=%s", o->url, o->secret);
	if (cli->json)
		return cli_json_finish(
		    cli, json_pack("{ss so}", "user", o->name, "link", cli_text_json(link[0] ? link : NULL)), CLI_OK);
	cli_page_init(&page);
	if (link[0])
		ho_page_text(&page, 0, 0, "%s", link);
	else
		ho_page_text(&page, 0, 0, "%s cannot log in any more.", o->name);
	if (link[0])
		cli_note(cli, "the link works once and for a day; whoever follows it chooses the password of %s",
		         o->name);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int print_list(struct cli *cli, const struct ho_user *users, size_t n)
{
	struct ho_page page;
	struct ho_grid grid;
	json_t *list = json_array();
	cli_page_init(&page);
	ho_grid_init(&grid, "llll");
	for (const char *const *head = (const char *const[]){"name", "role", "state", "since", NULL}; *head; head++)
		ho_grid_cell(&grid, "%s", *head);
	for (size_t i = 0; i < n; i++) {
		const char *state = users[i].disabled ? "disabled" : users[i].password ? "active" : "invited";
		json_array_append_new(list, json_pack("{so ss ss so}", "name", cli_text_json(users[i].name), "role",
		                                      role_name(users[i].role), "state", state, "since",
		                                      cli_time_json(users[i].created_at)));
		ho_grid_cell(&grid, "%s", users[i].name);
		ho_grid_cell(&grid, "%s", role_name(users[i].role));
		ho_grid_cell(&grid, "%s", state);
		ho_grid_cell(&grid, "%s", cli_time_show(users[i].created_at).text);
	}
	return cli_list_finish(cli, &page, &grid, "users", list);
}

static int list_users(struct cli *cli, struct cli_workspace *workspace)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_user *users = NULL;
	size_t n = 0;
	if (workspace->reader->ops->user_list(&users, &n, workspace->reader, &workspace->arena, &err))
		return cli_fail(cli, &err);
	return print_list(cli, users, n);
}

static int show(struct cli *cli, struct cli_workspace *workspace, void *context)
{
	struct user_options *o = context;
	return strcmp(o->verb, "list") == 0 ? list_users(cli, workspace) : print_change(cli, o);
}

static int run(struct cli *cli, struct user_options *o)
{
	return cli_workspace_run(cli, o->dir, &o->app, strcmp(o->verb, "list") == 0 ? NULL : change, show, o);
}

/* What a browser opens, without what would hide the link's own part behind '#'. */
static bool is_address(const char *url)
{
	size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
	return scheme && url[scheme] && url[scheme] != '/' && !strpbrk(url, " #?\"<>") && strlen(url) <= 400;
}

static int check(struct cli *cli, struct user_options *o, const struct cli_arguments *arguments)
{
	o->verb = arguments->items[0];
	o->name = arguments->n > 1 ? arguments->items[1] : NULL;
	bool add = strcmp(o->verb, "add") == 0, list = strcmp(o->verb, "list") == 0;
	if (!add && !list && strcmp(o->verb, "link") != 0 && strcmp(o->verb, "disable") != 0)
		return cli_usage(cli, "'%.40s' is none of add, link, disable, list", o->verb);
	if (list == (o->name != NULL))
		return cli_usage(cli, list ? "`user list` takes no name" : "the user's name is missing");
	if (!is_address(o->url))
		return cli_usage(cli, "--url is the service's address, like https://handoff.example.org");
	if (add && !o->role)
		return cli_usage(cli, "--role is missing: reviewer or admin");
	if (o->role && strcmp(o->role, "reviewer") != 0 && strcmp(o->role, "admin") != 0)
		return cli_usage(cli, "--role is reviewer or admin, and not '%.40s'", o->role);
	o->as = o->role && strcmp(o->role, "admin") == 0 ? HO_USER_ADMIN : HO_USER_REVIEWER;
	return CLI_OK;
}

int cmd_user(struct cli *cli, int argc, char **argv)
{
	struct user_options o = {.url = "http://127.0.0.1:8080"};
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"role", 0, CLI_STRING, &o.role, "ROLE", "reviewer or admin"},
	    {"url", 0, CLI_STRING, &o.url, "URL", "where the service is reached (default: http://127.0.0.1:8080)"},
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
