/**
 * Texts in groups that nobody named: spherical k-means (Dhillon & Modha 2001) on binary tf-idf of words, begun by
 * k-means++ (Arthur & Vassilvitskii 2007). Found on some of the texts, then every text goes to the nearest centre, so
 * that the others can test what was found. Single-threaded; depends on corpus, marks and seed only.
 */
#ifndef HO_DOUBT_CLUSTERS_H
#define HO_DOUBT_CLUSTERS_H

#include "text/language.h"
#include "train/corpus.h"

enum { HO_CLUSTERS_MAX = 16, HO_CLUSTER_WORDS = 3, HO_CLUSTER_NONE = 255 };

struct ho_clusters {
	uint8_t *of; /**< [corpus->n] cluster, or HO_CLUSTER_NONE: no word in common with any centre; owned */
	size_t n;    /**< clusters */
	uint32_t word[HO_CLUSTERS_MAX]
	             [HO_CLUSTER_WORDS]; /**< types that name each, strongest first; UINT32_MAX: none */
};

/**
 * @param[out] out  release with ho_clusters_release().
 * @param languages whose small words say nothing about what a text is about.
 * @param found_on  [corpus->n] 1: the centres may look at this text.
 * @param want      clusters, at least 2; fewer come out if there are too few different texts.
 * @return HO_OK; HO_ENOMEM. Memory: want floats for each word of at least three texts.
 */
HO_MUST_CHECK enum ho_status ho_clusters_find(struct ho_clusters *out, const struct ho_corpus *corpus,
                                              const struct ho_languages *languages, const uint8_t *found_on,
                                              size_t want, uint64_t seed, struct ho_error *err);
void ho_clusters_release(struct ho_clusters *clusters);

#endif
