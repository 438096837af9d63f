#include "app/task.h"

#include <jansson.h>
#include <stddef.h>

enum { TITLE_MAX = 200, INSTRUCTIONS_MAX = 20000, HOST_MAX = 260, EVENT_URL_MAX = 2000, SECRET_MAX = 100 };

enum kind { TEXT, SHARE, COUNT, YES, ALARM, DUE, HOSTS, SECRET };

/* A member: where it stands and what it may be. For TEXT `most` is the length, else the value's limits. */
struct member {
	const char *name;
	enum kind kind;
	size_t offset;
	double least, most;
};

#define AT(member) offsetof(struct ho_task_settings, member)

static const struct member members[] = {
    {"alarm", ALARM, AT(alarm), 0, 0},
    {"alarm_delta", SHARE, AT(alarm_delta), 1e-9, 0.5},
    {"audit_budget", COUNT, AT(audit_budget), 0, 1e9},
    {"audit_floor", COUNT, AT(audit_floor), 0, 1e9},
    {"audit_share", SHARE, AT(audit_share), 0, 1},
    {"callback_hosts", HOSTS, AT(callback_hosts), 0, 0},
    {"callback_private", YES, AT(callback_private), 0, 0},
    {"callback_secret", SECRET, AT(callback_secret), 0, SECRET_MAX},
    {"certify_share", SHARE, AT(certify_share), 0, 0.5},
    {"due_action", DUE, AT(due_action), 0, 0},
    {"due_s", COUNT, AT(due_s), 0, 366 * 86400.0},
    {"event_url", TEXT, AT(event_url), 0, EVENT_URL_MAX},
    {"instructions", TEXT, AT(instructions), 0, INSTRUCTIONS_MAX},
    {"lease_s", COUNT, AT(lease_s), 15, 3600},
    {"raised_threshold", SHARE, AT(raised_threshold), 0, 1},
    {"retention_days", COUNT, AT(retention_days), 0, 36500},
    {"reviewer_error", SHARE, AT(reviewer_error), 0, 0.1},
    {"show_before", YES, AT(show_before), 0, 0},
    {"title", TEXT, AT(title), 0, TITLE_MAX},
};

static const char *const alarm_names[] = {"pause", "tell", NULL};
static const char *const due_names[] = {"nothing", "escalate", "suggest", "expire", NULL};

void ho_task_settings_init(struct ho_task_settings *out)
{
	*out = (struct ho_task_settings){
	    .certify_share = 0.02,
	    .audit_share = 0.02,
	    .audit_floor = 5,
	    .audit_budget = 200,
	    .alarm_delta = 0.05,
	    .reviewer_error = 0.03,
	    .lease_s = 90,
	};
}

enum ho_status ho_task_name_check(const char *name, struct ho_error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = strnlen(name, HO_TASK_NAME_MAX + 1);
	if (n == 0 || n > HO_TASK_NAME_MAX || name[0] == '.' || strspn(name, allowed) != n)
		return ho_fail(
		    err, HO_EINVAL,
		    "a task's name is 1 to 64 letters, digits, '.', '_' or '-', and does not begin with a dot");
	return HO_OK;
}

static enum ho_status fail_member(struct ho_error *err, const struct member *member, const char *must)
{
	(void)ho_fail(err, HO_EINVAL, "%s must be %s", member->name, must);
	return err ? ho_error_at(err, "%s", member->name) : HO_EINVAL;
}

/* A copy in the arena; false when memory is out. */
static bool keep(const char **out, struct ho_arena *arena, const char *text)
{
	return (*out = ho_arena_copy(arena, ho_slice_str(text)).ptr) != NULL;
}

static enum ho_status read_number(void *at, const struct member *member, const json_t *value, struct ho_error *err)
{
	char must[96];
	double number = json_number_value(value);
	bool whole = member->kind == COUNT;
	bool fits = (whole ? json_is_integer(value) : json_is_number(value)) && number >= member->least &&
	            number <= member->most;
	if (!fits) {
		(void)snprintf(must, sizeof must, "a %snumber from %.10g to %.10g", whole ? "whole " : "",
		               member->least, member->most);
		return fail_member(err, member, must);
	}
	if (whole)
		*(uint32_t *)at = (uint32_t)number;
	else
		*(double *)at = number;
	return HO_OK;
}

static enum ho_status read_name(void *at, const struct member *member, const json_t *value, const char *const *names,
                                struct ho_error *err)
{
	const char *text = json_string_value(value);
	for (int i = 0; text && names[i]; i++)
		if (!strcmp(text, names[i])) {
			*(int *)at = i;
			return HO_OK;
		}
	return fail_member(err, member, names == due_names ? "nothing, escalate, suggest or expire" : "pause or tell");
}

/* "whsec_" and base64 of 24 to 64 bytes. */
static bool is_secret(const char *text)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (strncmp(text, "whsec_", 6) != 0)
		return false;
	size_t n = strspn(text + 6, base64), padding = strspn(text + 6 + n, "=");
	size_t bytes = n * 3 / 4;
	return text[6 + n + padding] == '\0' && (n + padding) % 4 == 0 && padding <= 2 && bytes >= 24 && bytes <= 64;
}

