#include "explore/dates.h"

#include <math.h>
#include <stdint.h>
#include <strings.h>

enum { PARTS = 8 };

/* A date cut into numbers and month names. */
struct parts {
	int value[PARTS];
	uint8_t digits[PARTS]; /* 0: a month's name */
	size_t n;
	int hour, minute;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int month_of(struct ho_slice word)
{
	static const char months[12][4] = {"jan", "feb", "mar", "apr", "may", "jun",
	                                   "jul", "aug", "sep", "oct", "nov", "dec"};
	for (int i = 0; i < 12; i++)
		if (word.len >= 3 && word.len <= 9 && strncasecmp(word.ptr, months[i], 3) == 0)
			return i + 1;
	return 0;
}

static bool is_day_name(struct ho_slice word)
{
	static const char days[7][4] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	for (int i = 0; i < 7; i++)
		if (word.len >= 3 && word.len <= 9 && strncasecmp(word.ptr, days[i], 3) == 0)
			return true;
	return false;
}

/* A number with a colon behind it is an hour. */
static size_t add_number(struct parts *p, struct ho_slice text, size_t at)
{
	int value = 0;
	size_t len = 0;
	while (at + len < text.len && is_digit(text.ptr[at + len]) && len < 9) {
		value = value * 10 + (text.ptr[at + len] - '0');
		len++;
	}
	if (at + len < text.len && text.ptr[at + len] == ':' && len <= 2) {
		p->hour = value;
		return len;
	}
	p->value[p->n] = value;
	p->digits[p->n++] = (uint8_t)len;
	return len;
}

/* The first three numbers or names; anything else but a weekday, T and separators is no date. */
static bool cut(struct parts *p, struct ho_slice text)
{
	*p = (struct parts){.n = 0};
	for (size_t at = 0; at < text.len && p->n < 3;) {
		char c = text.ptr[at];
		if (is_digit(c)) {
			at += add_number(p, text, at);
			if (p->n == 1 && p->digits[0] == 8)
				break;
		} else if ((c | 32) >= 'a' && (c | 32) <= 'z') {
			size_t len = 1;
			while (at + len < text.len &&
			       ((text.ptr[at + len] | 32) >= 'a' && (text.ptr[at + len] | 32) <= 'z'))
				len++;
			struct ho_slice word = ho_slice(text.ptr + at, len);
			int month = month_of(word);
			if (!month && !(p->n == 0 && is_day_name(word)))
				return false;
			if (month)
				p->value[p->n++] = month;
			at += len;
		} else if (strchr(" -/.,", c)) {
			at++;
		} else {
			return false;
		}
	}
	return p->n == 3 || (p->n == 1 && p->digits[0] == 8);
}

/* Days since 1970 of a civil date; the algorithm counts years from March, in eras of 400 years. */
static double days_of(int year, int month, int day)
{
	int y = year - (month <= 2), era = y / 400, of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return (double)(era * 146097 + days - 719468);
}

static bool make(double *days, int year, int month, int day)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1])
		return false;
	*days = days_of(year, month, day);
	return true;
}

static bool put_together(const struct parts *p, double *days)
{
	const int *v = p->value;
	if (p->n == 1)
		return make(days, v[0] / 10000, v[0] / 100 % 100, v[0] % 100);
	if (p->digits[0] == 4)
		return make(days, v[0], v[1], v[2]);
	if (p->digits[2] != 4)
		return false;
	if (p->digits[0] == 0)
		return p->digits[1] > 0 && make(days, v[2], v[0], v[1]);
	if (p->digits[1] == 0)
		return make(days, v[2], v[1], v[0]);
	return make(days, v[2], v[1], v[0]) || make(days, v[2], v[0], v[1]);
}

/* The time of day, if one follows: hh:mm. */
static double time_of(struct ho_slice text)
{
	const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
	size_t at = colon ? (size_t)(colon - text.ptr) : 0;
	if (at < 2 || at + 2 >= text.len || !is_digit(text.ptr[at - 1]) || !is_digit(text.ptr[at + 1]) ||
	    !is_digit(text.ptr[at + 2]))
		return 0;
	int hour = text.ptr[at - 1] - '0' + (is_digit(text.ptr[at - 2]) ? 10 * (text.ptr[at - 2] - '0') : 0);
	int minute = 10 * (text.ptr[at + 1] - '0') + text.ptr[at + 2] - '0';
	return hour < 24 && minute < 60 ? (hour * 60 + minute) / 1440.0 : 0;
}

bool ho_explore__date(struct ho_slice text, double *days)
{
	struct parts parts;
	text = ho_slice_trim(text);
	if (text.len < 8 || text.len > 64 || !cut(&parts, text) || !put_together(&parts, days))
		return false;
	*days += time_of(text);
	return true;
}

/* The civil date of a day: the way of days_of() back. */
static void civil(double days, int *year, int *month, int *day)
{
	int z = (int)floor(days) + 719468, era = z / 146097, doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

double ho_explore__month_of(double days)
{
	int year, month, day;
	civil(days, &year, &month, &day);
	double first = days_of(year, month, 1), next = days_of(year + month / 12, month % 12 + 1, 1);
	return 12.0 * year + month - 1 + (days - first) / (next - first);
}

void ho_explore__date_text(char out[HO_DATE_ROOM], double days)
{
	int year, month, day;
	civil(days, &year, &month, &day);
	(void)snprintf(out, HO_DATE_ROOM, "%04d-%02d-%02d", year, month, day);
}
