/** JSON strings out, without a tree. Internal to src/table. */
#ifndef HO_TABLE_JSON_H
#define HO_TABLE_JSON_H

#include "base/buf.h"

/** Append `text` as a JSON string with its quotes; ill-formed UTF-8 becomes U+FFFD. HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_json_quote(struct ho_buf *out, struct ho_slice text, struct ho_error *err);

#endif
