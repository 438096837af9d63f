/** Shared by findings.c and exhibit.c. */
#ifndef HO_REPORT_FINDINGS_PRIVATE_H
#define HO_REPORT_FINDINGS_PRIVATE_H

#include <stdarg.h>

#include "report/findings.h"

/** Format into the list's arena; NULL and a sticky error on failure. */
const char *ho_findings__copy(struct ho_findings *list, const char *format, va_list args);
/** Free what the exhibits of a finding own. */
void ho_findings__free_exhibits(struct ho_finding *finding);

#endif
