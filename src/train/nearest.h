/** The texts whose vectors a model keeps to tell how near a new one is, and how near they are to each other. */
#ifndef HO_TRAIN_NEAREST_H
#define HO_TRAIN_NEAREST_H

#include "model/neighbours.h"
#include "train/heads.h"

struct ho_nearest {
	struct ho_neighbours set; /**< rows 0: there is no encoder */
	float *scale;             /**< [rows] owned */
	int8_t *values;           /**< [rows][dimensions] owned */
	uint32_t *row;            /**< [rows] row of the lesson, ascending; owned */
};

/**
 * Of the learning rows one of each duplicate group, all of them or an even sample. The lesson has vectors.
 *
 * @param unit  [lesson->n_learn] 1: the row that counts for its group.
 * HO_ENOMEM. Release in any case with ho_nearest_release().
 */
HO_MUST_CHECK enum ho_status ho_nearest_keep(struct ho_nearest *out, const struct ho_lesson *lesson,
                                             const uint8_t *unit, struct ho_error *err);
void ho_nearest_release(struct ho_nearest *nearest);

/**
 * How far each of the first n learning rows is from the nearest kept one of another duplicate group.
 *
 * @param[out] distance  [n]; 2 where there is no other.
 * HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_nearest_measure(double *distance, size_t n, const struct ho_nearest *nearest,
                                                const struct ho_lesson *lesson, const uint32_t *group,
                                                struct ho_error *err);

#endif
