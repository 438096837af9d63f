/* GET /v1/tasks/{task}/labels: JSONL that `train` reads, page by page, whatever their number. */
#include "app/labels.h"

#include "http/private.h"
#include "http/route.h"

struct labels {
	struct ho_id after;
	enum ho_labels_role role;
};

static enum ho_status more_labels(struct ho_request *rq, struct ho_buf *out, bool *end, bool *later,
                                  struct ho_error *err)
{
	struct labels *labels = rq->stream_state;
	bool more = true;
	enum ho_status status = HO_OK;
	*later = false;
	while (status == HO_OK && more && out->len == 0)
		status = ho_labels_page(out, &more, &labels->after, rq->server->app, rq->worker->reader, rq->task,
		                        labels->role, err);
	*end = !more;
	return status;
}

static void close_labels(struct ho_request *rq)
{
	rq->stream_state = NULL;
}

enum ho_status ho_get_labels(struct ho_request *rq, struct ho_error *err)
{
	static const struct ho_stream stream = {more_labels, close_labels};
	static const char *const names[] = {"learn", "certify", "both"};
	static const enum ho_labels_role roles[] = {HO_LABELS_LEARN, HO_LABELS_CERTIFY, HO_LABELS_BOTH};
	const char *role = ho_request_query(rq, "role");
	enum ho_status status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status)
		return status;
	struct labels *labels = ho_arena_alloc(&rq->arena, 1, sizeof *labels);
	if (!labels)
		return ho_fail_nomem(err);
	size_t i = 0;
	while (role && i < 3 && strcmp(role, names[i]) != 0)
		i++;
	if (i == 3) {
		ho_fail(err, HO_EINVAL, "role must be learn, certify or both");
		return ho_error_at(err, "role");
	}
	*labels = (struct labels){.role = roles[i]};
	ho_request_answer_stream(rq, "application/x-ndjson", &stream, labels);
	return HO_OK;
}
