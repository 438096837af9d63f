/**
 * A safetensors file, read-only: names, shapes and where the numbers lie. Everything is checked before it is used, so
 * that a damaged or hostile file is refused: header size, JSON without duplicate keys, offsets that cover the rest of
 * the file without holes or overlaps, and byte counts that equal the product of the shape.
 * Format: u64 little-endian N, N bytes of JSON {"name": {"dtype", "shape", "data_offsets": [begin, end]}}, then data.
 */
#ifndef HO_ENCODER_SAFETENSORS_H
#define HO_ENCODER_SAFETENSORS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/file.h"

/** The element types that weights come in; tensors of other types may stand in the file but not be asked for. */
enum ho_dtype {
	HO_DTYPE_OTHER = 0,
	HO_DTYPE_F32,
	HO_DTYPE_F16,
	HO_DTYPE_BF16,
	HO_DTYPE_F64,
	HO_DTYPE_I32,
	HO_DTYPE_I64
};
enum { HO_TENSOR_RANK_MAX = 8, HO_TENSORS_MAX = 100000 };

struct ho_tensor {
	struct ho_slice name;
	enum ho_dtype dtype;
	unsigned rank;
	uint64_t shape[HO_TENSOR_RANK_MAX]; /**< [rank] row-major */
	const unsigned char *data;          /**< not aligned; borrowed from the file */
	uint64_t bytes;
};

struct ho_safetensors {
	struct ho_mapping mapping;
	struct ho_arena arena;     /**< names */
	struct ho_tensor *tensors; /**< [n] by data offset; owned */
	size_t n;
};

/** HO_ENOTFOUND; HO_EIO; HO_EFORMAT, saying what is wrong with the file; HO_ENOMEM. Release with
 * ho_safetensors_close(). */
HO_MUST_CHECK enum ho_status ho_safetensors_open(struct ho_safetensors *out, const char *path, struct ho_error *err);
/** The same from bytes in memory, borrowed until close. */
HO_MUST_CHECK enum ho_status ho_safetensors_read(struct ho_safetensors *out, struct ho_slice bytes,
                                                 struct ho_error *err);
void ho_safetensors_close(struct ho_safetensors *file);
/** By name, or NULL. */
const struct ho_tensor *ho_safetensors_find(const struct ho_safetensors *file, const char *name);

/** Can ho_tensor_floats() read it? */
static inline bool ho_dtype_is_float(enum ho_dtype dtype)
{
	return dtype >= HO_DTYPE_F32 && dtype <= HO_DTYPE_F64;
}

/**
 * Elements begin .. begin + n of a tensor as floats.
 *
 * @return HO_OK; HO_EFORMAT if the type is not F32, F16, BF16 or F64, or a number is not finite.
 */
HO_MUST_CHECK enum ho_status ho_tensor_floats(float *out, const struct ho_tensor *tensor, uint64_t begin, size_t n,
                                              struct ho_error *err);
/** All [n] elements of an I32 or I64 tensor, each below `limit`. HO_EFORMAT. */
HO_MUST_CHECK enum ho_status ho_tensor_indices(uint32_t *out, const struct ho_tensor *tensor, size_t n, uint64_t limit,
                                               struct ho_error *err);

#endif
