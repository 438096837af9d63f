/** The few facts about code points that printing needs; report stands beside text and cannot use it. */
#ifndef HO_REPORT_UTF8_POINT_H
#define HO_REPORT_UTF8_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Decode one code point of [len >= 1] bytes; an ill-formed byte gives U+FFFD and 1. @return bytes consumed, 1..4. */
size_t ho_report__decode(uint32_t *point, const char *bytes, size_t len);
/** Must not reach a terminal: controls, bidirectional steering, invisible separators, tags. */
bool ho_report__is_unsafe(uint32_t point);
/** Columns of a printable point: 0, 1 or 2. */
unsigned ho_report__columns(uint32_t point);

#endif
