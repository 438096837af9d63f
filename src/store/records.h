/**
 * What the store keeps, in the words of the project: tasks, models, items, reviews, queue, outbox, journal, people.
 * Plain data. Strings are UTF-8, NUL-terminated unless they are slices, and NULL where there is nothing; in records
 * that are read they live in the arena that was passed in, in records that are written they are borrowed for the call.
 * Times are milliseconds since 1970 UTC; 0 means never. Records begin zeroed: every zero is a valid "nothing".
 */
#ifndef HO_STORE_RECORDS_H
#define HO_STORE_RECORDS_H

#include "base/slice.h"
#include "base/status.h"

/** Who answered an incoming text. The numbers are stored: never renumber. */
enum ho_item_decision { HO_ITEM_AUTO = 0, HO_ITEM_HUMAN = 1 };
/** Why a person had to. */
enum ho_item_reason {
	HO_ITEM_NO_REASON = 0,
	HO_ITEM_UNSURE = 1,
	HO_ITEM_NOVEL = 2,
	HO_ITEM_NO_PROMISE = 3,
	HO_ITEM_PAUSED = 4
};
enum ho_item_status {
	HO_ITEM_PENDING = 0,   /**< waits for a person */
	HO_ITEM_ANSWERED = 1,  /**< automatically or by a person */
	HO_ITEM_OVERRULED = 2, /**< a person corrected an automatic answer */
	HO_ITEM_EXPIRED = 3    /**< its due time passed and the task says that it then ends */
};
/** Drawn uniformly before scoring. Certify items are always reviewed and never trained on. */
enum ho_item_role { HO_ROLE_LEARN = 0, HO_ROLE_CERTIFY = 1 };
/** Where the audit of an automatic answer stands. */
enum ho_audit_state {
	HO_AUDIT_NONE = 0,   /**< not drawn */
	HO_AUDIT_FIRST = 1,  /**< waits for a first blind answer */
	HO_AUDIT_SECOND = 2, /**< the first one disagreed; waits for an equally blind second one */
	HO_AUDIT_RIGHT = 3,  /**< the automatic answer stands */
	HO_AUDIT_WRONG = 4,  /**< two people disagreed with it: a confirmed error */
	HO_AUDIT_MISSING = 5 /**< nobody could say (expired, forgotten): counted as wrong in upper bounds */
};

struct ho_id {
	char text[27]; /**< ULID: 26 characters, sorts by time; "" is none */
};

struct ho_item {
	struct ho_id id;
	const char *task;
	struct ho_slice text;  /**< empty after `forget` */
	struct ho_slice meta;  /**< JSON object as sent; empty if none */
	const char *client_id; /**< the caller's own id */
	const char *callback_url;
	const char *model;      /**< id of the model that scored it; NULL: there was none */
	struct ho_slice scores; /**< little-endian float32 [K], calibrated probabilities in the model's label order */
	const char *suggestion; /**< the model's label, kept even after a person overruled it */
	double confidence;      /**< calibrated probability of `suggestion` */
	double threshold;       /**< that the confidence had to exceed */
	double novelty_p;
	enum ho_item_decision decision;
	enum ho_item_reason reason;
	enum ho_item_role role;
	double
	    audit_probability; /**< that this automatic answer would be reviewed, fixed before any label; 0 for human */
	int64_t epoch_at; /**< the task's when it was answered: its audit belongs to that epoch, whatever clocks say */
	enum ho_audit_state audit;
	enum ho_item_status status;
	bool answered_none; /**< the answer is "none of these": `label` is NULL though somebody answered */
	bool forgotten;     /**< texts were erased; counts remain */
	bool flagged;
	const char *label;       /**< the answer that counts now */
	const char *answered_by; /**< "model", or the name of a user */
	const char *note;
	int64_t created_at, answered_at, due_at;
	int64_t took_ms; /**< of the person's answer that counts; 0 unknown */
	uint32_t sent;   /**< answers that went out to the caller: a later change makes item.corrected */
};

/** What a person did to an item, in order; never changed afterwards. */
enum ho_review_kind {
	HO_REVIEW_ANSWER = 1,
	HO_REVIEW_AUDIT = 2,    /**< a blind answer to an audited item, first or second */
	HO_REVIEW_CORRECT = 3,  /**< not blind: from the labels page or a later change of mind */
	HO_REVIEW_WITHDRAW = 4, /**< the answer was taken back */
	HO_REVIEW_SKIP = 5,
	HO_REVIEW_FLAG = 6,
	HO_REVIEW_DUE = 7 /**< nobody: the due time passed; label is the suggestion that was given, NULL: it expired */
};

struct ho_review {
	int64_t sequence; /**< given by the store, rising */
	struct ho_id item;
	enum ho_review_kind kind;
	const char *reviewer;
	bool none;         /**< "none of these" */
	const char *label; /**< NULL for none, withdraw, skip, flag */
	const char *note;
	int64_t took_ms, at;
};

