/** Shared by the files that build, order and show findings. */
#ifndef HO_REPORT_FINDINGS_PRIVATE_H
#define HO_REPORT_FINDINGS_PRIVATE_H

#include <stdarg.h>

#include "report/findings.h"

/** Format into the list's arena; NULL and a sticky error on failure. */
const char *ho_findings__copy(struct ho_findings *list, const char *format, va_list args);
/** Free what the exhibits of a finding own. */
void ho_findings__free_exhibits(struct ho_finding *finding);

/** The order in which findings are shown: what needs somebody first. */
enum ho_rank {
	HO_RANK_BROKEN = 0,
	HO_RANK_WEAK,
	HO_RANK_UNKNOWN,
	HO_RANK_HOLDS,
	HO_RANK_WARNING,
	HO_RANK_NOTICE,
	HO_RANK_INFO,
	HO_RANKS
};

/** Where a finding stands in that order. */
enum ho_rank ho_findings__rank(const struct ho_finding *finding);
/** Its verdict or severity as a word. */
const char *ho_findings__word(const struct ho_finding *finding);
/** Is it a list of checks with verdicts? */
bool ho_findings__are_verdicts(const struct ho_findings *list);
/** Do both stand under one heading? */
bool ho_findings__same_section(const struct ho_finding *a, const struct ho_finding *b);
/** Is finding `i` the first of its section? */
bool ho_findings__opens_section(const struct ho_findings *list, size_t i);
/** Does any finding name a section? */
bool ho_findings__have_sections(const struct ho_findings *list);
/** How many are of this rank. */
size_t ho_findings__count(const struct ho_findings *list, enum ho_rank rank);

/** A full stop, unless the title ends with a mark of its own. */
const char *ho_findings__stop(const struct ho_finding *finding);

/** Does the evidence quote the first of these texts? A terminal, which shows the evidence, leaves them out then. */
bool ho_findings__is_quoted(const struct ho_finding *finding, const struct ho_exhibit *exhibit);
/** Does a line of evidence say no more than a text of the finding's exhibits: the text itself, quoted at the line's
 * end, or its note? A page that shows the exhibits leaves it out then. */
bool ho_findings__is_shown(const struct ho_finding *finding, const char *line);

/** Can a terminal show it? Charts of many points cannot, empty ones need not. */
bool ho_findings__is_printable(const struct ho_exhibit *exhibit);
/** Print it with its caption; of tables and bars `rows_max` rows, of texts at most three. */
void ho_findings__print_exhibit(struct ho_page *page, const struct ho_exhibit *exhibit, size_t rows_max);

#endif
