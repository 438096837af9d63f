/** What any result is measured against: four simple classifiers, always, on the same texts as the chosen model. */
#ifndef HO_TRAIN_BASELINES_H
#define HO_TRAIN_BASELINES_H

#include "train/heads.h"

enum ho_baseline_id { HO_BASE_MAJORITY, HO_BASE_TOKEN, HO_BASE_BAYES, HO_BASE_TFIDF_LR, HO_BASE_COUNT };

/** A single word that tells a label by itself. */
struct ho_telltale {
	struct ho_slice token; /**< normal form; borrowed from the corpus */
	uint32_t label;
	uint32_t with, right; /**< learning rows with the token; those of them with the label */
	double recall;        /**< share of the label's rows that have the token */
};

struct ho_baselines {
	size_t n;                      /**< texts tested */
	uint8_t *wrong[HO_BASE_COUNT]; /**< [n] owned */
	uint64_t errors[HO_BASE_COUNT];
	struct ho_slice best_token;  /**< borrowed from the corpus; empty if no word helps */
	struct ho_telltale telltale; /**< the most suspicious word; with = 0 if there is none */
};

/**
 * Train the baselines on rows 0..n_learn of the lesson and test them on the rows after that.
 *
 * majority: the most frequent label. token: the one word whose presence or absence is the best rule. bayes: multinomial
 * naive Bayes on the set of words. tfidf_lr: TF-IDF words, softmax regression with C = 1, as most people would begin.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_baselines_run(struct ho_baselines *out, const struct ho_lesson *lesson,
                                              struct ho_error *err);
void ho_baselines_release(struct ho_baselines *baselines);
/** Name in reports: "majority", "best_token", "naive_bayes", "tfidf_lr". */
const char *ho_baseline_name(enum ho_baseline_id id);

#endif
