#include "encoder/kernels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoder/kernels_private.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

void ho_pack(float *packed, const float *w, size_t out, size_t in)
{
	memset(packed, 0, ho_packed_size(out, in) * sizeof *packed);
	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++)
			packed[o / HO_PANEL * HO_PANEL * in + i * HO_PANEL + o % HO_PANEL] = w[o * in + i];
}

size_t ho_attention_scratch(size_t tokens, size_t d)
{
	size_t width = (tokens + HO_PANEL - 1) / HO_PANEL * HO_PANEL, queries = 24;
	return width * d + ho_packed_size(d, width) + queries * width;
}

/* Best first. */
static const struct ho_kernels *const builds[] = {
#if defined(__x86_64__)
    &ho_encoder__avx512bf16, &ho_encoder__avx512vnni, &ho_encoder__avx512, &ho_encoder__avxvnni, &ho_encoder__avx2,
#endif
    &ho_encoder__portable};
enum { BUILDS = sizeof builds / sizeof *builds };

#if defined(__x86_64__)
/* By hand, as clang 14 has no name for it. */
static bool has_avxvnni(void)
{
	unsigned a, b, c, d;
	return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1U << 4);
}
#endif

/* Can this processor, and the operating system with it, run the build? */
static bool runs_here(const struct ho_kernels *build)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
	if (build == &ho_encoder__avx512bf16)
		return avx512 && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
	if (build == &ho_encoder__avx512vnni)
		return avx512 && __builtin_cpu_supports("avx512vnni");
	if (build == &ho_encoder__avx512)
		return avx512;
	if (build == &ho_encoder__avxvnni)
		return avx2 && has_avxvnni();
	if (build == &ho_encoder__avx2)
		return avx2;
#endif
	return build == &ho_encoder__portable;
}

const struct ho_kernels *ho_kernels_find(const char *name)
{
	for (size_t i = 0; i < BUILDS; i++)
		if (strcmp(builds[i]->name, name) == 0)
			return runs_here(builds[i]) ? builds[i] : NULL;
	return NULL;
}

/* The builds that run here, as a list in words. */
static void name_those_that_run(char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < BUILDS; i++)
		if (runs_here(builds[i]) && used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", builds[i]->name);
}

bool ho_kernels_multiply_bf16(const struct ho_kernels *kernels)
{
	return strcmp(kernels->name, "avx512bf16") == 0;
}

static const char *wanted_build(void)
{
	const char *name = getenv("HANDOFF_KERNELS");
	return name && *name ? name : NULL;
}

const struct ho_kernels *ho_kernels_choose(void)
{
	const char *wanted = wanted_build();
	const struct ho_kernels *found = wanted ? ho_kernels_find(wanted) : NULL;
	for (size_t i = 0; !found && i < BUILDS; i++)
		found = runs_here(builds[i]) ? builds[i] : NULL;
	return found;
}

enum ho_status ho_kernels_check(struct ho_error *err)
{
	char here[100];
	const char *wanted = wanted_build();
	if (!wanted || ho_kernels_find(wanted))
		return HO_OK;
	name_those_that_run(here, sizeof here);
	return ho_fail(err, HO_EINVAL, "HANDOFF_KERNELS names no arithmetic that this processor has; these it has: %s",
	               here);
}
