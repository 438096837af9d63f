/** Groups of distinct texts: a union-find that keeps a representative per group and refuses chains. */
#ifndef HO_NEAR_GROUPS_H
#define HO_NEAR_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/** Zeroed is empty; ho_near__groups_release() frees. */
struct near_groups {
	uint32_t *root;           /**< [n] after ho_near__groups_flatten() the group's earliest text; owned */
	uint32_t *size;           /**< [n] of a root: texts in its group; owned */
	uint32_t *representative; /**< [n] of a root: the text the group is judged by; owned */
	uint32_t *refused; /**< [n] a near duplicate that was kept out of this text's group, or HO_NEAR_NONE; owned */
	size_t n;
};

/** Every text a group of its own. HO_ENOMEM: zeroed. */
HO_MUST_CHECK enum ho_status ho_near__groups_init(struct near_groups *out, size_t n, struct ho_error *err);
void ho_near__groups_release(struct near_groups *groups);
/** Root of text `i`, shortening the way there. */
uint32_t ho_near__groups_find(struct near_groups *groups, uint32_t i);
/** Unite the groups with roots `a` and `b`, a != b: the earlier is the root, the larger (then earlier) gives the
 * representative. */
void ho_near__groups_unite(struct near_groups *groups, uint32_t a, uint32_t b);
/** Let every text point at its root directly, so that threads may read `root` without finding. */
void ho_near__groups_flatten(struct near_groups *groups);
/** Texts with a refused near duplicate that is still in another group. */
size_t ho_near__groups_cut(struct near_groups *groups);

#endif
