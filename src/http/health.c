/* GET /healthz and /openapi.json. */
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

/* Ready means: the store can be read and the service is not being stopped. Models whose files are damaged do not hinder
 * it: texts then go to people, and somebody has to know. */
enum ho_status ho_get_health(struct ho_request *rq, struct ho_error *err)
{
	uint64_t version;
	struct ho_store *reader = rq->worker->reader;
	if (atomic_load(&rq->server->stopping))
		return ho_request_problem(rq, 503, NULL, "the service is being stopped");
	enum ho_status status = reader->ops->version(&version, reader, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	size_t broken = ho_app_broken(rq->server->app);
	ho_out_string(&out, "status", broken ? "degraded" : "ok");
	ho_out_int(&out, "broken_models", (int64_t)broken);
	ho_out_string(&out, "version", HO_VERSION);
	ho_out_int(&out, "uptime_s", (ho_app_now(rq->server->app) - rq->server->started_at) / 1000);
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

enum ho_status ho_get_openapi(struct ho_request *rq, struct ho_error *err)
{
	ho_request_answer(rq, 200);
	return ho_buf_add(&rq->answer, rq->server->openapi.ptr, rq->server->openapi.len, err);
}
