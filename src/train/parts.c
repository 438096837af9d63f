#include "train/parts.h"

#include <math.h>

#include "base/alloc.h"
#include "judge/binomial.h"
#include "train/search.h"
#include "train/split.h"

enum { TUNE_MIN = 250, SMALL = 400 };

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

static void part_shares(double share[HO_PART_COUNT], size_t n, const struct ho_train_options *options)
{
	double alpha = options->max_error, delta = 1 - options->confidence_level;
	for (size_t e = 0; e < options->n_label_errors; e++)
		alpha = fmin(alpha, options->label_errors[e].max_error);
	double needed = 16 * (double)ho_binomial_certifying_n(0, alpha, delta), rows = (double)n;
	double certify = fmin(fmax(needed, 0.08 * rows), 0.13 * rows);
	double tune = fmin(fmax(0.05 * rows, TUNE_MIN), 0.1 * rows);
	if (n < SMALL)
		certify = tune = 0.15 * rows;
	share[HO_PART_TUNE] = options->cross_fit ? 0 : tune / rows;
	share[HO_PART_CERTIFY] = options->cross_fit ? 0 : certify / rows;
	share[HO_PART_FIT] = 1 - share[HO_PART_TUNE] - share[HO_PART_CERTIFY];
}

/* Bring rows into the order fit (nested), tune, certify. */
static enum ho_status reorder(struct ho_parts *out, const uint8_t *part, uint64_t seed, struct ho_error *err)
{
	struct ho_slice *text = ho_alloc(out->n, sizeof *text);
	uint32_t *order = ho_alloc(out->n, sizeof *order), *label = ho_alloc(out->n, sizeof *label);
	uint32_t *group = ho_alloc(out->n, sizeof *group);
	enum ho_status status = text && order && label && group ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_nested_order(order, out->label, out->n, out->K, seed, err);
	size_t at = 0;
	for (int p = 0; p < HO_PART_COUNT && status == HO_OK; p++)
		for (size_t i = 0; i < out->n; i++)
			if (part[order[i]] == p) {
				text[at] = out->text[order[i]];
				label[at] = out->label[order[i]];
				group[at++] = out->near.group[order[i]];
				out->size[p]++;
			}
	ho_free(order);
	if (status) {
		ho_free(text);
		ho_free(label);
		ho_free(group);
		return status;
	}
	ho_free(out->text);
	ho_free(out->label);
	out->text = text;
	out->label = label;
	out->group = group;
	return HO_OK;
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

static enum ho_status split_rows(struct ho_parts *out, const struct ho_train_options *options, struct ho_error *err)
{
	double share[HO_PART_COUNT];
	uint8_t *part = ho_alloc(out->n, 1);
	if (!part)
		return ho_fail_nomem(err);
	part_shares(share, out->n, options);
	enum ho_status status =
	    ho_split(part, out->near.group, out->label, out->n, share, HO_PART_COUNT, options->seed, err);
	if (status == HO_OK)
		status = reorder(out, part, options->seed, err);
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
		status = ho_near_find(&out->near, out->text, out->n, &near, options->progress, err);
	if (status == HO_OK && out->near.n_groups < 2)
		status = ho_fail(err, HO_EFORMAT,
		                 "all %zu texts are equal or nearly so: nothing can be learnt from them", out->n);
	if (status == HO_OK)
		status = split_rows(out, options, err);
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
	ho_free(parts->seen);
	ho_free(parts->label_map);
	ho_free(parts->labels);
	ho_free(parts->label_rows);
	ho_near_release(&parts->near);
	*parts = (struct ho_parts){.n = 0};
}
