/**
 * The SQLite store inside: a connection with its prepared statements. What the files of this folder share; the contract
 * is in store.h. Functions return what store.h says and put the database's path into the error's place.
 */
#ifndef HO_STORE_SQLITE_PRIVATE_H
#define HO_STORE_SQLITE_PRIVATE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "store/fields.h"
#include "store/store.h"

/** "HOff" in the file's header: the file is one of ours. */
#define HO_SQLITE_APPLICATION 0x484f6666
/** Schema that this program writes; the numbers of sqlite_schema.c. */
enum { HO_SQLITE_SCHEMA = 4 };
enum { HO_SQLITE_BUSY_MS = 2000 };

/** Every statement that is used more than now and then; texts in sqlite_sql.c. */
enum ho_sql {
	HO_SQL_BEGIN,
	HO_SQL_COMMIT,
	HO_SQL_ROLLBACK,
	HO_SQL_MARK,
	HO_SQL_UNMARK,
	HO_SQL_UNDO,
	HO_SQL_VERSION,
	HO_SQL_TASK_PUT,
	HO_SQL_TASK_GET,
	HO_SQL_TASK_LIST,
	HO_SQL_MODEL_PUT,
	HO_SQL_MODEL_LIST,
	HO_SQL_ITEM_ADD,
	HO_SQL_ITEM_PUT,
	HO_SQL_ITEM_GET,
	HO_SQL_ITEM_PLACE,
	HO_SQL_ITEM_OLDER,
	HO_SQL_ITEM_NEWER,
	HO_SQL_ITEM_TASK_AFTER,
	HO_SQL_ITEM_WHERE,
	HO_SQL_FORGET,
	HO_SQL_FORGET_BEFORE,
	HO_SQL_REVIEW_ADD,
	HO_SQL_REVIEW_LIST,
	HO_SQL_QUEUE_PUT,
	HO_SQL_QUEUE_REPLACE,
	HO_SQL_QUEUE_COUNT,
	HO_SQL_QUEUE_FRESH,
	HO_SQL_QUEUE_PLACE,
	HO_SQL_QUEUE_GET,
	HO_SQL_QUEUE_REMOVE,
	HO_SQL_QUEUE_UNSURE,
	HO_SQL_QUEUE_NOVEL,
	HO_SQL_QUEUE_CHANCE,
	HO_SQL_QUEUE_DUE,
	HO_SQL_QUEUE_OLDEST,
	HO_SQL_QUEUE_LEASE,
	HO_SQL_QUEUE_UNLEASE,
	HO_SQL_QUEUE_FIGURES,
	HO_SQL_QUEUE_OVERDUE,
	HO_SQL_OUTGOING_PUT,
	HO_SQL_OUTGOING_DUE,
	HO_SQL_OUTGOING_LIST,
	HO_SQL_OUTGOING_FIGURES,
	HO_SQL_OUTGOING_PRUNE,
	HO_SQL_JOURNAL_ADD,
	HO_SQL_JOURNAL_LIST,
	HO_SQL_JOURNAL_SINCE,
	HO_SQL_JOURNAL_TASK,
	HO_SQL_JOURNAL_TASK_SINCE,
	HO_SQL_USER_PUT,
	HO_SQL_USER_GET,
	HO_SQL_USER_LIST,
	HO_SQL_TOKEN_PUT,
	HO_SQL_TOKEN_GET,
	HO_SQL_TOKEN_LIST,
	HO_SQL_TOKEN_PRUNE,
	HO_SQL_COUNT_ADD,
	HO_SQL_COUNT_LIST,
	HO_SQL_COUNT_LIST_ALL,
	HO_SQL_IDEMPOTENT_PUT,
	HO_SQL_IDEMPOTENT_GET,
	HO_SQL_IDEMPOTENT_PRUNE,
	HO_SQL_COUNT
};

/** Rows of the queue that are not yet in their places in the random orders; see sqlite_queue.c. */
struct ho_sqlite_fresh {
	int64_t rows;  /**< about how many there are */
	bool known;    /**< they were counted */
	uint64_t puts; /**< of this group */
	uint64_t pace; /**< of late: 8 times the usual puts of a group */
};

struct ho_sqlite {
	struct ho_store store;
	sqlite3 *db;
	char *path;    /**< owned */
	bool writer;   /**< not a reader */
	bool in_group; /**< between begin and commit, as the caller sees it */
	bool marked;
	bool suspect; /**< something went badly wrong: what the connection keeps in memory is not to be trusted */
	struct ho_sqlite_fold *fold; /**< owned; NULL in readers */
	struct ho_sqlite_fresh fresh;
	sqlite3_stmt *statements[HO_SQL_COUNT]; /**< prepared on first use */
};

