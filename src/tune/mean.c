#include "tune/mean.h"

#include <string.h>

#include "base/alloc.h"

enum ho_status ho_network_mean_add(struct ho_network_mean *mean, const struct ho_network *network, struct ho_error *err)
{
	if (!mean->w && !(mean->w = ho_calloc(network->n, sizeof *mean->w)))
		return ho_fail_nomem(err);
	mean->networks++;
	for (size_t i = 0; i < network->n; i++)
		mean->w[i] += (network->w[i] - mean->w[i]) / (float)mean->networks;
	return HO_OK;
}

enum ho_status ho_network_mean_take(struct ho_network *network, const struct ho_network_mean *mean, unsigned threads,
                                    struct ho_error *err)
{
	memcpy(network->w, mean->w, network->n * sizeof *mean->w);
	return ho_network_pack(network, 1, threads, err);
}

void ho_network_mean_release(struct ho_network_mean *mean)
{
	ho_free(mean->w);
	*mean = (struct ho_network_mean){.w = NULL};
}
