/* What all checks look at: labelled rows, their duplicates, and which test rows may judge. */
#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/private.h"

static enum ho_status name_model_labels(struct doubt *d, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	uint32_t ignored;
	d->K = ho_model_label_count(d->model);
	for (uint32_t k = 0; k < d->K && status == HO_OK; k++)
		status = ho_map_add(&ignored, &d->labels, ho_slice_str(ho_model_label(d->model, k)), err);
	return status;
}

/* A fair draw of at most `most` of the n numbers in `row`, in ascending order: selection sampling (Knuth, vol. 2,
 * 3.4.2, algorithm S). */
static size_t draw(uint32_t *row, size_t n, size_t most, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0xd0b7);
	size_t kept = 0;
	if (n <= most)
		return n;
	for (size_t i = 0; i < n && kept < most; i++)
		if (ho_rng_below(&rng, n - i) < most - kept)
			row[kept++] = row[i];
	return kept;
}

static enum ho_status take_rows(struct doubt_rows *out, struct doubt *d, const struct ho_table *table, size_t most,
                                struct ho_error *err)
{
	uint32_t *index = ho_alloc(table->label_count, sizeof *index);
	out->table = table;
	out->row = ho_alloc(table->n, sizeof *out->row);
	enum ho_status status = out->row && index ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < table->n && status == HO_OK && table->label; i++)
		if (table->label[i] != HO_LABEL_NONE)
			out->row[out->n++] = (uint32_t)i;
	if (status == HO_OK)
		out->n = draw(out->row, out->n, most, d->options->seed);
	out->text = ho_alloc(out->n, sizeof *out->text);
	out->truth = ho_alloc(out->n, sizeof *out->truth);
	out->group = ho_alloc(out->n, sizeof *out->group);
	out->unit = ho_calloc(out->n, 1);
	if (status == HO_OK && (!out->text || !out->truth || !out->group || !out->unit))
		status = ho_fail_nomem(err);
	for (uint32_t l = 0; l < table->label_count && status == HO_OK; l++)
		status = ho_map_add(&index[l], &d->labels, table->labels[l], err);
	for (size_t i = 0; i < out->n && status == HO_OK; i++) {
		out->text[i] = table->text[out->row[i]];
		out->truth[i] = index[table->label[out->row[i]]];
	}
	ho_free(index);
	return status;
}

/* Of each group one row, every one with the same chance and without a look at labels. */
static enum ho_status draw_units(struct doubt_rows *rows, uint64_t seed, struct ho_error *err)
{
	uint32_t *met = ho_calloc(rows->groups, sizeof *met), *unit = ho_alloc(rows->groups, sizeof *unit);
	struct ho_rng rng = ho_rng_seed(seed, 0xd0b8);
	if (met && unit) {
		for (size_t i = 0; i < rows->n; i++) {
			uint32_t group = rows->group[i];
			if (met[group]++ == 0 || ho_rng_below(&rng, met[group]) == 0)
				unit[group] = (uint32_t)i;
		}
		for (size_t g = 0; g < rows->groups; g++)
			rows->unit[unit[g]] = 1;
	}
	enum ho_status status = met && unit ? HO_OK : ho_fail_nomem(err);
	ho_free(met);
	ho_free(unit);
	return status;
}

static enum ho_status find_groups(struct doubt *d, struct doubt_rows *rows, struct ho_error *err)
{
	struct ho_near_options near = {.threads = d->options->threads, .seed = d->options->seed, .pairs_max = 1};
	struct ho_near_result found;
	enum ho_status status = ho_near_find(&found, rows->text, rows->n, &near, d->progress, err);
	if (status)
		return status;
	memcpy(rows->group, found.group, rows->n * sizeof *rows->group);
	rows->groups = found.n_groups;
	ho_near_release(&found);
	return draw_units(rows, d->options->seed, err);
}

static enum ho_status find_copies(struct doubt *d, struct ho_error *err)
{
	struct ho_near_options near = {.threads = d->options->threads, .seed = d->options->seed};
	d->copies = ho_alloc(d->test.n, sizeof *d->copies);
	d->seen = ho_calloc(d->test.n, 1);
	if (!d->copies || !d->seen)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < d->test.n; i++)
		d->seen[i] = ho_model_has_seen(d->model, ho_near_fingerprint(d->test.text[i]));
	return ho_near_between(d->copies, d->train.text, d->train.n, d->test.text, d->test.n, &near, d->progress, err);
}

/* The promise counts distinct texts, none of which training had: so does whatever judges it. A group of copies within
 * the test file counts once, unless one of them is a copy of a train row: then none of them is news. */
