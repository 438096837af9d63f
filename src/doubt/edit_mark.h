/** Showing an edit to a person: the text around the place, with what was and what it became. */
#ifndef HO_DOUBT_EDIT_MARK_H
#define HO_DOUBT_EDIT_MARK_H

#include "base/buf.h"

/**
 * Append "... where is my [card -> crad] now ...": the words that differ between `before` and `after`, from the first
 * to the last, each side cut at 60 bytes, with at most 48 bytes of what stands around them. Cuts are between code
 * points. The same text twice is shown without a mark. HO_ELIMIT past out->max; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_edit_mark(struct ho_buf *out, struct ho_slice before, struct ho_slice after,
                                          struct ho_error *err);

#endif
