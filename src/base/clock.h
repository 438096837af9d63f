/** Time that passes, and memory that was used. */
#ifndef HO_BASE_CLOCK_H
#define HO_BASE_CLOCK_H

#include <stdint.h>

/** Seconds since an arbitrary start; never goes back. */
double ho_clock_seconds(void);
/** Largest resident memory of this process so far, in MiB. */
double ho_peak_rss_mb(void);

#endif
