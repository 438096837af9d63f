#include "tune/kernels.h"

#include <string.h>

#include "tune/kernels_private.h"

void ho_tune_pack(float *packed, const float *w, size_t ld, size_t out, size_t in)
{
	memset(packed, 0, ho_packed_size(out, in) * sizeof *packed);
	for (size_t o = 0; o < out; o += HO_PANEL) {
		size_t n = out - o < HO_PANEL ? out - o : HO_PANEL;
		ho_tune_transpose(packed + o * in, HO_PANEL, w + o * ld, ld, n, in);
	}
}

void ho_tune_pack_transposed(float *packed, const float *w, size_t ld, size_t out, size_t in, size_t begin, size_t rows)
{
	for (size_t o = 0; o < out; o += HO_PANEL) {
		size_t n = out - o < HO_PANEL ? out - o : HO_PANEL;
		float *to = packed + o * in + begin * HO_PANEL;
		for (size_t i = 0; i < rows; i++, to += HO_PANEL) {
			memcpy(to, w + i * ld + o, n * sizeof *to);
			memset(to + n, 0, (HO_PANEL - n) * sizeof *to);
		}
	}
}

/* By squares that fit into a few lines of the cache. */
void ho_tune_transpose(float *to, size_t ld_to, const float *from, size_t ld_from, size_t rows, size_t columns)
{
	enum { SQUARE = 16 };
	for (size_t r = 0; r < rows; r += SQUARE)
		for (size_t c = 0; c < columns; c += SQUARE) {
			size_t r_end = rows - r < SQUARE ? rows : r + SQUARE;
			size_t c_end = columns - c < SQUARE ? columns : c + SQUARE;
			for (size_t j = c; j < c_end; j++)
				for (size_t i = r; i < r_end; i++)
					to[j * ld_to + i] = from[i * ld_from + j];
		}
}

size_t ho_tune_attention_scratch(size_t tokens, size_t d)
{
	size_t width = (tokens + HO_PANEL - 1) / HO_PANEL * HO_PANEL;
	return width * d + ho_packed_size(d, width) + 3 * width * width;
}

const struct ho_tune_kernels *ho_tune_kernels_for(const struct ho_kernels *kernels)
{
#if defined(__x86_64__)
	if (strncmp(kernels->name, "avx512", 6) == 0) /* and those with more: VNNI, BF16 */
		return &ho_tune__avx512;
	if (strncmp(kernels->name, "avx", 3) == 0)
		return &ho_tune__avx2;
#endif
	return &ho_tune__portable;
}
