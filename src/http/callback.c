/* The thread that sends callbacks: what is due, who is sent to now, what came of it. One flight is callback_flight.c.
 */
#include "http/callback.h"

#include <pthread.h>
#include <stdatomic.h>

#include "app/outbox.h"
#include "base/alloc.h"
#include "http/callback_private.h"

enum { LISTED = 256, FLYING_MAX = 64, PER_HOST = 4, TROUBLE_MAX = 64 };
/* How often the outbox is looked at without being woken and at most, how long the last flights may take at the stop,
 * and how long a receiver that failed is left alone, in ms. */
enum { LOOK_MS = 1000, BREATH_MS = 20, STOP_MS = 2000, TROUBLE_MS = 30000, MOVED_MS = 10000 };

/* A receiver that just failed: its other callbacks wait a little, so that they do not fill the list of what is due. */
struct trouble {
	char host[300];
	int64_t until;
};

struct ho_callbacks {
	struct ho_app *app;
	struct ho_store *reader;
	CURLM *multi;
	pthread_t thread;
	atomic_bool stop, woken;
	struct ho_flight *flying, *landed; /* landed: over, and not recorded yet */
	size_t flying_n;
	struct trouble trouble[TROUBLE_MAX];
	size_t trouble_at;
	struct ho_arena arena;
	int64_t record_at; /* not before: recording failed */
	void (*log)(void *context, const char *line);
	void *log_context;
};

static bool is_known(const struct ho_flight *list, const struct ho_id *id)
{
	for (; list; list = list->next)
		if (strcmp(list->outgoing.id.text, id->text) == 0)
			return true;
	return false;
}

static size_t flying_to(const struct ho_callbacks *c, const char *host)
{
	size_t n = 0;
	for (const struct ho_flight *f = c->flying; f; f = f->next)
		n += strcmp(f->host, host) == 0;
	return n;
}

static int64_t trouble_until(const struct ho_callbacks *c, const char *host, int64_t now)
{
	for (size_t i = 0; i < TROUBLE_MAX; i++)
		if (c->trouble[i].until > now && strcmp(c->trouble[i].host, host) == 0)
			return c->trouble[i].until;
	return 0;
}

static void note_trouble(struct ho_callbacks *c, const char *host, int64_t now)
{
	if (trouble_until(c, host, now))
		return;
	struct trouble *t = &c->trouble[c->trouble_at++ % TROUBLE_MAX];
	snprintf(t->host, sizeof t->host, "%s", host);
	t->until = now + TROUBLE_MS;
}

static void launch(struct ho_callbacks *c, const struct ho_outgoing *outgoing)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_flight *flight = NULL;
	if (ho_flight_new(&flight, c->app, outgoing, &err))
		return; /* out of memory: it stays due */
	if (!flight->easy || curl_multi_add_handle(c->multi, flight->easy) != CURLM_OK) {
		flight->next = c->landed; /* refused before the start; its error says why */
		c->landed = flight;
		return;
	}
	flight->next = c->flying;
	c->flying = flight;
	c->flying_n++;
}

struct postponing {
	struct ho_app *app;
	struct ho_outgoing *list[LISTED];
	int64_t until[LISTED];
	size_t n;
};

static enum ho_status postpone(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct postponing *p = context;
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < p->n && status == HO_OK; i++)
		status = ho_outbox_postpone(p->app, store, p->list[i], p->until[i], err);
	return status;
}

/* Take what is due. What is due to a receiver in trouble moves out of the way, at different times. */
static void take_due(struct ho_callbacks *c)
{
	struct ho_outgoing *due = NULL;
	struct postponing later = {.app = c->app};
	struct ho_error err;
	size_t n = 0;
	char host[300];
	int64_t now = ho_app_now(c->app);
	ho_arena_reset(&c->arena);
	if (c->reader->ops->outgoing_due(&due, &n, c->reader, now, LISTED, &c->arena, &err))
		return; /* looked at again in a second */
	for (size_t i = 0; i < n && c->flying_n < FLYING_MAX; i++) {
		if (is_known(c->flying, &due[i].id) || is_known(c->landed, &due[i].id))
			continue;
		(void)ho_callback_url_host(host, due[i].url ? due[i].url : "");
		int64_t until = trouble_until(c, host, now);
		bool full = flying_to(c, host) >= PER_HOST;
		if (!until && !full)
			launch(c, &due[i]);
		/* A slow receiver must not fill the list of what is due either. */
		if (until || (full && n == LISTED)) {
			later.list[later.n] = &due[i];
			later.until[later.n++] =
			    (until ? until : now) + MOVED_MS / 2 + (int64_t)(ho_app_draw(c->app) * MOVED_MS / 2);
		}
	}
	if (later.n && ho_app_write(c->app, postpone, &later, &err) != HO_OK)
		return; /* they are listed again */
}

