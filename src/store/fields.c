#include "store/fields.h"

#define FIELD(record, member, kind)                                                                                    \
	{                                                                                                              \
#member, HO_FIELD_##kind, offsetof(struct record, member), sizeof(((struct record *)0)->member)        \
	}
#define FIELDS(name, record, table)                                                                                    \
	const struct ho_fields ho_fields_##name = {table, name##_fields, sizeof name##_fields / sizeof *name##_fields, \
	                                           sizeof(struct record)}

static const struct ho_field task_fields[] = {
    FIELD(ho_task, name, TEXT),    FIELD(ho_task, settings, TEXT),   FIELD(ho_task, champion, TEXT),
    FIELD(ho_task, paused, BOOL),  FIELD(ho_task, paused_why, TEXT), FIELD(ho_task, created_at, INT),
    FIELD(ho_task, epoch_at, INT),
};
FIELDS(task, ho_task, "task");

static const struct ho_field model_fields[] = {
    FIELD(ho_model_record, id, TEXT),        FIELD(ho_model_record, task, TEXT),
    FIELD(ho_model_record, added_by, TEXT),  FIELD(ho_model_record, bytes, INT),
    FIELD(ho_model_record, added_at, INT),   FIELD(ho_model_record, promoted_at, INT),
    FIELD(ho_model_record, retired_at, INT),
};
FIELDS(model, ho_model_record, "model");

/* What lists look at stands first and the texts last, so that a database reads little of a row that it passes over. */
static const struct ho_field item_fields[] = {
    FIELD(ho_item, id, ID),          FIELD(ho_item, task, TEXT),          FIELD(ho_item, decision, INT),
    FIELD(ho_item, reason, INT),     FIELD(ho_item, role, INT),           FIELD(ho_item, audit, INT),
    FIELD(ho_item, status, INT),     FIELD(ho_item, answered_none, BOOL), FIELD(ho_item, forgotten, BOOL),
    FIELD(ho_item, flagged, BOOL),   FIELD(ho_item, created_at, INT),     FIELD(ho_item, answered_at, INT),
    FIELD(ho_item, due_at, INT),     FIELD(ho_item, took_ms, INT),        FIELD(ho_item, sent, UINT),
    FIELD(ho_item, label, TEXT),     FIELD(ho_item, answered_by, TEXT),   FIELD(ho_item, client_id, TEXT),
    FIELD(ho_item, model, TEXT),     FIELD(ho_item, suggestion, TEXT),    FIELD(ho_item, confidence, REAL),
    FIELD(ho_item, threshold, REAL), FIELD(ho_item, novelty_p, REAL),     FIELD(ho_item, audit_probability, REAL),
    FIELD(ho_item, epoch_at, INT),   FIELD(ho_item, scores, BYTES),       FIELD(ho_item, callback_url, TEXT),
    FIELD(ho_item, note, TEXT),      FIELD(ho_item, meta, SLICE),         FIELD(ho_item, text, SLICE),
};
FIELDS(item, ho_item, "item");

static const struct ho_field review_fields[] = {
    FIELD(ho_review, sequence, INT),  FIELD(ho_review, item, ID),     FIELD(ho_review, kind, INT),
    FIELD(ho_review, reviewer, TEXT), FIELD(ho_review, none, BOOL),   FIELD(ho_review, label, TEXT),
    FIELD(ho_review, note, TEXT),     FIELD(ho_review, took_ms, INT), FIELD(ho_review, at, INT),
};
FIELDS(review, ho_review, "review");

static const struct ho_field queued_fields[] = {
    FIELD(ho_queued, item, ID),           FIELD(ho_queued, task, TEXT),         FIELD(ho_queued, unsure, REAL),
    FIELD(ho_queued, novel, REAL),        FIELD(ho_queued, chance, REAL),       FIELD(ho_queued, fingerprint, UINT),
    FIELD(ho_queued, due_at, INT),        FIELD(ho_queued, not_before, INT),    FIELD(ho_queued, since, INT),
    FIELD(ho_queued, audit, BOOL),        FIELD(ho_queued, not_reviewer, TEXT), FIELD(ho_queued, leased_by, TEXT),
    FIELD(ho_queued, lease_expires, INT), FIELD(ho_queued, due_done, BOOL),
};
FIELDS(queued, ho_queued, "queue");

static const struct ho_field outgoing_fields[] = {
    FIELD(ho_outgoing, id, ID),       FIELD(ho_outgoing, item, ID),          FIELD(ho_outgoing, task, TEXT),
    FIELD(ho_outgoing, url, TEXT),    FIELD(ho_outgoing, tries, UINT),       FIELD(ho_outgoing, created_at, INT),
    FIELD(ho_outgoing, next_at, INT), FIELD(ho_outgoing, delivered_at, INT), FIELD(ho_outgoing, last_error, TEXT),
    FIELD(ho_outgoing, body, BYTES),
};
FIELDS(outgoing, ho_outgoing, "outgoing");

static const struct ho_field journal_fields[] = {
    FIELD(ho_journal_entry, sequence, INT), FIELD(ho_journal_entry, at, INT),    FIELD(ho_journal_entry, actor, TEXT),
    FIELD(ho_journal_entry, kind, TEXT),    FIELD(ho_journal_entry, task, TEXT), FIELD(ho_journal_entry, words, TEXT),
    FIELD(ho_journal_entry, figures, TEXT),
};
FIELDS(journal, ho_journal_entry, "journal");

static const struct ho_field user_fields[] = {
    FIELD(ho_user, name, TEXT),     FIELD(ho_user, role, INT),       FIELD(ho_user, password, TEXT),
    FIELD(ho_user, disabled, BOOL), FIELD(ho_user, created_at, INT),
};
FIELDS(user, ho_user, "user");

