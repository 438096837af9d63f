/* Outbox, journal, people, counts and first answers in memory. */
#include "store/memory_private.h"

#include "base/alloc.h"

static struct ho_memory_key text_key(const char *text)
{
	struct ho_memory_key key;
	key.len = 0, key.too_long = false;
	ho_memory_key_text(&key, text);
	return key;
}

/* Looking through a table: what suits is copied or counted. */
struct looking {
	struct ho_kept_rows rows;
	const char *text;
	int64_t from, to;
	size_t limit;
	uint64_t n;
	int64_t least;
};

static bool more(struct looking *look, const void *record, bool suits)
{
	if (suits)
		ho_kept_rows_add(&look->rows, record);
	return look->rows.status == HO_OK && look->rows.n < look->limit;
}

static enum ho_status outgoing_put(struct ho_store *store, const struct ho_outgoing *outgoing, struct ho_error *err)
{
	struct ho_memory_key key = text_key(outgoing->id.text);
	return ho_memory_put(ho_memory(store), HO_TABLE_OUTGOING, &key, outgoing, err);
}

static bool is_due(void *context, const void *record)
{
	const struct ho_outgoing *outgoing = record;
	struct looking *look = context;
	return more(look, record, outgoing->next_at > 0 && outgoing->next_at <= look->to);
}

static int by_next(const void *a, const void *b)
{
	const struct ho_outgoing *x = a, *y = b;
	int c = (x->next_at > y->next_at) - (x->next_at < y->next_at);
	return c ? c : strcmp(x->id.text, y->id.text);
}

static enum ho_status outgoing_due(struct ho_outgoing **out, size_t *n, struct ho_store *store, int64_t now,
                                   size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	struct looking look = {.rows = {.fields = &ho_fields_outgoing, .arena = arena}, .to = now, .limit = SIZE_MAX};
	ho_memory_visit(ho_memory(store), HO_TABLE_OUTGOING, ho_slice(NULL, 0), is_due, &look);
	enum ho_status status = ho_kept_rows_take(out, n, &look.rows, err);
	if (*n)
		qsort(*out, *n, sizeof **out, by_next);
	if (*n > limit)
		*n = limit;
	return status;
}

static bool is_of_item(void *context, const void *record)
{
	const struct ho_outgoing *outgoing = record;
	struct looking *look = context;
	return more(look, record, strcmp(outgoing->item.text, look->text) == 0);
}

static enum ho_status outgoing_list(struct ho_outgoing **out, size_t *n, struct ho_store *store,
                                    const struct ho_id *item, struct ho_arena *arena, struct ho_error *err)
{
	struct looking look = {
	    .rows = {.fields = &ho_fields_outgoing, .arena = arena}, .text = item->text, .limit = SIZE_MAX};
	ho_memory_visit(ho_memory(store), HO_TABLE_OUTGOING, ho_slice(NULL, 0), is_of_item, &look);
	return ho_kept_rows_take(out, n, &look.rows, err);
}

static bool waits(void *context, const void *record)
{
	const struct ho_outgoing *outgoing = record;
	struct looking *look = context;
	if (outgoing->next_at > 0 && (!look->n++ || outgoing->next_at < look->least))
		look->least = outgoing->next_at;
	return true;
}

static enum ho_status outgoing_figures(int64_t *next_at, uint64_t *waiting, struct ho_store *store,
                                       struct ho_error *err)
{
	struct looking look = {.n = 0};
	(void)err;
	ho_memory_visit(ho_memory(store), HO_TABLE_OUTGOING, ho_slice(NULL, 0), waits, &look);
	*next_at = look.least;
	*waiting = look.n;
	return HO_OK;
}

/* Delete the records of a table that `ended` says have; all or none. */
static enum ho_status prune(struct ho_store *store, enum ho_kept table, bool (*ended)(const void *, int64_t),
                            int64_t before, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_memory_table *in = &handle->data->tables[table];
	size_t changes = handle->data->changes;
	enum ho_status status = ho_memory_writing(handle, err);
	/* Only this thread changes tables, and a deleted cell stays until the group ends: no lock, no moving. */
	for (size_t i = 0; status == HO_OK && i < in->n; i++) {
		const void *record = ho_memory_see(handle, in->cells[i]);
		struct ho_memory_key key = {.len = 0};
		if (!record || !ended(record, before))
			continue;
		ho_memory_key_bytes(&key, in->cells[i]->key.ptr, in->cells[i]->key.len);
		status = ho_memory_put(handle, table, &key, NULL, err);
	}
	if (status && handle->in_group)
		ho_memory_undo(handle, changes);
	return status;
}

