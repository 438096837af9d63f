/** Times as people and programs write them -> days since 1970. */
#ifndef HO_EXPLORE_DATES_H
#define HO_EXPLORE_DATES_H

#include "base/slice.h"

/**
 * Read a date, with a time of day or without: 2024-05-01, 2024-05-01T12:00:00Z, 2024/05/01, 20240501, 1.5.2024,
 * 01/05/2024 (day first unless that is no date), 1 May 2024, May 1, 2024, Wed, 01 May 2024 12:00:00 +0200. Time zones
 * are passed over: a day is near enough here. Years 1900 to 2199.
 *
 * @param[out] days  days since 1970-01-01 with the time of day as a fraction; untouched where it answers false.
 */
bool ho_explore__date(struct ho_slice text, double *days);

/** 12 * year + month - 1 and the part of the month that is over: the x of charts by day (report/exhibit.h). */
double ho_explore__month_of(double days);

/** Write a day as "2024-05-01". */
enum { HO_DATE_ROOM = 40 };
void ho_explore__date_text(char out[HO_DATE_ROOM], double days);

#endif
