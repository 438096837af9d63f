/* What stands in the texts beside words: markup, page addresses, numbers, dates, quoted mails. */
#include "explore/private.h"

#include "judge/binomial.h"

enum { SHOWN = 5, FEW = 5, LABELS_MAX = 50 };

static const struct {
	uint32_t traits;
	const char *id;     /* of a finding of its own; NULL: only in the table */
	const char *name;   /* in the table */
	const char *words;  /* in a sentence, after the count */
	const char *advice; /* NULL: none */
	double from;        /* share of the texts from which it is a notice */
} kinds[] = {
    {HO_TRAIT_TAGS, "html", "HTML tags", "HTML tags in them",
     "harmless if new texts will have them too; if not, take them out before training, or the model learns from them",
     0.01},
    {HO_TRAIT_ENTITIES, "html-entities", "HTML entities (&amp;)", "HTML entities such as &amp; in place of characters",
     "decode them where the texts are exported, unless new texts will have them too", 0.01},
    {HO_TRAIT_ESCAPES, "escapes", "escapes (\\n, \\u00e4)", "escapes such as \\n or \\u00e4 in place of characters",
     "decode them where the texts are exported", 0.005},
    {HO_TRAIT_BASE64, "base64", "encoded data (base64)", "encoded data, such as a file or a picture, between the words",
     "take attachments out where the texts are exported", 0.001},
    {HO_TRAIT_QUOTED, "quoted-mails", "quoted mails", "the mail that they answer quoted below",
     "a reply that quotes its mail is nearly its copy: keep threads together with --group, or cut the quotation", 0.01},
    {HO_TRAIT_URL, NULL, "page addresses", NULL, NULL, 2},
    {HO_TRAIT_NUMBER, NULL, "digits", NULL, NULL, 2},
    {HO_TRAIT_DATE, NULL, "dates", NULL, NULL, 2},
};

struct share {
	size_t n;
	uint32_t label; /* where it is most frequent, among labels with ten rows or more; HO_LABEL_NONE */
	double of_label;
};

static struct share count(const struct explore *e, uint32_t traits)
{
	const struct ho_table *t = e->table;
	struct share s = {.label = HO_LABEL_NONE};
	uint32_t by[LABELS_MAX] = {0};
	for (size_t i = 0; i < t->n; i++) {
		if (!(e->texts[i].traits & traits))
			continue;
		s.n++;
		if (t->label && t->label[i] < LABELS_MAX)
			by[t->label[i]]++;
	}
	for (uint32_t l = 0; t->label && t->label_count <= LABELS_MAX && l < t->label_count; l++)
		if (e->rows_of[l] >= 10 && (double)by[l] / e->rows_of[l] > s.of_label) {
			s.of_label = (double)by[l] / e->rows_of[l];
			s.label = l;
		}
	return s;
}

static void finding(struct explore *e, size_t k, const struct share *s)
{
	uint32_t rows[SHOWN];
	double share = (double)s->n / (double)e->table->n;
	struct ho_interval in = ho_binomial_interval(s->n, e->table->n, 0.95);
	size_t shown = ho_explore__rows_with(e, kinds[k].traits, rows, SHOWN);
	ho_findings_add(e->out, kinds[k].id, share >= kinds[k].from && s->n >= FEW ? HO_NOTICE : HO_INFO, "%s %s",
	                ho_explore__count(s->n, e->table->n, "text", "have").text, kinds[k].words);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the texts", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "%s", ho_explore__places(e, rows, shown, s->n).text);
	ho_exhibit_texts(e->out, "Texts with %s", kinds[k].name);
	for (size_t i = 0; i < shown; i++)
		ho_explore__show_place(e, rows[i], kinds[k].traits);
	ho_findings_advice(e->out, "%s", kinds[k].advice);
	if (share >= kinds[k].from && s->n >= FEW)
		ho_explore__tell(e, share >= 0.1 ? 33 : 24, "%s %s.",
		                 ho_explore__count(s->n, e->table->n, "text", "have").text, kinds[k].words);
}

static void table(struct explore *e, const struct share *shares, size_t n)
{
	ho_exhibit_table(e->out, "lrrl", "What stands in the texts beside words");
	ho_exhibit_cell(e->out, "what");
	ho_exhibit_cell(e->out, "texts");
	ho_exhibit_cell(e->out, "share");
	ho_exhibit_cell(e->out, "most in label");
	for (size_t k = 0; k < n; k++) {
		const struct share *s = &shares[k];
		ho_exhibit_cell(e->out, "%s", kinds[k].name);
		ho_exhibit_cell(e->out, "%s", ho_show_count(s->n).text);
		ho_exhibit_cell(e->out, "%s", ho_show_percent((double)s->n / (double)e->table->n).text);
		if (s->label == HO_LABEL_NONE)
			ho_exhibit_cell(e->out, "-");
		else
			ho_exhibit_cell(e->out, "%s (%s)", ho_explore__label(e, s->label).text,
			                ho_show_percent(s->of_label).text);
	}
}

enum ho_status ho_explore__contents(struct explore *e, struct ho_error *err)
{
	enum { KINDS = sizeof kinds / sizeof *kinds, NUMBERS = KINDS - 2 };
	struct share shares[KINDS];
	(void)err;
	for (size_t k = 0; k < KINDS; k++)
		shares[k] = count(e, kinds[k].traits);
	ho_findings_add(e->out, "contents", HO_INFO,
	                "%s of the texts have digits in them, %s a page address, %s a date",
	                ho_show_percent((double)shares[NUMBERS].n / (double)e->table->n).text,
	                ho_show_percent((double)shares[NUMBERS - 1].n / (double)e->table->n).text,
	                ho_show_percent((double)shares[NUMBERS + 1].n / (double)e->table->n).text);
	table(e, shares, KINDS);
	for (size_t k = 0; k < KINDS; k++)
		if (kinds[k].id && shares[k].n)
			finding(e, k, &shares[k]);
	return HO_OK;
}
