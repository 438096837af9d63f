/* Callbacks on their way: bodies, signatures, the plan of tries. */
#include "app/outbox.h"

#include <sodium.h>

#include "app/counts.h"
#include "app/deploy.h"
#include "app/journal.h"
#include "app/labels.h"
#include "app/private.h"

enum { BODY_MAX = 64 << 10, LIST_MAX = 4 << 20, SECRET_BYTES = 32 };
#define MAX_WAIT_MS ((int64_t)24 * 3600 * 1000)
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static const char prefix[] = "whsec_";

/* Seconds before try 1, 2, ...: the schedule of the Standard Webhooks specification. */
static const int64_t plan[HO_CALLBACK_TRIES] = {0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};

void ho_webhook_secret(char out[64])
{
	unsigned char bytes[SECRET_BYTES];
	char text[56];
	memset(out, 0, 64);
	if (sodium_init() < 0)
		return;
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, 64, "%s%s", prefix, text);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(text, sizeof text);
}

/* The key inside a secret; with or without the padding, as people copy it. */
static bool secret_bytes(unsigned char out[64], size_t *n, const char *secret)
{
	size_t skip = sizeof prefix - 1;
	if (strncmp(secret, prefix, skip) != 0 || sodium_init() < 0)
		return false;
	secret += skip;
	size_t len = strlen(secret);
	if (len > 128)
		return false;
	int variant = len && secret[len - 1] != '=' && len % 4 ? sodium_base64_VARIANT_ORIGINAL_NO_PADDING
	                                                       : sodium_base64_VARIANT_ORIGINAL;
	if (sodium_base642bin(out, 64, secret, len, NULL, n, NULL, variant) != 0)
		return false;
	return *n >= 24 && *n <= 64;
}

enum ho_status ho_webhook_sign(char out[64], const char *secret, const struct ho_id *id, int64_t seconds,
                               struct ho_slice body, struct ho_error *err)
{
	unsigned char key[64], mac[crypto_auth_hmacsha256_BYTES];
	char head[64], text[64];
	size_t n = 0;
	crypto_auth_hmacsha256_state state;
	memset(out, 0, 64);
	if (!secret || !secret_bytes(key, &n, secret))
		return ho_fail(err, HO_EINVAL,
		               "the callback secret is not whsec_ followed by 24 to 64 bytes in base64");
	int len = snprintf(head, sizeof head, "%s.%lld.", id->text, (long long)seconds);
	crypto_auth_hmacsha256_init(&state, key, n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, (size_t)len);
	if (body.len)
		crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.ptr, body.len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, 64, "v1,%.60s", text);
	sodium_memzero(key, sizeof key);
	return HO_OK;
}

static enum ho_status envelope_begin(struct ho_buf *body, const char *type, int64_t now, struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(body, err, "{\"type\":\"%s\",\"timestamp\":", type);
	if (status == HO_OK)
		status = ho_json_time(body, now, err);
	return status ? status : ho_buf_printf(body, err, ",\"data\":");
}

/* A task that calls back for the first time gets its secret now. */
static enum ho_status ensure_secret(struct ho_app *app, struct ho_store *store, const char *task, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task record;
	struct ho_task_settings settings;
	ho_arena_init(&arena, LIST_MAX);
	enum ho_status status = store->ops->task_get(&record, store, task, &arena, err);
	ho_task_settings_init(&settings);
	if (status == HO_OK && record.settings)
		status = ho_task_settings_read(&settings, ho_slice_str(record.settings), &arena, err);
	if (status == HO_OK && !settings.callback_secret) {
		char secret[64], words[128];
		ho_webhook_secret(secret);
		settings.callback_secret = secret;
		record.settings = ho_task_settings_write(&settings, true, &arena);
		snprintf(words, sizeof words, "the secret that signs the callbacks of %.64s was made", task);
		atomic_store(&app->stale, true);
		status = record.settings ? store->ops->task_put(store, &record, err) : ho_fail_nomem(err);
		if (status == HO_OK)
			status = ho_journal_write(app, store, "service", "settings", task, words, NULL, err);
	}
	ho_arena_release(&arena);
	return status;
}

static enum ho_status queue(struct ho_app *app, struct ho_store *store, const struct ho_desk *desk,
                            const struct ho_id *item, const char *url, struct ho_slice body, struct ho_error *err)
{
	int64_t now = ho_app_now(app);
	const struct ho_outgoing outgoing = {.id = ho_app_new_id(app),
	                                     .item = *item,
	                                     .task = desk->name,
	                                     .url = url,
	                                     .body = body,
	                                     .created_at = now,
	                                     .next_at = now};
	enum ho_status status = desk->settings.callback_secret ? HO_OK : ensure_secret(app, store, desk->name, err);
	return status ? status : store->ops->outgoing_put(store, &outgoing, err);
}

