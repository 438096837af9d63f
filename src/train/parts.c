#include "train/parts.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "train/search.h"
#include "train/split.h"

static enum ho_status count_labels(struct ho_parts *out, const struct ho_table *table, const bool *drop,
                                   struct ho_error *err)
{
	uint32_t *rows = ho_calloc(table->label_count, sizeof *rows),
	         *index = ho_calloc(table->label_count, sizeof *index);
	out->label_map = ho_calloc(table->label_count, sizeof *out->label_map);
	out->labels = ho_calloc(table->label_count, sizeof *out->labels);
	out->label_rows = ho_calloc(table->label_count, sizeof *out->label_rows);
	if (!rows || !index || !out->label_map || !out->labels || !out->label_rows) {
		ho_free(rows);
		ho_free(index);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < table->n; i++)
		if (table->label[i] != HO_LABEL_NONE && !drop[i])
			rows[table->label[i]]++;
	for (uint32_t k = 0; k < table->label_count; k++)
		if (rows[k]) {
			index[k] = out->K;
			out->label_map[out->K] = k;
			out->labels[out->K] = table->labels[k];
			out->label_rows[out->K++] = rows[k];
		}
	for (size_t i = 0; i < table->n; i++)
		if (table->label[i] != HO_LABEL_NONE && !drop[i]) {
			out->text[out->n] = table->text[i];
			out->label[out->n++] = index[table->label[i]];
		}
	ho_free(rows);
	ho_free(index);
	return HO_OK;
}

/* Rows that the test data repeat, or nearly repeat, are not learnt from. */
static enum ho_status mark_tested(bool *drop, struct ho_parts *out, const struct ho_table *table,
                                  const struct ho_table *test, const struct ho_train_options *options,
                                  struct ho_error *err)
{
	struct ho_near_options near = {.threads = options->threads, .seed = options->seed};
	struct ho_near_match *matches = ho_alloc(table->n, sizeof *matches);
	if (!matches)
		return ho_fail_nomem(err);
	enum ho_status status =
	    ho_near_between(matches, test->text, test->n, table->text, table->n, &near, options->progress, err);
	for (size_t i = 0; i < table->n && status == HO_OK; i++) {
		drop[i] = matches[i].row != HO_NEAR_NONE;
		out->kept_out += drop[i];
	}
	ho_free(matches);
	return status;
}

static enum ho_status check_learnable(const struct ho_parts *out, struct ho_error *err)
{
	uint32_t usable = 0;
	for (uint32_t k = 0; k < out->K; k++)
		usable += out->label_rows[k] >= 2;
	if (out->n == 0 && out->kept_out)
		return ho_fail(err, HO_EFORMAT,
		               "nothing is left to learn from: the test data have all %zu texts of the training data",
		               out->kept_out);
	if (out->K < 2)
		return ho_fail(err, HO_EFORMAT, "%s; two different labels are needed to learn a difference",
		               out->K ? "all rows have the same label" : "no row has a label");
	if (usable < 2)
		return ho_fail(err, HO_EFORMAT,
		               "%zu rows for %u labels: at least two labels need two rows each; is the target really a "
		               "label column?",
		               out->n, out->K);
	return HO_OK;
}

/* The rows of part p from `at` on: in fit all in the given order, elsewhere units before copies. */
static size_t move_part(struct ho_parts *to, size_t at, const struct ho_parts *from, const uint32_t *order,
                        const uint8_t *part, enum ho_part p)
{
	size_t begin = at;
	for (int copies = 0; copies < 2; copies++)
		for (size_t i = 0; i < from->n; i++) {
			uint32_t row = order[i];
			bool now = p == HO_PART_FIT ? copies == 0 : from->unit[row] != copies;
			if (part[from->near.group[row]] != p || !now)
				continue;
			to->text[at] = from->text[row];
			to->label[at] = from->label[row];
			to->group[at] = from->near.group[row];
			to->units[p] += to->unit[at++] = from->unit[row];
		}
	to->size[p] = at - begin;
	return at;
}