/** An item that waits for a person. */
struct ho_queued {
	struct ho_id item;
	const char *task;
	double unsure;            /**< larger first: 1 - confidence */
	double novel;             /**< smaller first: novelty p */
	double chance;            /**< uniform in [0, 1), drawn once: the random order */
	uint64_t fingerprint;     /**< 64-bit similarity hash of the text: near-identical texts differ in few bits */
	int64_t due_at;           /**< 0: none */
	bool due_done;            /**< what the task does when due_at passes was done: queue_overdue leaves it out */
	int64_t not_before;       /**< skipped until then */
	int64_t since;            /**< when it began to wait */
	bool audit;               /**< the caller has an automatic answer already; reviewers must not be able to tell */
	const char *not_reviewer; /**< who gave the first answer to an audit: may not give the second, if there is
	                             anybody else */
	const char *leased_by;    /**< NULL: free */
	int64_t lease_expires;
};

/** Order in which waiting items are looked at. */
enum ho_queue_order {
	HO_QUEUE_UNSURE = 0,
	HO_QUEUE_NOVEL = 1,
	HO_QUEUE_CHANCE = 2,
	HO_QUEUE_DUE = 3,
	HO_QUEUE_OLDEST = 4
};

/** What a task does when an item's due time passes. */
enum ho_due_action { HO_DUE_NOTHING = 0, HO_DUE_ESCALATE = 1, HO_DUE_SUGGEST = 2, HO_DUE_EXPIRE = 3 };

struct ho_task {
	const char *name;
	const char *settings; /**< JSON object; app/task.h gives it meaning */
	const char *champion; /**< id of the model that answers; NULL */
	bool paused;          /**< every text goes to a person */
	const char *paused_why;
	int64_t created_at,
	    epoch_at; /**< epoch: since when the promise is measured (promotion, new threshold, resume) */
};

struct ho_model_record {
	const char *id; /**< first 16 hex digits of the file's hash: also the file's name in models/ */
	const char *task;
	const char *added_by;
	int64_t bytes, added_at, promoted_at, retired_at; /**< promoted_at 0: never answered */
};

/** A callback that has to go out. */
struct ho_outgoing {
	struct ho_id id; /**< the webhook-id, the same over all tries */
	struct ho_id item;
	const char *task, *url;
	struct ho_slice body; /**< exactly the bytes that are signed */
	uint32_t tries;
	int64_t created_at, next_at; /**< next_at 0: not tried again (delivered, given up) */
	int64_t delivered_at;
	const char *last_error; /**< "HTTP 503", "connection refused" */
};

/** One line of the notebook. */
struct ho_journal_entry {
	int64_t sequence; /**< given by the store, rising */
	int64_t at;
	const char *actor;   /**< user, "key NAME", "command line" or "service" */
	const char *kind;    /**< "deployed", "promoted", "paused", "alarm", "note", "login", ... */
	const char *task;    /**< NULL: none */
	const char *words;   /**< one plain sentence */
	const char *figures; /**< JSON object; NULL */
};

/** What a person may do. */
enum ho_user_role { HO_USER_REVIEWER = 1, HO_USER_ADMIN = 2 };

struct ho_user {
	const char *name;
	enum ho_user_role role;
	const char *password; /**< argon2id string; NULL: cannot log in by password yet */
	bool disabled;
	int64_t created_at;
};

/** What opens a door, stored by the hash of its secret only. */
enum ho_credential_kind { HO_CREDENTIAL_KEY = 1, HO_CREDENTIAL_SESSION = 2, HO_CREDENTIAL_LOGIN = 3 };

struct ho_credential {
	unsigned char hash[32]; /**< BLAKE2b-256 of the secret */
	enum ho_credential_kind kind;
	const char *name;   /**< of the key; of the user for sessions and login links */
	const char *scopes; /**< "classify,review,admin": keys only */
	const char *csrf;   /**< sessions only */
	int64_t created_at, expires_at, last_used_at, revoked_at; /**< expires_at 0: never */
};

/** A count of a day: the figures of pages and messages without reading items. */
struct ho_count {
	const char *task;
	const char *model; /**< "" where it does not matter */
	int32_t day;       /**< days since 1970 UTC */
	const char *what;  /**< "auto", "human.unsure", "answered", "took_ms", ...: app/counts.h lists them */
	int64_t n;
};

/** The first answer to an Idempotency-Key. */
struct ho_idempotent {
	const char *key;        /**< prefixed by the credential's name: keys of two callers never meet */
	unsigned char body[16]; /**< hash of the request it belongs to */
	uint32_t status;        /**< HTTP status of the first answer */
	struct ho_slice answer; /**< its body */
	struct ho_id item;
	int64_t at;
};

#endif
