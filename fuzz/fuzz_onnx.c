/* Weights in an ONNX file from a stranger: refused, or every slice lies inside the file and every name finds a tensor.
 */
#include "fuzz.h"
#include "hub/onnx.h"

static int inside(struct ho_slice s, const uint8_t *data, size_t size)
{
	const uint8_t *at = (const uint8_t *)s.ptr;
	return !s.len || (at >= data && s.len <= size && at <= data + size - s.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct onnx_file file;
	enum ho_status status = ho_onnx_read(&file, ho_slice((const char *)data, size), NULL);
	for (size_t i = 0; status == HO_OK && i < file.n_tensors; i++) {
		const struct onnx_tensor *t = &file.tensors[i];
		FUZZ_CHECK(inside(t->name, data, size) && inside(t->raw, data, size));
		FUZZ_CHECK(t->rank <= ONNX_RANK_MAX + 1);
		FUZZ_CHECK(ho_onnx_find(&file, t->name) == i);
	}
	for (uint32_t i = 0; status == HO_OK && i < file.names.n; i++)
		FUZZ_CHECK(file.tensor_of[i] < file.n_tensors);
	for (size_t i = 0; status == HO_OK && i < file.n_products; i++)
		FUZZ_CHECK(inside(file.products[i].name, data, size) && inside(file.products[i].factor, data, size));
	ho_onnx_release(&file);
	return 0;
}
