/** Shared by the two ways to certify. */
#ifndef HO_TRAIN_CERTIFY_PRIVATE_H
#define HO_TRAIN_CERTIFY_PRIVATE_H

#include "train/certify.h"

HO_MUST_CHECK enum ho_status ho_certified_init(struct ho_certified *out, uint32_t K,
                                               const struct ho_train_options *options, struct ho_error *err);
/** Room for n answers; release with ho_answers_release(). HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_answers_new(struct ho_answers *out, size_t n, struct ho_error *err);
void ho_answers_release(struct ho_answers *answers);

/** Items first .. first + n of the answers; borrowed. */
struct ho_scored ho_certify__scored(const struct ho_answers *answers, size_t first, size_t n);

/** Plan on `tune`, certify on `certify`, which are disjoint, fill the findings. HO_EINVAL, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_certify__promise(struct ho_certified *out, const struct ho_scored *tune,
                                                 const struct ho_scored *certify, uint32_t K,
                                                 const struct ho_slice *labels, const struct ho_train_options *options,
                                                 enum ho_promise_kind kind, struct ho_error *err);

#endif