/* Bring rows into the order fit (nested), tune, certify. */
static enum ho_status reorder(struct ho_parts *out, const uint8_t *part, uint64_t seed, struct ho_error *err)
{
	struct ho_parts to = *out;
	uint32_t *order = ho_alloc(out->n, sizeof *order);
	to.text = ho_alloc(out->n, sizeof *to.text);
	to.label = ho_alloc(out->n, sizeof *to.label);
	to.group = ho_alloc(out->n, sizeof *to.group);
	to.unit = ho_alloc(out->n, 1);
	enum ho_status status = to.text && order && to.label && to.group && to.unit ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_nested_order(order, out->label, out->n, out->K, seed, err);
	size_t at = 0;
	for (int p = 0; p < HO_PART_COUNT && status == HO_OK; p++)
		at = move_part(&to, at, out, order, part, (enum ho_part)p);
	ho_free(order);
	struct ho_parts *gone = status ? &to : out;
	ho_free(gone->text);
	ho_free(gone->label);
	ho_free(gone->group);
	ho_free(gone->unit);
	if (status == HO_OK)
		*out = to;
	return status;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static enum ho_status remember(struct ho_parts *out, struct ho_error *err)
{
	out->seen = ho_alloc(out->n, sizeof *out->seen);
	if (!out->seen)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < out->n; i++)
		out->seen[i] = ho_near_fingerprint(out->text[i]);
	qsort(out->seen, out->n, sizeof *out->seen, by_number);
	for (size_t i = 0; i < out->n; i++)
		if (i == 0 || out->seen[i] != out->seen[i - 1])
			out->seen[out->n_seen++] = out->seen[i];
	return HO_OK;
}

/* Of each group one row, every one with the same chance and without a look at labels. */
static enum ho_status draw_units(uint32_t **row_of, struct ho_parts *out, uint64_t seed, struct ho_error *err)
{
	size_t n_groups = out->near.n_groups;
	uint32_t *met = ho_calloc(n_groups, sizeof *met), *row = ho_alloc(n_groups, sizeof *row);
	out->unit = ho_calloc(out->n, 1);
	if (!met || !row || !out->unit) {
		ho_free(met);
		ho_free(row);
		return ho_fail_nomem(err);
	}
	struct ho_rng rng = ho_rng_seed(seed, 0x0417);
	for (size_t i = 0; i < out->n; i++) {
		uint32_t group = out->near.group[i];
		if (met[group]++ == 0 || ho_rng_below(&rng, met[group]) == 0)
			row[group] = (uint32_t)i;
	}
	for (size_t g = 0; g < n_groups; g++)
		out->unit[row[g]] = 1;
	ho_free(met);
	*row_of = row;
	return HO_OK;
}

/* Labels that fit has, up to two; `only` is the one if there is one. */
static uint32_t labels_in_fit(uint32_t *only, const struct ho_parts *out, const uint8_t *part)
{
	uint32_t found = 0;
	for (size_t i = 0; i < out->n && found < 2; i++)
		if (part[out->near.group[i]] == HO_PART_FIT && (found == 0 || out->label[i] != *only)) {
			*only = out->label[i];
			found++;
		}
	return found;
}

/*
 * Few distinct texts may leave fit empty or with one label. Then a group with another label is brought in, from tune if
 * it has one: what is certified should be chosen as little as possible.
 */
static void ensure_learnable(uint8_t *part, const struct ho_parts *out)
{
	uint32_t only = 0, found;
	while ((found = labels_in_fit(&only, out, part)) < 2) {
		uint32_t best = UINT32_MAX;
		for (size_t i = 0; i < out->n; i++) {
			uint32_t group = out->near.group[i];
			if (part[group] != HO_PART_FIT && (found == 0 || out->label[i] != only) &&
			    (best == UINT32_MAX || part[group] < part[best]))
				best = group;
		}
		if (best == UINT32_MAX)
			return;
		part[best] = HO_PART_FIT;
	}
}

