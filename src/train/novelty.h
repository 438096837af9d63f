/**
 * What ordinary texts look like, so that others are noticed: the scale of the novelty score and the scores that its
 * p-value counts (docs/explanation/novelty.md).
 *
 * The scale always comes from the fit part, each row seen as if its duplicate group had not been there. The scores come
 * from tune if it has enough texts: these are exchangeable with texts to come, the p-value is exact. A smaller tune
 * could not show a small p-value at all; then the fit rows' own scores serve, which is approximate.
 */
#ifndef HO_TRAIN_NOVELTY_H
#define HO_TRAIN_NOVELTY_H

#include "model/image.h"
#include "train/nearest.h"
#include "train/search.h"

/** How strange rows of the fit part look to models that have not learnt from them. */
struct ho_ordinary {
	size_t n;            /**< the search's blend_rows */
	double *unknown;     /**< [n] share of unknown words without the row's group; owned */
	double *evidence;    /**< [n] of out-of-fold scores; NULL for two labels; owned */
	double *distance;    /**< [n] to the nearest kept row of another group; NULL without an encoder; owned */
	uint8_t *wordless;   /**< [n] 1: has words, but none that is known: always handed over; owned */
	const uint8_t *unit; /**< [n] 1: the row that counts for its group, 0: a copy; borrowed */
};

/**
 * @param nearest  the rows that are kept; none without an encoder.
 * @param group  [lesson->n_learn] duplicate groups.
 * @param unit   [lesson->n_learn] 1: the row that counts for its group; borrowed until the release.
 * HO_ENOMEM. Release with ho_ordinary_release().
 */
HO_MUST_CHECK enum ho_status ho_ordinary_measure(struct ho_ordinary *out, const struct ho_lesson *lesson,
                                                 const struct ho_search *search, const struct ho_nearest *nearest,
                                                 const uint32_t *group, const uint8_t *unit, struct ho_error *err);
void ho_ordinary_release(struct ho_ordinary *ordinary);

/** What the tune texts look like to the final model. Borrowed. */
struct ho_strangeness {
	size_t n;
	const double *unknown;  /**< [n] */
	const double *evidence; /**< [n]; NULL for two labels */
	const double *distance; /**< [n]; NULL without an encoder */
};

/** What was found of row i. */
struct ho_likeness ho_ordinary_likeness(const struct ho_ordinary *ordinary, size_t i);

/**
 * Set scale, scores and level of the findings.
 *
 * @param[out] scores  what findings->novelty points to; owned by the caller.
 * @param tune         n = 0 with the cross-fit.
 * @param level        the share of ordinary texts to hand over, in [0, 1). If there are too few texts for it, it is
 *                     raised to what makes a text novel that is stranger than all of them.
 * @return HO_OK, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_novelty_learn(struct ho_image_findings *findings, float **scores,
                                              const struct ho_ordinary *ordinary, const struct ho_strangeness *tune,
                                              double level, struct ho_error *err);

/** Do the scores of a tune part of n texts serve? Else those of fit do. */
bool ho_novelty_from_tune(size_t n, double level);

#endif
