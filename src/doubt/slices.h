/**
 * Slices: parts of the new texts that a person could name, each with its errors, found on one half of the texts and
 * counted again on the other, so that the worst of many is not the worst by luck.
 */
#ifndef HO_DOUBT_SLICES_H
#define HO_DOUBT_SLICES_H

#include "base/arena.h"
#include "doubt/texts.h"

enum doubt_slice_kind {
	DOUBT_SLICE_LABEL,     /**< texts with this label */
	DOUBT_SLICE_PREDICTED, /**< texts that are given this label */
	DOUBT_SLICE_LENGTH,
	DOUBT_SLICE_LANGUAGE,
	DOUBT_SLICE_COLUMN, /**< a value of another column of the file */
	DOUBT_SLICE_TOPIC,  /**< a cluster (clusters.h), named by its words */
	DOUBT_SLICE_WORD,   /**< texts with this word */
	DOUBT_SLICE_KINDS
};

/** Counts of one half. */
struct doubt_tally {
	uint64_t n, wrong, automatic, automatic_wrong;
};

/** 0: the half that slices are found on; 1: the half that tests them. */
enum { DOUBT_FOUND = 0, DOUBT_TESTED = 1 };

struct doubt_slice {
	enum doubt_slice_kind kind;
	uint32_t value;   /**< of LABEL and PREDICTED: the label */
	const char *name; /**< "with the label 'urgent'"; in the arena */
	struct doubt_tally half[2];
};

struct doubt_slices {
	struct doubt_slice *items; /**< [n] with at least DOUBT_LEAST texts, and as many others, in each half; owned */
	size_t n, cap;
	struct doubt_tally all[2];
	uint8_t *half; /**< [texts->n] owned */
	struct ho_arena arena;
};

/** Find the slices of some labelled texts. HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED. Release with
 * ho_doubt__slices_release(). */
HO_MUST_CHECK enum ho_status ho_doubt__slices_find(struct doubt_slices *out, const struct doubt *d,
                                                   const struct doubt_texts *texts, struct ho_error *err);
void ho_doubt__slices_release(struct doubt_slices *slices);

/** p of "no more errors in the slice than in the rest" in one half (Fisher, one-sided). */
double ho_doubt__slice_p(const struct doubt_slices *slices, const struct doubt_slice *slice, int half);

#endif
