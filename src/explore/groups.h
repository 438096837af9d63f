/**
 * Groups of texts that share words: spherical k-means (Dhillon & Modha 2001) on tf-idf vectors, and whether there are
 * any groups at all. k goes from 2 to 6 and is judged by the mean simplified silhouette (Hruschka, Campello & de Castro
 * 2006: distance to the own mean against that to the next, by cosine, the text itself left out of its mean), less what
 * the same k finds where there are no groups: the same texts' lengths and the same words, dealt out at random, the
 * largest of three times (after the idea of the gap statistic, Tibshirani, Walther & Hastie 2001). Groups are believed
 * where the difference is at least 0.05.
 */
#ifndef HO_EXPLORE_GROUPS_H
#define HO_EXPLORE_GROUPS_H

#include "explore/view.h"

enum { HO_GROUPS_MAX = 6 };

struct explore_groups {
	unsigned k;  /**< 0: no groups stand out */
	uint8_t *of; /**< [n] group of each row, the largest first; owned; NULL if k = 0 */
	uint32_t size[HO_GROUPS_MAX];
	uint32_t middle[HO_GROUPS_MAX]; /**< index of the row nearest to the group's mean */
	double silhouette, by_chance;   /**< of the grouping; the largest of the same k without groups */
};

/**
 * @param rows  [n] rows of the view.
 * @return HO_OK, also when there are none; HO_ENOMEM: zeroed. Time: O(n words iterations). Deterministic in seed.
 */
HO_MUST_CHECK enum ho_status ho_explore__groups(struct explore_groups *out, const struct explore_view *view,
                                                const uint32_t *rows, size_t n, uint64_t seed, struct ho_error *err);

#endif
