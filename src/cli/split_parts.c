#include "split_parts.h"

#include "base/alloc.h"
#include "near/near.h"
#include "table/times.h"
#include "train/split.h"

/* Union-find over row groups, with path halving. */
static uint32_t root(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* Rows with the same value of --group join the duplicates' groups: group[i] becomes the root of the union. */
static enum ho_status unite(uint32_t *group, size_t n_groups, const struct ho_table *table, struct ho_error *err)
{
	uint32_t *parent = ho_alloc(n_groups, sizeof *parent);
	uint32_t *first =
	    ho_alloc((size_t)table->group_count + 1, sizeof *first); /* first duplicate group of a value */
	enum ho_status status = parent && first ? HO_OK : ho_fail_nomem(err);
	for (size_t g = 0; g < n_groups && status == HO_OK; g++)
		parent[g] = (uint32_t)g;
	for (size_t v = 0; v < table->group_count && status == HO_OK; v++)
		first[v] = UINT32_MAX;
	for (size_t i = 0; i < table->n && status == HO_OK; i++) {
		uint32_t value = table->group[i];
		if (value >= table->group_count || table->groups[value].len == 0)
			continue; /* no value: no tie to other rows without one */
		if (first[value] == UINT32_MAX)
			first[value] = group[i];
		parent[root(parent, group[i])] = root(parent, first[value]);
	}
	for (size_t i = 0; i < table->n && status == HO_OK; i++)
		group[i] = root(parent, group[i]);
	ho_free(parent);
	ho_free(first);
	return status;
}

struct newest {
	struct ho_slice time;
	uint32_t group, rows;
};

static int newest_first(const void *a, const void *b)
{
	const struct newest *x = a, *y = b;
	int order = ho_time_compare(y->time, x->time);
	return order ? order : (x->group > y->group) - (x->group < y->group);
}

/* Whole groups, the one with the newest member first, until the test part has its share. */
static enum ho_status split_by_time(struct cli_split *out, const uint32_t *group, size_t n_groups,
                                    const struct ho_table *table, double share, struct ho_error *err)
{
	struct newest *order = ho_calloc(n_groups, sizeof *order);
	uint8_t *in_test = ho_calloc(n_groups, 1);
	size_t used = 0, wanted = (size_t)(share * (double)table->n + 0.5);
	enum ho_status status = order && in_test ? HO_OK : ho_fail_nomem(err);
	for (size_t g = 0; g < n_groups && status == HO_OK; g++)
		order[g].group = (uint32_t)g;
	for (size_t i = 0; i < table->n && status == HO_OK; i++) {
		struct newest *own = &order[group[i]];
		if (own->rows++ == 0 || ho_time_compare(table->time[i], own->time) > 0)
			own->time = table->time[i];
	}
	if (status == HO_OK)
		qsort(order, n_groups, sizeof *order, newest_first);
	for (size_t g = 0; g < n_groups && status == HO_OK && used < wanted; g++) {
		if (order[g].rows && used + order[g].rows < table->n) {
			in_test[order[g].group] = 1;
			used += order[g].rows;
			out->boundary = order[g].time;
		}
	}
	for (size_t i = 0; i < table->n && status == HO_OK; i++) {
		out->part[i] = in_test[group[i]] ? CLI_TEST : CLI_TRAIN;
		out->late += in_test[group[i]] && ho_time_compare(table->time[i], out->boundary) < 0;
	}
	ho_free(order);
	ho_free(in_test);
	return status;
}

static enum ho_status count_parts(struct cli_split *out, const struct ho_table *table, const char *why,
                                  struct ho_error *err)
{
	if (table->label) {
		out->counts = ho_calloc(2 * (size_t)table->label_count, sizeof *out->counts);
		if (!out->counts)
			return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < table->n; i++) {
		out->rows[out->part[i]]++;
		if (table->label && table->label[i] < table->label_count)
			out->counts[2 * table->label[i] + out->part[i]]++;
	}
	if (out->rows[CLI_TRAIN] == 0 || out->rows[CLI_TEST] == 0)
		return ho_fail(err, HO_EFORMAT, "the rows cannot be divided, because %s; more varied rows are needed",
		               why);
	return HO_OK;
}

static size_t distinct(const uint32_t *group, size_t n, uint8_t *seen)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		count += !seen[group[i]];
		seen[group[i]] = 1;
	}
	return count;
}

enum ho_status cli_split_rows(struct cli_split *out, const struct ho_table *table, double share, const struct cli *cli,
                              struct ho_error *err)
{
	const struct ho_near_options options = {.threads = cli->threads, .seed = 1};
	const double shares[2] = {1 - share, share};
	struct ho_near_result near = {.n = 0};
	uint8_t *seen = NULL;
	*out = (struct cli_split){.rows = {0}};
	enum ho_status status = ho_near_find(&near, table->text, table->n, &options, &cli->progress, err);
	if (status == HO_OK && !((out->part = ho_calloc(table->n, 1)) && (seen = ho_calloc(near.n_groups, 1))))
		status = ho_fail_nomem(err);
	if (status == HO_OK && table->group)
		status = unite(near.group, near.n_groups, table, err);
	if (status == HO_OK) {
		out->groups = distinct(near.group, table->n, seen);
		out->exact = near.n_exact;
		out->near = near.n_near;
		if (table->time)
			status = split_by_time(out, near.group, near.n_groups, table, share, err);
		else
			status = ho_split(out->part, near.group, table->label, table->n, shares, 2, cli->seed, err);
	}
	if (status == HO_OK)
		status = count_parts(out, table,
		                     out->groups > 1 ? "there are too few of them"
		                     : table->group  ? "they all belong to one group"
		                                     : "they are all copies of one text",
		                     err);
	ho_near_release(&near);
	ho_free(seen);
	return status;
}

void cli_split_release(struct cli_split *split)
{
	ho_free(split->part);
	ho_free(split->counts);
	*split = (struct cli_split){.rows = {0}};
}