static const struct ho_field token_fields[] = {
    FIELD(ho_credential, hash, HASH),      FIELD(ho_credential, kind, INT),
    FIELD(ho_credential, name, TEXT),      FIELD(ho_credential, scopes, TEXT),
    FIELD(ho_credential, csrf, TEXT),      FIELD(ho_credential, created_at, INT),
    FIELD(ho_credential, expires_at, INT), FIELD(ho_credential, last_used_at, INT),
    FIELD(ho_credential, revoked_at, INT),
};
FIELDS(token, ho_credential, "token");

static const struct ho_field count_fields[] = {
    FIELD(ho_count, task, TEXT), FIELD(ho_count, model, TEXT), FIELD(ho_count, day, INT),
    FIELD(ho_count, what, TEXT), FIELD(ho_count, n, INT),
};
FIELDS(count, ho_count, "daily");

static const struct ho_field idempotent_fields[] = {
    FIELD(ho_idempotent, key, TEXT),     FIELD(ho_idempotent, body, HASH), FIELD(ho_idempotent, status, UINT),
    FIELD(ho_idempotent, answer, BYTES), FIELD(ho_idempotent, item, ID),   FIELD(ho_idempotent, at, INT),
};
FIELDS(idempotent, ho_idempotent, "idempotent");

static const char *at(const struct ho_field *field, const void *record)
{
	return (const char *)record + field->offset;
}

int64_t ho_field_integer(const struct ho_field *field, const void *record)
{
	const char *from = at(field, record);
	int64_t wide;
	int32_t narrow;
	if (field->width == sizeof wide) {
		memcpy(&wide, from, sizeof wide);
		return wide;
	}
	if (field->kind == HO_FIELD_BOOL)
		return *(const bool *)from;
	memcpy(&narrow, from, sizeof narrow);
	return field->kind == HO_FIELD_UINT ? (int64_t)(uint32_t)narrow : narrow;
}

void ho_field_set_integer(const struct ho_field *field, void *record, int64_t value)
{
	char *to = (char *)record + field->offset;
	int32_t narrow = (int32_t)value;
	if (field->width == sizeof value)
		memcpy(to, &value, sizeof value);
	else if (field->kind == HO_FIELD_BOOL)
		*(bool *)to = value != 0;
	else
		memcpy(to, &narrow, sizeof narrow);
}

struct ho_slice ho_field_bytes(const struct ho_field *field, const void *record)
{
	const char *from = at(field, record), *text;
	struct ho_slice slice = {NULL, 0};
	switch (field->kind) {
	case HO_FIELD_ID:
		return *from ? ho_slice(from, strnlen(from, field->width - 1)) : slice;
	case HO_FIELD_TEXT:
		memcpy(&text, from, sizeof text);
		return text ? ho_slice_str(text) : slice;
	case HO_FIELD_HASH:
		return ho_slice(from, field->width);
	case HO_FIELD_SLICE:
	case HO_FIELD_BYTES:
		memcpy(&slice, from, sizeof slice);
		return slice.len ? slice : ho_slice(NULL, 0);
	default:
		return slice;
	}
}

void ho_field_set_bytes(const struct ho_field *field, void *record, struct ho_slice bytes)
{
	char *to = (char *)record + field->offset;
	size_t room = field->kind == HO_FIELD_ID ? field->width - 1 : field->width;
	switch (field->kind) {
	case HO_FIELD_TEXT:
		memcpy(to, &bytes.ptr, sizeof bytes.ptr);
		break;
	case HO_FIELD_SLICE:
	case HO_FIELD_BYTES:
		memcpy(to, &bytes, sizeof bytes);
		break;
	default:
		memset(to, 0, field->width);
		if (bytes.len)
			memcpy(to, bytes.ptr, bytes.len < room ? bytes.len : room);
	}
}

static bool points(const struct ho_field *field)
{
	return field->kind == HO_FIELD_TEXT || field->kind == HO_FIELD_SLICE || field->kind == HO_FIELD_BYTES;
}

size_t ho_record_bytes(const struct ho_fields *fields, const void *record)
{
	size_t bytes = fields->size;
	for (size_t i = 0; i < fields->n; i++)
		if (points(&fields->field[i]))
			bytes += ho_field_bytes(&fields->field[i], record).len + 1;
	return bytes;
}

void ho_record_copy(void *to, const struct ho_fields *fields, const void *record)
{
	char *room = (char *)to + fields->size;
	memcpy(to, record, fields->size);
	for (size_t i = 0; i < fields->n; i++) {
		struct ho_slice bytes;
		if (!points(&fields->field[i]))
			continue;
		bytes = ho_field_bytes(&fields->field[i], record);
		if (bytes.ptr) {
			memcpy(room, bytes.ptr, bytes.len);
			room[bytes.len] = '\0';
			bytes.ptr = room;
			room += bytes.len + 1;
		}
		ho_field_set_bytes(&fields->field[i], to, bytes);
	}
}

static bool field_equal(const struct ho_field *field, const void *a, const void *b)
{
	if (field->kind == HO_FIELD_REAL)
		return memcmp(at(field, a), at(field, b), sizeof(double)) == 0;
	if (field->kind == HO_FIELD_INT || field->kind == HO_FIELD_UINT || field->kind == HO_FIELD_BOOL)
		return ho_field_integer(field, a) == ho_field_integer(field, b);
	struct ho_slice x = ho_field_bytes(field, a), y = ho_field_bytes(field, b);
	return x.ptr && y.ptr ? ho_slice_equal(x, y) : x.ptr == y.ptr;
}

bool ho_record_equal(const struct ho_fields *fields, const void *a, const void *b)
{
	for (size_t i = 0; i < fields->n; i++)
		if (!field_equal(&fields->field[i], a, b))
			return false;
	return true;
}
