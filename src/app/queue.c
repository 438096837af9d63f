/* Which texts a person sees next. */
#include <limits.h>

#include "app/recheck.h"
#include "app/settle.h"
#include "base/hash.h"

enum {
	ORDERS = 4,
	LISTED_MAX = 2048,
	NEXT_MAX = 200,
	BYTES_MAX = 8 << 20,
	SKIP_MS = 10 * 60 * 1000,
	FLAG_NOTE_MAX = 4000
};

/* The lists that are drawn from, and how far each is used. */
struct picking {
	struct ho_app *app;
	struct ho_store *reader;
	const char *task, *reviewer;
	int64_t now, due_soon; /* what is due until then comes first */
	bool alone;
	struct ho_queued *lists[ORDERS];
	size_t n[ORDERS], at[ORDERS];
	const struct ho_queued **picked;
	size_t n_picked, limit;
	uint64_t last; /* fingerprint of the text before */
	bool has_last;
	struct ho_rng rng;
};

static enum ho_status list_all(bool *full, struct picking *p, size_t limit, struct ho_arena *arena,
                               struct ho_error *err)
{
	static const enum ho_queue_order orders[ORDERS] = {HO_QUEUE_UNSURE, HO_QUEUE_NOVEL, HO_QUEUE_CHANCE,
	                                                   HO_QUEUE_DUE};
	enum ho_status status = HO_OK;
	*full = false;
	for (int i = 0; i < ORDERS && status == HO_OK; i++) {
		struct ho_queue_filter filter = {.task = p->task,
		                                 .order = orders[i],
		                                 .reviewer = p->reviewer,
		                                 .alone = p->alone,
		                                 .now = p->now,
		                                 .limit = limit};
		p->at[i] = 0;
		status = p->reader->ops->queue_list(&p->lists[i], &p->n[i], p->reader, &filter, arena, err);
		*full |= status == HO_OK && p->n[i] == limit;
	}
	return status;
}

static bool is_taken(const struct picking *p, const struct ho_queued *queued)
{
	for (size_t i = 0; i < p->n_picked; i++)
		if (!strcmp(p->picked[i]->item.text, queued->item.text))
			return true;
	return ho_app__skipped(p->app, p->reviewer, &queued->item, p->now);
}

static bool is_near_last(const struct picking *p, const struct ho_queued *queued)
{
	return p->has_last && __builtin_popcountll(p->last ^ queued->fingerprint) <= HO_NEAR_BITS;
}

/* The first of a list that is free; with `differ` the first that is not like the text before. */
static const struct ho_queued *first_free(struct picking *p, int order, bool differ)
{
	while (p->at[order] < p->n[order] && is_taken(p, &p->lists[order][p->at[order]]))
		p->at[order]++;
	for (size_t i = p->at[order]; i < p->n[order]; i++) {
		const struct ho_queued *queued = &p->lists[order][i];
		bool due = queued->due_at > 0 && queued->due_at <= p->due_soon;
		if (order == 3 && !due)
			return NULL;
		if ((!differ || !is_near_last(p, queued)) && !is_taken(p, queued))
			return queued;
	}
	return NULL;
}

/* Due ones first; else 70% by doubt, 20% by novelty, 10% by chance; a look-alike only if nothing else is left. */
static const struct ho_queued *pick(struct picking *p)
{
	double draw = ho_rng_uniform(&p->rng);
	int wanted = draw < 0.7 ? 0 : draw < 0.9 ? 1 : 2;
	for (int differ = 1; differ >= 0; differ--) {
		const struct ho_queued *due = first_free(p, 3, differ), *found = due;
		for (int i = 0; i < 3 && !found; i++)
			found = first_free(p, (wanted + i) % 3, differ);
		if (found)
			return found;
	}
	return NULL;
}

static void pick_all(struct picking *p)
{
	const struct ho_queued *next;
	p->n_picked = 0;
	while (p->n_picked < p->limit && (next = pick(p)) != NULL) {
		p->picked[p->n_picked++] = next;
		p->last = next->fingerprint;
		p->has_last = true;
	}
}

/* The same draws as long as the queue begins with the same items, so that a page that asks twice sees the same. */
static void seed(struct picking *p, const struct ho_id *previous)
{
	uint64_t hash = ho_hash(p->reviewer, strlen(p->reviewer), 7);
	if (previous)
		hash = ho_hash(previous->text, strlen(previous->text), hash);
	for (int i = 0; i < 3; i++)
		if (p->n[i])
			hash = ho_hash(p->lists[i][0].item.text, 26, hash);
	p->rng = ho_rng_seed(hash, 0);
}

static void remember_previous(struct picking *p, const struct ho_id *previous, struct ho_arena *arena)
{
	struct ho_item item;
	p->has_last =
	    previous && *previous->text && p->reader->ops->item_get(&item, p->reader, previous, arena, NULL) == HO_OK;
	if (p->has_last)
		p->last = ho_text_fingerprint(item.text);
}

