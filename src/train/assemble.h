/** From chosen heads to a model image: final weights, pruning, the names of features. */
#ifndef HO_TRAIN_ASSEMBLE_H
#define HO_TRAIN_ASSEMBLE_H

#include "model/image.h"
#include "train/search.h"

/** What the image needs besides the weights. Borrowed during the call. */
struct ho_assembly {
	const struct ho_slice *labels; /**< [K] */
	const char *text_columns, *target;
	const uint64_t *seen; /**< [n_seen] ascending fingerprints */
	size_t n_seen;
	const char *encoder_folder;                   /**< absolute; of the lesson's vectors, if it has any */
	const struct ho_neighbours *neighbours;       /**< rows 0: none */
	const struct ho_encoder_files *encoder_files; /**< to go into the model file; NULL: they stay in the folder */
};

/**
 * Train the chosen heads on all learning rows of the lesson, blend, prune and pack.
 *
 * Pruned are the features that move scores least, by largest |weight| * sqrt(document frequency); single words stay
 * even then, because novelty needs to know them. Row lengths count all n-grams, so pruning does not change them.
 *
 * @param[out] out  free with ho_image_free().
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_assemble(struct ho_image **out, struct ho_lesson *lesson,
                                         const struct ho_search *search, const struct ho_assembly *assembly,
                                         struct ho_error *err);

#endif
