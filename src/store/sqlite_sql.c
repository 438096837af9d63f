/* All statements. $columns, $values (?1, ?2, ...) and $excluded stand for the fields of the record beside them. */
#include "store/sqlite_private.h"

#define FREE_OR_MINE " (leased_by IS NULL OR leased_by = ?2 OR lease_expires <= ?3) "
/* ?1 task, ?2 reviewer, ?3 now, ?4 alone, ?5 limit */
#define QUEUE(index, more, order)                                                                                      \
	"SELECT $columns FROM queue INDEXED BY " index " WHERE task = ?1" more                                         \
	" AND not_before <= ?3 AND" FREE_OR_MINE                                                                       \
	"AND (not_reviewer IS NULL OR not_reviewer IS NOT ?2 OR ?4) ORDER BY " order "item LIMIT ?5"
/* The same of an order that fresh rows have no place in yet: they are few and sorted here. */
#define QUEUE_PART(index, placed, order) "SELECT * FROM (" QUEUE(index, " AND placed = " placed, order) ")"
#define QUEUE_PLACED(index, order)                                                                                     \
	"SELECT * FROM (" QUEUE_PART(index, "1", order) " UNION ALL " QUEUE_PART(                                      \
	    "queue_fresh", "0", order) ") ORDER BY " order "item LIMIT ?5"
#define FORGET                                                                                                         \
	"UPDATE item SET forgotten = 1, text = NULL, meta = NULL, client_id = NULL, callback_url = NULL, note = NULL "