/* What still waits for this item tells an older state. */
static enum ho_status supersede(struct ho_store *store, const struct ho_id *item, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_outgoing *list = NULL;
	size_t n = 0;
	ho_arena_init(&arena, LIST_MAX);
	enum ho_status status = store->ops->outgoing_list(&list, &n, store, item, &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		if (!list[i].next_at)
			continue;
		list[i].next_at = 0;
		list[i].last_error = "a newer state was sent instead";
		status = store->ops->outgoing_put(store, &list[i], err);
	}
	ho_arena_release(&arena);
	return status;
}

/* The receiver has it, or may have: only its own "no" says that it has not. */
static bool may_have_arrived(const struct ho_outgoing *out)
{
	return out->delivered_at || (out->tries && !(out->last_error && !strncmp(out->last_error, "HTTP ", 5)));
}

/* *told: the receiver may know of an answer, so that another one corrects it. */
static enum ho_status was_told(bool *told, struct ho_store *store, const struct ho_id *item, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_outgoing *list = NULL;
	size_t n = 0;
	*told = false;
	ho_arena_init(&arena, LIST_MAX);
	enum ho_status status = store->ops->outgoing_list(&list, &n, store, item, &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++)
		*told |= may_have_arrived(&list[i]);
	ho_arena_release(&arena);
	return status;
}

/* A person's answer that was taken back or changed before it got through was never an answer to the caller. An
 * automatic one went out at once, whatever became of its callback. */
static enum ho_status forget_untold(struct ho_store *store, struct ho_item *item, struct ho_error *err)
{
	bool told = true;
	enum ho_status status = HO_OK;
	if (!item->sent)
		return HO_OK;
	if (item->decision == HO_ITEM_HUMAN)
		status = was_told(&told, store, &item->id, err);
	if (status == HO_OK)
		status = supersede(store, &item->id, err);
	if (!told)
		item->sent = 0;
	return status;
}

static const char *type_of(const struct ho_item *item)
{
	if (item->sent)
		return "item.corrected";
	if (item->status == HO_ITEM_EXPIRED)
		return "item.expired";
	return item->status == HO_ITEM_PENDING ? NULL : "item.answered";
}

enum ho_status ho_outbox_answer(struct ho_app *app, struct ho_store *store, struct ho_item *item, struct ho_error *err)
{
	const struct ho_desk *desk = NULL;
	struct ho_buf body;
	if (!item->callback_url || item->forgotten)
		return HO_OK;
	enum ho_status status = forget_untold(store, item, err);
	const char *type = type_of(item);
	if (status || !type)
		return status;
	status = ho_desk_take(&desk, app, item->task, err);
	if (status)
		return status;
	ho_buf_init(&body, BODY_MAX);
	status = envelope_begin(&body, type, ho_app_now(app), err);
	if (status == HO_OK)
		status = ho_item_json(&body, item, false, false, err);
	if (status == HO_OK)
		status = ho_buf_add(&body, "}", 1, err);
	if (status == HO_OK)
		status = queue(app, store, desk, &item->id, item->callback_url, ho_buf_slice(&body), err);
	if (status == HO_OK)
		item->sent++;
	ho_buf_release(&body);
	ho_desk_release(desk);
	return status;
}

enum ho_status ho_outbox_event(struct ho_app *app, struct ho_store *store, const char *task, const char *type,
                               const char *data, struct ho_error *err)
{
	const struct ho_desk *desk = NULL;
	const struct ho_id none = {.text = ""};
	struct ho_buf body;
	enum ho_status status = ho_desk_take(&desk, app, task, err);
	if (status)
		return status;
	ho_buf_init(&body, BODY_MAX);
	if (desk->settings.event_url) {
		status = envelope_begin(&body, type, ho_app_now(app), err);
		if (status == HO_OK)
			status = ho_buf_printf(&body, err, "%s}", data);
		if (status == HO_OK)
			status = queue(app, store, desk, &none, desk->settings.event_url, ho_buf_slice(&body), err);
	}
	ho_buf_release(&body);
	ho_desk_release(desk);
	return status;
}

/* The record as it stands now: meanwhile it may have been forgotten or given up, and must stay so. *found false: there
 * is nothing to record. Events belong to no item and are changed by nobody else. */
static enum ho_status stored(bool *found, struct ho_outgoing *out, struct ho_store *store, struct ho_arena *arena,
                             struct ho_error *err)
{
	struct ho_outgoing *list = NULL;
	size_t n = 0;
	*found = out->item.text[0] == '\0';
	if (*found)
		return HO_OK;
	enum ho_status status = store->ops->outgoing_list(&list, &n, store, &out->item, arena, err);
	for (size_t i = 0; status == HO_OK && i < n && !*found; i++)
		if (strcmp(list[i].id.text, out->id.text) == 0) {
			*out = list[i];
			*found = true;
		}
	return status;
}