static enum ho_status plan_shares(struct ho_parts *out, const struct ho_train_options *options, struct ho_error *err)
{
	size_t n = 0;
	struct ho_label_goal *goals = ho_alloc(out->K, sizeof *goals);
	if (!goals)
		return ho_fail_nomem(err);
	enum ho_status status = ho_goals_find(goals, &n, out->K, out->labels, options, err);
	if (status == HO_OK)
		out->shares = ho_share_plan_make(goals, n, out->label_rows, out->n, options);
	ho_free(goals);
	return status;
}

/* Groups are split, each as one text with the label of its unit. */
static enum ho_status split_groups(struct ho_parts *out, const struct ho_train_options *options, struct ho_error *err)
{
	double share[HO_PART_COUNT];
	size_t n_groups = out->near.n_groups;
	uint32_t *unit = NULL, *label = ho_alloc(n_groups, sizeof *label);
	uint8_t *part = ho_alloc(n_groups, 1);
	enum ho_status status = label && part ? draw_units(&unit, out, options->seed, err) : ho_fail_nomem(err);
	for (size_t g = 0; g < n_groups && status == HO_OK; g++)
		label[g] = out->label[unit[g]];
	ho_part_shares(share, n_groups, &out->shares);
	if (status == HO_OK)
		status = ho_split(part, NULL, label, n_groups, share, HO_PART_COUNT, options->seed, err);
	if (status == HO_OK) {
		ensure_learnable(part, out);
		status = reorder(out, part, options->seed, err);
	}
	ho_free(unit);
	ho_free(label);
	ho_free(part);
	return status;
}

enum ho_status ho_parts_make(struct ho_parts *out, const struct ho_table *table, const struct ho_table *test,
                             const struct ho_train_options *options, struct ho_error *err)
{
	struct ho_near_options near = {.threads = options->threads, .seed = options->seed};
	*out = (struct ho_parts){.n = 0};
	if (!table->label || table->n == 0)
		return ho_fail(err, HO_EFORMAT, "no labelled rows; name the label column with --target");
	bool *drop = ho_calloc(table->n, sizeof *drop);
	out->text = ho_alloc(table->n, sizeof *out->text);
	out->label = ho_alloc(table->n, sizeof *out->label);
	enum ho_status status = drop && out->text && out->label ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK && test && test->n)
		status = mark_tested(drop, out, table, test, options, err);
	if (status == HO_OK)
		status = count_labels(out, table, drop, err);
	ho_free(drop);
	if (status == HO_OK)
		status = check_learnable(out, err);
	if (status == HO_OK)
		status = plan_shares(out, options, err);
	if (status == HO_OK)
		status = ho_near_find(&out->near, out->text, out->n, &near, options->progress, err);
	if (status == HO_OK && out->near.n_groups < 2)
		status = ho_fail(err, HO_EFORMAT,
		                 "all %zu texts are equal or nearly so: nothing can be learnt from them", out->n);
	if (status == HO_OK) {
		out->too_few = ho_shares_too_few(out->near.n_groups, &out->shares);
		out->shares.cross_fit |= out->too_few;
		status = split_groups(out, options, err);
	}
	if (status == HO_OK)
		status = remember(out, err);
	if (status)
		ho_parts_release(out);
	return status;
}

void ho_parts_release(struct ho_parts *parts)
{
	ho_free(parts->text);
	ho_free(parts->label);
	ho_free(parts->group);
	ho_free(parts->unit);
	ho_free(parts->seen);
	ho_free(parts->label_map);
	ho_free(parts->labels);
	ho_free(parts->label_rows);
	ho_near_release(&parts->near);
	*parts = (struct ho_parts){.n = 0};
}
