/** What one thread keeps to score with. Shared inside the folder. */
#ifndef HO_APP_SCORER_H
#define HO_APP_SCORER_H

#include "app/private.h"

/** The workspace of a model, which the caller holds; borrowed until the next call. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__scorer_workspace(struct ho_workspace **out, struct ho_scorer *scorer,
                                                      struct app_model *model, struct ho_error *err);
/** The workspace it belongs to. */
struct ho_app *ho_app__scorer_app(const struct ho_scorer *scorer);

#endif
