/** What a mail says: decoded subject, sender, date and readable text. Internal to src/table. */
#ifndef HO_TABLE_MAIL_H
#define HO_TABLE_MAIL_H

#include "base/buf.h"

/** Buffers that are reused from mail to mail; all clean UTF-8. */
struct ho_mail {
	struct ho_buf subject, from, date; /**< `date` in UTC as RFC 3339, empty if there is none */
	struct ho_buf text;                /**< subject, line break, body */
};

void ho_mail_init(struct ho_mail *mail);
void ho_mail_release(struct ho_mail *mail);

/**
 * Read a mail (RFC 5322, MIME; also with an mbox "From " line). The body is its text/plain parts, or where these are
 * blank its text/html parts as text; attachments are left out. A broken mail yields what can be read, bytes that are no
 * mail at all yield themselves as text.
 *
 * @param bytes  at most HO_RECORD_MAX, any encoding.
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT more text than 4 * HO_RECORD_MAX.
 */
HO_MUST_CHECK enum ho_status ho_mail_read(struct ho_mail *mail, struct ho_slice bytes, struct ho_error *err);

#endif
