/**
 * Is a word more than what the text is about anyway? Where a word tells a label better than all other words together,
 * it is no topic but a mark: somebody or something has put it there with the label.
 */
#ifndef HO_EXPLORE_TELLING_REST_H
#define HO_EXPLORE_TELLING_REST_H

#include "explore/private.h"

/** Word against all other words, on the texts of the label and those with the word (copies once). */
struct explore_rest {
	size_t n;      /**< texts */
	size_t word;   /**< told by whether the word is there */
	size_t others; /**< told by a naive Bayes on the other words, leaving the text itself out */
	double p; /**< of "the word tells no more than the others, or by less than 2% of all texts": a sign test of the
	             texts that only one of them tells, so many granted to the word */
};

/**
 * The other words are those that do not come with the word as a matter of course: in a phrase that is stamped on texts
 * as a whole, each word would otherwise vouch for the next. The labels under 5% count as one.
 *
 * @param label  has 5% of the counted texts or more.   HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_explore__rest(struct explore_rest *out, const struct explore *e, uint32_t word,
                                              uint32_t label, struct ho_error *err);

#endif
