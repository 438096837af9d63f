#include "app/classify.h"

#include "app/audit.h"
#include "app/outbox.h"
#include "app/scorer.h"
#include "base/hash.h"

static enum ho_status fail_field(struct ho_error *err, enum ho_status code, const char *field, const char *what)
{
	(void)ho_fail(err, code, "%s", what);
	return err ? ho_error_at(err, "%s", field) : code;
}

static enum ho_status check(const struct ho_desk *desk, const struct ho_incoming *incoming, struct ho_error *err)
{
	if (!incoming->text.len)
		return fail_field(err, HO_EINVAL, "text", "the text is empty");
	if (incoming->text.len > HO_INCOMING_TEXT_MAX)
		return fail_field(err, HO_ELIMIT, "text", "the text is longer than 1 MiB");
	if (incoming->meta.len > HO_INCOMING_META_MAX)
		return fail_field(err, HO_ELIMIT, "meta", "meta is longer than 16 KiB");
	if (incoming->client_id && strnlen(incoming->client_id, HO_CLIENT_ID_MAX + 1) > HO_CLIENT_ID_MAX)
		return fail_field(err, HO_ELIMIT, "id", "the id is longer than 200 bytes");
	if (!incoming->callback_url)
		return HO_OK;
	if (strnlen(incoming->callback_url, HO_URL_MAX + 1) > HO_URL_MAX)
		return fail_field(err, HO_ELIMIT, "callback_url", "the address is longer than 2000 bytes");
	enum ho_status status = ho_callback_url_check(&desk->settings, incoming->callback_url, err);
	return status && err ? ho_error_at(err, "callback_url") : status;
}

enum ho_status ho_app__score(struct ho_item *item, struct ho_scorer *scorer, const struct ho_desk *of,
                             struct ho_arena *arena, struct ho_error *err)
{
	const struct app_desk *desk = (const struct app_desk *)of;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_model_certificate certificate;
	enum ho_status status = ho_app__scorer_workspace(&ws, scorer, desk->model, err);
	if (status == HO_OK)
		status = ho_classify(&answer, ws, item->text.ptr, item->text.len, err);
	if (status)
		return status;
	uint32_t K = ho_model_label_count(desk->desk.model);
	float *scores = ho_arena_alloc(arena, K, sizeof *scores);
	if (!scores)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < K; k++)
		scores[k] = (float)answer.probabilities[k];
	ho_model_certificate(&certificate, desk->desk.model);
	uint32_t at = certificate.per_label ? answer.label_index : 0;
	double certified = certificate.kind == HO_PROMISE_NONE ? 1 : certificate.threshold[at];
	double raised = desk->desk.settings.raised_threshold;
	item->scores = ho_slice((const char *)scores, K * sizeof *scores);
	item->model = desk->desk.model_id;
	item->suggestion = answer.label;
	item->confidence = answer.confidence;
	item->novelty_p = answer.novelty_p;
	item->threshold = raised > certified ? raised : certified;
	item->decision = answer.decision == HO_AUTO ? HO_ITEM_AUTO : HO_ITEM_HUMAN;
	item->reason = (enum ho_item_reason)answer.reason;
	return HO_OK;
}

/* What the task says on top of the model. */
static void decide(struct ho_item *item, const struct ho_desk *desk)
{
	if (!desk->model)
		item->decision = HO_ITEM_HUMAN, item->reason = HO_ITEM_NO_PROMISE;
	else if (item->decision == HO_ITEM_AUTO && !(item->confidence > item->threshold))
		item->decision = HO_ITEM_HUMAN, item->reason = HO_ITEM_UNSURE;
	if (desk->paused)
		item->decision = HO_ITEM_HUMAN, item->reason = HO_ITEM_PAUSED;
}

/* An automatic answer stands at once. It is reviewed if its role says so or the audit's draw does. */
static void answer_automatically(struct ho_item *item, const struct app_desk *desk, double draw)
{
	uint64_t drawn_today;
	int32_t day = ho_time_day(item->created_at);
	double expected = ho_app__pace_expected(desk->pace, day, &drawn_today);
	double share =
	    ho_audit_probability(&desk->desk.settings, item->confidence, item->threshold, expected, drawn_today);
	bool drawn = item->role == HO_ROLE_CERTIFY || draw < share;
	item->audit_probability = 1 - (1 - desk->desk.settings.certify_share) * (1 - share);
	item->audit = drawn ? HO_AUDIT_FIRST : HO_AUDIT_NONE;
	item->status = HO_ITEM_ANSWERED;
	item->label = item->suggestion;
	item->answered_by = "model";
	item->answered_at = item->created_at;
	ho_app__pace_note(desk->pace, day, drawn);
}

void ho_classify_unwritten(const struct ho_desk *desk, const struct ho_item *item)
{
	const struct app_desk *own = (const struct app_desk *)desk;
	if (item->decision == HO_ITEM_AUTO && item->task)
		ho_app__pace_take_back(own->pace, ho_time_day(item->created_at), item->audit == HO_AUDIT_FIRST);
}

