/** The order of times as they stand in a file. */
#ifndef HO_TABLE_TIMES_H
#define HO_TABLE_TIMES_H

#include "base/slice.h"

/** Order of two times: as whole numbers if both are, else as text (right for ISO 8601); missing ones first. <0, 0, >0.
 */
int ho_time_compare(struct ho_slice a, struct ho_slice b);

#endif
