/*
 * The schema, as numbered steps. A step that was released is never changed: a new one is added, and
 * tests/unit/test_store_sqlite.c opens a file of every earlier number.
 *
 * Items are kept in the order of arrival (rowid), which is the order of their ids but for those made at the same
 * moment: a new item is appended to every index but that of its label. Lists walk an index backwards from a rowid. What
 * holds for few items has an index of just those. Times, enums and truth values are integers; texts are bytes as they
 * came.
 */
#include "store/sqlite_private.h"

static const char step_1[] =
    "CREATE TABLE task(name TEXT NOT NULL PRIMARY KEY, settings TEXT, champion TEXT, paused INTEGER NOT NULL,"
    " paused_why TEXT, created_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE model(id TEXT NOT NULL, task TEXT NOT NULL, added_by TEXT, bytes INTEGER NOT NULL,"
    " added_at INTEGER NOT NULL, promoted_at INTEGER NOT NULL, retired_at INTEGER NOT NULL,"
    " PRIMARY KEY(task, id)) WITHOUT ROWID;"

    "CREATE TABLE item(id TEXT NOT NULL UNIQUE, task TEXT NOT NULL, decision INTEGER NOT NULL, reason INTEGER NOT NULL,"
    " role INTEGER NOT NULL, audit INTEGER NOT NULL, status INTEGER NOT NULL, answered_none INTEGER NOT NULL,"
    " forgotten INTEGER NOT NULL, flagged INTEGER NOT NULL, created_at INTEGER NOT NULL, answered_at INTEGER NOT NULL,"
    " due_at INTEGER NOT NULL, took_ms INTEGER NOT NULL, sent INTEGER NOT NULL, searchable INTEGER NOT NULL DEFAULT 0,"
    " label TEXT, answered_by TEXT, client_id TEXT, model TEXT, suggestion TEXT, confidence REAL, threshold REAL,"
    " novelty_p REAL, audit_probability REAL, scores BLOB, callback_url TEXT, note TEXT, meta TEXT, text TEXT);"
    "CREATE INDEX item_status ON item(task, status);"
    "CREATE INDEX item_age ON item(task, forgotten, created_at);"
    "CREATE INDEX item_label ON item(task, label) WHERE label IS NOT NULL;"
    "CREATE INDEX item_client ON item(client_id) WHERE client_id IS NOT NULL;"
    "CREATE INDEX item_person ON item(task) WHERE answered_by <> 'model';"
    "CREATE INDEX item_person_name ON item(task, answered_by) WHERE answered_by <> 'model';"
    "CREATE INDEX item_person_label ON item(task, label) WHERE answered_by <> 'model';"
    "CREATE INDEX item_flagged ON item(task) WHERE flagged = 1;"
    "CREATE INDEX item_audited ON item(task) WHERE audit <> 0;"
    "CREATE INDEX item_wrong ON item(task) WHERE audit = 4;"
    "CREATE INDEX item_certify ON item(task) WHERE role = 1;"

    "CREATE TABLE review(sequence INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, kind INTEGER NOT NULL,"
    " reviewer TEXT, none INTEGER NOT NULL, label TEXT, note TEXT, took_ms INTEGER NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX review_item ON review(item);"

    /* Words of reviewed items; holds no copy of the text. Prefixes of up to three letters have lists of their own. */
    "CREATE VIRTUAL TABLE item_search USING fts5(words, content='', columnsize=0, prefix='1 2 3');"
    "CREATE TRIGGER item_unsearch AFTER UPDATE OF text, searchable ON item"
    " WHEN old.searchable = 1 AND old.text IS NOT NULL AND (new.searchable = 0 OR old.text IS NOT new.text)"
    " BEGIN INSERT INTO item_search(item_search, rowid, words) VALUES('delete', old.rowid, old.text); END;"
    "CREATE TRIGGER item_search AFTER UPDATE OF text, searchable ON item"
    " WHEN new.searchable = 1 AND new.text IS NOT NULL AND (old.searchable = 0 OR old.text IS NOT new.text)"
    " BEGIN INSERT INTO item_search(rowid, words) VALUES(new.rowid, new.text); END;"
    "CREATE TRIGGER review_search AFTER INSERT ON review"
    " BEGIN UPDATE item SET searchable = 1 WHERE id = new.item AND searchable = 0; END;"
    "CREATE TRIGGER item_forget AFTER UPDATE OF forgotten ON item WHEN new.forgotten = 1"
    " BEGIN"
    "  UPDATE review SET note = NULL WHERE item = new.id AND note IS NOT NULL;"
    "  UPDATE outgoing SET body = NULL, url = NULL, next_at = 0 WHERE item = new.id;"
    "  DELETE FROM idempotent WHERE item = new.id;"
    "  DELETE FROM queue WHERE item = new.id;"
    " END;"

    "CREATE TABLE queue(item TEXT NOT NULL PRIMARY KEY, task TEXT NOT NULL, unsure REAL, novel REAL, chance REAL,"
    " fingerprint INTEGER NOT NULL, due_at INTEGER NOT NULL, not_before INTEGER NOT NULL, since INTEGER NOT NULL,"
    " audit INTEGER NOT NULL, not_reviewer TEXT, leased_by TEXT, lease_expires INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX queue_unsure ON queue(task, unsure DESC);"
    "CREATE INDEX queue_novel ON queue(task, novel);"
    "CREATE INDEX queue_chance ON queue(task, chance);"
    "CREATE INDEX queue_due ON queue(task, due_at);"
    "CREATE INDEX queue_since ON queue(task, since);"
    "CREATE INDEX queue_overdue ON queue(due_at) WHERE due_at > 0;"
    "CREATE INDEX queue_leased ON queue(task, lease_expires) WHERE leased_by IS NOT NULL;"

    "CREATE TABLE outgoing(id TEXT NOT NULL PRIMARY KEY, item TEXT, task TEXT, url TEXT, tries INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL, next_at INTEGER NOT NULL, delivered_at INTEGER NOT NULL, last_error TEXT, body "
    "BLOB);"
    "CREATE INDEX outgoing_item ON outgoing(item, id);"
    "CREATE INDEX outgoing_next ON outgoing(next_at, id) WHERE next_at > 0;"
    "CREATE INDEX outgoing_ended ON outgoing(created_at) WHERE next_at = 0;"

    "CREATE TABLE journal(sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT, kind TEXT,"
    " task TEXT, words TEXT, figures TEXT);"
    "CREATE INDEX journal_at ON journal(at);"
    "CREATE INDEX journal_task ON journal(task);"

    "CREATE TABLE user(name TEXT NOT NULL PRIMARY KEY, role INTEGER NOT NULL, password TEXT, disabled INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE token(hash BLOB NOT NULL PRIMARY KEY, kind INTEGER NOT NULL, name TEXT, scopes TEXT, csrf TEXT,"
    " created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL,"
    " revoked_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX token_kind ON token(kind, name);"

    "CREATE TABLE daily(task TEXT NOT NULL, model TEXT NOT NULL, day INTEGER NOT NULL, what TEXT NOT NULL,"
    " n INTEGER NOT NULL, PRIMARY KEY(task, day, model, what)) WITHOUT ROWID;"
    "CREATE INDEX daily_day ON daily(day);"
    "CREATE TABLE idempotent(key TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL, status INTEGER NOT NULL, answer BLOB,"
    " item TEXT, at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX idempotent_at ON idempotent(at);"
    "CREATE INDEX idempotent_item ON idempotent(item) WHERE item IS NOT NULL;";

