/** Shared by the files about lengths. */
#ifndef HO_EXPLORE_LENGTHS_H
#define HO_EXPLORE_LENGTHS_H

#include "explore/private.h"

/** Characters below and above which a text is of unusual length. */
struct explore_limits {
	double lo, hi, median;
};

/** The finding about texts of unusual length, each with its reason. */
void ho_explore__outliers(struct explore *e, const struct explore_limits *limits);
/** The finding about texts cut at one length. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_explore__truncated(struct explore *e, struct ho_error *err);

/** Is a count at one place too high for its neighbours? ln of a bound on the chance (Chernoff), 0 if it is not above.
 */
double ho_explore__log_poisson_tail(double count, double expected);

#endif
