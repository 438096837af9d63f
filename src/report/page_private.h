/** Shared by page.c and grid.c. */
#ifndef HO_REPORT_PAGE_PRIVATE_H
#define HO_REPORT_PAGE_PRIVATE_H

#include "report/page.h"

/** Append one finished line (clean, without its line feed), dim or not. */
void ho_page__row(struct ho_page *page, const char *bytes, size_t len, bool dim);

#endif
