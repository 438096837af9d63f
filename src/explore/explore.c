#include "explore/private.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"

struct explore_snippet ho_explore__snippet(struct ho_slice text)
{
	struct explore_snippet out = {""};
	struct ho_buf buf;
	ho_buf_init(&buf, sizeof out.text - 1);
	if (text.len > 1024)
		text.len = 1024; /* more than 100 characters, and the cleaner mends the cut */
	if (ho_show_clean(&buf, text, 100, NULL) == HO_OK && buf.len)
		memcpy(out.text, buf.data, buf.len + 1);
	ho_buf_release(&buf);
	return out;
}

void ho_explore__tell(struct explore *e, int weight, const char *format, ...)
{
	va_list args;
	if (e->n_told == HO_EXPLORE_SENTENCES)
		return;
	struct explore_sentence *s = &e->told[e->n_told++];
	s->weight = weight;
	va_start(args, format);
	vsnprintf(s->text, sizeof s->text, format, args);
	va_end(args);
}

struct ho_shown ho_explore__label(const struct explore *e, uint32_t l)
{
	struct ho_shown out = {""};
	struct ho_buf buf;
	ho_buf_init(&buf, sizeof out.text - 1);
	if (ho_show_clean(&buf, e->table->labels[l], 48, NULL) == HO_OK && buf.len)
		memcpy(out.text, buf.data, buf.len + 1);
	else
		out = ho_show_short(e->table->labels[l]);
	ho_buf_release(&buf);
	return out;
}

/* Ties keep the order in which they were told. */
static void story(struct explore *e)
{
	for (size_t told = 0; told < HO_EXPLORE_STORY && told < e->n_told; told++) {
		size_t best = 0;
		for (size_t i = 1; i < e->n_told; i++)
			if (e->told[i].weight > e->told[best].weight)
				best = i;
		if (e->told[best].weight < 0)
			break;
		ho_findings_tell(e->out, "%s", e->told[best].text);
		e->told[best].weight = -1;
	}
}

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

static enum ho_status find(struct explore *e, const struct ho_explore_options *options, struct ho_error *err)
{
	struct ho_near_options near = {.threads = options ? options->threads : 0,
	                               .seed = options ? options->seed : 1,
	                               .pairs_max = e->table->n + 1};
	enum ho_status status = count_labels(e, err);
	if (status == HO_OK)
		status = ho_near_find(&e->near, e->table->text, e->table->n, &near, e->progress, err);
	if (status == HO_OK)
		status = ho_explore__count(e, err);
	if (status)
		return status;
	ho_explore__labels(e);
	ho_explore__reading(e);
	ho_explore__duplicates(e);
	ho_explore__scripts(e);
	status = ho_explore__lengths(e, err);
	if (status == HO_OK)
		status = ho_explore__telling(e, err);
	if (status == HO_OK)
		story(e);
	return status ? status : ho_findings_status(e->out, err);
}

enum ho_status ho_explore(struct ho_findings *out, const struct ho_table *table,
                          const struct ho_explore_options *options, const struct ho_progress *progress,
                          struct ho_error *err)
{
	ho_findings_init(out);
	struct explore *e = ho_calloc(1, sizeof *e);
	if (!e)
		return ho_fail_nomem(err);
	e->table = table;
	e->progress = progress;
	e->out = out;
	ho_map_init(&e->words.map);
	enum ho_status status = find(e, options, err);
	ho_near_release(&e->near);
	ho_map_release(&e->words.map);
	ho_free(e->words.of);
	ho_free(e->words.begin);
	ho_free(e->size);
	ho_free(e->rows_of);
	ho_free(e->by_size);
	ho_free(e);
	if (status)
		ho_findings_release(out);
	return status;
}
