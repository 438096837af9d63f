/* The words and phrases that tell each label from the others, with intervals. */
#include "base/alloc.h"
#include "explore/view.h"

enum { TOP = 8, LINE_WORDS = 4, LINES = 12, LABELS_MAX = 150 };

/* "12": how many times; one decimal where it is small. */
static struct ho_shown times(double x)
{
	struct ho_shown out;
	(void)snprintf(out.text, sizeof out.text, x < 9.95 ? "%.1f" : "%.0f", x > 9999 ? 9999 : x);
	return out;
}

static void line(char *out, size_t room, const struct explore_view *v, const struct explore_telling *top, size_t n)
{
	size_t len = 0;
	*out = 0;
	for (size_t i = 0; i < n && len + 128 < room; i++)
		len += (size_t)snprintf(out + len, room - len, "%s%s %sx [%s, %s]", i ? ", " : "",
		                        ho_explore__feature(v, top[i].id).text, times(top[i].times).text,
		                        times(top[i].lo).text, times(top[i].hi).text);
}

struct told {
	uint32_t label;
	struct explore_telling top[TOP];
	size_t n;
};

static void table(struct explore *e, const struct told *told, uint32_t n)
{
	char text[1024];
	ho_exhibit_table(e->out, "lrl",
	                 "how many times the odds of a word are in texts of the label, against all others [95%% "
	                 "interval over all words at once]");
	const char *const head[] = {"label", "texts", "words and phrases"};
	for (int i = 0; i < 3; i++)
		ho_exhibit_cell(e->out, "%s", head[i]);
	for (uint32_t i = 0; i < n; i++) {
		line(text, sizeof text, e->view, told[i].top, told[i].n);
		ho_exhibit_cell(e->out, "%s", ho_explore__label(e, told[i].label).text);
		ho_exhibit_cell(e->out, "%u", e->view->start[told[i].label + 1] - e->view->start[told[i].label]);
		ho_exhibit_cell(e->out, "%s", *text ? text : "none beyond chance");
	}
}

static void tell(struct explore *e, const struct told *told, uint32_t n)
{
	const struct explore_view *v = e->view;
	uint32_t with = 0, shown = 0;
	char text[1024];
	for (uint32_t i = 0; i < n; i++)
		with += told[i].n > 0;
	ho_findings_add(e->out, "telling-words", HO_INFO,
	                with ? "the words and phrases that tell each label from the others"
	                     : "no word tells the labels apart beyond chance");
	ho_findings_figure(e->out, with);
	ho_findings_measure(e->out, "labels with telling words", HO_UNIT_NUMBER);
	for (uint32_t i = 0; i < n && shown < LINES; i++)
		if (told[i].n) {
			line(text, sizeof text, v, told[i].top, told[i].n < LINE_WORDS ? told[i].n : LINE_WORDS);
			ho_findings_evidence(e->out, "%s: %s", ho_explore__label(e, told[i].label).text, text);
			shown++;
		}
	if (with > shown)
		ho_findings_evidence(e->out, "... and %u more labels", with - shown);
	ho_findings_evidence(
	    e->out,
	    "'refund 12x [8, 17]': its odds are 12 times those in the other labels' texts; the intervals hold "
	    "for all words at once; each of %s different texts counts a word once",
	    ho_show_count(v->labelled).text);
	if (v->n < v->of)
		ho_findings_evidence(e->out, "a fair sample of the %s different texts", ho_show_count(v->of).text);
	if (with)
		table(e, told, n);
}

enum ho_status ho_explore__phrases(struct explore *e, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	if (!t->label || t->label_count < 2)
		return HO_OK;
	enum ho_status status = ho_explore__view(e, err);
	uint32_t n = t->label_count < LABELS_MAX ? t->label_count : LABELS_MAX;
	struct told *told = ho_calloc(n, sizeof *told);
	if (status == HO_OK && !told)
		status = ho_fail_nomem(err);
	for (uint32_t i = 0; i < n && status == HO_OK; i++) {
		const uint32_t *start = e->view->start + e->by_size[i];
		told[i].label = e->by_size[i];
		status = ho_explore__tell_apart(told[i].top, &told[i].n, TOP, e->view, e->view->listed + start[0],
		                                start[1] - start[0], NULL, 0, err);
	}
	if (status == HO_OK)
		tell(e, told, n);
	ho_free(told);
	return status;
}
