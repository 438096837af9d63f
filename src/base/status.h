/**
 * Filling struct ho_error (declared with enum ho_status in the public header).
 * Style of a message: lower case, no full stop, what failed first, then what to do; never a user's text.
 */
#ifndef HO_BASE_STATUS_H
#define HO_BASE_STATUS_H

#include "handoff/handoff.h"

/**
 * Record an error and return its code, so that a function can end with `return ho_fail(err, HO_EIO, ...)`.
 *
 * @param err  may be NULL; place is cleared.
 * @return `code`.
 */
enum ho_status ho_fail(struct ho_error *err, enum ho_status code, const char *format, ...) HO_PRINTF(3, 4);

/** As ho_fail(), with errno's text appended (": No space left on device"). */
enum ho_status ho_fail_errno(struct ho_error *err, enum ho_status code, const char *format, ...) HO_PRINTF(3, 4);

/** Say where the error in `err` is ("tickets.csv, row 17"); keeps code and message. Returns err's code (HO_EBUG if err
 * is NULL). */
enum ho_status ho_error_at(struct ho_error *err, const char *format, ...) HO_PRINTF(2, 3);

/** Out of memory, in the usual words. */
enum ho_status ho_fail_nomem(struct ho_error *err);

#endif
