#include "table/labels.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "report/argument.h"
#include "report/show.h"
#include "table/columns.h"
#include "text/utf8.h"

enum { LOOKALIKES_TOLD = 20, LABEL_BYTES_MAX = 100 };

struct named {
	struct ho_slice name;
	uint32_t old;
};

static int compare(const void *a, const void *b)
{
	return ho_slice_compare(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static enum ho_status copy_names(struct ho_table *table, struct named *named, uint32_t *renumber, struct ho_error *err)
{
	for (uint32_t i = 0; i < table->label_count; i++) {
		table->labels[i] = ho_arena_copy(&table->arena, named[i].name);
		if (!table->labels[i].ptr)
			return ho_fail_nomem(err);
		renumber[named[i].old] = i;
	}
	for (size_t i = 0; i < table->n; i++)
		if (table->label[i] != HO_LABEL_NONE)
			table->label[i] = renumber[table->label[i]];
	return HO_OK;
}

enum ho_status ho_labels_sort(struct ho_table *table, const struct ho_map *found, struct ho_error *err)
{
	struct named *named = ho_alloc(found->n, sizeof *named);
	uint32_t *renumber = ho_alloc(found->n, sizeof *renumber);
	enum ho_status status = HO_OK;
	table->labels = ho_arena_alloc(&table->arena, found->n, sizeof *table->labels);
	if (!named || !renumber || !table->labels) {
		status = ho_fail_nomem(err);
		goto out;
	}
	for (uint32_t i = 0; i < found->n; i++)
		named[i] = (struct named){found->keys[i], i};
	if (found->n)
		qsort(named, found->n, sizeof *named, compare);
	table->label_count = found->n;
	status = copy_names(table, named, renumber, err);
out:
	if (status)
		table->label_count = 0;
	ho_free(named);
	ho_free(renumber);
	return status;
}

enum ho_status ho_labels_refuse(const struct ho_rows_options *options, const struct ho_slice *bytes,
                                struct ho_slice name, const char *why, struct ho_error *err)
{
	struct ho_buf likely, shown;
	ho_buf_init(&likely, 4096);
	ho_buf_init(&shown, 4096);
	enum ho_status status = ho_columns_likely_targets(&likely, options, bytes, name, err);
	if (status == HO_OK && ho_columns_is_sentence(name))
		status = ho_buf_printf(&shown, err, "the target column");
	else if (status == HO_OK)
		status = ho_buf_printf(&shown, err, "column '%.*s'", (int)name.len, name.ptr);
	if (status == HO_OK && likely.len)
		status = ho_fail(err, HO_EINVAL, "%s does not look like labels: %s; columns that do: %s", shown.data,
		                 why, likely.data);
	else if (status == HO_OK)
		status =
		    ho_fail(err, HO_EINVAL, "%s does not look like labels: %s; say --target COLUMN with few values",
		            shown.data, why);
	if (status == HO_EINVAL && err)
		(void)ho_error_at(err, "%s", ho_reader_place(&options->read));
	ho_buf_release(&likely);
	ho_buf_release(&shown);
	return status;
}

/*
 * A label must come back, or nothing can be learnt from it. Five hundred intents with two texts each pass; ids, names,
 * times and prices do not.
 */
enum ho_status ho_labels_check(const struct ho_table *table, const struct ho_rows_options *options,
                               const struct ho_slice *bytes, struct ho_error *err)
{
	char why[160];
	size_t n = table->n, k = table->label_count, length = 0;
	for (size_t i = 0; i < k; i++)
		length += table->labels[i].len;
	if ((n >= 100 && k > n / 2) || (n >= 20 && k == n) || (k > 1000 && n / k < 10))
		(void)snprintf(why, sizeof why, "%.40s different values in %.40s rows", ho_show_count(k).text,
		               ho_show_count(n).text);
	else if (k > 1 && length / k > LABEL_BYTES_MAX)
		(void)snprintf(why, sizeof why, "its values are %zu bytes long on average", length / k);
	else
		return HO_OK;
	return ho_labels_refuse(options, bytes, table->target_name, why, err);
}

/* The rows of the rarer spelling are the ones to look at, so these are counted. */
static enum ho_status tell_pair(struct ho_table *table, const uint64_t *rows, uint32_t rare, uint32_t usual,
                                struct ho_error *err)
{
	struct ho_slice x = table->labels[rare], y = table->labels[usual];
	int nx = (int)(x.len < 100 ? x.len : 100), ny = (int)(y.len < 100 ? y.len : 100);
	return ho_notes_add(
	    &table->notes, HO_NOTE_LABEL_LOOKALIKE, rows[rare], err,
	    "Labels '%.*s' (%s) and '%.*s' (%s) differ only by case or blanks; --map %s would join them.", nx, x.ptr,
	    ho_show_counted(rows[rare], "row").text, ny, y.ptr, ho_show_counted(rows[usual], "row").text,
	    ho_show_assignment(x, y, "OLD=NEW").text);
}

/* Fold every label: kin[i] is the number of its folded form, usual[that] the most frequent label of this form. */
static enum ho_status fold_labels(const struct ho_table *table, const uint64_t *rows, uint32_t *kin, uint32_t *usual,
                                  struct ho_error *err)
{
	struct ho_buf key;
	struct ho_map folded;
	enum ho_status status = HO_OK;
	ho_map_init(&folded);
	ho_buf_init(&key, 8 * HO_RECORD_MAX);
	for (uint32_t i = 0; i < table->label_count && status == HO_OK; i++) {
		uint32_t before = folded.n;
		ho_buf_reset(&key);
		status = ho_utf8_fold(&key, table->labels[i], err);
		if (status == HO_OK)
			status = ho_map_add(&kin[i], &folded, ho_buf_slice(&key), err);
		if (status == HO_OK && (kin[i] == before || rows[i] > rows[usual[kin[i]]]))
			usual[kin[i]] = i;
	}
	ho_buf_release(&key);
	ho_map_release(&folded);
	return status;
}

enum ho_status ho_labels_tell_lookalikes(struct ho_table *table, struct ho_error *err)
{
	int told = 0;
	uint64_t *rows = ho_calloc(table->label_count, sizeof *rows);
	uint32_t *kin = ho_alloc(table->label_count, sizeof *kin);
	uint32_t *usual = ho_alloc(table->label_count, sizeof *usual);
	enum ho_status status = rows && kin && usual ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < table->n && status == HO_OK; i++)
		if (table->label[i] != HO_LABEL_NONE)
			rows[table->label[i]]++;
	if (status == HO_OK)
		status = fold_labels(table, rows, kin, usual, err);
	for (uint32_t i = 0; i < table->label_count && status == HO_OK && told < LOOKALIKES_TOLD; i++) {
		if (usual[kin[i]] == i)
			continue;
		status = tell_pair(table, rows, i, usual[kin[i]], err);
		told++;
	}
	ho_free(rows);
	ho_free(kin);
	ho_free(usual);
	return status;
}

enum ho_status ho_table_check_trainable(const struct ho_table *table, struct ho_error *err)
{
	bool *occurs = ho_calloc(table->label_count, sizeof *occurs);
	uint32_t n = 0, only = 0;
	if (!occurs)
		return ho_fail_nomem(err);
	for (size_t i = 0; table->label && i < table->n; i++) {
		uint32_t label = table->label[i];
		if (label == HO_LABEL_NONE || occurs[label])
			continue;
		occurs[label] = true;
		only = label;
		n++;
	}
	ho_free(occurs);
	if (n >= 2)
		return HO_OK;
	if (n == 0)
		return ho_fail(err, HO_EFORMAT, "no labels, and learning needs at least two different ones");
	struct ho_slice name = table->labels[only];
	return ho_fail(err, HO_EFORMAT,
	               "all rows have the one label '%.*s'; learning needs texts of at least two labels",
	               (int)(name.len < 60 ? name.len : 60), name.ptr);
}
