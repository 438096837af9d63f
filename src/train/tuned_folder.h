/** Where a fine-tuned encoder stands: the folder MODEL.encoder beside the model file MODEL. */
#ifndef HO_TRAIN_TUNED_FOLDER_H
#define HO_TRAIN_TUNED_FOLDER_H

#include "base/status.h"

/** The absolute path of the folder for the model at `path`, from malloc(). HO_EINVAL not UTF-8 or too long; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_tuned_folder(char **out, const char *path, struct ho_error *err);
/**
 * Put a folder into its place. An encoder's folder that stands there already is exchanged for it: it is then in `made`,
 * for the caller to remove when the model is written.
 * HO_EINVAL something else stands there; HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_tuned_place(const char *made, const char *place, struct ho_error *err);
/** Undo ho_tuned_place(): the model could not be written, and the old one needs what stood there. */
void ho_tuned_take_back(const char *made, const char *place);
/** Remove what runs that were killed have left beside the model `stem`: half-written STEM.tuning-N and tuned encoders
 * that were not yet in their place. */
void ho_tuned_sweep(const char *stem);
/** Remove an encoder's folder: its files, those of its modules, and no other ones. Failures are ignored. */
void ho_tuned_remove(const char *folder);

#endif
