/** Shared by finetune.c, which chooses, and finetune_tunings.c, which tunes. */
#ifndef HO_TRAIN_FINETUNE_PRIVATE_H
#define HO_TRAIN_FINETUNE_PRIVATE_H

#include "train/finetune.h"
#include "tune/mean.h"

/** One run of ho_finetune(). */
struct finetune_work {
	struct ho_finetune *out;
	struct ho_lesson *lesson;
	struct ho_search *search;
	const struct ho_finetune_wanted *wanted;
	struct ho_finetune_plan plan;
	struct ho_token_rows tokens; /**< of all learning rows */
	uint8_t *use;                /**< [n_learn] */
	float *margins;              /**< [judged][columns] */
	struct ho_network_mean mean; /**< of the tunings by labels so far */
	double C;
};

/** One tuning. */
struct finetune_tuning {
	struct ho_network *network;
	struct ho_example *examples, *held;
	size_t n, n_held;
	uint32_t *rows; /**< [n_learning] that learn */
	size_t n_learning;
	struct ho_weights head;
};

/** Columns of a head: 1 for two labels. */
static inline uint32_t finetune__columns(const struct finetune_work *w)
{
	return w->lesson->K == 2 ? 1 : w->lesson->K;
}

/** All tunings of the plan: the margins of the rows that judge, and the encoder that answers with its head in `last`.
 * What ho_finetune() returns. */
HO_MUST_CHECK enum ho_status ho_finetune__tune_all(struct finetune_tuning *last, struct finetune_work *work,
                                                   struct ho_error *err);
/** The network's encoder in a new folder STEM.encoder-XXXXXX; from ho_alloc(), NULL if there is none, also on failure.
 * HO_EIO; what ho_network_save() returns. */
HO_MUST_CHECK enum ho_status ho_finetune__write_folder(char **folder, const struct ho_network *network,
                                                       const struct ho_finetune_wanted *wanted, struct ho_error *err);
void ho_finetune__release_tuning(struct finetune_tuning *tuning);

#endif
