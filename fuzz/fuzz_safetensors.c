/* Weights from a stranger: refused, or every tensor lies inside the file and can be read. */
#include "base/alloc.h"
#include "encoder/safetensors.h"
#include "fuzz.h"

/* Bytes of a number by its kind, written down a second time. */
static uint64_t width(enum ho_dtype dtype)
{
	switch (dtype) {
	case HO_DTYPE_F64:
	case HO_DTYPE_I64:
		return 8;
	case HO_DTYPE_F32:
	case HO_DTYPE_I32:
		return 4;
	default:
		return 2;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ho_safetensors file;
	float numbers[16];
	if (ho_safetensors_read(&file, ho_slice((const char *)data, size), NULL))
		return 0;
	for (size_t i = 0; i < file.n; i++) {
		const struct ho_tensor *t = &file.tensors[i];
		uint64_t elements = 1;
		FUZZ_CHECK(t->data >= data && t->data + t->bytes <= data + size);
		for (unsigned d = 0; d < t->rank; d++)
			elements *= t->shape[d];
		FUZZ_CHECK(t->dtype == HO_DTYPE_OTHER || elements * width(t->dtype) == t->bytes);
		size_t n = elements < 16 ? (size_t)elements : 16;
		if (ho_tensor_floats(numbers, t, elements - n, n, NULL) == HO_OK && n)
			FUZZ_CHECK(numbers[0] * 0 == 0);
		FUZZ_CHECK(ho_safetensors_find(&file, "no such tensor") == NULL);
	}
	ho_safetensors_close(&file);
	return 0;
}
