#include "report/chart_scale.h"

#include <math.h>

#define MONTHS 120000.0 /* of the years that have four digits */

bool ho_scale__shows(double value, bool log)
{
	return fabs(value) <= 1e300 && (!log || value > 1e-300);
}

/* 1, 2 or 5 times a power of ten, for about five steps. */
static double nice_step(double span)
{
	double raw = span / 5, power = pow(10, floor(log10(raw)));
	double rest = raw / power;
	return (rest <= 1.4 ? 1 : rest <= 3 ? 2 : rest <= 7 ? 5 : 10) * power;
}

static double month_step(double span)
{
	static const double steps[] = {1, 2, 3, 6, 12, 24, 60, 120, 600};
	size_t i = 0;
	while (i + 1 < sizeof steps / sizeof steps[0] && span / steps[i] > 6)
		i++;
	return steps[i];
}

static bool is_time(enum ho_scale_kind kind)
{
	return kind == HO_SCALE_MONTH || kind == HO_SCALE_DAY;
}

static int days_in(double month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = (int)floor(month / 12), of_year = (int)fmod(month, 12);
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return lengths[of_year] + (of_year == 1 && leap);
}

/* Values that are all the same need some room on both sides. */
static void widen(struct ho_scale *s)
{
	double room = s->kind == HO_SCALE_SHARE ? 0.05 : is_time(s->kind) ? 1 : fabs(s->lo) * 0.1;
	room = room > 0 ? room : 0.5;
	if (s->hi - s->lo > 1e-9 * fmax(fabs(s->lo), fabs(s->hi)))
		return;
	if (s->log) {
		s->lo /= 2;
		s->hi *= 2;
	} else {
		s->lo -= room;
		s->hi += room;
	}
}

/* Few days of a short time, else the beginnings of weeks as months have them: 1, 8, 15, 22. */
static void day_ticks(struct ho_scale *s)
{
	double span = s->hi - s->lo;
	int every = span < 0.2 ? 1 : span < 0.4 ? 2 : span < 1 ? 7 : 14;
	s->step = every / 31.0;
	for (double month = floor(s->lo), end = month + 3; month < end; month++)
		for (int day = 1, last = days_in(month); day + every <= last + 1; day += every) {
			double at = month + (day - 1.0) / last;
			if (at >= s->lo - 1e-9 && at <= s->hi + 1e-9 && s->n < HO_SCALE_TICKS)
				s->ticks[s->n++] = at;
		}
}

static void linear_ticks(struct ho_scale *s, bool round)
{
	s->step = is_time(s->kind) ? month_step(s->hi - s->lo) : nice_step(s->hi - s->lo);
	/* A hair inside, so that 0.3 is a multiple of 0.1. */
	double first = ceil(s->lo / s->step - 1e-9), last = floor(s->hi / s->step + 1e-9);
	if (round) {
		first = floor(s->lo / s->step + 1e-9);
		last = ceil(s->hi / s->step - 1e-9);
		s->lo = fmin(s->lo, first * s->step);
		s->hi = fmax(s->hi, last * s->step);
	}
	for (double k = first; k <= last && s->n < HO_SCALE_TICKS; k++)
		s->ticks[s->n++] = k * s->step;
}

static void log_ticks(struct ho_scale *s, bool round)
{
	if (round) {
		s->lo = pow(10, floor(log10(s->lo) + 1e-9));
		s->hi = pow(10, ceil(log10(s->hi) - 1e-9));
	}
	double decades = log10(s->hi) - log10(s->lo), every = ceil(decades / 8);
	bool fine = decades < 2.5;
	static const double parts[] = {1, 2, 5};
	for (double power = floor(log10(s->lo)); power <= log10(s->hi); power += fmax(every, 1))
		for (size_t i = 0; i < (fine ? 3 : 1) && s->n < HO_SCALE_TICKS; i++) {
			double tick = parts[i] * pow(10, power);
			if (tick >= s->lo * (1 - 1e-9) && tick <= s->hi * (1 + 1e-9))
				s->ticks[s->n++] = tick;
		}
}

struct ho_scale ho_scale__fit(double lo, double hi, enum ho_scale_kind kind, bool log, bool round)
{
	struct ho_scale s = {.kind = kind, .log = log, .lo = lo, .hi = hi};
	widen(&s);
	if (log)
		log_ticks(&s, round);
	else if (kind == HO_SCALE_DAY && s.hi - s.lo < 2 && s.lo >= 0 && s.hi < MONTHS)
		day_ticks(&s);
	else
		linear_ticks(&s, round);
	return s;
}

