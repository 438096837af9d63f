/** The readable text of an HTML page or mail part. Internal to src/table. */
#ifndef HO_TABLE_HTML_H
#define HO_TABLE_HTML_H

#include "base/buf.h"

/**
 * Append the text of `html` (clean UTF-8): entities decoded, white space collapsed, a line break between blocks;
 * nothing of head, script, style and template. Pages that would blow up the parser (very large, very deep, tags with
 * thousands of attributes) are only stripped of their tags. HO_ELIMIT, HO_ENOMEM; never fails on content.
 */
HO_MUST_CHECK enum ho_status ho_html_text(struct ho_buf *out, struct ho_slice html, struct ho_error *err);

#endif
