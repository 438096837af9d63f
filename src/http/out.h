/**
 * JSON answers, written member by member. A failure sticks and is asked for once, at the end: ho_out_end().
 * Keys are constants that need no escaping; key NULL inside an array.
 */
#ifndef HO_HTTP_OUT_H
#define HO_HTTP_OUT_H

#include "base/buf.h"
#include "store/records.h"

struct ho_out {
	struct ho_buf *buf;
	bool comma; /**< something stands before, at this level */
	enum ho_status status;
	struct ho_error *err;
};

/** Begin with '{' or '['. */
struct ho_out ho_out_begin(struct ho_buf *buf, char bracket, struct ho_error *err);
void ho_out_open(struct ho_out *out, const char *key, char bracket);
void ho_out_close(struct ho_out *out, char bracket);
/** NULL is null. */
void ho_out_string(struct ho_out *out, const char *key, const char *value);
void ho_out_slice(struct ho_out *out, const char *key, struct ho_slice value);
void ho_out_int(struct ho_out *out, const char *key, int64_t value);
/** NAN and infinities are null. */
void ho_out_number(struct ho_out *out, const char *key, double value);
void ho_out_bool(struct ho_out *out, const char *key, bool value);
/** Milliseconds since 1970; 0 is null. */
void ho_out_time(struct ho_out *out, const char *key, int64_t ms);
/** JSON as it is. Empty: null. */
void ho_out_raw(struct ho_out *out, const char *key, struct ho_slice json);
/** Where to add by hand what these functions lack: writes the comma and the key. */
struct ho_buf *ho_out_at(struct ho_out *out, const char *key);
/** Note the result of adding by hand. */
void ho_out_note(struct ho_out *out, enum ho_status status);
/** Close and say whether all went well: HO_OK, or the first failure of all that was added (HO_ENOMEM, HO_ELIMIT). */
HO_MUST_CHECK enum ho_status ho_out_end(struct ho_out *out, char bracket);

#endif
