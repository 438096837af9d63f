#include "tune/kernels.h"

#include <string.h>

#include "encoder/turn.h"
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

/* What does not fill a four. */
static void transpose_edge(float *to, size_t ld_to, const float *from, size_t ld_from, size_t rows, size_t columns)
{
	for (size_t c = 0; c < columns; c++)
		for (size_t r = 0; r < rows; r++)
			to[c * ld_to + r] = from[r * ld_from + c];
}

/* By strips whose columns fit into a few lines of the cache each. */
void ho_tune_transpose(float *to, size_t ld_to, const float *from, size_t ld_from, size_t rows, size_t columns)
{
	enum { STRIP = 16 };
	size_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
	for (size_t first = 0; first < whole_rows; first += STRIP) {
		size_t end = whole_rows - first < STRIP ? whole_rows : first + STRIP;
		for (size_t c = 0; c < whole_columns; c += 4)
			for (size_t r = first; r < end; r += 4)
				ho_turn_four(to + c * ld_to + r, ld_to, from + r * ld_from + c, ld_from);
	}
	transpose_edge(to + whole_columns * ld_to, ld_to, from + whole_columns, ld_from, whole_rows,
	               columns - whole_columns);
	transpose_edge(to + whole_rows, ld_to, from + whole_rows * ld_from, ld_from, rows - whole_rows, columns);
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
