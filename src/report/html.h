/**
 * A report: findings as one HTML file that stands alone. No script, no request to anywhere (a content policy in the
 * file says so to the browser), light and dark, readable on a phone and on paper. Charts are SVG in the document, each
 * with its figures in a table beside it.
 *
 * Invariants:
 *  1. Nothing of a text becomes markup: every string passes through one escaping function, which also drops what steers
 *     the direction of writing.
 *  2. The same findings and head give the same bytes.
 */
#ifndef HO_REPORT_HTML_H
#define HO_REPORT_HTML_H

#include "base/buf.h"
#include "report/findings.h"

/** One line of the head: "data", "tickets.csv". */
struct ho_report_fact {
	const char *name, *value; /**< value NULL: not shown */
};

/** What stands above the findings. Strings are borrowed, UTF-8 or repaired; NULL: not shown. */
struct ho_report_head {
	const char *kind;     /**< what made it, "explore" */
	const char *title;    /**< of the page; not NULL */
	const char *subtitle; /**< a sentence: what was looked at */
	const char *command;  /**< as it can be typed again */
	int64_t made_at;      /**< milliseconds since 1970 UTC; 0: not shown */
	const struct ho_report_fact *facts;
	size_t n_facts;
};

/** Most bytes of a report; what a buffer for one is initialised with. */
#define HO_REPORT_MAX ((size_t)128 << 20)

/** The content policy of reports, as in their <meta>: for a server that sends them. Lives as long as the program. */
const char *ho_report_policy(void);

/**
 * Append the document to an initialised buffer.
 *
 * @return HO_OK; HO_ENOMEM, HO_ELIMIT, or what the findings failed with: then the buffer is empty.
 */
HO_MUST_CHECK enum ho_status ho_report_html(struct ho_buf *out, const struct ho_findings *list,
                                            const struct ho_report_head *head, struct ho_error *err);
/** The same as a file, which is replaced as a whole or left alone. What ho_report_html() and ho_file_write() return. */
HO_MUST_CHECK enum ho_status ho_report_write(const char *path, const struct ho_findings *list,
                                             const struct ho_report_head *head, struct ho_error *err);

#endif
