/** Where a fine-tuned encoder stands: the folder MODEL.encoder beside the model file MODEL. */
#ifndef HO_TRAIN_TUNED_FOLDER_H
#define HO_TRAIN_TUNED_FOLDER_H

#include "base/status.h"

/** The absolute path of the folder for the model at `path`, from malloc(). HO_EINVAL not UTF-8 or too long; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_tuned_folder(char **out, const char *path, struct ho_error *err);
/**
 * Put a folder into its place; one that stands there already is exchanged and removed, if it is an encoder's.
 * HO_EINVAL something else stands there; HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_tuned_place(const char *made, const char *place, struct ho_error *err);
/** Remove an encoder's folder: its files, those of its modules, and no other ones. Failures are ignored. */
void ho_tuned_remove(const char *folder);

#endif
