/**
 * The store: what a workspace remembers. A table of operations in the words of records.h; memory.c and sqlite.c fill
 * it, PostgreSQL will. tests/store/contract.h holds every implementation to the same behaviour. No SQL outside this
 * folder.
 *
 * Handles: ho_store_open_*() gives the writer; `reader` gives further handles for reading, one per thread.
 * Writing: only between begin and commit, by the writer. What a group wrote is seen by readers after commit, all or
 * nothing, and is on disk when commit returns HO_OK. Many callers' writes share one group (app/committer.h); `mark` and
 * `undo` take one caller's part of it back. Reading through the writer inside a group sees the group's own writes.
 * Operations check nothing about meaning (who may answer what): that is app's work. They are atomic: a failed one has
 * changed nothing of its group. Where SQLite gives up a whole group by itself (out of memory, disk full), what follows
 * in the group fails with HO_EIO, commit too. Writing outside a group or through a reader is HO_EBUG.
 *
 * "Newest first" is the order of arrival (of item_add), which is the order of ids but for items made at the same
 * moment: an export that goes on from the last id it saw misses none. created_at follows the same order to within ten
 * minutes.
 *
 * All fallible operations can return HO_EIO (disk full, damaged file), HO_ENOMEM, HO_EBUSY (locked by another process
 * for longer than the timeout). "place" of the error names the workspace file.
 */
#ifndef HO_STORE_STORE_H
#define HO_STORE_STORE_H

#include "base/arena.h"
#include "store/records.h"

struct ho_store;

/** Which items a list holds: all conditions together; zero means no condition. */
struct ho_item_filter {
	const char *task;
	const char *client_id;
	const char *label; /**< the answer that counts now */
	const char *answered_by;
	const char *search;                /**< words that the text of a reviewed item has (prefixes) */
	struct ho_id before, after;        /**< exclusive; newest first unless `after` alone is given */
	const enum ho_item_status *status; /**< NULL: any */
	const enum ho_item_role *role;     /**< NULL: any */
	bool by_person;                    /**< only items that a person answered */
	bool flagged;
	bool confirmed_wrong; /**< audits that two people found wrong */
	bool audited;         /**< automatic answers that were drawn for audit */
	int64_t from, until;  /**< created_at in [from, until); 0: open */
	size_t limit;         /**< at most this many; required, >= 1 */
};

struct ho_queue_filter {
	const char *task;
	enum ho_queue_order order;
	const char
	    *reviewer; /**< leaves out what others hold and what this person may not answer; NULL: free ones only */
	bool alone;    /**< nobody else can review: ignore not_reviewer */
	int64_t now;
	size_t limit;
};

/** What waits in a task, without reading every item. */
struct ho_queue_figures {
	uint64_t waiting, leased, overdue, audits; /**< leased and overdue at `now` */
	int64_t oldest;                            /**< `since` of the oldest; 0: none */
};

struct ho_store_ops {
	const char *name; /**< "sqlite", "memory" */

	void (*close)(struct ho_store *store);
	/** Another handle on the same data, for reading only. Close it before the writer. */
	HO_MUST_CHECK enum ho_status (*reader)(struct ho_store **out, struct ho_store *store, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*begin)(struct ho_store *store, struct ho_error *err);
	/** On failure everything since begin is rolled back. */
	HO_MUST_CHECK enum ho_status (*commit)(struct ho_store *store, struct ho_error *err);
	void (*rollback)(struct ho_store *store);
	/** Remember this point of the group; `undo` goes back to the last mark. A new mark replaces the old one. */
	HO_MUST_CHECK enum ho_status (*mark)(struct ho_store *store, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*undo)(struct ho_store *store, struct ho_error *err);
	/** A number that differs after any other handle or process committed: a cheap "has anything changed?". */
	HO_MUST_CHECK enum ho_status (*version)(uint64_t *out, struct ho_store *store, struct ho_error *err);
	/** A consistent copy into a new file, while others write. HO_ECONFLICT: the file exists. */
	HO_MUST_CHECK enum ho_status (*backup)(struct ho_store *store, const char *path, struct ho_error *err);
	/** Make erased texts unrecoverable in the files: rewrite the search lists, empty the log, zero unused room.
	 * Reads the whole file and keeps writers waiting meanwhile (about a second for a gigabyte). Outside a group.
	 * HO_EBUSY: a reader would not let go of the log; try again. */
	HO_MUST_CHECK enum ho_status (*scrub)(struct ho_store *store, struct ho_error *err);

