/** Time that passes, and memory that was used. */
#ifndef HO_BASE_CLOCK_H
#define HO_BASE_CLOCK_H

#include <stdint.h>

/** Seconds since an arbitrary start; never goes back. */
double ho_clock_seconds(void);
/** Milliseconds since 1970 UTC by the system's clock, which may be set. */
int64_t ho_clock_ms(void);
/** A time as RFC 3339 in UTC with milliseconds, "2024-05-01T12:00:00.000Z"; years 0 to 9999, else the nearest end. */
enum { HO_TIME_SIZE = 25 };
void ho_time_write(char out[HO_TIME_SIZE], int64_t ms);
/** Days since 1970 UTC in which a time lies. */
static inline int32_t ho_time_day(int64_t ms)
{
	return (int32_t)((ms >= 0 ? ms : ms - 86399999) / 86400000);
}
/** Largest resident memory of this process so far, in MiB. */
double ho_peak_rss_mb(void);

#endif
