/**
 * How far a text lies from the nearest of the texts that were learnt from, by the encoder's vectors: 1 - cosine. The
 * vectors are kept in 8 bits a number, which moves a cosine by less than a thousandth; whole numbers are added, so that
 * the result is the same on every processor.
 */
#ifndef HO_MODEL_NEIGHBOURS_H
#define HO_MODEL_NEIGHBOURS_H

#include <stddef.h>
#include <stdint.h>

enum { HO_NEIGHBOURS_MAX = 65536 };

struct ho_neighbours {
	uint32_t rows, dimensions;
	const float *scale;   /**< [rows] what one unit of a value is of a vector of length 1 */
	const int8_t *values; /**< [rows][dimensions] -127..127 */
};

/** A vector as 8-bit values; returns their scale, 0 for a vector of zeros. */
float ho_neighbour_pack(int8_t *values, const float *vector, size_t dimensions);
/** The cosine of row i and a packed vector, about; 0 if either is zeros. */
double ho_neighbour_cosine(const struct ho_neighbours *neighbours, size_t i, const int8_t *values, float scale);
/** 1 - the largest cosine, within [0, 2]. */
double ho_neighbour_distance(const struct ho_neighbours *neighbours, const int8_t *values, float scale);

#endif
