/* The rows a first model sees: those with a label, in nested order, sampled where there are too many, with their
 * groups. */
#include "base/alloc.h"
#include "near/near.h"
#include "train/first_private.h"
#include "train/search.h"

#define CELLS_MAX ((size_t)60000000)
enum { FEW_LABELS = 10, SHORT_WORDS = 60 };

/* Figures behind the heads: docs/decisions/0007-features.md. The linear head first; characters only with care. */
static const struct ho_head few[HO_FIRST_HEADS_MAX] = {
    {"word 1-2 idf*ratio^.5, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0.5, 1, 0},
    {"naive Bayes, word 1-2", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
    {"char 2-5 idf*ratio^.5, C 0.5", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0.5, 0.5, 0},
};
static const struct ho_head many[HO_FIRST_HEADS_MAX] = {
    {"word 1-2 idf^.75, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 0.75, 0, 1, 0},
    {"naive Bayes, word 1-2", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
    {"char 2-5 idf, C 1", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0, 1, 0},
};

static enum ho_status refuse(const struct ho_table *table, size_t labelled, uint32_t K, struct ho_error *err)
{
	if (!table->label)
		return ho_fail(err, HO_EFORMAT, "no column holds labels; name it with --target COLUMN");
	if (K < 2)
		return ho_fail(err, HO_EFORMAT, "%s; a first model needs two",
		               K ? "all rows have the same label" : "no row has a label");
	return ho_fail(err, HO_EFORMAT, "%zu labelled rows are too few for a first model; %d are the least", labelled,
	               HO_FIRST_ROWS_MIN);
}

/* Labels that occur get numbers without gaps; labelled rows are listed. */
static enum ho_status list_rows(struct first *f, struct ho_error *err)
{
	const struct ho_table *t = f->table;
	struct ho_out_of_fold *out = f->out;
	size_t labels = t->label ? t->label_count : 0;
	uint32_t *index = ho_calloc(labels, sizeof *index);
	out->label_map = ho_calloc(labels, sizeof *out->label_map);
	f->row = ho_alloc(t->n, sizeof *f->row);
	f->label = ho_alloc(t->n, sizeof *f->label);
	if (!index || !out->label_map || !f->row || !f->label) {
		ho_free(index);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; t->label && i < t->n; i++)
		if (t->label[i] != HO_LABEL_NONE) {
			index[t->label[i]] = 1;
			f->row[f->n++] = (uint32_t)i;
		}
	for (uint32_t k = 0; k < labels; k++)
		if (index[k]) {
			index[k] = out->K;
			out->label_map[out->K++] = k;
		}
	for (size_t i = 0; i < f->n; i++)
		f->label[i] = index[t->label[f->row[i]]];
	ho_free(index);
	out->labelled = f->n;
	return out->K < 2 || f->n < HO_FIRST_ROWS_MIN ? refuse(t, f->n, out->K, err) : HO_OK;
}

static enum ho_status duplicates(const uint32_t **group, struct ho_near_result *near, const struct first *f,
                                 struct ho_error *err)
{
	struct ho_near_options options = {.threads = f->options.threads, .seed = f->options.seed, .pairs_max = 1};
	*group = f->options.group;
	if (*group)
		return HO_OK;
	enum ho_status status = ho_near_find(near, f->table->text, f->table->n, &options, f->options.progress, err);
	*group = near->group;
	return status;
}

static size_t rows_wanted(const struct first *f)
{
	size_t most = CELLS_MAX / f->out->K, n = f->options.rows_max;
	if (most < HO_FIRST_ROWS_MIN)
		most = HO_FIRST_ROWS_MIN;
	n = n && n < most ? n : most;
	return n < f->n ? n : f->n;
}

/* A sample may have lost rare labels. They get no number: a model for each of 100,000 labels that no row has would take
 * minutes to learn nothing. Labels left then are no more than rows. */
static enum ho_status drop_lost_labels(struct first *f, struct ho_error *err)
{
	struct ho_out_of_fold *out = f->out;
	uint32_t *number = ho_calloc(out->K, sizeof *number), kept = 0;
	if (!number)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < f->n; i++)
		number[f->label[i]] = 1;
	for (uint32_t k = 0; k < out->K; k++)
		if (number[k]) {
			number[k] = kept;
			out->label_map[kept++] = out->label_map[k];
		}
	for (size_t i = 0; i < f->n; i++)
		f->label[i] = number[f->label[i]];
	out->K = kept;
	ho_free(number);
	return kept < 2 ? ho_fail(err, HO_EFORMAT, "a fair sample of the rows has one label only") : HO_OK;
}

static enum ho_status order_rows(struct first *f, struct ho_error *err)
{
	size_t all = f->n, n = rows_wanted(f);
	uint32_t *order = ho_alloc(all, sizeof *order), *row = f->row, *label = f->label;
	f->row = ho_alloc(n, sizeof *f->row);
	f->label = ho_alloc(n, sizeof *f->label);
	f->text = ho_alloc(n, sizeof *f->text);
	enum ho_status status = order && f->row && f->label && f->text ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_nested_order(order, label, all, f->out->K, f->options.seed, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		f->row[i] = row[order[i]];
		f->label[i] = label[order[i]];
		f->text[i] = f->table->text[f->row[i]];
	}
	f->n = n;
	ho_free(order);
	ho_free(row);
	ho_free(label);
	return status || n == all ? status : drop_lost_labels(f, err);
}

/* The first row of each group, in an order that is random within labels, counts for its group. */
static enum ho_status group_rows(struct first *f, struct ho_error *err)
{
	struct ho_near_result near = {.n = 0};
	const uint32_t *group;
	uint8_t *met = NULL;
	f->group = ho_alloc(f->n, sizeof *f->group);
	f->unit = ho_calloc(f->n, 1);
	enum ho_status status = f->group && f->unit ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = duplicates(&group, &near, f, err);
	uint32_t last = 0;
	for (size_t i = 0; i < f->n && status == HO_OK; i++) {
		f->group[i] = group[f->row[i]];
		last = f->group[i] > last ? f->group[i] : last;
	}
	if (status == HO_OK && !(met = ho_calloc((size_t)last + 1, 1)))
		status = ho_fail_nomem(err);
	size_t units = 0;
	for (size_t i = 0; i < f->n && status == HO_OK; i++) {
		f->unit[i] = !met[f->group[i]];
		units += f->unit[i];
		met[f->group[i]] = 1;
	}
	if (status == HO_OK && units < 2)
		status = ho_fail(err, HO_EFORMAT, "all labelled rows have the same text");
	ho_free(met);
	ho_near_release(&near);
	return status;
}

/* place[i]: how many of the rows stand before row[i] in the table. */
static enum ho_status place_rows(struct first *f, struct ho_error *err)
{
	uint32_t *at = ho_calloc(f->table->n + 1, sizeof *at);
	f->place = ho_alloc(f->n, sizeof *f->place);
	f->identity = ho_alloc(f->n, sizeof *f->identity);
	if (!at || !f->place || !f->identity) {
		ho_free(at);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < f->n; i++) {
		at[f->row[i] + 1] = 1;
		f->identity[i] = (uint32_t)i;
	}
	for (size_t i = 0; i < f->table->n; i++)
		at[i + 1] += at[i];
	for (size_t i = 0; i < f->n; i++)
		f->place[i] = at[f->row[i]];
	ho_free(at);
	return HO_OK;
}

static unsigned default_folds(size_t n)
{
	return n < 2000 ? 10 : n < 8000 ? 5 : 3;
}

enum ho_status ho_first__prepare(struct first *f, struct ho_error *err)
{
	enum ho_status status = list_rows(f, err);
	if (status == HO_OK)
		status = order_rows(f, err);
	if (status == HO_OK)
		status = group_rows(f, err);
	if (status == HO_OK)
		status = place_rows(f, err);
	if (status == HO_OK)
		status = ho_corpus_build(&f->corpus, f->text, f->n, f->options.threads, f->options.progress, err);
	if (status)
		return status;
	f->lesson = (struct ho_lesson){.corpus = &f->corpus,
	                               .rows = f->identity,
	                               .n = f->n,
	                               .n_learn = f->n,
	                               .labels = f->label,
	                               .K = f->out->K,
	                               .seed = f->options.seed,
	                               .threads = f->options.threads,
	                               .progress = f->options.progress};
	bool chars = f->options.effort == HO_FIRST_CAREFUL && f->corpus.offsets[f->n] <= SHORT_WORDS * (uint64_t)f->n;
	f->heads = f->out->K <= FEW_LABELS ? few : many;
	f->n_heads = chars ? 3 : 2;
	f->folds = f->options.folds ? f->options.folds : default_folds(f->n);
	return HO_OK;
}