static enum ho_status choose_judged(struct doubt *d, struct ho_error *err)
{
	const struct doubt_rows *test = &d->test;
	uint8_t *known = ho_calloc(test->groups, 1);
	d->judged = ho_alloc(test->n, sizeof *d->judged);
	if (!known || !d->judged) {
		ho_free(known);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < test->n; i++)
		known[test->group[i]] |= d->seen[i] || d->copies[i].row != HO_NEAR_NONE;
	for (size_t i = 0; i < test->n; i++)
		if (test->unit[i] && !known[test->group[i]])
			d->judged[d->n_judged++] = (uint32_t)i;
	ho_free(known);
	return HO_OK;
}

static enum ho_status check_labels(const struct doubt *d, const struct doubt_rows *rows, const char *what,
                                   struct ho_error *err)
{
	size_t known = 0;
	for (size_t i = 0; i < rows->n; i++)
		known += rows->truth[i] < d->K;
	if (known)
		return HO_OK;
	return ho_fail(err, HO_EFORMAT,
	               "the model knows none of the labels of the %s data; is --target the right column? --map OLD=NEW "
	               "renames a label",
	               what);
}

static enum ho_status look_at_test(struct doubt *d, const struct ho_table *test, struct ho_error *err)
{
	enum ho_status status = take_rows(&d->test, d, test, DOUBT_TEST_ROWS_MAX, err);
	if (status == HO_OK)
		status = check_labels(d, &d->test, "test", err);
	if (status == HO_OK)
		status = find_groups(d, &d->test, err);
	if (status == HO_OK)
		status = find_copies(d, err);
	if (status == HO_OK)
		status = choose_judged(d, err);
	ho_progress_step(d->progress, "scoring", -1);
	if (status == HO_OK)
		status = ho_doubt__answer(&d->test.answers, d, d->test.text, d->test.truth, d->test.n, err);
	return status;
}

enum ho_status ho_doubt__look(struct doubt *d, const struct ho_table *train, const struct ho_table *test,
                              struct ho_error *err)
{
	ho_progress_step(d->progress, "looking for duplicates", -1);
	enum ho_status status = ho_languages_open(&d->languages, err);
	if (status == HO_OK)
		status = name_model_labels(d, err);
	if (status == HO_OK)
		status = take_rows(&d->train, d, train, SIZE_MAX, err);
	if (status == HO_OK)
		status = check_labels(d, &d->train, "training", err);
	if (status == HO_OK)
		status = find_groups(d, &d->train, err);
	for (size_t i = 0; i < d->train.n && status == HO_OK; i++)
		d->train_seen += ho_model_has_seen(d->model, ho_near_fingerprint(d->train.text[i]));
	if (status == HO_OK && test)
		status = look_at_test(d, test, err);
	return status;
}

static enum ho_status map_fold_labels(struct doubt *d, struct ho_error *err)
{
	d->fold_label = ho_alloc(d->fold.K, sizeof *d->fold_label);
	if (!d->fold_label)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < d->fold.K; k++)
		d->fold_label[k] = ho_map_find(&d->labels, d->train.table->labels[d->fold.label_map[k]]);
	return HO_OK;
}

enum ho_status ho_doubt__out_of_fold(struct doubt *d, struct ho_error *err)
{
	const struct doubt_rows *rows = &d->train;
	if (d->has_fold)
		return HO_OK;
	uint32_t *group = ho_alloc(rows->table->n, sizeof *group);
	if (!group)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < rows->table->n; i++)
		group[i] = UINT32_MAX; /* rows without a label, which are left out */
	for (size_t i = 0; i < rows->n; i++)
		group[rows->row[i]] = rows->group[i];
	struct ho_out_of_fold_options options = {
	    .group = group, .seed = d->options->seed, .threads = d->options->threads, .progress = d->progress};
	enum ho_status status = ho_out_of_fold(&d->fold, rows->table, &options, err);
	d->has_fold = status == HO_OK;
	if (status == HO_OK)
		status = map_fold_labels(d, err);
	ho_free(group);
	return status == HO_EFORMAT ? HO_OK : status;
}

static void release_rows(struct doubt_rows *rows)
{
	ho_doubt__answers_release(&rows->answers);
	ho_free(rows->row);
	ho_free(rows->text);
	ho_free(rows->truth);
	ho_free(rows->group);
	ho_free(rows->unit);
}

void ho_doubt__release(struct doubt *d)
{
	release_rows(&d->train);
	release_rows(&d->test);
	ho_free(d->copies);
	ho_free(d->seen);
	ho_free(d->judged);
	ho_free(d->tests);
	ho_free(d->fold_label);
	ho_out_of_fold_release(&d->fold);
	ho_map_release(&d->labels);
	ho_languages_close(&d->languages);
	ho_doubt__story_release(d);
}
