/** Labels that are likely wrong, for whoever wants to look at them: a file, or the queue of a task. */
#ifndef HO_EXPLORE_LABEL_ERRORS_H
#define HO_EXPLORE_LABEL_ERRORS_H

#include "base/arena.h"

struct ho_label_error {
	uint32_t row;              /**< of the table */
	uint32_t label, suggested; /**< indices into the table's labels */
	double confidence;         /**< calibrated probability of `suggested`, from a model that has not seen the row */
	double doubt;              /**< what the list is ordered by, 0..1, the largest first; no probability */
	const char *reason;        /**< in words, NUL-terminated UTF-8; in the arena */
};

struct ho_label_errors {
	struct ho_label_error *items; /**< [n] owned */
	size_t n;
	bool looked; /**< a first model learnt enough to doubt labels; false: n = 0 says nothing */
	struct ho_arena arena;
};

void ho_label_errors_release(struct ho_label_errors *errors);

#endif