/* Since when a task's promise is measured, and counters so that nobody counts a long queue. */
static const char step_2[] =
    "ALTER TABLE task ADD COLUMN epoch_at INTEGER NOT NULL DEFAULT 0;"
    "UPDATE task SET epoch_at = created_at;"
    "ALTER TABLE queue ADD COLUMN due_done INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX queue_overdue;"
    "CREATE INDEX queue_overdue ON queue(due_at) WHERE due_at > 0 AND due_done = 0;"
    "CREATE TABLE queue_count(task TEXT NOT NULL PRIMARY KEY, waiting INTEGER NOT NULL, audits INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "INSERT INTO queue_count SELECT task, count(*), sum(audit) FROM queue GROUP BY task;"
    "CREATE TRIGGER queue_in AFTER INSERT ON queue"
    " BEGIN INSERT INTO queue_count VALUES(new.task, 1, new.audit)"
    "  ON CONFLICT(task) DO UPDATE SET waiting = waiting + 1, audits = audits + excluded.audits; END;"
    "CREATE TRIGGER queue_out AFTER DELETE ON queue"
    " BEGIN UPDATE queue_count SET waiting = waiting - 1, audits = audits - old.audit WHERE task = old.task; END;"
    "CREATE TRIGGER queue_move AFTER UPDATE OF task, audit ON queue"
    " WHEN old.task <> new.task OR old.audit <> new.audit"
    " BEGIN"
    "  UPDATE queue_count SET waiting = waiting - 1, audits = audits - old.audit WHERE task = old.task;"
    "  INSERT INTO queue_count VALUES(new.task, 1, new.audit)"
    "   ON CONFLICT(task) DO UPDATE SET waiting = waiting + 1, audits = audits + excluded.audits;"
    " END;";

/* Orders that have nothing to do with the time of arrival cost a page of the log for each row and order. Rows that come
 * in quick succession are put into them together, later. And a statement with a trigger keeps a copy of every page that
 * it touches, in case it fails half-way: who comes into the queue is counted by a statement of its own. */
