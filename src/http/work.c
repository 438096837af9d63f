/* What happens to a request while its connection is suspended: a write, a chore. */
#include "http/private.h"

enum { STUCK_MS = 2000, LOCKED_MS = 1000 };

void ho_request_suspend(struct ho_request *rq)
{
	atomic_fetch_add(&rq->server->away, 1);
	rq->state = HO_REQUEST_AWAY;
	rq->worker->gave = true;
	MHD_suspend_connection(rq->connection);
}

void ho_request_resume(struct ho_request *rq)
{
	/* After the last line the serving thread may have sent the answer and freed the request. */
	struct ho_server *server = rq->server;
	MHD_resume_connection(rq->connection);
	atomic_fetch_sub(&server->away, 1);
}

/* Is the disk stuck? Who comes now is told so at once rather than answered late. */
static bool is_stuck(struct ho_server *server, int64_t now)
{
	return now < atomic_load(&server->locked_until) ||
	       (atomic_load(&server->writes) && now - atomic_load(&server->progress_at) > STUCK_MS);
}

static void write_begins(struct ho_server *server, int64_t now)
{
	if (atomic_fetch_add(&server->writes, 1) == 0)
		atomic_store(&server->progress_at, now);
}

static void write_ends(struct ho_server *server)
{
	atomic_store(&server->progress_at, ho_http__now());
	atomic_fetch_sub(&server->writes, 1);
}

static struct ho_request *of_job(struct ho_job *job)
{
	return (struct ho_request *)(void *)((char *)job - offsetof(struct ho_request, job));
}

static enum ho_status job_run(struct ho_job *job, struct ho_store *store, struct ho_error *err)
{
	struct ho_request *rq = of_job(job);
	rq->state = HO_REQUEST_AWAY;
	return rq->write(rq, store, err);
}

static void job_done(struct ho_job *job, enum ho_status status, const struct ho_error *err)
{
	struct ho_request *rq = of_job(job);
	write_ends(rq->server);
	/* The store names its file as the place; a lease that somebody else holds names none. */
	if (status == HO_EBUSY && err->place[0])
		atomic_store(&rq->server->locked_until, ho_http__now() + LOCKED_MS);
	if (status) {
		rq->then = NULL;
		ho_request_failed(rq, status, err);
	} else if (rq->then) {
		rq->state = HO_REQUEST_BACK;
	}
	ho_request_resume(rq);
}

enum ho_status ho_request_commit(struct ho_request *rq, ho_request_write write, struct ho_error *err)
{
	int64_t now = ho_http__now();
	if (is_stuck(rq->server, now)) {
		rq->then = NULL;
		return ho_fail(err, HO_EBUSY, "the disk has not answered for %d seconds, send it again in a moment",
		               STUCK_MS / 1000);
	}
	rq->write = write;
	rq->job.run = job_run;
	rq->job.done = job_done;
	ho_request_suspend(rq);
	write_begins(rq->server, now);
	enum ho_status status = ho_committer_submit(ho_app_committer(rq->server->app), &rq->job, err);
	if (status) {
		write_ends(rq->server);
		rq->then = NULL;
		ho_request_failed(rq, status, err);
		ho_request_resume(rq);
	}
	return HO_OK;
}

enum ho_status ho_http__crew_give(struct ho_crew *crew, struct ho_errand *errand, struct ho_error *err)
{
	pthread_mutex_lock(&crew->lock);
	if (crew->waiting >= crew->most || crew->stop) {
		pthread_mutex_unlock(&crew->lock);
		return ho_fail(err, HO_EBUSY, "too many such requests wait already, send it again in a moment");
	}
	errand->next = NULL;
	if (crew->last)
		crew->last->next = errand;
	else
		crew->first = errand;
	crew->last = errand;
	crew->waiting++;
	pthread_cond_signal(&crew->work);
	pthread_mutex_unlock(&crew->lock);
	return HO_OK;
}

static void do_chore(struct ho_errand *errand)
{
	struct ho_request *rq = (struct ho_request *)(void *)((char *)errand - offsetof(struct ho_request, errand));
	struct ho_error err = {.code = HO_OK};
	struct ho_worker *worker = ho_http__worker(rq->server, &err);
	enum ho_status status = worker ? rq->chore(rq, worker, &err) : err.code;
	if (status) {
		rq->then = NULL;
		ho_request_failed(rq, status, &err);
	}
	ho_request_resume(rq);
}

enum ho_status ho_request_give(struct ho_request *rq, struct ho_crew *crew, ho_request_chore chore,
                               struct ho_error *err)
{
	rq->chore = chore;
	rq->errand.run = do_chore;
	ho_request_suspend(rq);
	enum ho_status status = ho_http__crew_give(crew, &rq->errand, err);
	if (status) {
		ho_request_failed(rq, status, err);
		ho_request_resume(rq);
	}
	return HO_OK;
}

static struct ho_errand *next_errand(struct ho_crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	while (!crew->first && !crew->stop)
		pthread_cond_wait(&crew->work, &crew->lock);
	struct ho_errand *errand = crew->first;
	if (errand) {
		crew->first = errand->next;
		crew->last = crew->first ? crew->last : NULL;
		crew->waiting--;
	}
	pthread_mutex_unlock(&crew->lock);
	return errand;
}

static void *crew_main(void *argument)
{
	struct ho_crew *crew = argument;
	struct ho_errand *errand;
	while ((errand = next_errand(crew)))
		errand->run(errand);
	return NULL;
}

enum ho_status ho_http__crew_start(struct ho_crew *crew, struct ho_server *server, unsigned threads, unsigned most,
                                   struct ho_error *err)
{
	crew->server = server;
	crew->most = most;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->work, NULL);
	for (; crew->threads < threads; crew->threads++)
		if (pthread_create(&crew->ids[crew->threads], NULL, crew_main, crew))
			return ho_fail(err, HO_EIO, "cannot start a thread");
	return HO_OK;
}

void ho_http__crew_stop(struct ho_crew *crew)
{
	if (!crew->server)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stop = true;
	pthread_cond_broadcast(&crew->work);
	pthread_mutex_unlock(&crew->lock);
	for (unsigned i = 0; i < crew->threads; i++)
		pthread_join(crew->ids[i], NULL);
	pthread_cond_destroy(&crew->work);
	pthread_mutex_destroy(&crew->lock);
	crew->server = NULL;
}
