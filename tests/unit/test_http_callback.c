/* The sender of callbacks against a receiver (tests/http/receiver.py) that fails in every way. */
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/deploy.h"
#include "app/outbox.h"
#include "app_fixture.h"
#include "http/callback.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

struct receiver {
	pid_t pid;
	int input;
	unsigned port;
	char log[64];
};

struct scene {
	struct desk_fixture f;
	struct receiver receiver;
	struct ho_callbacks *callbacks;
	struct ho_item item;
	char settings[512], url[200];
	char log[8192];
};

static void receiver_start(struct receiver *r)
{
	int in[2], out[2];
	char line[32] = "";
	snprintf(r->log, sizeof r->log, "/tmp/handoff-receiver.XXXXXX");
	int fd = mkstemp(r->log);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	r->pid = fork();
	if (r->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execlp("python3", "python3", "http/receiver.py", r->log, SECRET, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	r->input = in[1];
	for (size_t n = 0; n + 1 < sizeof line && read(out[0], line + n, 1) == 1 && line[n] != '\n'; n++)
		;
	close(out[0]);
	r->port = (unsigned)strtoul(line, NULL, 10);
	assert_true(r->port > 0);
}

static void receiver_stop(struct receiver *r)
{
	close(r->input); /* its standard input ends, and so does it */
	waitpid(r->pid, NULL, 0);
	unlink(r->log);
}

/* How often `text` occurs in what the receiver wrote down. */
static size_t received(const struct receiver *r, const char *text)
{
	static char content[1 << 20];
	FILE *file = fopen(r->log, "r");
	size_t n = 0, len = fread(content, 1, sizeof content - 1, file);
	fclose(file);
	content[len] = '\0';
	for (const char *at = content; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static enum ho_status configure(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return ho_configure(s->f.app, store, "urgent", ho_slice_str(s->settings), "test", err);
}

static enum ho_status queue(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	enum ho_status status = store->ops->item_add(store, &s->item, err);
	if (status == HO_OK)
		status = ho_outbox_answer(s->f.app, store, &s->item, err);
	return status ? status : store->ops->item_put(store, &s->item, err);
}

static void scene_open(struct scene *s, bool private_ok)
{
	memset(s, 0, sizeof *s);
	receiver_start(&s->receiver);
	fixture_open(&s->f);
	assert_ok(ho_app_serve(s->f.app, &s->f.err), &s->f.err); /* two threads write: the test and the sender */
	snprintf(s->settings, sizeof s->settings,
	         "{\"callback_hosts\":[\"127.0.0.1:%u\",\"localhost:%u\"],\"callback_private\":%s,"
	         "\"callback_secret\":\"" SECRET "\"}",
	         s->receiver.port, s->receiver.port, private_ok ? "true" : "false");
	in_group(&s->f, configure, s);
	assert_ok(ho_app_refresh(s->f.app, &s->f.err), &s->f.err);
}

static void scene_close(struct scene *s)
{
	ho_callbacks_stop(s->callbacks);
	fixture_close(&s->f);
	receiver_stop(&s->receiver);
}

/* Of the sender's thread; read after it was stopped. */
static void keep_line(void *context, const char *line)
{
	struct scene *s = context;
	size_t len = strlen(s->log);
	snprintf(s->log + len, sizeof s->log - len, "%s\n", line);
}

static void start(struct scene *s)
{
	assert_ok(ho_callbacks_start(&s->callbacks, s->f.app, keep_line, s, &s->f.err), &s->f.err);
}

/* An answered item whose callback goes to `path`. */
static struct ho_id post(struct scene *s, const char *scheme, const char *host, const char *path)
{
	snprintf(s->url, sizeof s->url, "%s://%s:%u%s", scheme, host, s->receiver.port, path);
	s->item = (struct ho_item){.id = ho_app_new_id(s->f.app),
	                           .task = "urgent",
	                           .text = ho_slice_str("please help"),
	                           .callback_url = s->url,
	                           .label = "yes",
	                           .suggestion = "yes",
	                           .answered_by = "model",
	                           .status = HO_ITEM_ANSWERED,
	                           .created_at = s->f.now,
	                           .answered_at = s->f.now};
	in_group(&s->f, queue, s);
	ho_callbacks_wake(s->callbacks);
	return s->item.id;
}

static struct ho_outgoing look(struct scene *s, const struct ho_id *item)
{
	struct ho_outgoing *list;
	size_t n;
	assert_ok(s->f.reader->ops->outgoing_list(&list, &n, s->f.reader, item, &s->f.arena, &s->f.err), &s->f.err);
	assert_int_equal(n, 1);
	return list[0];
}

/* The record after its `tries`-th try; fails after ten seconds. */
static struct ho_outgoing after_try(struct scene *s, const struct ho_id *item, uint32_t tries)
{
	for (int i = 0; i < 500; i++) {
		struct ho_outgoing o = look(s, item);
		if (o.tries >= tries)
			return o;
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
	fail_msg("try %u did not end", tries);
	return (struct ho_outgoing){.tries = 0};
}

static void delivered_and_signed(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s, true);
	start(&s);
	struct ho_id id = post(&s, "http", "127.0.0.1", "/ok?x=1");
	struct ho_outgoing o = after_try(&s, &id, 1);
	assert_int_equal(o.delivered_at, s.f.now);
	assert_int_equal(o.next_at, 0);
	assert_int_equal(received(&s.receiver, "\"signed\": true"), 1);
	assert_int_equal(received(&s.receiver, "\"path\": \"/ok?x=1\""), 1);
	assert_int_equal(received(&s.receiver, o.id.text), 1);
	assert_int_equal(received(&s.receiver, "\"type\": \"item.answered\""), 1);
	id = post(&s, "http", "localhost", "/endless"); /* cut off, and taken for what its status says */
	o = after_try(&s, &id, 1);
	assert_true(o.delivered_at > 0);
	scene_close(&s);
}

static void failures_are_tried_again(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s, true);
	start(&s);
	struct ho_id fails = post(&s, "http", "127.0.0.1", "/fail"), gone = post(&s, "http", "127.0.0.1", "/gone");
	struct ho_id redirected = post(&s, "http", "127.0.0.1", "/redirect");
	struct ho_outgoing o = after_try(&s, &fails, 1);
	assert_string_equal(o.last_error, "HTTP 503");
	assert_true(o.next_at >= s.f.now + 5 * SECOND);
	assert_int_equal(after_try(&s, &gone, 1).next_at, 0); /* 410: never again */
	o = after_try(&s, &redirected, 1);
	assert_string_equal(o.last_error, "HTTP 302");
	assert_true(o.next_at > 0);
	assert_int_equal(received(&s.receiver, "\"path\": \"/ok\""), 0); /* nobody followed */
	s.f.now += MINUTE;
	ho_callbacks_wake(s.callbacks);
	o = after_try(&s, &fails, 2);
	assert_int_equal(received(&s.receiver, o.id.text), 2); /* the same id over all tries */
	assert_int_equal(received(&s.receiver, "\"path\": \"/gone\""), 1);
	s.f.now += HOUR;
	struct ho_id later = post(&s, "http", "127.0.0.1", "/later");
	o = after_try(&s, &later, 1);
	assert_true(o.next_at >= s.f.now + 7 * SECOND && o.next_at < s.f.now + 8 * SECOND);
	ho_callbacks_stop(s.callbacks);
	s.callbacks = NULL;
	assert_non_null(strstr(s.log, "\"event\":\"callback failed\",\"task\":\"urgent\""));
	assert_non_null(strstr(s.log, "\"error\":\"HTTP 503\",\"try\":2}"));
	assert_null(strstr(s.log, "/fail")); /* a path may carry a secret */
	scene_close(&s);
}

/* Names that lead to loopback are refused where the connection is made, whatever they are called. */
static void private_addresses_are_refused(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s, false);
	start(&s);
	struct ho_id name = post(&s, "https", "localhost", "/ok"), address = post(&s, "https", "127.0.0.1", "/ok");
	struct ho_outgoing o = after_try(&s, &name, 1);
	assert_non_null(strstr(o.last_error, "private"));
	assert_true(o.next_at > 0);
	o = after_try(&s, &address, 1);
	assert_non_null(strstr(o.last_error, "private"));
	s.f.now += HOUR; /* the receiver is left alone for a while after a failure */
	/* What the task does not list any more is not sent to, even if it was when it was queued. */
	struct ho_id plain = post(&s, "http", "127.0.0.1", "/ok");
	o = after_try(&s, &plain, 1);
	assert_non_null(strstr(o.last_error, "https://"));
	assert_int_equal(received(&s.receiver, "path"), 0);
	scene_close(&s);
}

/* A receiver that nobody listens at. */
static void refused_connections(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s, true);
	receiver_stop(&s.receiver);
	start(&s);
	struct ho_id id = post(&s, "http", "127.0.0.1", "/ok");
	struct ho_outgoing o = after_try(&s, &id, 1);
	assert_non_null(o.last_error);
	assert_true(o.next_at > 0);
	/* Another to the same place waits without being tried. */
	struct ho_id second = post(&s, "http", "127.0.0.1", "/ok");
	for (int i = 0; i < 250 && look(&s, &second).next_at <= s.f.now; i++)
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	assert_int_equal(look(&s, &second).tries, 0);
	assert_true(look(&s, &second).next_at > s.f.now);
	ho_callbacks_stop(s.callbacks);
	fixture_close(&s.f);
}

/* A slow receiver holds up only its own, and not the stop. */
static void slow_receivers(void **state)
{
	struct scene s;
	struct ho_id slow[6];
	struct timespec began, ended;
	(void)state;
	scene_open(&s, true);
	start(&s);
	for (size_t i = 0; i < 6; i++)
		slow[i] = post(&s, "http", "127.0.0.1", "/slow");
	struct ho_id quick = post(&s, "http", "localhost", "/ok"); /* another receiver by name */
	struct ho_outgoing o = after_try(&s, &quick, 1);
	assert_true(o.delivered_at > 0);
	assert_int_equal(look(&s, &slow[0]).tries, 0); /* still under way */
	clock_gettime(CLOCK_MONOTONIC, &began);
	ho_callbacks_stop(s.callbacks);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	assert_true(ended.tv_sec - began.tv_sec <= 3);
	s.callbacks = NULL;
	for (size_t i = 0; i < 6; i++) { /* nothing is lost: delivered, or due again */
		o = look(&s, &slow[i]);
		assert_true(o.delivered_at || o.next_at);
	}
	start(&s); /* after a restart all arrive */
	for (size_t i = 0; i < 6; i++)
		assert_true(after_try(&s, &slow[i], 1).delivered_at > 0);
	scene_close(&s);
}

/* More callbacks wait for a slow receiver than are looked at at once. */
static void crowds_move_aside(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s, true);
	for (size_t i = 0; i < 400; i++)
		(void)post(&s, "http", "127.0.0.1", "/slow");
	s.f.now++; /* the quick one comes last */
	struct ho_id quick = post(&s, "http", "localhost", "/ok");
	start(&s);
	assert_true(after_try(&s, &quick, 1).delivered_at > 0);
	assert_true(received(&s.receiver, "/slow") < 20);
	scene_close(&s);
}