enum ho_status ho_outbox_postpone(struct ho_app *app, struct ho_store *store, const struct ho_outgoing *outgoing,
                                  int64_t until, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_outgoing now = *outgoing;
	bool found;
	(void)app;
	ho_arena_init(&arena, LIST_MAX);
	enum ho_status status = stored(&found, &now, store, &arena, err);
	if (status == HO_OK && found && now.next_at) {
		now.next_at = until;
		status = store->ops->outgoing_put(store, &now, err);
	}
	ho_arena_release(&arena);
	return status;
}

static enum ho_status count_end(struct ho_app *app, struct ho_store *store, const struct ho_outgoing *outgoing,
                                struct ho_error *err)
{
	const struct ho_count count = {.task = outgoing->task,
	                               .model = "",
	                               .day = (int32_t)(ho_app_now(app) / DAY_MS),
	                               .what =
	                                   outgoing->delivered_at ? HO_COUNT_CALLBACK_SENT : HO_COUNT_CALLBACK_FAILED,
	                               .n = 1};
	return store->ops->count_add(store, &count, err);
}

/* 410 Gone from the place where a task's events go: it asks not to be told again. */
static enum ho_status drop_event_url(struct ho_app *app, struct ho_store *store, const struct ho_outgoing *outgoing,
                                     struct ho_error *err)
{
	if (outgoing->item.text[0])
		return HO_OK;
	return ho_configure(app, store, outgoing->task, ho_slice_str("{\"event_url\":null}"), "service", err);
}

static void plan_next(struct ho_app *app, struct ho_outgoing *out, int64_t retry_after_s)
{
	int64_t wait = (int64_t)((double)plan[out->tries] * 1000 * (1 + 0.2 * ho_app_draw(app)));
	if (retry_after_s > MAX_WAIT_MS / 1000)
		retry_after_s = MAX_WAIT_MS / 1000;
	if (retry_after_s > 0 && retry_after_s * 1000 > wait)
		wait = retry_after_s * 1000;
	out->next_at = ho_app_now(app) + wait;
}

static void judge(struct ho_app *app, struct ho_outgoing *out, int status, int64_t retry_after_s, const char *error)
{
	bool over = out->next_at == 0; /* given up while it was under way */
	out->tries++;
	out->next_at = 0;
	out->last_error = NULL;
	if (status >= 200 && status < 300) {
		out->delivered_at = ho_app_now(app);
		return;
	}
	out->last_error = error;
	if (!over && status != 410 && out->tries < HO_CALLBACK_TRIES)
		plan_next(app, out, retry_after_s);
}

/* It was on its way when a newer state took its place, and got through: the caller must hear what holds now. */
static enum ho_status catch_up(struct ho_app *app, struct ho_store *store, const struct ho_id *id,
                               struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item item;
	enum ho_status status = store->ops->item_get(&item, store, id, arena, err);
	if (status == HO_ENOTFOUND || (status == HO_OK && item.sent))
		return HO_OK;
	item.sent = 1;
	if (status == HO_OK)
		status = ho_outbox_answer(app, store, &item, err);
	return status ? status : store->ops->item_put(store, &item, err);
}

enum ho_status ho_outbox_tried(struct ho_app *app, struct ho_store *store, struct ho_outgoing *outgoing, int status,
                               int64_t retry_after_s, const char *error, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_outgoing now = *outgoing;
	char text[32];
	bool found;
	snprintf(text, sizeof text, "HTTP %d", status);
	ho_arena_init(&arena, LIST_MAX);
	enum ho_status result = stored(&found, &now, store, &arena, err);
	if (result == HO_OK && found) {
		bool counts = now.next_at != 0;
		judge(app, &now, status, retry_after_s, error ? error : text);
		result = store->ops->outgoing_put(store, &now, err);
		if (result == HO_OK && (now.delivered_at || (counts && !now.next_at)))
			result = count_end(app, store, &now, err);
		if (result == HO_OK && now.delivered_at && !counts && now.item.text[0])
			result = catch_up(app, store, &now.item, &arena, err);
		if (result == HO_OK && status == 410)
			result = drop_event_url(app, store, &now, err);
	}
	/* The strings of `now` live in this arena: hand over the figures only. */
	if (result == HO_OK && found) {
		outgoing->tries = now.tries;
		outgoing->next_at = now.next_at;
		outgoing->delivered_at = now.delivered_at;
	}
	ho_arena_release(&arena);
	return result;
}
