/**
 * A task's settings: what the JSON of GET/PUT /v1/tasks/{task} means, its defaults and its limits.
 * Unknown members are refused by name, so that a typing error never silently keeps a default.
 */
#ifndef HO_APP_TASK_H
#define HO_APP_TASK_H

#include "base/arena.h"
#include "base/status.h"
#include "store/records.h"

enum { HO_TASK_NAME_MAX = 64, HO_TASK_HOSTS_MAX = 64, HO_LABEL_DESCRIPTION_MAX = 2000 };

/** What happens at the alarm of the monitor. */
enum ho_alarm_policy { HO_ALARM_PAUSE = 0, HO_ALARM_TELL = 1 };

struct ho_task_settings {
	const char *title;          /**< shown on pages; NULL: the name */
	const char *instructions;   /**< for reviewers, plain text; NULL */
	double certify_share;       /**< [0, .5], default .02: drawn uniformly before scoring */
	double audit_share;         /**< [0, 1], default .02 of the automatic answers */
	uint32_t audit_floor;       /**< audits a day that are aimed at at least; default 5 */
	uint32_t audit_budget;      /**< audits a day after which the share falls to a tenth; default 200 */
	bool show_before;           /**< context may be seen before answering; default false: blind */
	double raised_threshold;    /**< confidence must also exceed this; 0: only the certified threshold */
	enum ho_alarm_policy alarm; /**< default pause */
	double alarm_delta;         /**< chance of a false alarm, ever; (0, .5], default .05 */
	double reviewer_error;      /**< share of a person's answers that are wrong, [0, .1], default .03 */
	uint32_t due_s;             /**< seconds until an answer is due; 0: none, the default */
	enum ho_due_action due_action;
	uint32_t lease_s;        /**< 15 .. 3600, default 90 */
	uint32_t retention_days; /**< texts are forgotten after this; 0: kept */
	const char
	    *callback_secret; /**< "whsec_..." (24 to 64 bytes, base64); made at the first need; shown to admins only */
	const char *
	    *callback_hosts; /**< [callback_hosts_n] "hooks.example.org", "*.example.org" or "host:port": allow-list */
	size_t callback_hosts_n;
	bool callback_private; /**< private, loopback and link-local addresses are allowed; default false */
	const char *event_url; /**< where alarms and overdue items are told; NULL; same rules as callbacks */
};

/** The defaults. */
void ho_task_settings_init(struct ho_task_settings *out);
/** A valid name: 1 to 64 of a-z A-Z 0-9 . _ -, not beginning with a dot. HO_EINVAL says so. */
HO_MUST_CHECK enum ho_status ho_task_name_check(const char *name, struct ho_error *err);
/**
 * Read settings from a JSON object on top of what `out` holds (PUT of some members leaves the others).
 * Strings go to the arena. HO_EINVAL: not an object, unknown member, wrong type or range; place names the member.
 */
HO_MUST_CHECK enum ho_status ho_task_settings_read(struct ho_task_settings *out, struct ho_slice json,
                                                   struct ho_arena *arena, struct ho_error *err);
/** Write all members, sorted by name, NUL-terminated in the arena; the secret only if `with_secret`. NULL: no memory.
 */
const char *ho_task_settings_write(const struct ho_task_settings *settings, bool with_secret, struct ho_arena *arena);

#endif
