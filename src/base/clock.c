#include "base/clock.h"

#include <sys/resource.h>
#include <time.h>

double ho_clock_seconds(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

int64_t ho_clock_ms(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static char *put_number(char *at, int64_t number, int digits)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

void ho_time_write(char out[HO_TIME_SIZE], int64_t ms)
{
	static const int64_t first = INT64_C(-62167219200000), last = INT64_C(253402300799999);
	ms = ms < first ? first : ms > last ? last : ms;
	int64_t in_day = ((ms % 86400000) + 86400000) % 86400000, days = (ms - in_day) / 86400000;
	/* Days to a civil date by eras of 400 years that begin on 1 March (Hinnant 2013). */
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
	char *at = put_number(out, yoe + era * 400 + (month <= 2), 4);
	*at++ = '-', at = put_number(at, month, 2), *at++ = '-', at = put_number(at, day, 2);
	*at++ = 'T', at = put_number(at, in_day / 3600000, 2);
	*at++ = ':', at = put_number(at, in_day / 60000 % 60, 2);
	*at++ = ':', at = put_number(at, in_day / 1000 % 60, 2);
	*at++ = '.', at = put_number(at, in_day % 1000, 3);
	*at++ = 'Z', *at = '\0';
}

double ho_peak_rss_mb(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_SELF, &usage) ? 0 : (double)usage.ru_maxrss / 1024.0;
}