static void land(struct ho_callbacks *c)
{
	int left;
	CURLMsg *message;
	while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct ho_flight **at = &c->flying, *flight;
		if (message->msg != CURLMSG_DONE)
			continue;
		while (*at && (*at)->easy != message->easy_handle)
			at = &(*at)->next;
		CURLcode code = message->data.result;
		curl_multi_remove_handle(c->multi, message->easy_handle);
		if ((flight = *at) == NULL)
			continue;
		*at = flight->next;
		c->flying_n--;
		ho_flight_end(flight, code);
		flight->next = c->landed;
		c->landed = flight;
		if (flight->status == 0 || flight->status == 429 || flight->status >= 502)
			note_trouble(c, flight->host, ho_app_now(c->app));
	}
}

static enum ho_status record(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_callbacks *c = context;
	enum ho_status status = HO_OK;
	for (struct ho_flight *f = c->landed; f && status == HO_OK; f = f->next)
		status = ho_outbox_tried(c->app, store, &f->outgoing, f->status, f->retry_after_s, f->error, err);
	return status;
}

/* All or nothing; what cannot be recorded (a full disk) is kept and tried again a second later. */
static void record_landed(struct ho_callbacks *c)
{
	struct ho_error err;
	int64_t now = ho_app_now(c->app);
	if (!c->landed || (now < c->record_at && now + LOOK_MS >= c->record_at))
		return;
	if (ho_app_write(c->app, record, c, &err)) {
		c->record_at = now + LOOK_MS;
		return;
	}
	while (c->landed) {
		struct ho_flight *next = c->landed->next;
		if (c->log && (c->landed->status < 200 || c->landed->status > 299))
			ho_callback_log(c->log, c->log_context, now, c->landed);
		ho_flight_free(c->landed);
		c->landed = next;
	}
}

static void turn(struct ho_callbacks *c, int wait_ms)
{
	int running;
	curl_multi_perform(c->multi, &running);
	land(c);
	record_landed(c);
	curl_multi_poll(c->multi, NULL, 0, wait_ms, NULL);
}

static void *run(void *context)
{
	struct ho_callbacks *c = context;
	while (!atomic_load(&c->stop)) {
		atomic_store(&c->woken, false);
		take_due(c);
		turn(c, LOOK_MS);
		if (atomic_load(&c->woken)) /* under load many wakes are one */
			nanosleep(&(struct timespec){.tv_nsec = BREATH_MS * 1000000}, NULL);
	}
	for (int left = STOP_MS; c->flying && left > 0; left -= 50)
		turn(c, 50);
	record_landed(c);
	return NULL;
}

static void release(struct ho_callbacks *c)
{
	while (c->flying) {
		struct ho_flight *next = c->flying->next;
		curl_multi_remove_handle(c->multi, c->flying->easy);
		ho_flight_free(c->flying);
		c->flying = next;
	}
	while (c->landed) {
		struct ho_flight *next = c->landed->next;
		ho_flight_free(c->landed);
		c->landed = next;
	}
	if (c->multi)
		curl_multi_cleanup(c->multi);
	if (c->reader)
		c->reader->ops->close(c->reader);
	ho_arena_release(&c->arena);
	ho_free(c);
}

enum ho_status ho_callbacks_start(struct ho_callbacks **out, struct ho_app *app,
                                  void (*log)(void *context, const char *line), void *log_context, struct ho_error *err)
{
	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ho_fail(err, HO_EUNAVAIL, "libcurl cannot be started");
	struct ho_callbacks *c = ho_calloc(1, sizeof *c);
	if (!c)
		return ho_fail_nomem(err);
	c->app = app;
	c->log = log;
	c->log_context = log_context;
	atomic_init(&c->stop, false);
	atomic_init(&c->woken, false);
	ho_arena_init(&c->arena, (size_t)64 << 20);
	enum ho_status status = ho_app_reader(&c->reader, app, err);
	if (status == HO_OK && !(c->multi = curl_multi_init()))
		status = ho_fail_nomem(err);
	if (status == HO_OK && pthread_create(&c->thread, NULL, run, c) != 0)
		status = ho_fail_errno(err, HO_EIO, "cannot start the thread that sends callbacks");
	if (status) {
		release(c);
		return status;
	}
	*out = c;
	return HO_OK;
}

void ho_callbacks_wake(struct ho_callbacks *callbacks)
{
	if (callbacks && !atomic_exchange(&callbacks->woken, true))
		curl_multi_wakeup(callbacks->multi);
}

void ho_callbacks_stop(struct ho_callbacks *callbacks)
{
	if (!callbacks)
		return;
	atomic_store(&callbacks->stop, true);
	curl_multi_wakeup(callbacks->multi);
	pthread_join(callbacks->thread, NULL);
	release(callbacks);
}
