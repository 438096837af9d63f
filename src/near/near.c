#include "near/near.h"

#include "base/alloc.h"
#include "near/search.h"

static int by_rows(const void *x, const void *y)
{
	const struct ho_near_pair *a = x, *b = y;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->second > b->second) - (a->second < b->second);
}

static enum ho_status take_pairs(struct ho_near_result *out, const struct near_search *s, struct ho_error *err)
{
	size_t n_exact = out->n_exact < s->pairs_max ? out->n_exact : s->pairs_max;
	out->pairs = ho_alloc(n_exact + s->n_pairs, sizeof *out->pairs);
	if (!out->pairs)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < out->n && out->n_pairs < n_exact; i++) {
		uint32_t first = s->distinct.rows[s->distinct.of[i]];
		if (first != i)
			out->pairs[out->n_pairs++] = (struct ho_near_pair){first, (uint32_t)i, 1, true};
	}
	if (s->n_pairs) {
		memcpy(out->pairs + n_exact, s->pairs, s->n_pairs * sizeof *s->pairs);
		qsort(out->pairs + n_exact, s->n_pairs, sizeof *out->pairs, by_rows);
	}
	out->n_pairs += s->n_pairs;
	return HO_OK;
}

/** Number the groups in order of first appearance. Roots are the earliest texts, so a root is met before its members.
 */
static enum ho_status number_groups(struct ho_near_result *out, struct near_search *s, struct ho_error *err)
{
	out->group = ho_alloc(out->n, sizeof *out->group);
	if (!out->group)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < out->n; i++) {
		uint32_t text = s->distinct.of[i], first = s->distinct.rows[s->groups.root[text]];
		out->group[i] = first == i ? (uint32_t)out->n_groups++ : out->group[first];
	}
	out->n_exact = out->n - s->distinct.n;
	out->n_near = s->distinct.n - out->n_groups;
	out->n_cut = ho_near__groups_cut(&s->groups);
	return HO_OK;
}

enum ho_status ho_near_find(struct ho_near_result *out, const struct ho_slice *texts, size_t n,
                            const struct ho_near_options *options, const struct ho_progress *progress,
                            struct ho_error *err)
{
	struct near_search s = {0};
	*out = (struct ho_near_result){.n = n};
	enum ho_status status = ho_near__search(&s, texts, n, options, progress, err);
	if (!status)
		status = number_groups(out, &s, err);
	if (!status)
		status = take_pairs(out, &s, err);
	if (status)
		ho_near_release(out);
	else
		ho_progress_step(progress, "duplicates", 1);
	ho_near__search_release(&s);
	return status;
}

void ho_near_release(struct ho_near_result *result)
{
	ho_free(result->group);
	ho_free(result->pairs);
	*result = (struct ho_near_result){0};
}
