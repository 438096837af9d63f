/* Which languages and scripts the texts are in, and the texts that are in another than most. */
#include "explore/private.h"

#include <math.h>

enum { SHOWN = 8, STRAY_HITS = 3, FEW = 3 };

struct languages {
	size_t rows[HO_LANGUAGE_COUNT]; /* texts that are plainly in it */
	unsigned top;
	size_t known, strays;
};

/* A text counts against the main language only if it is plainly in another: a name or a title is soon in two. */
static bool is_stray(const struct explore *e, const struct languages *l, size_t i)
{
	const struct explore_text *t = &e->texts[i];
	bool by_script = t->script != HO_SCRIPT_LATIN && t->script != HO_SCRIPT_CYRILLIC && t->language;
	return t->language && t->language != l->top && (by_script || t->language_hits >= STRAY_HITS);
}

static void tally(const struct explore *e, struct languages *l)
{
	for (size_t i = 0; i < e->table->n; i++)
		l->rows[e->texts[i].language]++;
	for (unsigned k = 1; k < HO_LANGUAGE_COUNT; k++) {
		l->known += l->rows[k];
		if (!l->top || l->rows[k] > l->rows[l->top])
			l->top = k;
	}
	for (size_t i = 0; i < e->table->n; i++)
		l->strays += is_stray(e, l, i);
}

static void chart(struct explore *e, const struct languages *l)
{
	ho_exhibit_bars(e->out, "texts", 0, "Languages of the texts, as far as their small words tell");
	for (unsigned k = 1; k < HO_LANGUAGE_COUNT; k++)
		if (l->rows[k])
			ho_exhibit_bar(e->out, ho_slice_str(ho_language_name(k)), (double)l->rows[k], NAN, NAN);
	if (l->rows[0])
		ho_exhibit_bar(e->out, ho_slice_str("cannot be told"), (double)l->rows[0], NAN, NAN);
}

static void strays(struct explore *e, const struct languages *l)
{
	double share = (double)l->strays / (double)e->table->n;
	size_t shown = 0;
	const char *main = ho_language_name(l->top);
	ho_findings_add(e->out, "other-languages", share >= 0.002 && l->strays >= FEW ? HO_NOTICE : HO_INFO,
	                "%s (%s) in another language than %s", ho_show_counted(l->strays, "text").text,
	                ho_show_percent(share).text, main);
	ho_findings_figure(e->out, share);
	ho_findings_measure(e->out, "share of the texts in another language", HO_UNIT_SHARE);
	for (unsigned k = 1; k < HO_LANGUAGE_COUNT; k++) {
		size_t n = 0, first = 0;
		for (size_t i = e->table->n; i-- > 0;)
			if (e->texts[i].language == k && is_stray(e, l, i)) {
				n++;
				first = i;
			}
		if (n && k != l->top)
			ho_findings_evidence(e->out, "%s: %s, the first in row %u: \"%s\"", ho_language_name(k),
			                     ho_show_counted(n, "text").text, e->table->row[first],
			                     ho_explore__snippet(e->table->text[first]).text);
	}
	ho_exhibit_texts(e->out, "Texts in another language than %s", main);
	for (size_t i = 0; i < e->table->n && shown < SHOWN; i++)
		if (is_stray(e, l, i)) {
			ho_explore__show_row(e, i, ho_language_name(e->texts[i].language));
			shown++;
		}
	ho_findings_advice(e->out,
	                   "decide whether such texts belong to the task; a model of one language hands over or fails "
	                   "on another");
	ho_explore__tell(e, share >= 0.01 && l->strays >= FEW ? 58 : 22, "%s in another language than %s.",
	                 ho_explore__count(l->strays, e->table->n, "text", "are").text, main);
}

static void scripts(struct explore *e)
{
	size_t n = e->table->n, rows[HO_SCRIPTS] = {0}, first[HO_SCRIPTS] = {0}, kinds = 0;
	unsigned top = HO_SCRIPT_LATIN;
	for (size_t i = 0; i < n; i++)
		if (rows[e->texts[i].script]++ == 0)
			first[e->texts[i].script] = i;
	for (unsigned s = 0; s < HO_SCRIPTS; s++) {
		if (rows[s] > rows[top])
			top = s;
		kinds += s != HO_SCRIPT_NONE && rows[s] > 0;
	}
	double share = n ? (double)rows[top] / (double)n : 0;
	ho_findings_add(e->out, "scripts", kinds > 1 && share < 0.99 ? HO_NOTICE : HO_INFO,
	                "%s of the texts are mostly in %s letters", ho_show_percent(share).text, ho_script_name(top));
	ho_findings_figure(e->out, share);
	ho_findings_measure(e->out, "share of the texts in the main script", HO_UNIT_SHARE);
	for (unsigned s = 0; s < HO_SCRIPTS; s++)
		if (rows[s] && s != top)
			ho_findings_evidence(e->out, "%s: %s, the first in row %u: \"%s\"", ho_script_name(s),
			                     ho_show_counted(rows[s], "text").text, e->table->row[first[s]],
			                     ho_explore__snippet(e->table->text[first[s]]).text);
}

enum ho_status ho_explore__languages(struct explore *e, struct ho_error *err)
{
	struct languages l = {.top = 0};
	double n = (double)e->table->n;
	(void)err;
	tally(e, &l);
	scripts(e);
	if (!l.known) {
		ho_findings_add(e->out, "languages", HO_INFO,
		                "the texts are too short to tell their language by small words");
		ho_explore__tell(e, 11, "The texts are too short to tell their language by small words.");
		return HO_OK;
	}
	ho_findings_add(e->out, "languages", HO_INFO, "%s of the texts are plainly %s",
	                ho_show_percent((double)l.rows[l.top] / n).text, ho_language_name(l.top));
	ho_findings_figure(e->out, (double)l.rows[l.top] / n);
	ho_findings_measure(e->out, "share of the texts plainly in the main language", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "of %s the language cannot be told, mostly because they are short",
	                     ho_show_counted(l.rows[0], "text").text);
	chart(e, &l);
	ho_explore__tell(e, 11, "%s of the texts are plainly %s; of the others most are too short to tell.",
	                 ho_show_percent((double)l.rows[l.top] / n).text, ho_language_name(l.top));
	if (l.strays)
		strays(e, &l);
	return HO_OK;
}