	/* Tasks and models. put replaces the record of that name or adds it. get: HO_ENOTFOUND. Lists are sorted by
	 * name, models by added_at. */
	HO_MUST_CHECK enum ho_status (*task_put)(struct ho_store *store, const struct ho_task *task,
	                                         struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*task_get)(struct ho_task *out, struct ho_store *store, const char *name,
	                                         struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*task_list)(struct ho_task **out, size_t *n, struct ho_store *store,
	                                          struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*model_put)(struct ho_store *store, const struct ho_model_record *model,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*model_list)(struct ho_model_record **out, size_t *n, struct ho_store *store,
	                                           const char *task, struct ho_arena *arena, struct ho_error *err);

	/* Items. add: HO_ECONFLICT if the id exists. put: replaces an existing item; HO_ENOTFOUND. get: HO_ENOTFOUND;
	 * inside a group it also keeps others from changing the item until commit. */
	HO_MUST_CHECK enum ho_status (*item_add)(struct ho_store *store, const struct ho_item *item,
	                                         struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*item_put)(struct ho_store *store, const struct ho_item *item,
	                                         struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*item_get)(struct ho_item *out, struct ho_store *store, const struct ho_id *id,
	                                         struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*item_list)(struct ho_item **out, size_t *n, struct ho_store *store,
	                                          const struct ho_item_filter *filter, struct ho_arena *arena,
	                                          struct ho_error *err);
	/** Ids of items whose meta object has this top-level key with this string, number or true/false as text. Reads
	 * all items, in the order of arrival. */
	HO_MUST_CHECK enum ho_status (*item_where)(struct ho_id **out, size_t *n, struct ho_store *store,
	                                           const char *key, const char *value, struct ho_arena *arena,
	                                           struct ho_error *err);
	/** Erase text, meta, client id, callback address, notes, search entries, outbox bodies and idempotent answers
	 * of an item, and take it out of the queue; the record and the counts stay. HO_ENOTFOUND. */
	HO_MUST_CHECK enum ho_status (*item_forget)(struct ho_store *store, const struct ho_id *id,
	                                            struct ho_error *err);
	/** Forget at most `limit` items of a task created before `before` that do not wait; says how many. */
	HO_MUST_CHECK enum ho_status (*item_forget_before)(size_t *forgotten, struct ho_store *store, const char *task,
	                                                   int64_t before, size_t limit, struct ho_error *err);

	/* Reviews, by rising sequence. The text of a reviewed item becomes searchable. */
	HO_MUST_CHECK enum ho_status (*review_add)(int64_t *sequence, struct ho_store *store,
	                                           const struct ho_review *review, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*review_list)(struct ho_review **out, size_t *n, struct ho_store *store,
	                                            const struct ho_id *item, struct ho_arena *arena,
	                                            struct ho_error *err);

	/* The queue. Ties in an order go by id; HO_QUEUE_DUE has those without a due time last. A lease is over at
	 * lease_expires. put adds or replaces; remove of what is not there is fine. lease: takes or renews; HO_EBUSY if
	 * somebody else holds it (then *holder is filled), HO_ENOTFOUND if it does not wait. unlease: by anybody but
	 * the holder nothing. */
	HO_MUST_CHECK enum ho_status (*queue_put)(struct ho_store *store, const struct ho_queued *queued,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_get)(struct ho_queued *out, struct ho_store *store,
	                                          const struct ho_id *item, struct ho_arena *arena,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_remove)(struct ho_store *store, const struct ho_id *item,
	                                             struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_list)(struct ho_queued **out, size_t *n, struct ho_store *store,
	                                           const struct ho_queue_filter *filter, struct ho_arena *arena,
	                                           struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_lease)(struct ho_queued *holder, struct ho_store *store,
	                                            const struct ho_id *item, const char *reviewer, int64_t now,
	                                            int64_t expires, struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_unlease)(struct ho_store *store, const struct ho_id *item,
	                                              const char *reviewer, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*queue_figures)(struct ho_queue_figures *out, struct ho_store *store,
	                                              const char *task, int64_t now, struct ho_error *err);
	/** Waiting items of all tasks whose due time has passed (due_at in (0, now]) and !due_done, earliest first. */
	HO_MUST_CHECK enum ho_status (*queue_overdue)(struct ho_queued **out, size_t *n, struct ho_store *store,
	                                              int64_t now, size_t limit, struct ho_arena *arena,
	                                              struct ho_error *err);

