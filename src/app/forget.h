/** Erasing a person's texts for good, and copying a workspace while it is in use. */
#ifndef HO_APP_FORGET_H
#define HO_APP_FORGET_H

#include "app/workspace.h"

/**
 * Forget one item: text, meta, client id, callback address, notes, search entries and what the outbox holds of it. The
 * record, its labels and all counts stay. What waited waits no longer: a pending item expires, an open audit is counted
 * as missing. Forgetting twice is fine. In a group; afterwards ho_app_scrub() makes the bytes unrecoverable.
 *
 * @param[out] done  false: it was forgotten before.   HO_ENOTFOUND: no such item.
 */
HO_MUST_CHECK enum ho_status ho_forget_item(bool *done, struct ho_app *app, struct ho_store *store,
                                            const struct ho_id *id, struct ho_error *err);

/**
 * Copy the workspace at `dir` into the new folder `target`: handoff.db, a consistent state of the store, and models/.
 * Works while the service runs. The folder can be used as a workspace. Blocks.
 *
 * @param[out] models  files copied.
 * @return HO_OK; HO_ECONFLICT: `target` exists; HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_backup(size_t *models, struct ho_store *reader, const char *dir, const char *target,
                                       struct ho_error *err);

#endif
