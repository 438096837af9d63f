/**
 * Texts that a check tries things on: the judged texts of the test file, or, where there are none, texts of the
 * training file, which the model learnt from: what is found on those is found too seldom, never too often.
 */
#ifndef HO_DOUBT_TEXTS_H
#define HO_DOUBT_TEXTS_H

#include "doubt/private.h"

struct doubt_texts {
	const struct doubt_rows *rows;       /**< test or train */
	const struct doubt_answers *answers; /**< of rows; the model's */
	uint32_t *row;                       /**< [n] of `rows`, ascending; owned */
	size_t n, of;                        /**< taken, out of so many */
	bool learnt;                         /**< they are of the training file */
};

/** A fair draw of at most `most` texts of at most HO_EDIT_TEXT_MAX bytes. HO_ENOMEM and what scoring gives. */
HO_MUST_CHECK enum ho_status ho_doubt__take_texts(struct doubt_texts *out, struct doubt *d, size_t most,
                                                  struct ho_error *err);
void ho_doubt__texts_release(struct doubt_texts *texts);

/** What the promise allows to be wrong: max_error of one promise, the largest of several, 0.05 where there is none. */
double ho_doubt__max_error(const struct doubt *d);
/** Does the model answer anything by itself? */
bool ho_doubt__answers_any(const struct doubt *d);

/** Share k of n with its 95% interval: "2.0% [1.1, 3.3]". */
struct ho_shown ho_doubt__share(uint64_t k, uint64_t n);
/** P(Bin(n, p) >= k). */
double ho_doubt__tail(uint64_t k, uint64_t n, double p);

#endif
