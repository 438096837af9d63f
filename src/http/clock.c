/* What time brings, once a second: slow connections end, other processes' changes are taken over, due items are dealt
 * with. */
#include <stdio.h>

#include "app/review.h"
#include "http/private.h"

enum { GROUP = 200, GROUPS_A_TICK = 50 };

struct passing {
	struct ho_app *app;
	bool more;
};

static enum ho_status pass(void *context, struct ho_store *store, struct ho_error *err)
{
	struct passing *passing = context;
	return ho_time_passes(&passing->more, passing->app, store, GROUP, err);
}

/* A trouble that lasts is told once, not every second; with its place, such as the model's file. */
static void tell(struct ho_server *server, enum ho_status status, const struct ho_error *err, bool *told)
{
	char detail[sizeof err->place + sizeof err->message + 2];
	(void)snprintf(detail, sizeof detail, "%s%s%s", err->place, err->place[0] ? ": " : "", err->message);
	if (status && status != HO_EBUSY && !*told)
		ho_http__log_event(server, "error", "clock", detail);
	*told = status && status != HO_EBUSY;
}

static void tick(struct ho_server *server, bool *refresh_told, bool *pass_told, bool *access_told)
{
	struct ho_error err = {.code = HO_OK};
	struct passing passing = {server->app, true};
	ho_http__wires_check(server);
	tell(server, ho_app_refresh(server->app, &err), &err, refresh_told);
	enum ho_status status = HO_OK;
	for (unsigned i = 0; i < GROUPS_A_TICK && status == HO_OK && passing.more && !atomic_load(&server->stopping);
	     i++)
		status = ho_app_write(server->app, pass, &passing, &err);
	tell(server, status, &err, pass_told);
	tell(server, ho_access_write(server->app, &err), &err, access_told);
}

static bool sleep_a_second(struct ho_server *server)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&server->lock);
	int code = 0;
	while (!atomic_load(&server->clock_stop) && code == 0)
		code = pthread_cond_timedwait(&server->clock_wake, &server->lock, &until);
	pthread_mutex_unlock(&server->lock);
	return !atomic_load(&server->clock_stop);
}

static void *clock_main(void *argument)
{
	struct ho_server *server = argument;
	bool refresh_told = false, pass_told = false, access_told = false;
	while (sleep_a_second(server))
		tick(server, &refresh_told, &pass_told, &access_told);
	return NULL;
}

enum ho_status ho_http__clock_start(struct ho_server *server, struct ho_error *err)
{
	if (pthread_create(&server->clock, NULL, clock_main, server))
		return ho_fail(err, HO_EIO, "cannot start a thread");
	server->clock_started = true;
	return HO_OK;
}

void ho_http__clock_stop(struct ho_server *server)
{
	if (!server->clock_started)
		return;
	pthread_mutex_lock(&server->lock);
	atomic_store(&server->clock_stop, true);
	pthread_cond_signal(&server->clock_wake);
	pthread_mutex_unlock(&server->lock);
	pthread_join(server->clock, NULL);
	server->clock_started = false;
}
