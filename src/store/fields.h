/**
 * What a record is made of, as a table: member, column, kind. One description serves the copies of the memory store,
 * the columns of a database and the comparisons of the tests, so that a new member is added in one place.
 */
#ifndef HO_STORE_FIELDS_H
#define HO_STORE_FIELDS_H

#include <stdint.h>

#include "base/arena.h"
#include "store/records.h"

enum ho_field_kind {
	HO_FIELD_ID,    /**< struct ho_id */
	HO_FIELD_TEXT,  /**< const char *, may be NULL */
	HO_FIELD_SLICE, /**< struct ho_slice of text */
	HO_FIELD_BYTES, /**< struct ho_slice of anything */
	HO_FIELD_HASH,  /**< unsigned char[width] */
	HO_FIELD_REAL,  /**< double */
	HO_FIELD_INT,   /**< signed integer or enum of `width` bytes */
	HO_FIELD_UINT,  /**< unsigned integer of `width` bytes; 64 bits are kept as their signed twin */
	HO_FIELD_BOOL
};

/** One member. */
struct ho_field {
	const char *column;
	enum ho_field_kind kind;
	size_t offset, width;
};

/** A record: its fields in the order of the columns. The first ones are its key. */
struct ho_fields {
	const char *table;
	const struct ho_field *field;
	size_t n, size; /**< fields; sizeof the struct */
};

extern const struct ho_fields ho_fields_task, ho_fields_model, ho_fields_item, ho_fields_review, ho_fields_queued,
    ho_fields_outgoing, ho_fields_journal, ho_fields_user, ho_fields_token, ho_fields_count, ho_fields_idempotent;

/** The value of an integer, enum or bool field. */
int64_t ho_field_integer(const struct ho_field *field, const void *record);
void ho_field_set_integer(const struct ho_field *field, void *record, int64_t value);
/** Bytes of an id, text, slice or hash field; ptr NULL where there is nothing. */
struct ho_slice ho_field_bytes(const struct ho_field *field, const void *record);
/** Point a text or slice field to bytes that live long enough (NUL-terminated for texts); fill an id or hash: longer
 * ones are cut. */
void ho_field_set_bytes(const struct ho_field *field, void *record, struct ho_slice bytes);

/** Bytes that ho_record_copy() writes. */
size_t ho_record_bytes(const struct ho_fields *fields, const void *record);
/** Copy a record with everything it points to into `to`, [ho_record_bytes()] aligned to 16; the copy lies at its start.
 */
void ho_record_copy(void *to, const struct ho_fields *fields, const void *record);
/** Do two records say the same? */
bool ho_record_equal(const struct ho_fields *fields, const void *a, const void *b);

#endif