/* Lists are taken longer until enough is left of them after what this person skipped and what looks alike. */
static enum ho_status choose(struct picking *p, const struct ho_id *previous, struct ho_arena *arena,
                             struct ho_error *err)
{
	bool full = true;
	enum ho_status status = HO_OK;
	for (size_t listed = 2 * p->limit + 16; status == HO_OK && full; listed *= 4) {
		status = list_all(&full, p, listed, arena, err);
		if (status)
			break;
		remember_previous(p, previous, arena);
		seed(p, previous);
		pick_all(p);
		if (p->n_picked == p->limit || listed >= LISTED_MAX)
			break;
	}
	return status;
}

/* An audit that was handed round looks as young as the others: age counts from the beginning of its due time. */
static int64_t age_of(const struct ho_queued *queued, const struct ho_task_settings *settings, int64_t now)
{
	int64_t since = queued->since, round = queued->due_at - (int64_t)settings->due_s * 1000;
	if (queued->due_at > 0 && settings->due_s && round > since)
		since = round;
	return now > since ? now - since : 0;
}

static enum ho_status show(struct ho_waiting *out, struct picking *p, const struct ho_queued *queued,
                           const struct ho_task_settings *settings, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item item;
	enum ho_status status = p->reader->ops->item_get(&item, p->reader, &queued->item, arena, err);
	if (status == HO_OK)
		*out = (struct ho_waiting){.item = item.id,
		                           .text = item.text,
		                           .meta = ho_recheck_is(item.meta) ? ho_slice(NULL, 0) : item.meta,
		                           .age_ms = age_of(queued, settings, p->now),
		                           .due_at = queued->due_at};
	return status;
}

/* Texts of BYTES_MAX together and one more are enough for a page: whoever asks for many gets as many as that holds. */
static enum ho_status show_all(struct ho_waiting **out, size_t *n, struct picking *p,
                               const struct ho_task_settings *settings, struct ho_arena *arena, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	struct ho_waiting *shown = ho_arena_alloc(arena, p->n_picked ? p->n_picked : 1, sizeof *shown);
	size_t count = 0, bytes = 0;
	if (!shown)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < p->n_picked && bytes < BYTES_MAX && status == HO_OK; i++) {
		status = show(&shown[count], p, p->picked[i], settings, arena, err);
		if (status == HO_OK)
			bytes += shown[count++].text.len;
		else if (status == HO_ENOTFOUND)
			status = HO_OK; /* answered by somebody between the two looks */
	}
	if (status == HO_OK) {
		*out = shown;
		*n = count;
	}
	return status;
}

enum ho_status ho_queue_next(struct ho_waiting **out, size_t *n, struct ho_app *app, struct ho_store *reader,
                             const char *task, const char *reviewer, const struct ho_id *previous, size_t limit,
                             struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_desk *desk;
	struct picking p = {.app = app, .reader = reader, .reviewer = reviewer, .now = ho_app_now(app)};
	*out = NULL;
	*n = 0;
	enum ho_status status = ho_desk_take(&desk, app, task, err);
	if (status)
		return status;
	p.task = desk->name;
	p.limit = limit < 1 ? 1 : limit > NEXT_MAX ? NEXT_MAX : limit;
	p.alone = ho_app__is_alone(app, reader, task, reviewer);
	p.due_soon = p.now + (int64_t)desk->settings.due_s * 1000 / 4;
	p.picked = ho_arena_alloc(arena, p.limit, sizeof *p.picked);
	status = p.picked ? choose(&p, previous, arena, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = show_all(out, n, &p, &desk->settings, arena, err);
	ho_desk_release(desk);
	return status;
}

/* ---- lease, skip, flag ---- */

/* The first auditor does not get an item back for the second look before its time, and whoever corrected it never does.
 */
static enum ho_status check_blind(struct ho_app *app, struct ho_store *store, const struct ho_queued *queued,
                                  const struct app_history *history, const char *reviewer, int64_t now,
                                  struct ho_error *err)
{
	bool first = queued->not_reviewer && !strcmp(queued->not_reviewer, reviewer);
	bool looked = queued->audit && ho_app__has_looked(history, reviewer);
	if (looked)
		ho_app__skip(app, reviewer, &queued->item, INT64_MAX);
	if (!looked && (!first || (queued->not_before <= now && ho_app__is_alone(app, store, queued->task, reviewer))))
		return HO_OK;
	return ho_fail(err, HO_ENOTFOUND, "this item does not wait for you");
}

static enum ho_status lease_seconds(int64_t *out, struct ho_app *app, const char *task, struct ho_error *err)
{
	const struct ho_desk *desk;
	enum ho_status status = ho_desk_take(&desk, app, task, err);
	if (status)
		return status;
	*out = desk->settings.lease_s;
	ho_desk_release(desk);
	return HO_OK;
}

/* Who took a blind answer back holds the item until they say what it is now; nobody else waits for it. */
static enum ho_status take_redo(struct ho_lease *out, struct ho_app *app, struct ho_store *store, const char *reviewer,
                                struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item item;
	int64_t seconds;
	enum ho_status status = store->ops->item_get(&item, store, &out->item, arena, err);
	if (status == HO_OK)
		status = lease_seconds(&seconds, app, item.task, err);
	if (status)
		return status;
	out->acquired = true;
	out->leased_by = reviewer;
	out->expires_at = ho_app_now(app) + seconds * 1000;
	return HO_OK;
}

enum ho_status ho_lease_take(struct ho_lease *out, struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                             const char *reviewer, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_queued queued, holder;
	struct app_history history;
	int64_t now = ho_app_now(app), seconds;
	*out = (struct ho_lease){.item = *item};
	enum ho_status status = ho_app__history_read(&history, store, item, arena, err);
	enum ho_status found = status ? status : store->ops->queue_get(&queued, store, item, arena, err);
	if (status == HO_OK && found == HO_OK)
		found = check_blind(app, store, &queued, &history, reviewer, now, err);
	if (status == HO_OK && found == HO_ENOTFOUND && ho_app__may_redo(&history, reviewer))
		return take_redo(out, app, store, reviewer, arena, err);
	status = found;
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND, "this item does not wait for a person");
	if (status == HO_OK)
		status = lease_seconds(&seconds, app, queued.task, err);
	if (status)
		return status;
	int64_t expires = now + seconds * 1000;
	status = store->ops->queue_lease(&holder, store, item, reviewer, now, expires, arena, err);
	if (status == HO_OK) {
		out->acquired = true;
		out->leased_by = reviewer;
		out->expires_at = expires;
	} else if (status == HO_EBUSY && holder.leased_by) {
		out->leased_by = holder.leased_by;
		out->expires_at = holder.lease_expires;
		status = HO_OK;
	}
	return status;
}