static enum ho_status read_text(void *at, const struct member *member, const json_t *value, struct ho_arena *arena,
                                struct ho_error *err)
{
	const char *text = json_string_value(value);
	if (json_is_null(value)) {
		*(const char **)at = NULL;
		return HO_OK;
	}
	if (!text || !*text || json_string_length(value) > (size_t)member->most)
		return fail_member(err, member, "a text that is not empty nor too long, or null");
	if (member->kind == SECRET && !is_secret(text))
		return fail_member(err, member, "\"whsec_\" and the base64 of 24 to 64 bytes, or null");
	return keep(at, arena, text) ? HO_OK : ho_fail_nomem(err);
}

static bool is_host(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
	const char *rest = strncmp(text, "*.", 2) == 0 ? text + 2 : text;
	size_t n = strlen(rest);
	return n > 0 && n <= HOST_MAX && strspn(rest, allowed) == n;
}

static enum ho_status read_hosts(struct ho_task_settings *out, const struct member *member, const json_t *value,
                                 struct ho_arena *arena, struct ho_error *err)
{
	size_t n = json_array_size(value), i;
	const json_t *host;
	if (!json_is_array(value) || n > HO_TASK_HOSTS_MAX)
		return fail_member(err, member, "a list of at most 64 hosts");
	const char **hosts = ho_arena_alloc(arena, n ? n : 1, sizeof *hosts);
	if (!hosts)
		return ho_fail_nomem(err);
	json_array_foreach(value, i, host)
	{
		const char *text = json_string_value(host);
		if (!text || !is_host(text))
			return fail_member(err, member,
			                   "a list of hosts like \"hooks.example.org\", "
			                   "\"*.example.org\" or \"host:8443\"");
		if (!keep(&hosts[i], arena, text))
			return ho_fail_nomem(err);
	}
	out->callback_hosts = hosts;
	out->callback_hosts_n = n;
	return HO_OK;
}

static enum ho_status read_member(struct ho_task_settings *out, const struct member *member, const json_t *value,
                                  struct ho_arena *arena, struct ho_error *err)
{
	void *at = (char *)out + member->offset;
	switch (member->kind) {
	case SHARE:
	case COUNT:
		return read_number(at, member, value, err);
	case YES:
		if (!json_is_boolean(value))
			return fail_member(err, member, "true or false");
		*(bool *)at = json_is_true(value);
		return HO_OK;
	case ALARM:
		return read_name(at, member, value, alarm_names, err);
	case DUE:
		return read_name(at, member, value, due_names, err);
	case HOSTS:
		return read_hosts(out, member, value, arena, err);
	default:
		return read_text(at, member, value, arena, err);
	}
}

static const struct member *find_member(const char *name)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (!strcmp(members[i].name, name))
			return &members[i];
	return NULL;
}

enum ho_status ho_task_settings_read(struct ho_task_settings *out, struct ho_slice json, struct ho_arena *arena,
                                     struct ho_error *err)
{
	struct ho_task_settings read = *out;
	const char *name;
	json_t *value, *object = json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	enum ho_status status = HO_OK;
	if (!json_is_object(object)) {
		json_decref(object);
		return ho_fail(err, HO_EINVAL, "settings must be a JSON object");
	}
	json_object_foreach(object, name, value)
	{
		const struct member *member = find_member(name);
		if (!member) {
			status = ho_fail(err, HO_EINVAL,
			                 "the settings have an unknown member; see the reference for "
			                 "those there are");
			if (err && strlen(name) <= HO_TASK_NAME_MAX)
				(void)ho_error_at(err, "%s", name);
			break;
		}
		status = read_member(&read, member, value, arena, err);
		if (status)
			break;
	}
	json_decref(object);
	if (status == HO_OK)
		*out = read;
	return status;
}

static json_t *member_json(const struct ho_task_settings *settings, const struct member *member)
{
	const void *at = (const char *)settings + member->offset;
	json_t *hosts;
	switch (member->kind) {
	case SHARE:
		return json_real(*(const double *)at);
	case COUNT:
		return json_integer(*(const uint32_t *)at);
	case YES:
		return json_boolean(*(const bool *)at);
	case ALARM:
		return json_string(alarm_names[*(const int *)at]);
	case DUE:
		return json_string(due_names[*(const int *)at]);
	case HOSTS:
		hosts = json_array();
		for (size_t i = 0; i < settings->callback_hosts_n; i++)
			(void)json_array_append_new(hosts, json_string(settings->callback_hosts[i]));
		return hosts;
	default:
		return *(const char *const *)at ? json_string(*(const char *const *)at) : json_null();
	}
}

const char *ho_task_settings_write(const struct ho_task_settings *settings, bool with_secret, struct ho_arena *arena)
{
	json_t *object = json_object();
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (with_secret || members[i].kind != SECRET)
			(void)json_object_set_new(object, members[i].name, member_json(settings, &members[i]));
	char *text = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(15));
	const char *out = text ? ho_arena_copy(arena, ho_slice_str(text)).ptr : NULL;
	free(text);
	json_decref(object);
	return out;
}
