/**
 * Counts of a group added up in memory and written once at its end: under load thousands of texts share a few rows.
 * Put around the writer's handle: its table of operations is replaced by one in which count_add, count_list and what
 * begins and ends a group are other functions. Shared inside the folder.
 */
#ifndef HO_APP_TALLY_H
#define HO_APP_TALLY_H

#include "store/store.h"

/** Change the operations of a writer's handle; taken back by its `close`. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__tally(struct ho_store *store, struct ho_error *err);

#endif
