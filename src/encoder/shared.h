/**
 * Encoders that several models of one process use: each is opened once, whatever the number of models, and freed with
 * the last that lets go. They are told apart by their fingerprint. Any thread may call any of these.
 */
#ifndef HO_ENCODER_SHARED_H
#define HO_ENCODER_SHARED_H

#include "encoder/encoder.h"
#include "encoder/memory.h"

struct ho_shared_encoder;

/** Opens an encoder and checks that it is the wanted one. */
typedef enum ho_status (*ho_encoder_opener)(struct ho_encoder **out, void *context, struct ho_error *err);

/**
 * The encoder with this fingerprint: the one that is open, or what `open` gives. `open` is called by one thread at a
 * time, so that two models never open the same one beside each other.
 *
 * @return HO_OK; what `open` returns; HO_ENOMEM. Let go with ho_encoder_unshare().
 */
HO_MUST_CHECK enum ho_status ho_encoder_share(struct ho_shared_encoder **out, uint64_t fingerprint,
                                              ho_encoder_opener open, void *context, struct ho_error *err);
/** NULL is allowed. */
void ho_encoder_unshare(struct ho_shared_encoder *shared);

/** Borrowed until ho_encoder_unshare(). */
const struct ho_encoder *ho_shared_encoder(const struct ho_shared_encoder *shared);
/** Remember the vectors of `entries` texts from now on, unless it does so already. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_shared_encoder_remember(struct ho_shared_encoder *shared, size_t entries,
                                                        struct ho_error *err);
/** What is remembered; NULL: nothing. Borrowed until ho_encoder_unshare(). */
struct ho_vector_memory *ho_shared_encoder_memory(struct ho_shared_encoder *shared);
/** Over all that are open. */
void ho_shared_encoder_figures(struct ho_vector_figures *sum);
/** How many are open in this process. */
size_t ho_shared_encoders(void);

#endif
