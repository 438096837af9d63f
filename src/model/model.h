/**
 * What answers: an opened model file and the workspace of one thread. The public part of this is in the public header;
 * here stands what the program itself needs beyond that.
 *
 * Invariants:
 *  1. A model is immutable after ho_model_open(); any number of threads may read it.
 *  2. Scoring depends on the text and the model only: no random numbers, no state carried from text to text.
 *  3. After warm-up a workspace allocates nothing.
 * Not here: training, labelled files, HTTP, SQL.
 */
#ifndef HO_MODEL_MODEL_H
#define HO_MODEL_MODEL_H

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"

/**
 * ho_model_open() without the encoder that the model may need: its labels, report and certificate can be read wherever
 * the encoder is, and quickly. ho_workspace_new() refuses a model that lacks its encoder. Free with ho_model_free().
 * HO_ENOTFOUND, HO_EINVAL, HO_EFORMAT, HO_EUNAVAIL, HO_EIO, HO_ENOMEM: as ho_model_open().
 */
HO_MUST_CHECK enum ho_status ho_model_open_facts(struct ho_model **out, const char *path, struct ho_error *err);

/** ho_model_open() for a model that will stand at `standing`: its encoder is looked for as it will be from there.
 * HO_ENOTFOUND, HO_EINVAL, HO_EFORMAT, HO_EUNAVAIL, HO_EIO, HO_ENOMEM: as ho_model_open(). */
HO_MUST_CHECK enum ho_status ho_model_open_for(struct ho_model **out, const char *path, const char *standing,
                                               struct ho_error *err);

/** The encoder that a model needs. Strings are borrowed from the model. */
struct ho_model_encoder {
	const char
	    *folder; /**< where it stood at training, or its name, if it is within the file; NULL: none is needed */
	uint64_t fingerprint;
	uint32_t dimensions, max_tokens;
	const char *precision; /**< of its large matrix products: "fp32", "bf16", "int8" */
	bool within;           /**< the model file holds it */
};
void ho_model_encoder(struct ho_model_encoder *out, const struct ho_model *model);

/**
 * Write a model file anew with its encoder within, so that it answers wherever it is copied to.
 *
 * @param[out] bytes  size of the new file.
 * @param folder      of the encoder; NULL: where ho_model_open() would find it.
 * @param out         may be the model's own path: the file is replaced when the new one is whole.
 * @return HO_OK, also if it was within already; HO_EINVAL the model needs no encoder; HO_EFORMAT another encoder than
 *         the model was trained with; what ho_model_open() and ho_encoder_open() return.
 */
HO_MUST_CHECK enum ho_status ho_model_embed(size_t *bytes, const char *model, const char *folder, const char *out,
                                            struct ho_error *err);

/** Model names for the decisions and reasons of the public header: "auto", "human"; "unsure", "novel", ... or NULL for
 * none. */
const char *ho_decision_name(enum ho_decision decision);
const char *ho_reason_name(enum ho_reason reason);

/** One tested threshold of a certificate. */
struct ho_tested {
	double threshold; /**< accepted are texts with confidence > threshold */
	uint32_t n, k;    /**< accepted certification texts, and how many of them were wrong */
	double p;         /**< P(Bin(n, alpha) <= k) */
};

/** How a promise was certified. */
enum ho_promise_kind {
	HO_PROMISE_NONE = 0,
	HO_PROMISE_EXACT = 1,
	HO_PROMISE_CROSS_FIT = 2,
	HO_PROMISE_REVIEW_SHARE = 3
};

/** The numbers behind a promise; the arrays are borrowed from the model. */
struct ho_model_certificate {
	enum ho_promise_kind kind; /**< HO_PROMISE_NONE: everything is handed over */
	bool per_label;            /**< thresholds and max_errors are per predicted label; else entry 0 serves all */
	uint32_t labels;           /**< entries in the two arrays below: 1 or K */
	const double *max_error;   /**< [labels] alpha; 1 where a label was not asked for */
	const double *threshold;   /**< [labels] accepted if confidence > threshold; >= 1 accepts nothing */
	double confidence_level;   /**< 1 - delta */
	double novelty_level;      /**< texts with novelty p <= this are handed over */
	const struct ho_tested *tested; /**< [n_tested] in the pre-declared order; per label one after the other */
	uint32_t n_tested;
	uint32_t chosen; /**< index into tested of the threshold in use; n_tested if none (single promise only) */
	double bound;    /**< review share: certified upper bound of the error; else alpha */
};

/** Read the certificate of a model; what it points to is borrowed from the model. */
void ho_model_certificate(struct ho_model_certificate *out, const struct ho_model *model);

/** Was a text with this ho_near_fingerprint() among the labelled rows the model was made from (fit, tune or certify)?
 */
