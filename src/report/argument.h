/** Words of a command in advice, quoted as a shell takes them: names of columns, labels and files have blanks and
 * quotes.
 */
#ifndef HO_REPORT_ARGUMENT_H
#define HO_REPORT_ARGUMENT_H

#include "base/slice.h"
#include "base/status.h"

struct ho_buf;

/** A word in characters: NUL-terminated UTF-8. */
struct ho_argument {
	char text[512];
};

/** Append one word as it must be typed: as it stands where it is plain, else in single quotes. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_argument_add(struct ho_buf *out, struct ho_slice word, struct ho_error *err);

/** The same as a value; `otherwise` (a word in capitals that stands for it: "COLUMN") if the word is too long, was cut,
 * or has bytes that cannot be shown as they are. */
struct ho_argument ho_show_argument(struct ho_slice word, const char *otherwise);
/** "old=new", "'lost card=0.01'": a name and a value in one word. */
struct ho_argument ho_show_assignment(struct ho_slice name, struct ho_slice value, const char *otherwise);

#endif
