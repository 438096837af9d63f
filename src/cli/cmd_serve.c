/* serve: the service, until it is told to stop. */
#include <signal.h>
#include <pthread.h>
#include <unistd.h>

#include "app/access.h"
#include "http/callback.h"
#include "http/server.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff serve --workspace DIR [--listen 127.0.0.1:8080]",
    .about = "Answers over HTTP, shows the review page, sends callbacks, and measures the promise. The first line on "
             "standard output is the address; port 0 takes a free one. A line says so where the workspace was made "
             "just now, and while no admin has chosen a password, one has the first admin's name and a login link "
             "that works once, for a day.\n"
             "\n"
             "An address that is not loopback can be reached by others, and the service speaks no TLS itself: put a "
             "proxy with TLS in front, name its host with --host, and say --trust-proxy if it sets X-Forwarded-For. "
             "docs/how-to/run-the-service.md shows how.\n"
             "\n"
             "Log lines, one JSON object each and without users' texts, go to standard error. SIGTERM and Ctrl-C stop "
             "it after the answers in flight; a second one at once.",
    .examples = "handoff serve --workspace desk\n"
                "handoff serve --workspace desk --listen 127.0.0.1:0\n"
                "handoff serve --workspace desk --listen 127.0.0.1:8080 --host handoff.example.org --trust-proxy\n",
};

struct serve_options {
	const char *dir, *listen;
	struct cli_list hosts;
	bool trust_proxy;
};

struct service {
	struct ho_app *app;
	struct ho_server *server;
	struct ho_callbacks *callbacks;
	bool first, new_workspace;
	char link[HO_SECRET_SIZE], admin[80]; /* of the first admin */
};

static void log_line(void *context, const char *line)
{
	const struct cli *cli = context;
	if (!cli->quiet)
		fprintf(stderr, "%s\n", line);
}

static enum ho_status first_admin(void *context, struct ho_store *store, struct ho_error *err)
{
	struct service *s = context;
	struct ho_arena arena;
	struct ho_user *users = NULL;
	size_t n = 0;
	ho_arena_init(&arena, 16 << 20);
	enum ho_status status = ho_first_admin(&s->first, s->link, s->app, store, err);
	if (status == HO_OK && s->first)
		status = store->ops->user_list(&users, &n, store, &arena, err);
	/* The link is that of the first who may. */
	for (size_t i = 0; i < n && !s->admin[0]; i++)
		if (users[i].role == HO_USER_ADMIN && !users[i].disabled)
			snprintf(s->admin, sizeof s->admin, "%s", users[i].name);
	ho_arena_release(&arena);
	return status;
}

/* A mistyped folder must not look like a service that lost everything. */
static bool is_new(const char *dir)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/handoff.db", dir);
	return access(path, F_OK) != 0;
}

static enum ho_status start(struct service *s, struct cli *cli, const struct serve_options *o, struct ho_error *err)
{
	s->new_workspace = is_new(o->dir);
	/* First, so that a busy port leaves no empty workspace behind. */
	enum ho_status status = ho_server_can_listen(o->listen, err);
	if (status == HO_OK)
		status = ho_app_open(&s->app, o->dir, HO_APP_SERVE, err);
	if (status == HO_OK)
		status = ho_app_write(s->app, first_admin, s, err);
	if (status == HO_OK)
		status = ho_callbacks_start(&s->callbacks, s->app, log_line, cli, err);
	const struct ho_server_options options = {.listen = o->listen,
	                                          .listen_anywhere = true,
	                                          .hosts = o->hosts.items,
	                                          .hosts_n = o->hosts.n,
	                                          .trust_proxy = o->trust_proxy,
	                                          .threads = cli->threads,
	                                          .callbacks = s->callbacks,
	                                          .log = log_line,
	                                          .log_context = cli};
	if (status == HO_OK)
		status = ho_server_start(&s->server, s->app, &options, err);
	return status;
}

static void stop(struct service *s)
{
	ho_server_stop(s->server);
	ho_callbacks_stop(s->callbacks);
	if (s->app)
		ho_app_close(s->app);
}

static enum ho_status add_words(struct ho_buf *text, const struct service *s, const char *dir, const char *link,
                                struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(text, err, "%s\n", ho_server_url(s->server));
	if (status == HO_OK && s->new_workspace)
		status = ho_buf_printf(text, err, "Made a new workspace in %s\n", dir);
	if (status == HO_OK && link[0])
		status = ho_buf_printf(text, err, "First admin (name: %s): %s\n", s->admin, link);
	return status;
}

static enum ho_status add_json(struct ho_buf *text, const struct service *s, const char *dir, const char *link,
                               struct ho_error *err)
{
	json_t *object =
	    json_pack("{ss so so sb so}", "url", ho_server_url(s->server), "login",
	              cli_text_json(link[0] ? link : NULL), "admin", cli_text_json(link[0] ? s->admin : NULL),
	              "new_workspace", (int)s->new_workspace, "workspace", cli_text_json(dir));
	char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
	enum ho_status status = line ? ho_buf_printf(text, err, "%s\n", line) : ho_fail_nomem(err);
	free(line);
	json_decref(object);
	return status;
}

/* Where it is, for people and for scripts that read the first line. */
static enum ho_status announce(const struct service *s, struct cli *cli, const char *dir, struct ho_error *err)
{
	struct ho_buf text;
	char link[512] = "";
	enum ho_status status;
	ho_buf_init(&text, 64 << 10);
	if (s->first)
		snprintf(link, sizeof link, "%.400s/login#token=%s", ho_server_url(s->server), s->link);
	status = cli->json ? add_json(&text, s, dir, link, err) : add_words(&text, s, dir, link, err);
	if (ho_server_is_public(s->server))
		cli_warn(cli,
		         "other machines can reach this address, and it speaks no TLS: put a proxy with TLS in front "
		         "(docs/how-to/run-the-service.md)");
	if (status == HO_OK)
		status = cli_write(text.data, text.len, err);
	ho_buf_release(&text);
	return status;
}

/* All threads inherit the mask, so that only sigwait() below takes the signals. */
static void hold_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

static void wait_for_signal(const sigset_t *set)
{
	int number = 0;
	while (sigwait(set, &number) != 0)
		;
	signal(SIGINT, SIG_DFL); /* a second time: at once */
	signal(SIGTERM, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, set, NULL);
}

static int run(struct cli *cli, const struct serve_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct service service = {.app = NULL};
	sigset_t set;
	hold_signals(&set);
	enum ho_status status = start(&service, cli, o, &err);
	if (status == HO_OK)
		status = announce(&service, cli, o->dir, &err);
	if (status == HO_OK)
		wait_for_signal(&set);
	stop(&service);
	return status ? cli_fail(cli, &err) : CLI_OK;
}

int cmd_serve(struct cli *cli, int argc, char **argv)
{
	struct serve_options o = {.listen = "127.0.0.1:8080"};
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"listen", 0, CLI_STRING, &o.listen, "ADDRESS", "address and port (default: 127.0.0.1:8080)"},
	    {"host", 0, CLI_REPEATED, &o.hosts, "NAME", "a name under which a proxy offers the service; repeatable"},
	    {"trust-proxy", 0, CLI_FLAG, &o.trust_proxy, NULL,
	     "a proxy on this machine sets X-Forwarded-For: take clients' addresses from it"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {place, own, running};
	int done = CLI_OK;
	cli_workspace_options(place, &o.dir, NULL);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 0, 0, &help, &done))
		return done;
	if (!o.dir)
		return cli_usage(cli, "--workspace DIR is missing: the folder that the service works in");
	return run(cli, &o);
}
