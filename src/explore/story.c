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
