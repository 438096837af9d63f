/**
 * Axes: from values to places 0..1, round ticks, and how a value is written.
 *
 * Ticks are Heckbert's "nice numbers" (Graphics Gems, 1990, p. 61): 1, 2 or 5 times a power of ten; on a logarithmic
 * axis the powers of ten themselves, on one of months whole parts of years; on one of days beginnings of months, or
 * days where it is shorter than two months.
 */
#ifndef HO_REPORT_CHART_SCALE_H
#define HO_REPORT_CHART_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/show.h"

/** A day is a month (12 * year + month - 1) and the part of it that is over. */
enum ho_scale_kind { HO_SCALE_NUMBER, HO_SCALE_SHARE, HO_SCALE_MONTH, HO_SCALE_DAY };

enum { HO_SCALE_TICKS = 12 };

struct ho_scale {
	enum ho_scale_kind kind;
	bool log;
	double lo, hi; /**< lo < hi; both above 0 if log */
	double step;   /**< between ticks, for their decimals */
	double ticks[HO_SCALE_TICKS];
	size_t n;
};

/** Can the value stand on an axis? Neither NaN nor beyond 1e300; above 0 on a logarithmic one. */
bool ho_scale__shows(double value, bool log);
/** An axis from lo to hi, both shown by it, lo <= hi; with `round` both ends are moved outwards to a tick. */
struct ho_scale ho_scale__fit(double lo, double hi, enum ho_scale_kind kind, bool log, bool round);
/** Place of a value, 0 at lo and 1 at hi; outside for values outside. */
double ho_scale__at(const struct ho_scale *scale, double value);
/** A tick's label. */
struct ho_shown ho_scale__tick(const struct ho_scale *scale, double value);
/** A value as it is read, as exactly as anybody needs: "83.2%", "1,204", "0.0312", "2024-05", "2024-05-17"; "-" for
 * NaN. */
struct ho_shown ho_scale__value(enum ho_scale_kind kind, double value);
/** The same as an end of an interval, where the unit was said before: "81.0". */
struct ho_shown ho_scale__bound(enum ho_scale_kind kind, double value);

#endif
