/** The labels so far, as JSONL that `train` reads, and items as JSON for answers, callbacks and pages. */
#ifndef HO_APP_LABELS_H
#define HO_APP_LABELS_H

#include "app/workspace.h"
#include "base/buf.h"

/** Bytes that a page must be able to hold: the longest text (1 MiB) takes six times as many where every byte of it has
 * to be escaped, and label and name stand beside it. */
enum { HO_LABELS_PAGE_LEAST = 7 << 20 };

/** Which role is exported: certify items only when asked for by name. */
enum ho_labels_role { HO_LABELS_LEARN, HO_LABELS_CERTIFY, HO_LABELS_BOTH };

/**
 * One page of labels, oldest first: {"id","text","label","role","answered_by","answered_at"} a line; items that a
 * person answered with a label, not forgotten. `after` moves on; *more says whether to call again. Memory stays
 * bounded. What the store returns; HO_ELIMIT: not even one line fits into `out`, which has less room than
 * HO_LABELS_PAGE_LEAST.
 */
HO_MUST_CHECK enum ho_status ho_labels_page(struct ho_buf *out, bool *more, struct ho_id *after, struct ho_app *app,
                                            struct ho_store *reader, const char *task, enum ho_labels_role role,
                                            struct ho_error *err);

/** An item as GET /v1/items/{item} shows it, a JSON object appended to `out`. with_text: also text and meta; blind: of
 * a waiting item neither reason, suggestion nor confidence, and an audit looks like any other. HO_ELIMIT, HO_ENOMEM:
 * nothing was appended. */
HO_MUST_CHECK enum ho_status ho_item_json(struct ho_buf *out, const struct ho_item *item, bool with_text, bool blind,
                                          struct ho_error *err);
/** The answer to POST classify: the 200 or 202 object of the design. HO_ELIMIT, HO_ENOMEM: nothing was appended. */
HO_MUST_CHECK enum ho_status ho_classified_json(struct ho_buf *out, const struct ho_item *item,
                                                const struct ho_desk *desk, struct ho_error *err);
/** Append a JSON string literal (quoted, escaped, invalid UTF-8 repaired). HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_json_string(struct ho_buf *out, struct ho_slice text, struct ho_error *err);
/** Append an RFC 3339 time in UTC with milliseconds as a JSON string, or null for 0. HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_json_time(struct ho_buf *out, int64_t ms, struct ho_error *err);

#endif
