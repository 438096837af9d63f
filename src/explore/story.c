/* The story: sentences are told by the parts as they find things, and the weightiest are kept. */
#include "explore/private.h"

#include <stdarg.h>

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
	if (e->n_told == HO_EXPLORE_SENTENCES || e->out->status)
		return;
	struct explore_sentence *s = &e->told[e->n_told++];
	s->weight = weight;
	s->about = e->out->n ? e->out->items[e->out->n - 1].id : NULL;
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
void ho_explore__story(struct explore *e)
{
	for (size_t told = 0; told < HO_EXPLORE_STORY && told < e->n_told; told++) {
		size_t best = 0;
		for (size_t i = 1; i < e->n_told; i++)
			if (e->told[i].weight > e->told[best].weight)
				best = i;
		if (e->told[best].weight < 0)
			break;
		ho_findings_tell_about(e->out, e->told[best].about, "%s", e->told[best].text);
		e->told[best].weight = -1;
	}
}

struct ho_shown ho_explore__count(size_t n, size_t of, const char *thing, const char *verb)
{
	struct ho_shown out;
	const char *one = strcmp(verb, "have") == 0 ? "has" : strcmp(verb, "are") == 0 ? "is" : NULL;
	(void)snprintf(out.text, sizeof out.text, "%.40s (%.12s) %.20s%s", ho_show_counted(n, thing).text,
	               ho_show_percent(of ? (double)n / (double)of : 0).text, n == 1 && one ? one : verb,
	               n == 1 && !one ? "s" : "");
	return out;
}

static void show(struct explore *e, size_t i, struct ho_slice text, const char *note)
{
	const struct ho_table *t = e->table;
	char room[HO_ID_ROOM];
	struct ho_slice label = {NULL, 0};
	if (t->label && t->label[i] != HO_LABEL_NONE)
		label = t->labels[t->label[i]];
	if (note)
		ho_exhibit_text(e->out, ho_table_id(t, i, room), label, text, "%s", note);
	else
		ho_exhibit_text(e->out, ho_table_id(t, i, room), label, text, NULL);
}

void ho_explore__show_row(struct explore *e, size_t i, const char *note)
{
	show(e, i, e->table->text[i], note);
}

void ho_explore__show_place(struct explore *e, size_t i, uint32_t traits)
{
	struct ho_slice text = e->table->text[i];
	size_t from = ho_explore__trait_place(text, traits);
	show(e, i, ho_slice(text.ptr + from, text.len - from), NULL);
}

size_t ho_explore__rows_with(const struct explore *e, uint32_t traits, uint32_t *rows, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < e->table->n && n < max; i++)
		if (e->texts[i].traits & traits)
			rows[n++] = (uint32_t)i;
	return n;
}

struct ho_shown ho_explore__places(const struct explore *e, const uint32_t *rows, size_t shown, size_t n)
{
	struct ho_shown out = {""};
	size_t len = (size_t)snprintf(out.text, sizeof out.text, n == 1 ? "row" : "rows");
	if (shown > 4)
		shown = 4;
	for (size_t i = 0; i < shown; i++)
		len += (size_t)snprintf(out.text + len, sizeof out.text - len, "%s%u",
		                        i == 0       ? " "
		                        : i + 1 == n ? " and "
		                                     : ", ",
		                        e->table->row[rows[i]]);
	if (n > shown)
		(void)snprintf(out.text + len, sizeof out.text - len, " and %.24s more", ho_show_count(n - shown).text);
	return out;
}
