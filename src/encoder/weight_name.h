/** Which tensors of a file an encoder of the BERT family computes with. */
#ifndef HO_ENCODER_WEIGHT_NAME_H
#define HO_ENCODER_WEIGHT_NAME_H

#include "encoder/safetensors.h"

/**
 * The name of a weight without a leading "bert."; ptr NULL if the tensor is none: a file may hold a pooler and the
 * numbers of the positions besides. Borrowed from the tensor.
 */
struct ho_slice ho_weight_name(const struct ho_tensor *tensor);

#endif