enum ho_status ho_lease_return(struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                               const char *reviewer, struct ho_error *err)
{
	(void)app;
	return store->ops->queue_unlease(store, item, reviewer, err);
}

static enum ho_status add_review(struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                                 enum ho_review_kind kind, const char *reviewer, const char *note, struct ho_error *err)
{
	int64_t sequence;
	struct ho_review review = {
	    .item = *item, .kind = kind, .reviewer = reviewer, .note = note, .at = ho_app_now(app)};
	return store->ops->review_add(&sequence, store, &review, err);
}

enum ho_status ho_skip_item(struct ho_app *app, struct ho_store *store, const struct ho_id *item, const char *reviewer,
                            struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_queued queued;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = store->ops->queue_get(&queued, store, item, &arena, err);
	if (status == HO_ENOTFOUND)
		status = ho_fail(err, HO_ENOTFOUND, "this item does not wait for a person");
	if (status == HO_OK)
		status = add_review(app, store, item, HO_REVIEW_SKIP, reviewer, NULL, err);
	if (status == HO_OK)
		status = store->ops->queue_unlease(store, item, reviewer, err);
	if (status == HO_OK)
		ho_app__skip(app, reviewer, item, ho_app_now(app) + SKIP_MS);
	ho_arena_release(&arena);
	return status;
}

/* A request that is sent again because its answer was lost is no second flag. */
static bool is_flagged_so(const struct app_history *history, const char *reviewer, const char *note)
{
	for (size_t i = history->n; i-- > 0;) {
		const struct ho_review *review = &history->reviews[i];
		if (review->kind == HO_REVIEW_FLAG && !strcmp(review->reviewer, reviewer))
			return note ? review->note && !strcmp(review->note, note) : !review->note;
	}
	return false;
}

enum ho_status ho_flag_item(struct ho_app *app, struct ho_store *store, const struct ho_id *item, const char *reviewer,
                            const char *note, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_item flagged;
	struct app_history history = {.n = 0};
	if (note && strnlen(note, FLAG_NOTE_MAX + 1) > FLAG_NOTE_MAX)
		return ho_fail(err, HO_ELIMIT, "the note is longer than 4000 bytes");
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = store->ops->item_get(&flagged, store, item, &arena, err);
	if (status == HO_ENOTFOUND)
		status = ho_fail(err, HO_ENOTFOUND, "no such item");
	if (status == HO_OK && flagged.forgotten) /* nor is a note written back that may tell of it */
		status = ho_fail(err, HO_ECONFLICT, "the text of this item was erased");
	if (status == HO_OK)
		status = ho_app__history_read(&history, store, item, &arena, err);
	bool anew = status == HO_OK && !is_flagged_so(&history, reviewer, note);
	if (anew)
		status = add_review(app, store, item, HO_REVIEW_FLAG, reviewer, note, err);
	if (status == HO_OK && anew) {
		flagged.flagged = true;
		flagged.note = note ? note : flagged.note;
		status = store->ops->item_put(store, &flagged, err);
	}
	ho_arena_release(&arena);
	return status;
}
