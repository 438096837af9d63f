/* A person's answer, and taking it back. */
#include "app/review.h"

#include "app/settle.h"

enum { NOTE_MAX = 4000, NEAR_LABELS = 3, LABEL_MAX = 1000, TOOK_MAX_MS = 24 * 3600 * 1000 };

/* ---- labels ---- */

/* Letters that must be changed, put in or left out to make b of a, at most `most` (Wagner & Fischer 1974). */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[65];
	size_t n = strnlen(a, 64), m = strnlen(b, 64);
	for (size_t j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned corner = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned change = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			unsigned least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			row[j] = change < least ? change : least;
		}
	}
	return row[m];
}

/* "unknown label; near are: ham, spam" */
static enum ho_status fail_label(const struct ho_model *model, const char *label, struct ho_error *err)
{
	char names[300] = "";
	size_t len = 0;
	uint32_t K = ho_model_label_count(model);
	for (unsigned d = 0, named = 0; d <= 64 && named < NEAR_LABELS; d++)
		for (uint32_t k = 0; k < K && named < NEAR_LABELS && len < 200; k++)
			if (distance(label, ho_model_label(model, k)) == d) {
				int n = snprintf(names + len, sizeof names - len, "%s'%.60s'", len ? ", " : "",
				                 ho_model_label(model, k));
				len += n > 0 ? (size_t)n : 0;
				named++;
			}
	(void)ho_fail(err, HO_EINVAL, "the model of this task does not know that label; the nearest are %s", names);
	return err ? ho_error_at(err, "label") : HO_EINVAL;
}

/* The model's file cannot be read now: only labels that the record holds are sure to be ones. */
static enum ho_status check_used_label(struct ho_store *store, const char *task, const char *label,
                                       struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item_filter filter = {.task = task, .label = label, .limit = 1};
	struct ho_item *items;
	size_t n = 0;
	enum ho_status status = store->ops->item_list(&items, &n, store, &filter, arena, err);
	if (status == HO_OK && !n)
		status =
		    ho_fail(err, HO_ECONFLICT,
		            "the file of this task's model is damaged or gone, so labels cannot be checked; an admin "
		            "has to deploy the model again");
	return status;
}

static enum ho_status check_label(struct ho_app *app, struct ho_store *store, const char *task, const char *label,
                                  struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_desk *desk;
	if (!label)
		return HO_OK;
	if (!*label || strnlen(label, LABEL_MAX + 1) > LABEL_MAX) {
		(void)ho_fail(err, HO_EINVAL, "a label has 1 to 1000 bytes");
		return err ? ho_error_at(err, "label") : HO_EINVAL;
	}
	enum ho_status status = ho_desk_take(&desk, app, task, err);
	if (status)
		return status;
	bool known = !desk->model && !desk->broken; /* without a model people may say what labels there are */
	for (uint32_t k = 0; desk->model && !known && k < ho_model_label_count(desk->model); k++)
		known = !strcmp(ho_model_label(desk->model, k), label);
	if (desk->broken)
		status = check_used_label(store, task, label, arena, err);
	else if (!known)
		status = fail_label(desk->model, label, err);
	ho_desk_release(desk);
	return status;
}

/* ---- may this person answer now? ---- */

static enum ho_status get_queued(struct ho_queued *out, bool *found, struct app_change *c, struct ho_error *err)
{
	enum ho_status status = c->store->ops->queue_get(out, c->store, &c->item->id, c->arena, NULL);
	*found = status == HO_OK;
	if (status && status != HO_ENOTFOUND)
		return c->store->ops->queue_get(out, c->store, &c->item->id, c->arena, err);
	return HO_OK;
}

static bool holds_lease(const struct ho_queued *queued, const char *reviewer, int64_t now)
{
	return queued->leased_by && queued->lease_expires > now && !strcmp(queued->leased_by, reviewer);
}

/* Nobody else reviews, and the wait for a second look is over: the same person may give the second answer too, on a
 * lease of its own, so that a repeated request is never taken for one. */
static bool is_second_look(struct app_change *c, const struct ho_queued *queued, const char *reviewer)
{
	return c->before.audit == HO_AUDIT_SECOND && queued->not_before <= c->now &&
	       holds_lease(queued, reviewer, c->now) && ho_app__is_alone(c->app, c->store, c->item->task, reviewer);
}

/* Somebody else reads it now. A correction of what is no pending item disturbs nobody. */
static bool is_held(const struct app_change *c, const struct ho_queued *queued, const struct ho_reply *reply, bool redo)
{
	bool pending = c->before.status == HO_ITEM_PENDING;
	return (pending || !(reply->correct || redo)) && queued->leased_by && queued->lease_expires > c->now &&
	       strcmp(queued->leased_by, reply->reviewer) != 0;
}

/* A correction shows what the model thought and who answered: not while a blind answer is still to come. */
static enum ho_status may_correct(bool waits, const struct ho_reply *reply, struct ho_error *err)
{
	if (waits && !reply->admin)
		return ho_fail(err, HO_ECONFLICT, "this item waits for an answer: answer it, then correct it");
	return HO_OK;
}

/* A first answer, blind where it matters. */
static enum ho_status may_answer_first(const struct app_change *c, bool waits, const struct ho_reply *reply,
                                       struct ho_error *err)
{
	bool matters = c->item->decision == HO_ITEM_AUTO || c->item->role == HO_ROLE_CERTIFY;
	bool by_person = c->before.answered_by && strcmp(c->before.answered_by, "model") != 0;
	if (waits && matters && ho_app__has_looked(&c->history, reply->reviewer))
		return ho_fail(err, HO_ECONFLICT, "you corrected this item, so somebody else has to look at it");
	if (c->before.audit == HO_AUDIT_SECOND && !strcmp(c->before.first_auditor, reply->reviewer))
		return ho_fail(err, HO_ECONFLICT, "you answered this item already; take that answer back first");
	/* What ran out while somebody read it takes the answer all the same: people's labels win. */
	bool open = c->item->decision == HO_ITEM_HUMAN ? !by_person : waits;
	return open ? HO_OK : ho_fail(err, HO_ECONFLICT, "this item is answered already");
}