static void posts_of_the_operator(void **state)
{
	struct receiver r;
	struct ho_error err;
	char url[100];
	(void)state;
	receiver_start(&r);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/ok", r.port);
	assert_ok(ho_post_json(url, "{\"text\":\"Update\"}", &err), &err);
	assert_int_equal(received(&r, "\"text\": \"Update\""), 1);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/redirect", r.port);
	assert_int_equal(ho_post_json(url, "{}", &err), HO_EIO);
	assert_non_null(strstr(err.message, "302"));
	assert_int_equal(ho_post_json("http://hooks.slack.com/x", "{}", &err), HO_EINVAL);
	assert_int_equal(ho_post_json("file:///etc/passwd", "{}", &err), HO_EINVAL);
	assert_int_equal(ho_post_json("http://127.0.0.1.evil.net/x", "{}", &err), HO_EINVAL);
	receiver_stop(&r);
}

int main(void)
{
	/* A proxy in the environment must change nothing. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delivered_and_signed),
	    cmocka_unit_test(failures_are_tried_again),
	    cmocka_unit_test(private_addresses_are_refused),
	    cmocka_unit_test(refused_connections),
	    cmocka_unit_test(slow_receivers),
	    cmocka_unit_test(posts_of_the_operator),
	    cmocka_unit_test(crowds_move_aside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