	/* The outbox. due: next_at in (0, now], earliest first. */
	HO_MUST_CHECK enum ho_status (*outgoing_put)(struct ho_store *store, const struct ho_outgoing *outgoing,
	                                             struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*outgoing_due)(struct ho_outgoing **out, size_t *n, struct ho_store *store,
	                                             int64_t now, size_t limit, struct ho_arena *arena,
	                                             struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*outgoing_list)(struct ho_outgoing **out, size_t *n, struct ho_store *store,
	                                              const struct ho_id *item, struct ho_arena *arena,
	                                              struct ho_error *err);
	/** When the next one is due (0: none), how many wait, and delete those that ended (delivered or given up) and
	 * were neither made nor delivered since `before`. */
	HO_MUST_CHECK enum ho_status (*outgoing_figures)(int64_t *next_at, uint64_t *waiting, struct ho_store *store,
	                                                 struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*outgoing_prune)(struct ho_store *store, int64_t before, struct ho_error *err);

	/* The journal. list: sequence > after and at >= since, oldest first; task NULL: all. */
	HO_MUST_CHECK enum ho_status (*journal_add)(struct ho_store *store, const struct ho_journal_entry *entry,
	                                            struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*journal_list)(struct ho_journal_entry **out, size_t *n, struct ho_store *store,
	                                             const char *task, int64_t since, int64_t after, size_t limit,
	                                             struct ho_arena *arena, struct ho_error *err);

	/* People and keys. token_get: by hash, any kind, also revoked and expired ones; HO_ENOTFOUND. token_list:
	 * secrets are not there. token_prune: deletes sessions and login links that ended before `before`. */
	HO_MUST_CHECK enum ho_status (*user_put)(struct ho_store *store, const struct ho_user *user,
	                                         struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*user_get)(struct ho_user *out, struct ho_store *store, const char *name,
	                                         struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*user_list)(struct ho_user **out, size_t *n, struct ho_store *store,
	                                          struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*token_put)(struct ho_store *store, const struct ho_credential *token,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*token_get)(struct ho_credential *out, struct ho_store *store,
	                                          const unsigned char hash[32], struct ho_arena *arena,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*token_list)(struct ho_credential **out, size_t *n, struct ho_store *store,
	                                           enum ho_credential_kind kind, struct ho_arena *arena,
	                                           struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*token_prune)(struct ho_store *store, int64_t before, struct ho_error *err);

	/* Counts: add sums up. list: days in [from, to], task NULL: all; by task, model, day, what. */
	HO_MUST_CHECK enum ho_status (*count_add)(struct ho_store *store, const struct ho_count *count,
	                                          struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*count_list)(struct ho_count **out, size_t *n, struct ho_store *store,
	                                           const char *task, int32_t from, int32_t to, struct ho_arena *arena,
	                                           struct ho_error *err);

	/* Idempotency-Keys. get: HO_ENOTFOUND. prune: those older than `before`. */
	HO_MUST_CHECK enum ho_status (*idempotent_put)(struct ho_store *store, const struct ho_idempotent *first,
	                                               struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*idempotent_get)(struct ho_idempotent *out, struct ho_store *store,
	                                               const char *key, struct ho_arena *arena, struct ho_error *err);
	HO_MUST_CHECK enum ho_status (*idempotent_prune)(struct ho_store *store, int64_t before, struct ho_error *err);
};

/** A handle; implementations begin their own struct with it. */
struct ho_store {
	const struct ho_store_ops *ops;
};

/** A store that lives and dies with the process: tests, trials. */
HO_MUST_CHECK enum ho_status ho_store_open_memory(struct ho_store **out, struct ho_error *err);
/**
 * Open or create a SQLite file: WAL, synchronous=FULL, secure_delete. Older schemas are migrated in one transaction.
 *
 * @return HO_OK; HO_EUNAVAIL written by a newer program (nothing is touched); HO_EFORMAT not such a file; HO_EIO;
 *         HO_EBUSY; HO_ENOTFOUND if !create and there is none.
 */
HO_MUST_CHECK enum ho_status ho_store_open_sqlite(struct ho_store **out, const char *path, bool create,
                                                  struct ho_error *err);

#endif
