/* From weights packed in fp32 to weights packed in fewer bits. */
#include "encoder/kernels_low.h"

#include <math.h>

/* Outputs of one panel; `from` [in][HO_PANEL]. */
static void pack_int8_panel(int8_t *to, float *scale, int32_t *sums, const float *from, size_t in)
{
	for (size_t o = 0; o < HO_PANEL; o++) {
		double most = 0;
		for (size_t i = 0; i < in; i++)
			most = fmax(most, fabs((double)from[i * HO_PANEL + o]));
		double step = most / HO_INT8_WEIGHT_MAX;
		scale[o] = (float)step;
		sums[o] = 0;
		for (size_t i = 0; i < in && step > 0; i++) {
			long weight = lrint((double)from[i * HO_PANEL + o] / step);
			to[i / 4 * HO_PANEL * 4 + o * 4 + i % 4] = (int8_t)weight;
			sums[o] += (int32_t)weight;
		}
	}
}

void ho_int8_pack(struct ho_int8_weights *to, const float *packed)
{
	size_t stride = ho_int8_stride(to->in);
	memset(to->packed, 0, ho_int8_packed_size(to->out, to->in));
	for (size_t o = 0; o < to->out; o += HO_PANEL)
		pack_int8_panel(to->packed + o * stride, to->scale + o, to->sums + o, packed + o * to->in, to->in);
}

void ho_bf16_pack(uint32_t *to, const float *packed, size_t out, size_t in)
{
	for (size_t o = 0; o < out; o += HO_PANEL, packed += in * HO_PANEL)
		for (size_t i = 0; i < in; i += 2)
			for (size_t lane = 0; lane < HO_PANEL; lane++) {
				float first = packed[i * HO_PANEL + lane];
				float second = i + 1 < in ? packed[(i + 1) * HO_PANEL + lane] : 0;
				*to++ = ho_bf16_round(first) >> 16 | ho_bf16_round(second);
			}
}