/* *kind: what the answer is; 0: it stands already, nothing is to do. */
static enum ho_status may_answer(enum ho_review_kind *kind, struct app_change *c, const struct ho_reply *reply,
                                 struct ho_error *err)
{
	struct ho_queued queued = {.since = 0};
	bool found, second_look = false, automatic = c->item->decision == HO_ITEM_AUTO;
	*kind = 0;
	enum ho_status status = get_queued(&queued, &found, c, err);
	if (status)
		return status;
	bool waits = found && ho_app__waits(c->before.status, c->before.audit);
	if (waits && c->before.audit == HO_AUDIT_SECOND && !strcmp(c->before.first_auditor, reply->reviewer))
		second_look = is_second_look(c, &queued, reply->reviewer);
	if (!second_look && ho_app__said_already(&c->history, reply->reviewer, reply->label, reply->correct))
		return HO_OK;
	bool redo = !second_look && ho_app__may_redo(&c->history, reply->reviewer);
	if (waits && is_held(c, &queued, reply, redo))
		return ho_fail(err, HO_EBUSY, "somebody else is reviewing this item");
	if (reply->correct)
		status = may_correct(waits, reply, err);
	else if (!redo && !second_look)
		status = may_answer_first(c, waits, reply, err);
	*kind = reply->correct || redo ? HO_REVIEW_CORRECT : automatic ? HO_REVIEW_AUDIT : HO_REVIEW_ANSWER;
	return status;
}

/* A page left open over night says nothing of an answer's effort beyond a day. */
static int64_t took(int64_t ms)
{
	return ms < 0 ? 0 : ms > TOOK_MAX_MS ? TOOK_MAX_MS : ms;
}

enum ho_status ho_answer_item(struct ho_item *item, struct ho_app *app, struct ho_store *store,
                              const struct ho_reply *reply, struct ho_arena *arena, struct ho_error *err)
{
	struct app_change change;
	enum ho_review_kind kind;
	*item = (struct ho_item){.task = NULL};
	if (reply->note && strnlen(reply->note, NOTE_MAX + 1) > NOTE_MAX)
		return ho_fail(err, HO_ELIMIT, "the note is longer than 4000 bytes");
	enum ho_status status = ho_app__change_begin(&change, item, app, store, &reply->item, arena, err);
	if (status == HO_OK)
		status = check_label(app, store, item->task, reply->label, arena, err);
	if (status == HO_OK)
		status = may_answer(&kind, &change, reply, err);
	if (status || !kind)
		return status;
	struct ho_review review = {.item = item->id,
	                           .kind = kind,
	                           .reviewer = reply->reviewer,
	                           .none = !reply->label,
	                           .label = reply->label,
	                           .note = reply->note,
	                           .took_ms = took(reply->took_ms),
	                           .at = change.now};
	struct app_standing after = change.before;
	ho_app__standing_add(&after, item, &review);
	status = store->ops->review_add(&review.sequence, store, &review, err);
	if (status == HO_OK)
		status = ho_app__count_review(&change, &change.before, &review, 1, err);
	if (status == HO_OK)
		status = ho_app__settle(&change, &after, review.at, NULL, err);
	/* Not offered any more to whoever saw the model's answer before giving one. */
	if (status == HO_OK && kind == HO_REVIEW_CORRECT && ho_app__waits(after.status, after.audit))
		ho_app__skip(app, reply->reviewer, &item->id, INT64_MAX);
	return status;
}

/* ---- taking back ---- */

/* What stands without the top, and the top itself. */
static const struct ho_review *lift_top(struct app_standing *below, struct app_change *c)
{
	struct app_history *history = &c->history;
	const struct ho_review *top = &history->reviews[history->top];
	history->stands[history->top] = false;
	*below = ho_app__standing(c->item, history, history->n);
	return top;
}

static enum ho_status may_withdraw(const struct app_change *c, const char *reviewer, bool any, struct ho_error *err)
{
	const struct app_history *history = &c->history;
	if (history->top == history->n || history->reviews[history->top].kind == HO_REVIEW_DUE)
		return ho_fail(err, HO_ECONFLICT, "there is no answer of a person to take back");
	if (!any && strcmp(history->reviews[history->top].reviewer, reviewer) != 0)
		return ho_fail(err, HO_ECONFLICT, "somebody else's answer stands; an admin can take it back");
	return HO_OK;
}

enum ho_status ho_withdraw_answer(struct ho_item *item, struct ho_app *app, struct ho_store *store,
                                  const struct ho_id *id, const char *reviewer, bool any, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct app_change change;
	struct app_standing below;
	*item = (struct ho_item){.task = NULL};
	enum ho_status status = ho_app__change_begin(&change, item, app, store, id, arena, err);
	if (status == HO_OK)
		status = may_withdraw(&change, reviewer, any, err);
	if (status)
		return status;
	const struct ho_review *top = lift_top(&below, &change);
	struct ho_review review = {
	    .item = item->id, .kind = HO_REVIEW_WITHDRAW, .reviewer = reviewer, .at = change.now};
	status = store->ops->review_add(&review.sequence, store, &review, err);
	if (status == HO_OK)
		status = ho_app__count_review(&change, &below, top, -1, err);
	if (status == HO_OK)
		status = ho_app__settle(&change, &below, top->at, reviewer, err);
	return status;
}