/* What every item has drawn before anything is known of it. */
static void begin_item(struct ho_item *item, struct ho_app *app, const struct ho_desk *desk,
                       const struct ho_incoming *incoming, double *audit_draw)
{
	int64_t now = ho_app_now(app);
	*item = (struct ho_item){
	    .task = desk->name,
	    .text = incoming->text,
	    .meta = incoming->meta,
	    .client_id = incoming->client_id,
	    .callback_url = incoming->callback_url,
	    .created_at = now,
	    .epoch_at = desk->epoch_at,
	    .novelty_p = 1,
	};
	(void)pthread_mutex_lock(&app->random_lock);
	ho_ulid_next(item->id.text, &app->ulid, now, &app->rng);
	double role = ho_rng_uniform(&app->rng);
	*audit_draw = ho_rng_uniform(&app->rng);
	(void)pthread_mutex_unlock(&app->random_lock);
	item->role = role < desk->settings.certify_share ? HO_ROLE_CERTIFY : HO_ROLE_LEARN;
}

enum ho_status ho_classify_item(struct ho_item *item, struct ho_scorer *scorer, const struct ho_desk *desk,
                                const struct ho_incoming *incoming, struct ho_arena *arena, struct ho_error *err)
{
	const struct app_desk *own = (const struct app_desk *)desk;
	double audit_draw;
	*item = (struct ho_item){.task = NULL};
	enum ho_status status = check(desk, incoming, err);
	if (status)
		return status;
	begin_item(item, ho_app__scorer_app(scorer), desk, incoming, &audit_draw);
	if (desk->model)
		status = ho_app__score(item, scorer, desk, arena, err);
	if (status) {
		*item = (struct ho_item){.task = NULL};
		return status;
	}
	decide(item, desk);
	if (item->decision == HO_ITEM_AUTO)
		answer_automatically(item, own, audit_draw);
	/* Audits are due like the items they must not be told from. */
	if (desk->settings.due_s && (item->decision == HO_ITEM_HUMAN || item->audit == HO_AUDIT_FIRST))
		item->due_at = item->created_at + (int64_t)desk->settings.due_s * 1000;
	return HO_OK;
}

void ho_app__queued(struct ho_queued *out, const struct ho_item *item)
{
	*out = (struct ho_queued){
	    .item = item->id,
	    .task = item->task,
	    .unsure = 1 - item->confidence,
	    .novel = item->novelty_p,
	    .chance = (double)(ho_hash(item->id.text, 26, 0) >> 11) * 0x1p-53,
	    .fingerprint = ho_text_fingerprint(item->text),
	    .due_at = item->due_at,
	    .since = item->created_at,
	    .audit = item->decision == HO_ITEM_AUTO,
	};
}

static enum ho_status count_auto(struct ho_store *store, const struct ho_desk *desk, const struct ho_item *item,
                                 struct ho_error *err)
{
	char name[HO_COUNT_NAME_SIZE];
	enum ho_status status = ho_app__count(store, item->task, item->model, item->created_at, HO_COUNT_AUTO, 1, err);
	if (status == HO_OK)
		status = ho_app__count_of(store, item->task, item->model, item->created_at, HO_COUNT_LABEL, item->label,
		                          1, err);
	if (status == HO_OK)
		status = ho_app__count_epoch(store, item->task, item->epoch_at, HO_COUNT_EPOCH_AUTO, 1, err);
	if (status == HO_OK && desk->label_error) {
		ho_app__count_name(name, HO_COUNT_EPOCH_LABEL, item->label);
		status = ho_app__count_epoch(store, item->task, item->epoch_at, name, 1, err);
	}
	if (status || item->audit != HO_AUDIT_FIRST)
		return status;
	status = ho_app__count(store, item->task, NULL, item->created_at, HO_COUNT_AUDIT_DRAWN, 1, err);
	if (status == HO_OK)
		status = ho_app__count_epoch(store, item->task, item->epoch_at, HO_COUNT_EPOCH_DRAWN, 1, err);
	if (status == HO_OK)
		status = ho_app__count_open(store, item, item->epoch_at, 1, err);
	return status;
}

static enum ho_status count_human(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	return ho_app__count_of(store, item->task, item->model, item->created_at, HO_COUNT_HUMAN,
	                        ho_reason_name((enum ho_reason)item->reason), 1, err);
}

enum ho_status ho_classify_write(struct ho_app *app, struct ho_store *store, const struct ho_desk *desk,
                                 const struct ho_item *item, struct ho_error *err)
{
	struct ho_item written = *item;
	struct ho_queued queued;
	enum ho_status status = HO_OK;
	if (item->decision == HO_ITEM_AUTO && item->callback_url)
		status = ho_outbox_answer(app, store, &written, err);
	if (status == HO_OK)
		status = store->ops->item_add(store, &written, err);
	if (status == HO_OK && (item->status == HO_ITEM_PENDING || item->audit == HO_AUDIT_FIRST)) {
		ho_app__queued(&queued, item);
		status = store->ops->queue_put(store, &queued, err);
	}
	if (status == HO_OK)
		status = ho_app__count_epoch(store, item->task, item->epoch_at, HO_COUNT_EPOCH_ALL, 1, err);
	if (status == HO_OK)
		status =
		    item->decision == HO_ITEM_AUTO ? count_auto(store, desk, item, err) : count_human(store, item, err);
	return status;
}
