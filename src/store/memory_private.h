/**
 * The memory store inside: ordered tables of records, and a log of what the open group changed. A cell holds what is
 * committed and, while a group that touched it is open, what the group made of it; readers look at the one, the writer
 * at the other. So commit, rollback and undo are walks over the log.
 *
 * Records are copies in one piece each (ho_record_copy()). One lock: readers share it for an operation, the writer
 * takes it alone to change a table. Functions return HO_ENOMEM, and what store.h says.
 */
#ifndef HO_STORE_MEMORY_PRIVATE_H
#define HO_STORE_MEMORY_PRIVATE_H

#include <pthread.h>

#include "store/fields.h"
#include "store/store.h"

/** Tables by their key. Texts in keys end with a NUL, numbers are big-endian, so that memcmp() orders them. */
enum ho_kept {
	HO_TABLE_TASK,       /**< name */
	HO_TABLE_MODEL,      /**< task, id */
	HO_TABLE_ITEM,       /**< id */
	HO_TABLE_ARRIVAL,    /**< place → id and place */
	HO_TABLE_PLACE,      /**< id → id and place */
	HO_TABLE_REVIEW,     /**< item, sequence */
	HO_TABLE_QUEUE,      /**< item */
	HO_TABLE_OUTGOING,   /**< id */
	HO_TABLE_JOURNAL,    /**< sequence */
	HO_TABLE_USER,       /**< name */
	HO_TABLE_TOKEN,      /**< hash */
	HO_TABLE_DAILY,      /**< task, model, day, what */
	HO_TABLE_IDEMPOTENT, /**< key */
	HO_TABLE_COUNT
};

/** Where an item stands in the order of arrival. */
struct ho_memory_place {
	struct ho_id id;
	int64_t place;
};

struct ho_memory_cell {
	struct ho_slice key; /**< behind the cell, owned with it */
	void *committed, *pending;
	bool touched; /**< by the open group: `pending` counts, NULL is "deleted" */
};

struct ho_memory_table {
	struct ho_memory_cell **cells; /**< [n] by key */
	size_t n, cap;
};

struct ho_memory_change {
	enum ho_kept table;
	struct ho_memory_cell *cell;
	void *pending; /**< before */
	bool touched;  /**< before */
};

/** What all handles share. */
struct ho_memory_data {
	pthread_rwlock_t lock;
	struct ho_memory_table tables[HO_TABLE_COUNT];
	struct ho_memory_change *log; /**< [changes] of the open group */
	size_t changes, cap;
	uint64_t commits;
	int64_t items, reviews, entries; /**< sequences; a number that was rolled back is not given again */
};

struct ho_memory {
	struct ho_store store;
	struct ho_memory_data *data;
	bool writer, in_group, marked;
	size_t mark; /**< changes at the mark */
};

static inline struct ho_memory *ho_memory(struct ho_store *store)
{
	return (struct ho_memory *)store;
}

extern const struct ho_fields ho_fields_place;

/** A key being put together: at most this long, then HO_ELIMIT. */
struct ho_memory_key {
	char bytes[1024];
	size_t len;
	bool too_long;
};
void ho_memory_key_text(struct ho_memory_key *key, const char *text);
void ho_memory_key_bytes(struct ho_memory_key *key, const void *bytes, size_t len);
void ho_memory_key_number(struct ho_memory_key *key, int64_t number);

/** Is a group open on this handle? HO_EBUG. */
HO_MUST_CHECK enum ho_status ho_memory_writing(struct ho_memory *handle, struct ho_error *err);
/** What this handle sees in a cell; NULL: nothing. */
const void *ho_memory_see(const struct ho_memory *handle, const struct ho_memory_cell *cell);
/** Index of the first cell whose key is not before this one. Under the lock. */
size_t ho_memory_seek(const struct ho_memory *handle, enum ho_kept table, struct ho_slice key);
/** The record under a key as this handle sees it, or NULL. Under the lock. */
const void *ho_memory_find(const struct ho_memory *handle, enum ho_kept table, const struct ho_memory_key *key);
/** Put a copy of the record (NULL: delete) under the key, in the open group. Takes the lock. */
HO_MUST_CHECK enum ho_status ho_memory_put(struct ho_memory *handle, enum ho_kept table,
                                           const struct ho_memory_key *key, const void *record, struct ho_error *err);
/** Take back changes until `changes` are left. Takes the lock. */
void ho_memory_undo(struct ho_memory *handle, size_t changes);
/** Make the group's changes what readers see. Takes the lock. */
void ho_memory_settle(struct ho_memory *handle);
void ho_memory_tables_free(struct ho_memory_data *data);

/** Share the lock, as readers do; give it back. */
void ho_memory_lock(const struct ho_memory *handle);
void ho_memory_unlock(const struct ho_memory *handle);

/** Records being copied into an arena one after another. */
struct ho_kept_rows {
	const struct ho_fields *fields;
	struct ho_arena *arena;
	char *rows;
	size_t n, cap;
	enum ho_status status;
};
void ho_kept_rows_add(struct ho_kept_rows *rows, const void *record);
/** Hand the array over; on failure *out is NULL and *n 0. */
HO_MUST_CHECK enum ho_status ho_kept_rows_take(void *out, size_t *n, struct ho_kept_rows *rows, struct ho_error *err);

/** Copy the record under a key into the arena and to *out; HO_ENOTFOUND in these words. Takes the lock. */
HO_MUST_CHECK enum ho_status ho_memory_get(void *out, struct ho_memory *handle, enum ho_kept table,
                                           const struct ho_memory_key *key, const char *missing, struct ho_arena *arena,
                                           struct ho_error *err);

/** Visit the records this handle sees whose keys begin with `prefix`, by key, until `visit` says false. Takes the lock.
 */
void ho_memory_visit(struct ho_memory *handle, enum ho_kept table, struct ho_slice prefix,
                     bool (*visit)(void *context, const void *record), void *context);
/** All of them, as an array. */
HO_MUST_CHECK enum ho_status ho_memory_all(void *out, size_t *n, struct ho_memory *handle, enum ho_kept table,
                                           struct ho_slice prefix, struct ho_arena *arena, struct ho_error *err);

/** Fill in the operations of a part: memory_items.c, memory_queue.c, memory_rest.c. */
void ho_memory_item_ops(struct ho_store_ops *ops);
void ho_memory_queue_ops(struct ho_store_ops *ops);
void ho_memory_rest_ops(struct ho_store_ops *ops);

#endif
