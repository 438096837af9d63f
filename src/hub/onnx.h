/**
 * What an ONNX file holds that an encoder's weights are found by: its initializers, and the nodes that multiply by one
 * or give one another name. The graph is not run, and all else in the file is passed over.
 * Formats: onnx.proto (https://onnx.ai/onnx/repo-docs/IR.html) in protobuf's wire format
 * (https://protobuf.dev/programming-guides/encoding).
 */
#ifndef HO_HUB_ONNX_H
#define HO_HUB_ONNX_H

#include <stdint.h>

#include "base/map.h"
#include "base/slice.h"
#include "base/status.h"

enum { ONNX_RANK_MAX = 2, ONNX_ITEMS_MAX = 1000000 };

/** An initializer. All slices are borrowed from the file. */
struct onnx_tensor {
	struct ho_slice name, raw;     /**< raw: little-endian, row-major; empty where it is stored in another way */
	uint64_t shape[ONNX_RANK_MAX]; /**< [rank], row-major */
	uint64_t type;                 /**< TensorProto.DataType: 1 fp32, 10 fp16 */
	unsigned rank;                 /**< ONNX_RANK_MAX + 1: more */
	bool outside;                  /**< its numbers are in another file */
};

/** A MatMul, whose second factor may be an initializer. */
struct onnx_product {
	struct ho_slice name, factor;
};

/** An Identity: another name for something. */
struct onnx_alias {
	struct ho_slice input, output;
};

struct onnx_file {
	struct onnx_tensor *tensors;   /**< [n_tensors] owned */
	struct onnx_product *products; /**< [n_products] owned */
	struct onnx_alias *aliases;    /**< [n_aliases] owned */
	size_t n_tensors, tensors_cap, n_products, products_cap, n_aliases, aliases_cap;
	struct ho_map names; /**< of tensors, aliases after them */
	uint32_t *tensor_of; /**< [names.n] owned */
	bool is_rounded;     /**< some node multiplies by whole numbers, or makes floats of them */
};

/**
 * @param bytes  the file, borrowed until release.
 * @return HO_OK; HO_EFORMAT damaged, or two tensors of one name; HO_ELIMIT more than ONNX_ITEMS_MAX of a kind;
 * HO_ENOMEM. Release with ho_onnx_release(), also after a failure.
 */
HO_MUST_CHECK enum ho_status ho_onnx_read(struct onnx_file *out, struct ho_slice bytes, struct ho_error *err);
void ho_onnx_release(struct onnx_file *file);
/** Index of the tensor of this name, or ONNX_NONE: something computed. */
uint32_t ho_onnx_find(const struct onnx_file *file, struct ho_slice name);
#define ONNX_NONE UINT32_MAX

#endif
