#include "encoder/weight_name.h"

static bool begins(struct ho_slice text, const char *with)
{
	return text.len > strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

struct ho_slice ho_weight_name(const struct ho_tensor *tensor)
{
	static const char prefix[] = "bert.";
	struct ho_slice name = tensor->name;
	if (begins(name, prefix))
		name = ho_slice(name.ptr + strlen(prefix), name.len - strlen(prefix));
	bool is_weight = (begins(name, "embeddings.") || begins(name, "encoder.")) && ho_dtype_is_float(tensor->dtype);
	return is_weight ? name : ho_slice(NULL, 0);
}