static bool outgoing_ended(const void *record, int64_t before)
{
	const struct ho_outgoing *outgoing = record;
	return outgoing->next_at == 0 && outgoing->created_at < before && outgoing->delivered_at < before;
}

static enum ho_status outgoing_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	return prune(store, HO_TABLE_OUTGOING, outgoing_ended, before, err);
}

static enum ho_status journal_add(struct ho_store *store, const struct ho_journal_entry *entry, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_journal_entry whole = *entry;
	struct ho_memory_key key = {.len = 0};
	whole.sequence = handle->data->entries + 1;
	ho_memory_key_number(&key, whole.sequence);
	enum ho_status status = ho_memory_put(handle, HO_TABLE_JOURNAL, &key, &whole, err);
	handle->data->entries += status == HO_OK;
	return status;
}

static bool is_told(void *context, const void *record)
{
	const struct ho_journal_entry *entry = record;
	struct looking *look = context;
	return more(look, record,
	            entry->at >= look->from && entry->sequence > look->to &&
	                (!look->text || (entry->task && strcmp(entry->task, look->text) == 0)));
}

static enum ho_status journal_list(struct ho_journal_entry **out, size_t *n, struct ho_store *store, const char *task,
                                   int64_t since, int64_t after, size_t limit, struct ho_arena *arena,
                                   struct ho_error *err)
{
	struct looking look = {.rows = {.fields = &ho_fields_journal, .arena = arena},
	                       .text = task,
	                       .from = since,
	                       .to = after,
	                       .limit = limit};
	if (limit)
		ho_memory_visit(ho_memory(store), HO_TABLE_JOURNAL, ho_slice(NULL, 0), is_told, &look);
	return ho_kept_rows_take(out, n, &look.rows, err);
}

static enum ho_status user_put(struct ho_store *store, const struct ho_user *user, struct ho_error *err)
{
	struct ho_memory_key key = text_key(user->name);
	return ho_memory_put(ho_memory(store), HO_TABLE_USER, &key, user, err);
}

static enum ho_status user_get(struct ho_user *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                               struct ho_error *err)
{
	struct ho_memory_key key = text_key(name);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_USER, &key, "no such user", arena, err);
}

static enum ho_status user_list(struct ho_user **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                struct ho_error *err)
{
	return ho_memory_all(out, n, ho_memory(store), HO_TABLE_USER, ho_slice(NULL, 0), arena, err);
}

static struct ho_memory_key hash_key(const unsigned char hash[32])
{
	struct ho_memory_key key;
	key.len = 0, key.too_long = false;
	ho_memory_key_bytes(&key, hash, 32);
	return key;
}

static enum ho_status token_put(struct ho_store *store, const struct ho_credential *token, struct ho_error *err)
{
	struct ho_memory_key key = hash_key(token->hash);
	return ho_memory_put(ho_memory(store), HO_TABLE_TOKEN, &key, token, err);
}

static enum ho_status token_get(struct ho_credential *out, struct ho_store *store, const unsigned char hash[32],
                                struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = hash_key(hash);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_TOKEN, &key, "no such key or session", arena, err);
}

static bool is_kind(void *context, const void *record)
{
	const struct ho_credential *token = record;
	struct looking *look = context;
	return more(look, record, (int64_t)token->kind == look->from);
}

static int by_name(const void *a, const void *b)
{
	const struct ho_credential *x = a, *y = b;
	int c = strcmp(x->name ? x->name : "", y->name ? y->name : "");
	if (!c)
		c = (x->created_at > y->created_at) - (x->created_at < y->created_at);
	return c ? c : memcmp(x->hash, y->hash, sizeof x->hash);
}

