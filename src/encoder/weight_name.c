#include "encoder/weight_name.h"

struct ho_slice ho_weight_name(const struct ho_tensor *tensor)
{
	static const char prefix[] = "bert.";
	struct ho_slice name = tensor->name;
	if (ho_slice_begins(name, prefix))
		name = ho_slice(name.ptr + strlen(prefix), name.len - strlen(prefix));
	bool is_weight = (ho_slice_begins(name, "embeddings.") || ho_slice_begins(name, "encoder.")) &&
	                 ho_dtype_is_float(tensor->dtype);
	return is_weight ? name : ho_slice(NULL, 0);
}
