/** Items as answers show them. */
#ifndef HO_HTTP_ITEMS_H
#define HO_HTTP_ITEMS_H

#include "http/request.h"

/**
 * Wait until rq->item is answered, at most `wait_ms` from now, and answer with the item; if it is not answered by then
 * the answer that stands goes out (where none stands: the item as it is). On the serving thread.
 * HO_ENOTFOUND, HO_EIO, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_item_wait(struct ho_request *rq, int64_t wait_ms, struct ho_error *err);
/** Append an item as this caller may see it: reviewers see nothing that could sway them, and no audit as one.
 * HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_item_show(struct ho_buf *out, const struct ho_request *rq, const struct ho_item *item,
                                          struct ho_error *err);
/** Answer with an item, 200. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_item_answer(struct ho_request *rq, const struct ho_item *item, struct ho_error *err);

#endif