double ho_scale__at(const struct ho_scale *scale, double value)
{
	if (scale->log)
		return (log(value) - log(scale->lo)) / (log(scale->hi) - log(scale->lo));
	return (value - scale->lo) / (scale->hi - scale->lo);
}

static struct ho_shown show_month(double value)
{
	struct ho_shown out;
	double month = fmin(fmax(round(value), 0), MONTHS - 1);
	snprintf(out.text, sizeof out.text, "%04.0f-%02.0f", floor(month / 12), fmod(month, 12) + 1);
	return out;
}

static struct ho_shown show_day(double value)
{
	struct ho_shown out;
	double month = fmin(fmax(floor(value + 1e-9), 0), MONTHS - 1);
	double day = 1 + fmin(fmax(floor((value - month) * days_in(month) + 1e-6), 0), days_in(month) - 1);
	snprintf(out.text, sizeof out.text, "%04.0f-%02.0f-%02.0f", floor(month / 12), fmod(month, 12) + 1, day);
	return out;
}

/* Whole numbers with their thousands, long ones by power of ten, others with `digits` significant digits. */
static struct ho_shown show_number(double value, int digits)
{
	struct ho_shown out;
	if (fabs(value) < 1e-12)
		value = 0;
	if (fabs(value) >= 1e15 || (value != 0 && fabs(value) < 1e-4))
		snprintf(out.text, sizeof out.text, "%.3g", value);
	else if (fabs(value - round(value)) < 1e-9 * fmax(1, fabs(value)) || fabs(value) >= 1000)
		snprintf(out.text, sizeof out.text, "%s%.40s", value <= -0.5 ? "-" : "",
		         ho_show_count((uint64_t)llround(fabs(value))).text);
	else
		snprintf(out.text, sizeof out.text, "%.*g", digits, value);
	return out;
}

/* 12,000,000 takes too much room beside an axis; on one that goes so far all are short. */
static struct ho_shown show_short_number(const struct ho_scale *scale, double value)
{
	static const char units[] = "kMG";
	struct ho_shown out;
	size_t unit = 0;
	bool is_long = fmax(fabs(scale->lo), fabs(scale->hi)) >= 1e5;
	if (!is_long || fabs(value) < 1000 || fabs(value) >= 1e12)
		return show_number(value, 6);
	for (value /= 1000; fabs(value) >= 999.5 && unit < 2; unit++)
		value /= 1000;
	snprintf(out.text, sizeof out.text, "%.4g%c", value, units[unit]);
	return out;
}

struct ho_shown ho_scale__tick(const struct ho_scale *scale, double value)
{
	struct ho_shown out;
	double percents = scale->step * 100;
	int decimals = percents > 0 && percents < 0.999 ? (int)fmin(-floor(log10(percents)), 6) : 0;
	if (is_time(scale->kind))
		return scale->step < 1 ? show_day(value) : show_month(value);
	if (scale->kind == HO_SCALE_NUMBER)
		return show_short_number(scale, value);
	if (scale->log || fabs(value) > 1e6)
		snprintf(out.text, sizeof out.text, "%.3g%%", 100 * value);
	else
		snprintf(out.text, sizeof out.text, "%.*f%%", decimals, 100 * value + 0.0);
	return out;
}

struct ho_shown ho_scale__value(enum ho_scale_kind kind, double value)
{
	struct ho_shown out = {"-"};
	if (isnan(value))
		return out;
	if (kind == HO_SCALE_SHARE)
		return ho_show_percent(value);
	if (isinf(value)) {
		snprintf(out.text, sizeof out.text, "%s", value > 0 ? "infinite" : "-infinite");
		return out;
	}
	if (kind == HO_SCALE_DAY)
		return show_day(value);
	return kind == HO_SCALE_MONTH ? show_month(value) : show_number(value, 4);
}

struct ho_shown ho_scale__bound(enum ho_scale_kind kind, double value)
{
	struct ho_shown out = ho_scale__value(kind, value);
	size_t len = strlen(out.text);
	if (kind == HO_SCALE_SHARE && len > 0 && out.text[len - 1] == '%')
		out.text[len - 1] = '\0';
	return out;
}