static const char step_3[] = "ALTER TABLE queue ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;"
                             "UPDATE queue SET placed = 1;"
                             "DROP INDEX queue_unsure;"
                             "DROP INDEX queue_novel;"
                             "DROP INDEX queue_chance;"
                             "CREATE INDEX queue_unsure ON queue(task, unsure DESC) WHERE placed = 1;"
                             "CREATE INDEX queue_novel ON queue(task, novel) WHERE placed = 1;"
                             "CREATE INDEX queue_chance ON queue(task, chance) WHERE placed = 1;"
                             "CREATE INDEX queue_fresh ON queue(task) WHERE placed = 0;"
                             "DROP TRIGGER queue_in;";

/* Which epoch an answer belongs to was told by comparing times, which fails when a clock was wrong. */
static const char step_4[] =
    "ALTER TABLE item ADD COLUMN epoch_at INTEGER NOT NULL DEFAULT 0;"
    "UPDATE item SET epoch_at = coalesce((SELECT t.epoch_at FROM task t WHERE t.name = item.task"
    " AND t.champion = item.model AND item.created_at >= t.epoch_at), 0) WHERE audit <> 0;";

static const char *const steps[HO_SQLITE_SCHEMA] = {step_1, step_2, step_3, step_4};

const char *ho_sqlite_migration(int version)
{
	return version >= 1 && version <= HO_SQLITE_SCHEMA ? steps[version - 1] : NULL;
}

static enum ho_status number(int64_t *out, struct ho_sqlite *handle, const char *text, struct ho_error *err)
{
	sqlite3_stmt *statement;
	*out = 0;
	enum ho_status status = ho_sqlite_prepare(&statement, handle, text, NULL, 0, err);
	if (status)
		return status;
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	else
		status = ho_sqlite_fail(err, handle, code);
	(void)sqlite3_finalize(statement);
	return status;
}

enum ho_status ho_sqlite_fail_newer(struct ho_error *err, unsigned schema)
{
	return ho_fail(
	    err, HO_EUNAVAIL,
	    "written by a newer program (schema %u, this one knows %d); nothing was changed, install the newer program",
	    schema, HO_SQLITE_SCHEMA);
}

/* The schema number of the file; 0 for an empty one. */
static enum ho_status identify(int *version, struct ho_sqlite *handle, struct ho_error *err)
{
	int64_t application, schema, tables;
	enum ho_status status = number(&application, handle, "PRAGMA application_id", err);
	*version = 0;
	if (status == HO_OK)
		status = number(&schema, handle, "PRAGMA user_version", err);
	if (status == HO_OK)
		status = number(&tables, handle, "SELECT count(*) FROM sqlite_schema", err);
	if (status)
		return status;
	if (schema < 0 || (application != HO_SQLITE_APPLICATION && (application || schema || tables)))
		status = ho_fail(err, HO_EFORMAT, "a database, but not of this program; name another workspace");
	else if (schema > HO_SQLITE_SCHEMA)
		status = ho_sqlite_fail_newer(err, (unsigned)schema);
	if (status && err)
		(void)ho_error_at(err, "%s", handle->path);
	*version = (int)schema;
	return status;
}

enum ho_status ho_sqlite_identify(struct ho_sqlite *handle, struct ho_error *err)
{
	int version;
	return identify(&version, handle, err);
}

static enum ho_status execute(struct ho_sqlite *handle, const char *text, struct ho_error *err)
{
	int code = sqlite3_exec(handle->db, text, NULL, NULL, NULL);
	return code ? ho_sqlite_fail(err, handle, code) : HO_OK;
}

static enum ho_status take_steps(struct ho_sqlite *handle, struct ho_error *err)
{
	char text[128];
	int version;
	/* Again, now that nobody else can change it. */
	enum ho_status status = identify(&version, handle, err);
	for (int next = version + 1; status == HO_OK && next <= HO_SQLITE_SCHEMA; next++)
		status = execute(handle, ho_sqlite_migration(next), err);
	(void)snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
	               HO_SQLITE_APPLICATION, HO_SQLITE_SCHEMA);
	return status ? status : execute(handle, text, err);
}

enum ho_status ho_sqlite_migrate(struct ho_sqlite *handle, struct ho_error *err)
{
	int version;
	enum ho_status status = identify(&version, handle, err);
	if (status || version == HO_SQLITE_SCHEMA)
		return status;
	status = execute(handle, "BEGIN IMMEDIATE", err);
	if (status == HO_OK)
		status = take_steps(handle, err);
	if (status && !sqlite3_get_autocommit(handle->db))
		(void)sqlite3_exec(handle->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}