static inline struct ho_sqlite *ho_sqlite(struct ho_store *store)
{
	return (struct ho_sqlite *)store;
}

/** Statement text with $columns, $values, $excluded still in it, and the record they speak of (NULL: none). */
struct ho_sql_text {
	const struct ho_fields *fields;
	const char *text;
};
extern const struct ho_sql_text ho_sql_texts[HO_SQL_COUNT];

/** Open the database anew if the handle is suspect and no group is open. SQLite's search index can be left confused by
 * an allocation that failed, which shows as a damaged file until the connection is closed. HO_ENOMEM, HO_EIO. */
HO_MUST_CHECK enum ho_status ho_sqlite_heal(struct ho_sqlite *handle, struct ho_error *err);
/** Turn a result code of SQLite into ours, with words and place; makes the handle suspect where memory, disk or file
 * failed. Returns the status (HO_E...). */
enum ho_status ho_sqlite_fail(struct ho_error *err, struct ho_sqlite *handle, int code);
/** HO_OK if a group is open and SQLite has not rolled it back by itself; else HO_EBUG or HO_EIO. */
HO_MUST_CHECK enum ho_status ho_sqlite_writing(struct ho_sqlite *handle, struct ho_error *err);
/** Append a statement's text, its $words filled in from `fields`. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_sqlite_expand(struct ho_buf *out, const char *text, const struct ho_fields *fields,
                                              struct ho_error *err);
/** Prepare any text (to be finalized by the caller). HO_ENOMEM and what SQLite says. */
HO_MUST_CHECK enum ho_status ho_sqlite_prepare(sqlite3_stmt **out, struct ho_sqlite *handle, const char *text,
                                               const struct ho_fields *fields, unsigned flags, struct ho_error *err);
/** The prepared statement, reset and ready to be bound; the handle owns it. Same errors. */
HO_MUST_CHECK enum ho_status ho_sqlite_statement(sqlite3_stmt **out, struct ho_sqlite *handle, enum ho_sql which,
                                                 struct ho_error *err);

/** Bind values; a failure (out of memory) makes *code an SQLite code, later binds do nothing. Bytes are borrowed until
 * the statement ran. */
void ho_sqlite_bind_text(int *code, sqlite3_stmt *statement, int at, const char *text);
void ho_sqlite_bind_bytes(int *code, sqlite3_stmt *statement, int at, struct ho_slice bytes, bool text);
void ho_sqlite_bind_integer(int *code, sqlite3_stmt *statement, int at, int64_t value);
/** All fields of a record from parameter 1. */
void ho_sqlite_bind_record(int *code, sqlite3_stmt *statement, const struct ho_fields *fields, const void *record);

/** Run a bound statement to its end (rows are ignored); `code` is what binding gave. Resets it. *changes may be
 * NULL. Returns what SQLite's code means (HO_E...). */
HO_MUST_CHECK enum ho_status ho_sqlite_run(int *changes, struct ho_sqlite *handle, sqlite3_stmt *statement, int code,
                                           struct ho_error *err);
/** Columns from `first` of the current row as a record, bytes copied into the arena. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_sqlite_read(void *out, struct ho_sqlite *handle, sqlite3_stmt *statement, int first,
                                            const struct ho_fields *fields, struct ho_arena *arena,
                                            struct ho_error *err);
/** The first row as a record; HO_ENOTFOUND if there is none, with these words. Resets the statement; *out is zero on
 * failure. */
HO_MUST_CHECK enum ho_status ho_sqlite_one(void *out, struct ho_sqlite *handle, sqlite3_stmt *statement, int code,
                                           const struct ho_fields *fields, const char *missing, struct ho_arena *arena,
                                           struct ho_error *err);
/** All rows as an array of records in the arena. Resets the statement. */
HO_MUST_CHECK enum ho_status ho_sqlite_all(void *out, size_t *n, struct ho_sqlite *handle, sqlite3_stmt *statement,
                                           int code, const struct ho_fields *fields, struct ho_arena *arena,
                                           struct ho_error *err);
/** Write a record with a statement that takes just it. Checks that a group is open. */
HO_MUST_CHECK enum ho_status ho_sqlite_write(struct ho_sqlite *handle, enum ho_sql which, const void *record,
                                             struct ho_error *err);
/** A value for a statement: an integer, or a text (NULL: none) or bytes. */
struct ho_sql_value {
	const char *text;
	int64_t integer;
	bool is_integer;
};

static inline struct ho_sql_value ho_sql_integer(int64_t value)
{
	return (struct ho_sql_value){.integer = value, .is_integer = true};
}

