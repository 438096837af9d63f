/* SHA-256 of what arrived. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/weight_name.h"
#include "hub/private.h"

static void finish(char out[HO_SHA256_HEX], crypto_hash_sha256_state *state)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_final(state, digest);
	sodium_bin2hex(out, HO_SHA256_HEX, digest, sizeof digest);
}

static void update(crypto_hash_sha256_state *state, const void *bytes, size_t len)
{
	(void)crypto_hash_sha256_update(state, bytes, len);
}

void ho_hub__sha256_bytes(char out[HO_SHA256_HEX], struct ho_slice bytes)
{
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	update(&state, bytes.ptr, bytes.len);
	finish(out, &state);
}

static struct ho_slice name_of(const struct ho_tensor *tensor)
{
	struct ho_slice name = ho_weight_name(tensor);
	return name.ptr ? name : tensor->name;
}

static int by_name(const void *a, const void *b)
{
	return ho_slice_compare(name_of(*(const struct ho_tensor *const *)a),
	                        name_of(*(const struct ho_tensor *const *)b));
}

static void add(crypto_hash_sha256_state *state, const struct ho_tensor *tensor)
{
	static const char *const types[] = {
	    [HO_DTYPE_OTHER] = "other", [HO_DTYPE_F32] = "F32", [HO_DTYPE_F16] = "F16", [HO_DTYPE_BF16] = "BF16",
	    [HO_DTYPE_F64] = "F64",     [HO_DTYPE_I32] = "I32", [HO_DTYPE_I64] = "I64"};
	char shape[32 + HO_TENSOR_RANK_MAX * 21];
	int len = snprintf(shape, sizeof shape, " %s", types[tensor->dtype]);
	for (unsigned d = 0; d < tensor->rank; d++)
		len += snprintf(shape + len, sizeof shape - (size_t)len, " %" PRIu64, tensor->shape[d]);
	shape[len++] = '\n';
	update(state, name_of(tensor).ptr, name_of(tensor).len);
	update(state, shape, (size_t)len);
	update(state, tensor->data, (size_t)tensor->bytes);
}

enum ho_status ho_hub__weights_sha256(char out[HO_SHA256_HEX], const char *path, struct ho_error *err)
{
	struct ho_safetensors file;
	crypto_hash_sha256_state state;
	size_t n = 0;
	enum ho_status status = ho_safetensors_open(&file, path, err);
	if (status)
		return status;
	const struct ho_tensor **ordered = ho_alloc(file.n, sizeof *ordered);
	if (!ordered) {
		ho_safetensors_close(&file);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < file.n; i++)
		if (ho_weight_name(&file.tensors[i]).ptr)
			ordered[n++] = &file.tensors[i];
	bool is_table = n == 0; /* static vectors: all that is there */
	for (size_t i = 0; i < file.n && is_table; i++)
		ordered[n++] = &file.tensors[i];
	qsort(ordered, n, sizeof *ordered, by_name);
	(void)crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++)
		add(&state, ordered[i]);
	finish(out, &state);
	ho_free(ordered);
	ho_safetensors_close(&file);
	return HO_OK;
}
