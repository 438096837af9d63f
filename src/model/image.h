/**
 * Making a model: from blended weights to the bytes of a model file. Training builds an image, scores its tune and
 * certify texts with it exactly as the file will score them later, fills in what follows from that, and writes it.
 */
#ifndef HO_MODEL_IMAGE_H
#define HO_MODEL_IMAGE_H

#include "base/buf.h"
#include "base/file.h"
#include "model/format.h"
#include "model/model.h"
#include "model/neighbours.h"

struct ho_vector_cache;  /* encoder/cache.h */
struct ho_encoder_files; /* encoder/files.h */

/** One view's features and weights, to be packed. Borrowed during the call. */
struct ho_image_view {
	size_t D;
	const uint64_t *keys;         /**< [D] distinct */
	const float *weights;         /**< [D][columns] */
	const uint8_t *keep;          /**< [D] nonzero: stays in the file, even with all weights zero; NULL: all */
	const struct ho_slice *names; /**< [D] normal form of each feature */
	double min_weight;            /**< K > 2: smaller |weights| are dropped; 0 keeps all that are not zero */
};

/** Everything of a model that is known before tune and certify are scored. */
struct ho_image_parts {
	uint32_t K;
	const struct ho_slice *labels; /**< [K] without NUL bytes inside */
	const char *text_columns, *target;
	unsigned word_n_max, char_min, char_max; /**< char_max = 0: no char view */
	struct ho_image_view word, chars;
	const double *bias;   /**< [columns] */
	const uint64_t *seen; /**< [n_seen] ascending */
	size_t n_seen;
	const struct ho_vector_cache *vectors; /**< NULL: no encoder; else that of the model, with vectors that need not
	                                          be computed again; borrowed for the life of the image */
	const char *encoder_folder;            /**< absolute */
	const struct ho_encoder_files *encoder_files; /**< those of the encoder, to be put into the model file; NULL: it
	                                                 stays in its folder; borrowed for the life of the image */
	const float *dense;                           /**< [columns][dimensions of the encoder] */
	const struct ho_neighbours *neighbours; /**< with an encoder: NULL or rows that novelty is judged by; copied */
};

/** What tune and certify add. Borrowed during the call. */
struct ho_image_findings {
	double slope;
	const double *offset; /**< [K] */
	struct ho_novelty_scale scale;
	struct ho_distance_record distance; /**< sd 0: not known yet; its rows are those of the parts */
	const float *novelty;               /**< [n_novelty] ascending */
	size_t n_novelty;
	enum ho_promise_kind promise_kind;
	uint32_t promise_labels;             /**< 1 or K */
	const double *max_error, *threshold; /**< [promise_labels] */
	double confidence_level, novelty_level, bound;
	const struct ho_tested_record *tested;
	uint32_t n_tested, chosen;
	const char *report; /**< JSON */
};

/** A model in the making. */
struct ho_image;

/** Pack the parts. HO_ENOMEM, HO_ELIMIT (over 65,535 labels, or 2^31 features). Free with ho_image_free(). */
HO_MUST_CHECK enum ho_status ho_image_new(struct ho_image **out, const struct ho_image_parts *parts,
                                          struct ho_error *err);
void ho_image_free(struct ho_image *image);

/** Replace the findings (before the first call: slope 1, no promise, nothing novel). HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_image_set(struct ho_image *image, const struct ho_image_findings *findings,
                                          struct ho_error *err);

/**
 * The image as a model that answers. Valid until the image changes or is freed; free it with ho_model_free() before.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_image_open(struct ho_model **out, struct ho_image *image, struct ho_error *err);

/** Raw result of scoring one text, before calibration and decision. */
struct ho_raw_score {
	size_t words, unknown_words;
	bool any_known;
	double distance;      /**< to the nearest neighbour; 0 if the model has none */
	const double *scores; /**< [columns] borrowed until the next call on the workspace */
};

/** Score a text for tuning. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_raw_score(struct ho_raw_score *out, struct ho_workspace *ws, struct ho_slice text,
                                          struct ho_error *err);

/** How much speaks for the best label: its score above the mean of all [columns] scores; part of the novelty score for
 * K > 2. */
double ho_model_evidence(const double *scores, uint32_t columns);

/** What the novelty of a text is judged by. */
struct ho_likeness {
	double unknown;  /**< share of its distinct words that are no feature, 1 if it has no words */
	double evidence; /**< ho_model_evidence(); for two labels not looked at */
	double distance; /**< to the nearest neighbour; without neighbours not looked at */
};

/** Novelty score of a text, higher = stranger: see struct ho_novelty_scale and, unless `distance` is NULL or its sd is
 * 0, struct ho_distance_record. */
float ho_novelty_score(const struct ho_novelty_scale *scale, const struct ho_distance_record *distance,
                       const struct ho_likeness *of);

/** Write the image to `path` atomically; *bytes is the size of the file. HO_EIO. */
HO_MUST_CHECK enum ho_status ho_image_write(size_t *bytes, struct ho_image *image, const char *path,
                                            struct ho_error *err);

#endif