bool ho_model_has_seen(const struct ho_model *model, uint64_t fingerprint);

/** Names of the columns of the training file, so that `classify` reads the same: text columns joined by '\n', and the
 * target; may be "". */
const char *ho_model_text_columns(const struct ho_model *model);
const char *ho_model_target(const struct ho_model *model);

/** Size of the model file in bytes. */
size_t ho_model_bytes(const struct ho_model *model);

/**
 * Prepare for scoring `texts` [n]: with an encoder a block of texts takes less time than one by one. Answers are the
 * same with it and without. The texts' bytes must stay as they are until the next call, or a call with n = 0.
 * HO_ELIMIT, HO_EFORMAT, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_workspace_foresee(struct ho_workspace *ws, const struct ho_slice *texts, size_t n,
                                                  struct ho_error *err);

/**
 * Know the vectors of [n] texts ahead of scoring them: from a file of vectors (encoder/vector_file.h), to which those
 * that it lacks are added. Nothing happens to a model without an encoder. Before the first workspace is made, and once.
 *
 * @param[out] found  how many were in the file
 * @param progress    may be NULL; stage "encoding".
 * @return HO_OK; HO_EUNAVAIL the encoder was not opened; what ho_vector_file_open(), _take() and _add() return.
 */
HO_MUST_CHECK enum ho_status ho_model_know_vectors(struct ho_model *model, size_t *found, const char *file,
                                                   const struct ho_slice *texts, size_t n, unsigned threads,
                                                   const struct ho_progress *progress, struct ho_error *err);
/** Remember vectors of so many texts, for all models of the process that use the same encoder; nothing without one.
 * Before the workspaces are made. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_model_remember(struct ho_model *model, size_t texts, struct ho_error *err);
/** Of all encoders that are open in this process: how many, and their remembered vectors. */
struct ho_remembered {
	size_t encoders;
	uint64_t hits, misses; /**< look-ups */
	uint64_t kept, room;   /**< vectors */
};
void ho_model_remembered(struct ho_remembered *out);
/** Distinct words of a text, and those of them that training never showed. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_workspace_words(size_t *words, size_t *unknown, struct ho_workspace *ws,
                                                struct ho_slice text, struct ho_error *err);
/** Numbers in a vector of the model's encoder; 0: it has none. */
size_t ho_workspace_vector_size(const struct ho_workspace *ws);
/** The encoder's vector of a text, into out[ho_workspace_vector_size()]. HO_EUNAVAIL no encoder; HO_ELIMIT; HO_EFORMAT;
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_workspace_vector(float *out, struct ho_workspace *ws, struct ho_slice text,
                                                 struct ho_error *err);
/** The same if it is remembered; false: it is not. */
bool ho_workspace_recall(float *out, struct ho_workspace *ws, struct ho_slice text);

/** A piece of a text and what it added to the score of the explained label. */
struct ho_piece {
	uint32_t start, end; /**< bytes of the text */
	const char *view;    /**< "word", "char" or "encoder"; static */
	double weight;       /**< positive: towards the label; in the unit of `total` */
};

/**
 * Why a text got its label. `total` is the log-odds of the label against all others before the last calibration step
 * for two classes, and its margin above the mean of the other labels for more; pieces and bias sum to it (within
 * rounding).
 */
struct ho_explanation {
	struct ho_answer answer; /**< pointers borrowed from the workspace and the model */
	struct ho_piece *pieces; /**< [n_pieces] by falling |weight|; owned */
	size_t n_pieces;
	double bias, total;
	double threshold;            /**< that the confidence had to exceed; >= 1 if nothing would have been accepted */
	double similarity;           /**< cosine of the text and the nearest training text, by the encoder's vectors */
	double usual_similarity;     /**< the mean of that over training texts; 0: the model does not look at it */
	size_t words, unknown_words; /**< distinct words of the text, and those that training never showed */
	char *text;                  /**< the explanation in plain words, NUL-terminated; owned */
};

/** Explain one text. HO_ELIMIT, HO_ENOMEM. Release with ho_explanation_release(). */
HO_MUST_CHECK enum ho_status ho_explain(struct ho_explanation *out, struct ho_workspace *ws, const char *text,
                                        size_t len, struct ho_error *err);
void ho_explanation_release(struct ho_explanation *explanation);

/** The strongest features of a label in the whole model, for reports. `text` is borrowed from the model. */
struct ho_feature {
	struct ho_slice
	    text; /**< normal form; words separated by one blank; char n-grams with '_' for the edges of a word */
	const char *view;
	double weight;
};

/** Fill at most `max` features of label `label` by falling weight; returns how many. HO_ENOMEM gives 0. */
size_t ho_model_top_features(struct ho_feature *out, size_t max, const struct ho_model *model, uint32_t label);

#endif
