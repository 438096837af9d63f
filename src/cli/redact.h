/** --redact in what is said while data are read: names of columns and labels, which are somebody's text where a file
 * has no header. */
#ifndef HO_CLI_REDACT_H
#define HO_CLI_REDACT_H

#include "table/notes.h"

/** Mask personal data (text/personal.h) between the quotes of every sentence; counts and file names stay. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status cli_redact_notes(struct ho_notes *notes, struct ho_error *err);
/** The same for the message of an error; one that cannot be masked is replaced by what it is about. */
void cli_redact_error(struct ho_error *err);

#endif
