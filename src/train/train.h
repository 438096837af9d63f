/**
 * From labelled texts to a model file: parts, search, blend, calibration, novelty, certificate.
 * The result does not depend on the number of threads. The report goes into the model as JSON (`train --json` prints
 * it).
 */
#ifndef HO_TRAIN_TRAIN_H
#define HO_TRAIN_TRAIN_H

#include "base/progress.h"
#include "encoder/encoder.h"
#include "table/table.h"
#include "train/label_names.h"

/** A promise for one predicted label. */
struct ho_label_error {
	const char *label;
	double max_error; /**< in (0, 1) */
};

struct ho_train_options {
	double max_error;                          /**< alpha in (0, 1); default 0.05 */
	const struct ho_label_error *label_errors; /**< [n_label_errors] per-label promises; then alpha holds for the
	                                              other labels only if max_error_given */
	size_t n_label_errors;
	bool max_error_given;
	double confidence_level; /**< 1 - delta in (0.5, 1); default 0.95 */
	double review_share; /**< in [0, 1): hand over this share and certify what error that gives; < 0: not used */
	bool cross_fit;      /**< every row learns, the promise is approximate */
	bool no_promise; /**< every row learns and nothing is promised; ho_train() sets it for itself where the texts
	                    are too few for what was asked */
	double novelty_level; /**< share of ordinary texts handed over as novel, in [0, 1); < 0 (default): by number of
	                         labels */
	double time_limit;    /**< seconds for the search; 0 = none */
	uint64_t seed;        /**< default 1 */
	unsigned threads;     /**< 0 = all cores */
	const char *text_columns; /**< recorded in the model, '\n' between several; may be NULL */
	const char *encoder; /**< folder of a pretrained encoder (encoder/encoder.h), tried beside the n-grams and used
	                        where it helps; NULL: none */
	enum ho_precision encoder_precision; /**< of its large matrix products; default HO_PRECISION_FP32 */
	unsigned
	    encoder_tokens;  /**< texts are cut at so many tokens, 3 up to what the encoder can; 0: as its files say */
	const char *vectors; /**< a file that keeps vectors of texts (encoder/vector_file.h); NULL: none */
	bool encoder_beside; /**< a chosen encoder stays in its folder, and the model answers only where it is found;
	                        else it goes into the model file */
	bool fine_tune; /**< fine-tune the encoder on the fit part, and use it where that helps; with encoder_beside it
	                   then stands in the folder PATH.encoder. PATH.tuning-N are what an interrupted run goes on
	                   from (train/finetune.h) */
	size_t fine_tune_rows;                    /**< most rows to fine-tune on; 0: all */
	const char *target;                       /**< recorded in the model; may be NULL */
	const struct ho_label_words *label_words; /**< what labels mean, for the encoder; NULL: what they are called */
	const struct ho_progress *progress;       /**< may be NULL */
};

void ho_train_options_init(struct ho_train_options *options);

/** What a caller needs at once; everything else is in the report. */
struct ho_train_result {
	char *report; /**< the JSON object of `train --json`, NUL-terminated; owned */
	bool has_promise;
	double seconds;
	size_t model_bytes;
};

/**
 * Train on all rows of `table` that have a label, and write the model to `path` (atomically).
 *
 * @param test  a further labelled table that must not be learnt from: its texts (and near duplicates of them) are kept
 *              out of the training rows; NULL for none.
 * @return HO_OK also if nothing can be promised; HO_EFORMAT data that cannot be learnt from (one label, too few rows,
 *         all texts equal: the message says which); HO_ECANCELLED (nothing written); HO_EIO, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_train(struct ho_train_result *out, const struct ho_table *table,
                                      const struct ho_table *test, const struct ho_train_options *options,
                                      const char *path, struct ho_error *err);
void ho_train_result_release(struct ho_train_result *result);

#endif