static inline struct ho_sql_value ho_sql_limit(size_t limit)
{
	return ho_sql_integer(limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
}

/** As ho_sqlite_write() for records whose first field is a sequence that the database gives. HO_EBUG outside a group.
 */
HO_MUST_CHECK enum ho_status ho_sqlite_append(struct ho_sqlite *handle, enum ho_sql which, const void *record,
                                              struct ho_error *err);
/** Run a statement that changes, with these values. HO_EBUG outside a group. *changes may be NULL. */
HO_MUST_CHECK enum ho_status ho_sqlite_change(int *changes, struct ho_store *store, enum ho_sql which,
                                              const struct ho_sql_value *values, size_t n, struct ho_error *err);
/** The record under a key of bytes or text; HO_ENOTFOUND in these words. */
HO_MUST_CHECK enum ho_status ho_sqlite_get(void *out, struct ho_store *store, enum ho_sql which, struct ho_slice key,
                                           const char *missing, struct ho_arena *arena, struct ho_error *err);
/** All rows of a statement with these values; `out` is the address of a pointer to the records. */
HO_MUST_CHECK enum ho_status ho_sqlite_list(void *out, size_t *n, struct ho_store *store, enum ho_sql which,
                                            const struct ho_sql_value *values, size_t count, struct ho_arena *arena,
                                            struct ho_error *err);
/** Bind values from parameter 1. */
void ho_sqlite_bind_values(int *code, sqlite3_stmt *statement, const struct ho_sql_value *values, size_t n);

/** Watch the writer's log, and fold it into the file beside the commits, by a thread that begins when the log is first
 * long. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_sqlite_fold_start(struct ho_sqlite *handle, struct ho_error *err);
/** Watch the handle's connection, which is a new one. */
void ho_sqlite_fold_watch(struct ho_sqlite *handle);
/** The open group erases texts: after its commit the log is folded and emptied, once a minute at most. */
void ho_sqlite_fold_erased(struct ho_sqlite *handle);
/** Stop the thread, before the connection is closed. */
void ho_sqlite_fold_stop(struct ho_sqlite *handle);
/** Pages in the log from which on the thread folds, and from which on commits do, whatever the thread does. For tests.
 */
void ho_sqlite_fold_at(struct ho_sqlite *handle, int pages, int far);
/** Before a commit: put rows of the queue into their places, some or all, or none; see sqlite_queue.c. */
HO_MUST_CHECK enum ho_status ho_sqlite_queue_place(struct ho_sqlite *handle, struct ho_error *err);

/** HO_EUNAVAIL, in words: the file's schema has a number that this program does not know. */
HO_MUST_CHECK enum ho_status ho_sqlite_fail_newer(struct ho_error *err, unsigned schema);
/** Is the file empty or ours, and not too new? HO_EUNAVAIL newer, HO_EFORMAT not ours. */
HO_MUST_CHECK enum ho_status ho_sqlite_identify(struct ho_sqlite *handle, struct ho_error *err);
/** Read the schema number and bring the file to HO_SQLITE_SCHEMA in one transaction. HO_EUNAVAIL newer, HO_EFORMAT not
 * ours. */
HO_MUST_CHECK enum ho_status ho_sqlite_migrate(struct ho_sqlite *handle, struct ho_error *err);
/** What makes schema number `version` (1 ...) of the one before; NULL past the last. For tests: `fields` are expanded
 * by nobody, the texts are plain SQL. */
const char *ho_sqlite_migration(int version);
/** Zero the unused room of all pages in the file; outside a group. Returns a code of SQLite. */
int ho_sqlite_wipe(struct ho_sqlite *handle);
/** Fold all of the log into the file and cut it to nothing. Waits for readers and for who else folds, here or in
 * another process, for about HO_SQLITE_BUSY_MS. Returns a code of SQLite. */
int ho_sqlite_empty_log(struct ho_sqlite *handle);
/** SQL functions that our statements use. */
int ho_sqlite_functions(sqlite3 *db);

/* The operations, by file. */
#define HO_OPS_STATUS HO_MUST_CHECK enum ho_status

/* sqlite_items.c, sqlite_list.c */
HO_OPS_STATUS ho_sqlite_task_put(struct ho_store *store, const struct ho_task *task, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_task_get(struct ho_task *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                                 struct ho_error *err);
HO_OPS_STATUS ho_sqlite_task_list(struct ho_task **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                  struct ho_error *err);
HO_OPS_STATUS ho_sqlite_model_put(struct ho_store *store, const struct ho_model_record *model, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_model_list(struct ho_model_record **out, size_t *n, struct ho_store *store, const char *task,
                                   struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_add(struct ho_store *store, const struct ho_item *item, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_put(struct ho_store *store, const struct ho_item *item, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_get(struct ho_item *out, struct ho_store *store, const struct ho_id *id,
                                 struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_list(struct ho_item **out, size_t *n, struct ho_store *store,
                                  const struct ho_item_filter *filter, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_where(struct ho_id **out, size_t *n, struct ho_store *store, const char *key,
                                   const char *value, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_forget(struct ho_store *store, const struct ho_id *id, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_item_forget_before(size_t *forgotten, struct ho_store *store, const char *task, int64_t before,
                                           size_t limit, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_review_add(int64_t *sequence, struct ho_store *store, const struct ho_review *review,
                                   struct ho_error *err);
HO_OPS_STATUS ho_sqlite_review_list(struct ho_review **out, size_t *n, struct ho_store *store, const struct ho_id *item,
                                    struct ho_arena *arena, struct ho_error *err);

/* sqlite_queue.c */
HO_OPS_STATUS ho_sqlite_queue_put(struct ho_store *store, const struct ho_queued *queued, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_get(struct ho_queued *out, struct ho_store *store, const struct ho_id *item,
                                  struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_remove(struct ho_store *store, const struct ho_id *item, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_list(struct ho_queued **out, size_t *n, struct ho_store *store,
                                   const struct ho_queue_filter *filter, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_lease(struct ho_queued *holder, struct ho_store *store, const struct ho_id *item,
                                    const char *reviewer, int64_t now, int64_t expires, struct ho_arena *arena,
                                    struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_unlease(struct ho_store *store, const struct ho_id *item, const char *reviewer,
                                      struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_figures(struct ho_queue_figures *out, struct ho_store *store, const char *task,
                                      int64_t now, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_queue_overdue(struct ho_queued **out, size_t *n, struct ho_store *store, int64_t now,
                                      size_t limit, struct ho_arena *arena, struct ho_error *err);

/* sqlite_outbox.c: also idempotent answers */
HO_OPS_STATUS ho_sqlite_outgoing_put(struct ho_store *store, const struct ho_outgoing *outgoing, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_outgoing_due(struct ho_outgoing **out, size_t *n, struct ho_store *store, int64_t now,
                                     size_t limit, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_outgoing_list(struct ho_outgoing **out, size_t *n, struct ho_store *store,
                                      const struct ho_id *item, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_outgoing_figures(int64_t *next_at, uint64_t *waiting, struct ho_store *store,
                                         struct ho_error *err);
HO_OPS_STATUS ho_sqlite_outgoing_prune(struct ho_store *store, int64_t before, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_idempotent_put(struct ho_store *store, const struct ho_idempotent *first, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_idempotent_get(struct ho_idempotent *out, struct ho_store *store, const char *key,
                                       struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_idempotent_prune(struct ho_store *store, int64_t before, struct ho_error *err);

/* sqlite_journal.c: also counts */
HO_OPS_STATUS ho_sqlite_journal_add(struct ho_store *store, const struct ho_journal_entry *entry, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_journal_list(struct ho_journal_entry **out, size_t *n, struct ho_store *store, const char *task,
                                     int64_t since, int64_t after, size_t limit, struct ho_arena *arena,
                                     struct ho_error *err);
HO_OPS_STATUS ho_sqlite_count_add(struct ho_store *store, const struct ho_count *count, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_count_list(struct ho_count **out, size_t *n, struct ho_store *store, const char *task,
                                   int32_t from, int32_t to, struct ho_arena *arena, struct ho_error *err);

/* sqlite_access.c */
HO_OPS_STATUS ho_sqlite_user_put(struct ho_store *store, const struct ho_user *user, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_user_get(struct ho_user *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                                 struct ho_error *err);
HO_OPS_STATUS ho_sqlite_user_list(struct ho_user **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                  struct ho_error *err);
HO_OPS_STATUS ho_sqlite_token_put(struct ho_store *store, const struct ho_credential *token, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_token_get(struct ho_credential *out, struct ho_store *store, const unsigned char hash[32],
                                  struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_token_list(struct ho_credential **out, size_t *n, struct ho_store *store,
                                   enum ho_credential_kind kind, struct ho_arena *arena, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_token_prune(struct ho_store *store, int64_t before, struct ho_error *err);

/* sqlite_keep.c: copies and erasing */
HO_OPS_STATUS ho_sqlite_backup(struct ho_store *store, const char *path, struct ho_error *err);
HO_OPS_STATUS ho_sqlite_scrub(struct ho_store *store, struct ho_error *err);

#endif
