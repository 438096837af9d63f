#include "encoder/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "encoder/kernels_private.h"

void ho_pack(float *packed, const float *w, size_t out, size_t in)
{
	memset(packed, 0, ho_packed_size(out, in) * sizeof *packed);
	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++)
			packed[o / HO_PANEL * HO_PANEL * in + i * HO_PANEL + o % HO_PANEL] = w[o * in + i];
}

size_t ho_attention_scratch(size_t tokens, size_t d)
{
	size_t width = (tokens + HO_PANEL - 1) / HO_PANEL * HO_PANEL, queries = 48;
	return width * d + ho_packed_size(d, width) + queries * width;
}

const struct ho_kernels *ho_kernels_find(const char *name)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	if (strcmp(name, "avx512") == 0)
		return __builtin_cpu_supports("avx512f") ? &ho_encoder__avx512 : NULL;
	if (strcmp(name, "avx2") == 0)
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &ho_encoder__avx2 : NULL;
#endif
	return strcmp(name, "portable") == 0 ? &ho_encoder__portable : NULL;
}

const struct ho_kernels *ho_kernels_choose(void)
{
	static const char *const best_first[] = {"avx512", "avx2", "portable"};
	const char *wanted = getenv("HANDOFF_KERNELS");
	const struct ho_kernels *found = wanted ? ho_kernels_find(wanted) : NULL;
	for (size_t i = 0; !found && i < sizeof best_first / sizeof *best_first; i++)
		found = ho_kernels_find(best_first[i]);
	return found;
}
