/* How often a simulation draws: enough to see a broken promise every day, and many more in the long tier. */
#ifndef HO_TESTS_SIM_DRAWS_H
#define HO_TESTS_SIM_DRAWS_H

#include <stdlib.h>

/* HO_LONG (`make long`) asks for all of them. Bounds widen with fewer. */
static inline int sim_draws(int everyday, int in_full)
{
	return getenv("HO_LONG") ? in_full : everyday;
}

#endif
