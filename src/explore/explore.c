/* One look at one table: what is counted first, and the parts of the report in their order. */
#include "explore/private.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "explore/view.h"

static enum ho_status count_labels(struct explore *e, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	e->rows_of = ho_calloc((size_t)t->label_count + 1, sizeof *e->rows_of);
	e->by_size = ho_calloc((size_t)t->label_count + 1, sizeof *e->by_size);
	if (!e->rows_of || !e->by_size)
		return ho_fail_nomem(err);
	for (size_t i = 0; t->label && i < t->n; i++)
		if (t->label[i] != HO_LABEL_NONE)
			e->rows_of[t->label[i]]++;
	for (uint32_t l = 0; l < t->label_count; l++) /* name order breaks ties */
		e->by_size[l] = l;
	for (uint32_t gap = t->label_count / 2 + 1; gap > 0 && t->label_count > 1; gap = gap == 1 ? 0 : gap / 2)
		for (uint32_t i = gap; i < t->label_count; i++)
			for (uint32_t j = i; j >= gap; j -= gap) {
				uint32_t a = e->by_size[j - gap], b = e->by_size[j];
				if (e->rows_of[a] > e->rows_of[b] || (e->rows_of[a] == e->rows_of[b] && a < b))
					break;
				e->by_size[j - gap] = b;
				e->by_size[j] = a;
			}
	return HO_OK;
}

static const struct part {
	const char *section; /* its heading */
	enum ho_status (*run)(struct explore *e, struct ho_error *err);
} parts[] = {
    {"Columns", ho_explore__columns},      {"Columns", ho_explore__order},
    {"Labels", ho_explore__labels},        {"Reading", ho_explore__reading},
    {"Copies", ho_explore__duplicates},    {"Copies", ho_explore__conflicts},
    {"Train and test", ho_explore__leaks}, {"Texts", ho_explore__lengths},
    {"Texts", ho_explore__languages},      {"Texts", ho_explore__damage},
    {"Texts", ho_explore__contents},       {"Texts", ho_explore__gibberish},
    {"Texts", ho_explore__templates},      {"Personal data", ho_explore__personal},
    {"Words", ho_explore__vocabulary},     {"Words", ho_explore__telling},
    {"Words", ho_explore__phrases},        {"First model", ho_explore__first_model},
    {"Labels", ho_explore__label_errors},  {"Labels", ho_explore__label_slices},
    {"Labels", ho_explore__overlap},       {"Labels", ho_explore__months},
    {"Labels", ho_explore__typical},       {"Labels", ho_explore__clusters},
};

/* From here on the parts see masked texts only. */
static enum ho_status mask(struct explore *e, struct ho_error *err)
{
	enum ho_status status = ho_explore__mask_table(&e->masked, e->table, err);
	if (status == HO_OK)
		e->table = &e->masked.table;
	if (status == HO_OK && e->options.test)
		status = ho_explore__mask_table(&e->masked_test, e->options.test, err);
	return status;
}

static enum ho_status halve(struct explore *e, struct ho_error *err)
{
	e->half = ho_calloc(e->table->n + 1, sizeof *e->half);
	if (!e->half)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < e->table->n; i++)
		e->half[i] =
		    (uint8_t)(ho_mix64(e->near.group[i] + e->options.seed * UINT64_C(0x9e3779b97f4a7c15)) >> 63);
	return HO_OK;
}

/* What every part stands on. */
static enum ho_status prepare(struct explore *e, struct ho_error *err)
{
	enum ho_status status = ho_explore__look(e, err);
	if (status == HO_OK && e->options.redact)
		status = mask(e, err);
	const struct ho_near_options near = {
	    .threads = e->options.threads, .seed = e->options.seed, .pairs_max = e->table->n + 1};
	if (status == HO_OK)
		status = count_labels(e, err);
	if (status == HO_OK)
		status = ho_near_find(&e->near, e->table->text, e->table->n, &near, e->progress, err);
	if (status == HO_OK)
		status = halve(e, err);
	return status ? status : ho_explore__count_words(e, err);
}

static enum ho_status find(struct explore *e, struct ho_error *err)
{
	enum ho_status status = prepare(e, err);
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == HO_OK; i++) {
		ho_findings_section(e->out, parts[i].section);
		status = parts[i].run(e, err);
		if (status == HO_OK)
			status = ho_progress_check(e->progress, err);
	}
	if (status == HO_OK)
		ho_explore__story(e);
	return status ? status : ho_findings_status(e->out, err);
}

static void release(struct explore *e)
{
	ho_near_release(&e->near);
	ho_explore__first_release(&e->first);
	ho_explore__view_free(e->view);
	ho_map_release(&e->words.map);
	ho_free(e->words.of);
	ho_free(e->words.begin);
	ho_free(e->texts);
	ho_free(e->half);
	ho_explore__masked_release(&e->masked);
	ho_explore__masked_release(&e->masked_test);
	ho_free(e->rows_of);
	ho_free(e->by_size);
	ho_free(e);
}

enum ho_status ho_explore(struct ho_findings *out, const struct ho_table *table,
                          const struct ho_explore_options *options, const struct ho_progress *progress,
                          struct ho_error *err)
{
	ho_findings_init(out);
	struct explore *e = ho_calloc(1, sizeof *e);
	if (!e)
		return ho_fail_nomem(err);
	e->options = options ? *options : (struct ho_explore_options){.seed = 1};
	e->table = table;
	e->progress = progress;
	e->out = out;
	ho_map_init(&e->words.map);
	enum ho_status status = find(e, err);
	release(e);
	if (status)
		ho_findings_release(out);
	return status;
}
