/** A copy of a table in which personal data are masked: "[mail]", "[phone]", ... (personal.h). */
#ifndef HO_EXPLORE_REDACT_H
#define HO_EXPLORE_REDACT_H

#include "text/personal.h"
#include "table/table.h"

struct explore_masked {
	struct ho_table table; /**< borrows what was not masked; never released by ho_table_release() */
	struct ho_table_column *columns;
	struct ho_slice **arrays; /**< [n] owned */
	size_t n, cap;
	struct ho_arena arena;
	struct ho_buf buf;
};

/** @param table  borrowed until ho_explore__masked_release(). HO_ENOMEM: zeroed. */
HO_MUST_CHECK enum ho_status ho_explore__mask_table(struct explore_masked *out, const struct ho_table *table,
                                                    struct ho_error *err);
void ho_explore__masked_release(struct explore_masked *masked);

#endif
