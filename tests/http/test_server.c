/* The service with limits that a test can reach. Usage: http-test-server WORKSPACE [OPTION=NUMBER]...
 * Prints its URL, stops at SIGTERM. `file_max` caps the size of any file that the process writes: a disk that is full.
 */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "http/server.h"

static void log_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

static int refuse(const struct ho_error *err)
{
	fprintf(stderr, "%s: %s %s\n", ho_status_name(err->code), err->message, err->place);
	return 1;
}

#define FIELD(name)                                                                                                    \
	{                                                                                                              \
#name, offsetof(struct ho_server_options, name), sizeof((struct ho_server_options *)0)->name           \
	}

static int set(struct ho_server_options *options, const char *argument)
{
	static const struct {
		const char *name;
		size_t offset, size;
	} fields[] = {FIELD(threads),   FIELD(connections), FIELD(connections_per_client),
	              FIELD(waiters),   FIELD(header_max),  FIELD(batch_max),
	              FIELD(model_max), FIELD(answers_max), FIELD(header_s),
	              FIELD(idle_s),    FIELD(body_s),      FIELD(stop_s),
	              FIELD(log_all),   FIELD(trust_proxy)};
	const char *equals = strchr(argument, '=');
	unsigned long long value = equals ? strtoull(equals + 1, NULL, 10) : 0;
	if (equals && strncmp(argument, "file_max=", 9) == 0) {
		struct rlimit limit = {value, value};
		signal(SIGXFSZ, SIG_IGN);
		return setrlimit(RLIMIT_FSIZE, &limit) == 0;
	}
	for (size_t i = 0; equals && i < sizeof fields / sizeof *fields; i++)
		if (strlen(fields[i].name) == (size_t)(equals - argument) &&
		    strncmp(fields[i].name, argument, (size_t)(equals - argument)) == 0) {
			memcpy((char *)options + fields[i].offset, &value, fields[i].size); /* little-endian */
			return 1;
		}
	fprintf(stderr, "unknown option %s\n", argument);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const hosts[] = {"handoff.example.org"};
	struct ho_error err = {.code = HO_OK};
	struct ho_app *app = NULL;
	struct ho_server *server = NULL;
	struct ho_server_options options = {
	    .listen = "127.0.0.1:0", .hosts = hosts, .hosts_n = 1, .log = log_line, .stop_s = 10};
	sigset_t signals;
	int number;
	if (argc < 2)
		return 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	for (int i = 2; i < argc; i++)
		if (!set(&options, argv[i]))
			return 2;
	if (ho_app_open(&app, argv[1], HO_APP_SERVE, &err) != HO_OK)
		return refuse(&err);
	if (ho_server_start(&server, app, &options, &err) != HO_OK)
		return refuse(&err);
	printf("%s\n", ho_server_url(server));
	fflush(stdout);
	sigwait(&signals, &number);
	ho_server_stop(server);
	ho_app_close(app);
	return 0;
}
