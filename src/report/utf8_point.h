/** The few facts about code points that printing needs. */
#ifndef HO_REPORT_UTF8_POINT_H
#define HO_REPORT_UTF8_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Must not reach a terminal: controls, bidirectional steering, invisible separators, tags. */
bool ho_report__is_unsafe(uint32_t point);
/** Columns of a printable point: 0, 1 or 2. */
unsigned ho_report__columns(uint32_t point);

#endif
