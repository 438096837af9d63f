/**
 * The mean of the weights of several tunings of one encoder: they end in one valley of the loss, and its middle does as
 * well as all of them together would, at the price of one ("model soups": Wortsman et al. 2022).
 */
#ifndef HO_TUNE_MEAN_H
#define HO_TUNE_MEAN_H

#include "tune/network.h"

struct ho_network_mean {
	float *w; /**< [network->n] owned */
	unsigned networks;
};

/** Count a network in: all have the same source and head. HO_ENOMEM. Release with ho_network_mean_release(). */
HO_MUST_CHECK enum ho_status ho_network_mean_add(struct ho_network_mean *mean, const struct ho_network *network,
                                                 struct ho_error *err);
/** The network's weights become the mean of those that were counted, at least one. What ho_network_pack() returns. */
HO_MUST_CHECK enum ho_status ho_network_mean_take(struct ho_network *network, const struct ho_network_mean *mean,
                                                  unsigned threads, struct ho_error *err);
void ho_network_mean_release(struct ho_network_mean *mean);

#endif
