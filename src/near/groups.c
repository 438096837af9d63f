#include "near/groups.h"

#include "base/alloc.h"
#include "near/near.h"

enum ho_status ho_near__groups_init(struct near_groups *out, size_t n, struct ho_error *err)
{
	*out = (struct near_groups){
	    .root = ho_alloc(n, sizeof *out->root),
	    .size = ho_alloc(n, sizeof *out->size),
	    .representative = ho_alloc(n, sizeof *out->representative),
	    .refused = ho_alloc(n, sizeof *out->refused),
	    .n = n,
	};
	if (!out->root || !out->size || !out->representative || !out->refused) {
		ho_near__groups_release(out);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		out->root[i] = out->representative[i] = (uint32_t)i;
		out->size[i] = 1;
		out->refused[i] = HO_NEAR_NONE;
	}
	return HO_OK;
}

void ho_near__groups_release(struct near_groups *groups)
{
	ho_free(groups->root);
	ho_free(groups->size);
	ho_free(groups->representative);
	ho_free(groups->refused);
	*groups = (struct near_groups){0};
}

uint32_t ho_near__groups_find(struct near_groups *groups, uint32_t i)
{
	while (groups->root[i] != i)
		i = groups->root[i] = groups->root[groups->root[i]];
	return i;
}

void ho_near__groups_unite(struct near_groups *groups, uint32_t a, uint32_t b)
{
	uint32_t early = a < b ? a : b, late = a < b ? b : a;
	if (groups->size[late] > groups->size[early])
		groups->representative[early] = groups->representative[late];
	groups->size[early] += groups->size[late];
	groups->root[late] = early;
}

void ho_near__groups_flatten(struct near_groups *groups)
{
	/* Roots come before their members, so one pass in order is enough. */
	for (size_t i = 0; i < groups->n; i++)
		groups->root[i] = groups->root[groups->root[i]];
}

size_t ho_near__groups_cut(struct near_groups *groups)
{
	size_t cut = 0;
	for (size_t i = 0; i < groups->n; i++)
		if (groups->refused[i] != HO_NEAR_NONE)
			cut += ho_near__groups_find(groups, (uint32_t)i) !=
			       ho_near__groups_find(groups, groups->refused[i]);
	return cut;
}