const struct ho_sql_text ho_sql_texts[HO_SQL_COUNT] = {
    [HO_SQL_BEGIN] = {NULL, "BEGIN IMMEDIATE"},
    [HO_SQL_COMMIT] = {NULL, "COMMIT"},
    [HO_SQL_ROLLBACK] = {NULL, "ROLLBACK"},
    [HO_SQL_MARK] = {NULL, "SAVEPOINT mark"},
    [HO_SQL_UNMARK] = {NULL, "RELEASE mark"},
    [HO_SQL_UNDO] = {NULL, "ROLLBACK TO mark"},
    [HO_SQL_VERSION] = {NULL, "PRAGMA data_version"},

    [HO_SQL_TASK_PUT] = {&ho_fields_task, "INSERT OR REPLACE INTO task($columns) VALUES($values)"},
    [HO_SQL_TASK_GET] = {&ho_fields_task, "SELECT $columns FROM task WHERE name = ?1"},
    [HO_SQL_TASK_LIST] = {&ho_fields_task, "SELECT $columns FROM task ORDER BY name"},
    [HO_SQL_MODEL_PUT] = {&ho_fields_model, "INSERT OR REPLACE INTO model($columns) VALUES($values)"},
    [HO_SQL_MODEL_LIST] = {&ho_fields_model,
                           "SELECT $columns FROM model WHERE task = ?1 OR ?1 IS NULL ORDER BY added_at, id"},

    [HO_SQL_ITEM_ADD] = {&ho_fields_item, "INSERT INTO item($columns) VALUES($values)"},
    [HO_SQL_ITEM_PUT] = {&ho_fields_item, "UPDATE item SET ($columns) = ($values) WHERE id = ?1"},
    [HO_SQL_ITEM_GET] = {&ho_fields_item, "SELECT $columns FROM item WHERE id = ?1"},
    /* Where an id stands in the order of arrival; one that is not there stands behind the next smaller one. */
    [HO_SQL_ITEM_PLACE] = {NULL, "SELECT rowid, id = ?1 FROM item WHERE id <= ?1 ORDER BY id DESC LIMIT 1"},
    [HO_SQL_ITEM_OLDER] = {NULL, "SELECT rowid FROM item INDEXED BY item_age WHERE task = ?1 AND forgotten = ?2 AND "
                                 "created_at <= ?3 ORDER BY created_at DESC LIMIT 1"},
    [HO_SQL_ITEM_NEWER] = {NULL, "SELECT rowid FROM item INDEXED BY item_age WHERE task = ?1 AND forgotten = ?2 AND "
                                 "created_at >= ?3 ORDER BY created_at LIMIT 1"},
    [HO_SQL_ITEM_TASK_AFTER] = {NULL, "SELECT min(task) FROM item INDEXED BY item_status WHERE task > ?1"},
    [HO_SQL_ITEM_WHERE] = {NULL, "SELECT id FROM item WHERE meta_has(meta, ?1, ?2) ORDER BY rowid"},
    [HO_SQL_FORGET] = {NULL, FORGET "WHERE id = ?1"},
    [HO_SQL_FORGET_BEFORE] = {NULL, FORGET
                              "WHERE rowid IN (SELECT i.rowid FROM item AS i INDEXED BY item_age WHERE i.task = ?1 AND "
                              "i.forgotten = 0 AND i.created_at < ?2 AND NOT EXISTS (SELECT 1 FROM queue WHERE "
                              "queue.item = i.id) ORDER BY i.created_at LIMIT ?3)"},
    [HO_SQL_REVIEW_ADD] = {&ho_fields_review, "INSERT INTO review($columns) VALUES($values)"},
    [HO_SQL_REVIEW_LIST] = {&ho_fields_review, "SELECT $columns FROM review WHERE item = ?1 ORDER BY sequence"},

    [HO_SQL_QUEUE_PUT] = {&ho_fields_queued, "INSERT INTO queue($columns, placed) VALUES($values, :placed) ON "
                                             "CONFLICT(item) DO NOTHING"},
    [HO_SQL_QUEUE_REPLACE] = {&ho_fields_queued, "UPDATE queue SET ($columns) = ($values) WHERE item = ?1"},
    [HO_SQL_QUEUE_COUNT] = {NULL, "INSERT INTO queue_count VALUES(?1, 1, ?2) ON CONFLICT(task) DO UPDATE SET "
                                  "waiting = waiting + 1, audits = audits + excluded.audits"},
    [HO_SQL_QUEUE_FRESH] = {NULL, "SELECT count(*) FROM queue INDEXED BY queue_fresh WHERE placed = 0"},
    [HO_SQL_QUEUE_PLACE] = {NULL, "UPDATE queue SET placed = 1 WHERE item IN (SELECT item FROM queue INDEXED BY "
                                  "queue_fresh WHERE placed = 0 LIMIT ?1)"},
    [HO_SQL_QUEUE_GET] = {&ho_fields_queued, "SELECT $columns FROM queue WHERE item = ?1"},
    [HO_SQL_QUEUE_REMOVE] = {NULL, "DELETE FROM queue WHERE item = ?1"},
    [HO_SQL_QUEUE_UNSURE] = {&ho_fields_queued, QUEUE_PLACED("queue_unsure", "unsure DESC, ")},
    [HO_SQL_QUEUE_NOVEL] = {&ho_fields_queued, QUEUE_PLACED("queue_novel", "novel, ")},
    [HO_SQL_QUEUE_CHANCE] = {&ho_fields_queued, QUEUE_PLACED("queue_chance", "chance, ")},
    /* Those without a due time behind the others: UNION ALL runs one after the other. */
    [HO_SQL_QUEUE_DUE] = {&ho_fields_queued,
                          "SELECT * FROM (" QUEUE("queue_due", " AND due_at > 0",
                                                  "due_at, ") ") UNION ALL SELECT * FROM (" QUEUE("queue_due",
                                                                                                  " AND due_at = 0",
                                                                                                  "") ") LIMIT ?5"},
    [HO_SQL_QUEUE_OLDEST] = {&ho_fields_queued, QUEUE("queue_since", "", "since, ")},
    [HO_SQL_QUEUE_LEASE] = {NULL,
                            "UPDATE queue SET leased_by = ?2, lease_expires = ?4 WHERE item = ?1 AND" FREE_OR_MINE},
    [HO_SQL_QUEUE_UNLEASE] = {NULL, "UPDATE queue SET leased_by = NULL, lease_expires = 0 WHERE item = ?1 AND "
                                    "leased_by = ?2"},
    [HO_SQL_QUEUE_FIGURES] =
        {NULL, "SELECT ifnull((SELECT waiting FROM queue_count WHERE task = ?1), 0), "
               "ifnull((SELECT audits FROM queue_count WHERE task = ?1), 0), "
               "(SELECT count(*) FROM queue INDEXED BY queue_leased WHERE task = ?1 AND leased_by IS NOT NULL AND "
               "lease_expires > ?2), "
               "(SELECT count(*) FROM queue INDEXED BY queue_due WHERE task = ?1 AND due_at > 0 AND due_at <= "
               "?2), "
               "ifnull((SELECT min(since) FROM queue INDEXED BY queue_since WHERE task = ?1), 0)"},
    [HO_SQL_QUEUE_OVERDUE] = {&ho_fields_queued, "SELECT $columns FROM queue INDEXED BY queue_overdue WHERE due_at > 0 "
                                                 "AND due_done = 0 AND due_at <= ?1 ORDER BY due_at, item LIMIT ?2"},

    [HO_SQL_OUTGOING_PUT] = {&ho_fields_outgoing, "INSERT INTO outgoing($columns) VALUES($values) ON CONFLICT(id) DO "
                                                  "UPDATE SET ($columns) = ($excluded)"},
    [HO_SQL_OUTGOING_DUE] = {&ho_fields_outgoing,
                             "SELECT $columns FROM outgoing INDEXED BY outgoing_next WHERE next_at "
                             "> 0 AND next_at <= ?1 ORDER BY next_at, id LIMIT ?2"},
    [HO_SQL_OUTGOING_LIST] = {&ho_fields_outgoing, "SELECT $columns FROM outgoing WHERE item = ?1 ORDER BY id"},
    [HO_SQL_OUTGOING_FIGURES] =
        {NULL, "SELECT ifnull((SELECT min(next_at) FROM outgoing INDEXED BY outgoing_next WHERE next_at > 0), 0), "
               "(SELECT count(*) FROM outgoing INDEXED BY outgoing_next WHERE next_at > 0)"},
    [HO_SQL_OUTGOING_PRUNE] = {NULL,
                               "DELETE FROM outgoing INDEXED BY outgoing_ended WHERE next_at = 0 AND created_at < "
                               "?1 AND delivered_at < ?1"},

    [HO_SQL_JOURNAL_ADD] = {&ho_fields_journal, "INSERT INTO journal($columns) VALUES($values)"},
    /* ?1 after, ?2 limit, ?3 since, ?4 task */
    [HO_SQL_JOURNAL_LIST] = {&ho_fields_journal,
                             "SELECT $columns FROM journal WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"},
    [HO_SQL_JOURNAL_SINCE] = {&ho_fields_journal, "SELECT $columns FROM journal INDEXED BY journal_at WHERE at >= ?3 "
                                                  "AND sequence > ?1 ORDER BY sequence LIMIT ?2"},
    [HO_SQL_JOURNAL_TASK] = {&ho_fields_journal, "SELECT $columns FROM journal INDEXED BY journal_task WHERE task = ?4 "
                                                 "AND sequence > ?1 ORDER BY sequence LIMIT ?2"},
    [HO_SQL_JOURNAL_TASK_SINCE] =
        {&ho_fields_journal, "SELECT $columns FROM journal INDEXED BY journal_at WHERE at >= ?3 AND task = ?4 AND "
                             "sequence > ?1 ORDER BY sequence LIMIT ?2"},

    [HO_SQL_USER_PUT] = {&ho_fields_user, "INSERT OR REPLACE INTO user($columns) VALUES($values)"},
    [HO_SQL_USER_GET] = {&ho_fields_user, "SELECT $columns FROM user WHERE name = ?1"},
    [HO_SQL_USER_LIST] = {&ho_fields_user, "SELECT $columns FROM user ORDER BY name"},
    [HO_SQL_TOKEN_PUT] = {&ho_fields_token, "INSERT OR REPLACE INTO token($columns) VALUES($values)"},
    [HO_SQL_TOKEN_GET] = {&ho_fields_token, "SELECT $columns FROM token WHERE hash = ?1"},
    [HO_SQL_TOKEN_LIST] = {&ho_fields_token,
                           "SELECT $columns FROM token WHERE kind = ?1 ORDER BY name, created_at, hash"},
    [HO_SQL_TOKEN_PRUNE] = {NULL, "DELETE FROM token WHERE kind IN (2, 3) AND ((expires_at > 0 AND expires_at < ?1) OR "
                                  "(revoked_at > 0 AND revoked_at < ?1))"},

    [HO_SQL_COUNT_ADD] = {&ho_fields_count, "INSERT INTO daily($columns) VALUES($values) ON CONFLICT(task, day, model, "
                                            "what) DO UPDATE SET n = n + excluded.n"},
    [HO_SQL_COUNT_LIST] = {&ho_fields_count, "SELECT $columns FROM daily WHERE task = ?3 AND day BETWEEN ?1 AND ?2 "
                                             "ORDER BY task, model, day, what"},
    [HO_SQL_COUNT_LIST_ALL] = {&ho_fields_count, "SELECT $columns FROM daily INDEXED BY daily_day WHERE day BETWEEN ?1 "
                                                 "AND ?2 ORDER BY task, model, day, what"},

    [HO_SQL_IDEMPOTENT_PUT] = {&ho_fields_idempotent, "INSERT OR REPLACE INTO idempotent($columns) VALUES($values)"},
    [HO_SQL_IDEMPOTENT_GET] = {&ho_fields_idempotent, "SELECT $columns FROM idempotent WHERE key = ?1"},
    [HO_SQL_IDEMPOTENT_PRUNE] = {NULL, "DELETE FROM idempotent INDEXED BY idempotent_at WHERE at < ?1"},
};