static enum ho_status token_list(struct ho_credential **out, size_t *n, struct ho_store *store,
                                 enum ho_credential_kind kind, struct ho_arena *arena, struct ho_error *err)
{
	struct looking look = {.rows = {.fields = &ho_fields_token, .arena = arena}, .from = kind, .limit = SIZE_MAX};
	ho_memory_visit(ho_memory(store), HO_TABLE_TOKEN, ho_slice(NULL, 0), is_kind, &look);
	enum ho_status status = ho_kept_rows_take(out, n, &look.rows, err);
	if (*n)
		qsort(*out, *n, sizeof **out, by_name);
	return status;
}

static bool token_ended(const void *record, int64_t before)
{
	const struct ho_credential *token = record;
	return token->kind != HO_CREDENTIAL_KEY && ((token->expires_at > 0 && token->expires_at < before) ||
	                                            (token->revoked_at > 0 && token->revoked_at < before));
}

static enum ho_status token_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	return prune(store, HO_TABLE_TOKEN, token_ended, before, err);
}

static enum ho_status count_add(struct ho_store *store, const struct ho_count *count, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_count sum = *count;
	struct ho_memory_key key = text_key(count->task);
	if (!sum.model)
		sum.model = "";
	ho_memory_key_text(&key, sum.model);
	ho_memory_key_number(&key, sum.day);
	ho_memory_key_text(&key, sum.what);
	ho_memory_lock(handle);
	const struct ho_count *old = ho_memory_find(handle, HO_TABLE_DAILY, &key);
	sum.n += old ? old->n : 0;
	ho_memory_unlock(handle);
	return ho_memory_put(handle, HO_TABLE_DAILY, &key, &sum, err);
}

static bool is_between(void *context, const void *record)
{
	const struct ho_count *count = record;
	struct looking *look = context;
	return more(look, record, count->day >= look->from && count->day <= look->to);
}

static enum ho_status count_list(struct ho_count **out, size_t *n, struct ho_store *store, const char *task,
                                 int32_t from, int32_t to, struct ho_arena *arena, struct ho_error *err)
{
	struct looking look = {
	    .rows = {.fields = &ho_fields_count, .arena = arena}, .from = from, .to = to, .limit = SIZE_MAX};
	struct ho_memory_key key = text_key(task);
	ho_memory_visit(ho_memory(store), HO_TABLE_DAILY, task ? ho_slice(key.bytes, key.len) : ho_slice(NULL, 0),
	                is_between, &look);
	return ho_kept_rows_take(out, n, &look.rows, err);
}

static enum ho_status idempotent_put(struct ho_store *store, const struct ho_idempotent *first, struct ho_error *err)
{
	struct ho_memory_key key = text_key(first->key);
	return ho_memory_put(ho_memory(store), HO_TABLE_IDEMPOTENT, &key, first, err);
}

static enum ho_status idempotent_get(struct ho_idempotent *out, struct ho_store *store, const char *name,
                                     struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = text_key(name);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_IDEMPOTENT, &key, "this key was not used yet", arena, err);
}

static bool idempotent_ended(const void *record, int64_t before)
{
	return ((const struct ho_idempotent *)record)->at < before;
}

static enum ho_status idempotent_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	return prune(store, HO_TABLE_IDEMPOTENT, idempotent_ended, before, err);
}

void ho_memory_rest_ops(struct ho_store_ops *ops)
{
	ops->outgoing_put = outgoing_put;
	ops->outgoing_due = outgoing_due;
	ops->outgoing_list = outgoing_list;
	ops->outgoing_figures = outgoing_figures;
	ops->outgoing_prune = outgoing_prune;
	ops->journal_add = journal_add;
	ops->journal_list = journal_list;
	ops->user_put = user_put;
	ops->user_get = user_get;
	ops->user_list = user_list;
	ops->token_put = token_put;
	ops->token_get = token_get;
	ops->token_list = token_list;
	ops->token_prune = token_prune;
	ops->count_add = count_add;
	ops->count_list = count_list;
	ops->idempotent_put = idempotent_put;
	ops->idempotent_get = idempotent_get;
	ops->idempotent_prune = idempotent_prune;
}
