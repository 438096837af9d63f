/** Pieces of texts that could be shared: their first and last words, their lines. */
#ifndef HO_EXPLORE_TEMPLATES_H
#define HO_EXPLORE_TEMPLATES_H

#include "explore/private.h"

enum explore_piece {
	HO_PIECE_START, /**< the first words */
	HO_PIECE_END,   /**< the last words */
	HO_PIECE_LINE   /**< each line of a text with several, the first 200 */
};

struct explore_piece_of {
	uint64_t hash; /**< without case, digits as one digit */
	uint32_t row;
	uint32_t start, len; /**< bytes of the row's text */
};

struct explore_pieces {
	struct explore_piece_of *items; /**< [n] by hash, then row; each row once a hash; owned */
	size_t n, cap;
};

/**
 * Cut one kind of piece off the first text of each group of copies.
 *
 * @param words  of HO_PIECE_START and HO_PIECE_END: how many; texts that are no longer than it have none.
 * @return HO_OK; HO_ENOMEM: zeroed.
 */
HO_MUST_CHECK enum ho_status ho_pieces_cut(struct explore_pieces *out, const struct explore *e,
                                           enum explore_piece piece, unsigned words, struct ho_error *err);
void ho_pieces_release(struct explore_pieces *pieces);
/** The bytes of piece i. */
struct ho_slice ho_piece_text(const struct explore_pieces *pieces, const struct explore *e, size_t i);

#endif
