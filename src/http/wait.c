/* Connections that wait for an item: suspended, in a table by the item's id. One thread wakes those whose time is over
 * and those whose client went away; ho_app_tell() wakes the others. Who is woken looks at the item on its serving
 * thread. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/callback.h"
#include "http/private.h"

enum { SLOTS = sizeof((struct ho_waiters *)0)->slots / sizeof(struct ho_request *), EVENTS = 64 };

static size_t slot_of(const struct ho_id *item)
{
	uint64_t h = 1469598103934665603u;
	for (const char *c = item->text; *c; c++)
		h = (h ^ (unsigned char)*c) * 1099511628211u;
	return (size_t)(h % SLOTS);
}

/* Locked. Takes the request out and gives it back to its serving thread. */
static void wake_at(struct ho_waiters *waiters, struct ho_request **link)
{
	struct ho_request *rq = *link;
	*link = rq->wait_next;
	waiters->n--;
	rq->waits = false;
	if (rq->wire)
		epoll_ctl(waiters->epoll, EPOLL_CTL_DEL, rq->wire->fd, NULL);
	rq->state = HO_REQUEST_BACK;
	ho_request_resume(rq);
}

void ho_http__waiters_wake(struct ho_waiters *waiters, const struct ho_id *item)
{
	pthread_mutex_lock(&waiters->lock);
	for (size_t s = item ? slot_of(item) : 0; s < SLOTS; s++) {
		struct ho_request **link = &waiters->slots[s];
		while (*link)
			if (!item || strcmp((*link)->item.text, item->text) == 0)
				wake_at(waiters, link);
			else
				link = &(*link)->wait_next;
		if (item)
			break;
	}
	pthread_mutex_unlock(&waiters->lock);
}

void ho_http__item_changed(void *server, const struct ho_id *item)
{
	struct ho_server *s = server;
	ho_http__waiters_wake(&s->waiters, item);
	ho_callbacks_wake(s->options.callbacks);
}

/* Locked. Is this client still there? Its silence is fine, its end is not. */
static void wake_request(struct ho_waiters *waiters, const struct ho_request *rq)
{
	for (struct ho_request **link = &waiters->slots[slot_of(&rq->item)]; *link; link = &(*link)->wait_next)
		if (*link == rq) {
			wake_at(waiters, link);
			return;
		}
}

void ho_request_wake(struct ho_request *rq)
{
	struct ho_waiters *waiters = &rq->server->waiters;
	pthread_mutex_lock(&waiters->lock);
	wake_request(waiters, rq);
	pthread_mutex_unlock(&waiters->lock);
}

bool ho_request_wait(struct ho_request *rq, const struct ho_id *item, int64_t until, ho_request_then then)
{
	struct ho_waiters *waiters = &rq->server->waiters;
	bool waits = false;
	pthread_mutex_lock(&waiters->lock);
	if (waiters->n < waiters->most && !atomic_load(&rq->server->stopping) && rq->wire && !rq->gone) {
		struct ho_request **slot;
		struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = rq};
		rq->item = *item;
		slot = &waiters->slots[slot_of(&rq->item)];
		rq->wait_until = until;
		rq->then = then;
		ho_request_suspend(rq);
		rq->wait_next = *slot;
		*slot = rq;
		rq->waits = waits = true;
		waiters->n++;
		epoll_ctl(waiters->epoll, EPOLL_CTL_ADD, rq->wire->fd, &event);
		if (until < waiters->sleeps_until)
			eventfd_write(waiters->wake, 1);
	}
	pthread_mutex_unlock(&waiters->lock);
	return waits;
}

/* Locked. When the next of the others has to be woken. */
static int64_t wake_late(struct ho_waiters *waiters, int64_t now)
{
	int64_t next = INT64_MAX;
	for (size_t s = 0; s < SLOTS && waiters->n; s++)
		for (struct ho_request **link = &waiters->slots[s]; *link;)
			if ((*link)->wait_until <= now) {
				wake_at(waiters, link);
			} else {
				next = (*link)->wait_until < next ? (*link)->wait_until : next;
				link = &(*link)->wait_next;
			}
	return next;
}

/* Locked. An event may be about a request that was woken in the meantime: look for it by address. */
static void wake_gone(struct ho_waiters *waiters, const void *gone)
{
	for (size_t s = 0; s < SLOTS; s++)
		for (struct ho_request **link = &waiters->slots[s]; *link; link = &(*link)->wait_next)
			if (*link == gone) {
				(*link)->gone = true;
				wake_at(waiters, link);
				return;
			}
}

/* Locked. Milliseconds until there is something to do. */
static int look(struct ho_waiters *waiters, const struct epoll_event *events, int n)
{
	eventfd_t ignored;
	for (int i = 0; i < n; i++)
		if (events[i].data.ptr != waiters)
			wake_gone(waiters, events[i].data.ptr);
		else if (eventfd_read(waiters->wake, &ignored))
			break; /* somebody else's wake-up was read already */
	int64_t now = ho_http__now();
	waiters->sleeps_until = wake_late(waiters, now);
	if (waiters->sleeps_until == INT64_MAX)
		return -1;
	return (int)(waiters->sleeps_until - now) + 1;
}

static void *waiters_main(void *argument)
{
	struct ho_waiters *waiters = argument;
	struct epoll_event events[EVENTS];
	for (int n = 0;;) {
		pthread_mutex_lock(&waiters->lock);
		int sleep_ms = look(waiters, events, n > 0 ? n : 0);
		bool stop = waiters->stop;
		pthread_mutex_unlock(&waiters->lock);
		if (stop)
			return NULL;
		n = epoll_wait(waiters->epoll, events, EVENTS, sleep_ms);
	}
}

enum ho_status ho_http__waiters_start(struct ho_waiters *waiters, struct ho_server *server, unsigned most,
                                      struct ho_error *err)
{
	waiters->server = server;
	waiters->most = most;
	pthread_mutex_init(&waiters->lock, NULL);
	waiters->epoll = epoll_create1(EPOLL_CLOEXEC);
	waiters->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = waiters};
	if (waiters->epoll < 0 || waiters->wake < 0 || epoll_ctl(waiters->epoll, EPOLL_CTL_ADD, waiters->wake, &event))
		return ho_fail_errno(err, HO_EIO, "cannot make an epoll descriptor");
	if (pthread_create(&waiters->id, NULL, waiters_main, waiters))
		return ho_fail(err, HO_EIO, "cannot start a thread");
	waiters->started = true;
	return HO_OK;
}

void ho_http__waiters_stop(struct ho_waiters *waiters)
{
	if (!waiters->server)
		return;
	if (waiters->started) {
		ho_http__waiters_wake(waiters, NULL);
		pthread_mutex_lock(&waiters->lock);
		waiters->stop = true;
		eventfd_write(waiters->wake, 1);
		pthread_mutex_unlock(&waiters->lock);
		pthread_join(waiters->id, NULL);
	}
	if (waiters->epoll >= 0)
		close(waiters->epoll);
	if (waiters->wake >= 0)
		close(waiters->wake);
	pthread_mutex_destroy(&waiters->lock);
	waiters->server = NULL;
}
