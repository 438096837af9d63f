/** The mails of an mbox file (RFC 4155), one at a time. Internal to src/table. */
#ifndef HO_TABLE_MBOX_H
#define HO_TABLE_MBOX_H

#include "base/buf.h"
#include "table/source.h"

struct ho_mbox {
	struct ho_source *source; /**< borrowed */
	struct ho_buf raw;        /**< read and not handed out yet, from `at` on */
	size_t at, scanned;
	bool started, is_mbox, at_end;
};

/** Start at the beginning of the source. Allocates nothing. */
void ho_mbox_init(struct ho_mbox *mbox, struct ho_source *source);
void ho_mbox_release(struct ho_mbox *mbox);

/**
 * The next mail, with its "From " line. A mail ends before a line that begins with "From ", holds a time of day and
 * follows an empty line, which is how the "From" of a sentence is told from the next mail. A source that does not begin
 * with "From " is one mail.
 *
 * @param[out] mail      borrowed until the next call; len 0 at the end.
 * @param[out] too_long  it has more than HO_RECORD_MAX bytes; `mail` is only its beginning.
 * @return as ho_source_read(), HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_mbox_next(struct ho_mbox *mbox, struct ho_slice *mail, bool *too_long,
                                          struct ho_error *err);
/** Is it an mbox? Known after the first mail. */
bool ho_mbox_is_mbox(const struct ho_mbox *mbox);

#endif
