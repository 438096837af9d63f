/**
 * Directional tests that a user writes into a small text file: which answer a text must get, which way a change must
 * move the answers (MFT, INV and DIR of CheckList, Ribeiro et al. 2020). docs/reference/directions.md is the manual.
 *
 *     text "where is my card" -> card_arrival
 *     add "this is urgent" where normal -> urgent up
 *     replace "good" "terrible" -> positive down
 *
 * In: the bytes of the file and the labels. Out: one test a line. Pure.
 */
#ifndef HO_DOUBT_DIRECTIONS_H
#define HO_DOUBT_DIRECTIONS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum ho_direction_change {
	HO_DIRECTION_TEXT,    /**< the text itself is classified */
	HO_DIRECTION_ADD,     /**< behind every text, a blank between */
	HO_DIRECTION_BEGIN,   /**< before every text, a blank between */
	HO_DIRECTION_REPLACE, /**< whole words, whatever their case; texts without them do not count */
	HO_DIRECTION_REMOVE   /**< the same, by nothing */
};

enum ho_direction_wish {
	HO_WISH_LABEL, /**< of HO_DIRECTION_TEXT: this label */
	HO_WISH_HUMAN, /**< of HO_DIRECTION_TEXT: handed over */
	HO_WISH_UP,    /**< the probability of the label must not fall */
	HO_WISH_DOWN,  /**< ... must not rise */
	HO_WISH_SAME   /**< the answer must not change */
};

#define HO_DIRECTION_ANY UINT32_MAX

struct ho_direction {
	unsigned line; /**< from 1 */
	enum ho_direction_change change;
	struct ho_slice what, with; /**< texts, clean UTF-8; in the arena */
	enum ho_direction_wish wish;
	uint32_t label;         /**< of LABEL, UP, DOWN */
	uint32_t where;         /**< only texts that have this label; HO_DIRECTION_ANY */
	struct ho_slice source; /**< the line as it stands in the file, trimmed; in the arena */
};

struct ho_directions {
	struct ho_direction *items; /**< [n] owned */
	size_t n, cap;
	struct ho_arena arena;
};

/** Most tests in a file, and bytes of it. */
enum { HO_DIRECTIONS_MAX = 1000 };
#define HO_DIRECTIONS_BYTES_MAX ((size_t)1 << 20)

/**
 * Read the tests.
 *
 * @param name    of the file, for messages; NULL: "the directions".
 * @param labels  [K] names.
 * @return HO_OK; HO_EFORMAT what a line says cannot be understood, or names a label that is not there: the place names
 *         file and line; HO_ELIMIT; HO_ENOMEM. Release with ho_directions_release().
 */
HO_MUST_CHECK enum ho_status ho_directions_read(struct ho_directions *out, struct ho_slice bytes, const char *name,
                                                const struct ho_slice *labels, uint32_t K, struct ho_error *err);
void ho_directions_release(struct ho_directions *directions);

/**
 * Change a text as a test says.
 *
 * @param[out] out      emptied first.
 * @param[out] applies  false: nothing to replace or remove in it.
 * HO_ELIMIT past out->max; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_direction_apply(struct ho_buf *out, bool *applies, const struct ho_direction *direction,
                                                struct ho_slice text, struct ho_error *err);

#endif
