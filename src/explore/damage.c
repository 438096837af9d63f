/* Texts that a wrong encoding has damaged, and texts that say nothing. */
#include "explore/private.h"

#include "judge/binomial.h"

enum { SHOWN = 8, FEW = 5 };
/* Share of damaged texts from which it is more than a blemish; a stray control character is less than a broken word. */
static const double harmful = 0.02, harmful_controls = 0.05;

static size_t count(const struct explore *e, uint32_t traits)
{
	size_t n = 0;
	for (size_t i = 0; i < e->table->n; i++)
		n += (e->texts[i].traits & traits) != 0;
	return n;
}

/* Only what is surely more than the limit is a warning: the rows are a sample of those to come. */
static enum ho_severity severity(size_t n, size_t of)
{
	if (n < FEW)
		return HO_INFO;
	return ho_binomial_lower(n, of, 0.01) > harmful ? HO_WARNING : HO_NOTICE;
}

static void show(struct explore *e, uint32_t traits, const char *caption)
{
	uint32_t rows[SHOWN];
	size_t n = ho_explore__rows_with(e, traits, rows, SHOWN);
	ho_exhibit_texts(e->out, "%s", caption);
	for (size_t i = 0; i < n; i++)
		ho_explore__show_place(e, rows[i], traits);
}

static void kind_of_damage(struct explore *e, uint32_t trait, const char *what)
{
	uint32_t rows[4];
	size_t n = count(e, trait), shown = ho_explore__rows_with(e, trait, rows, 4);
	if (n)
		ho_findings_evidence(e->out, "%s: %s (%s)", what, ho_show_counted(n, "text").text,
		                     ho_explore__places(e, rows, shown, n).text);
}

static void encoding(struct explore *e)
{
	const uint32_t traits = HO_TRAIT_REPLACED | HO_TRAIT_MOJIBAKE | HO_TRAIT_CONTROL;
	size_t n = count(e, traits);
	double share = (double)n / (double)e->table->n;
	struct ho_interval in = ho_binomial_interval(n, e->table->n, 0.95);
	if (!n)
		return;
	enum ho_severity words = severity(count(e, HO_TRAIT_REPLACED | HO_TRAIT_MOJIBAKE), e->table->n);
	bool controls = ho_binomial_lower(n, e->table->n, 0.01) > harmful_controls;
	ho_findings_add(e->out, "encoding-damage",
	                words == HO_WARNING || controls ? HO_WARNING
	                : n < FEW                       ? HO_INFO
	                                                : HO_NOTICE,
	                "%s characters that a wrong encoding has damaged",
	                ho_explore__count(n, e->table->n, "text", "have").text);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the texts that are damaged", HO_UNIT_SHARE);
	kind_of_damage(e, HO_TRAIT_REPLACED, "characters that could not be read (\xef\xbf\xbd)");
	kind_of_damage(e, HO_TRAIT_MOJIBAKE, "UTF-8 once read as Windows-1252 (such as \xc3\x83\xc2\xa4 for \xc3\xa4)");
	kind_of_damage(e, HO_TRAIT_CONTROL, "Windows-1252 once read as Latin-1 (unprintable characters)");
	show(e, traits, "Texts with damaged characters");
	ho_findings_advice(
	    e->out, "export the data again as UTF-8; if the file mixes encodings, convert each source by its own "
	            "with --encoding before joining them");
	ho_explore__tell(e, share > harmful ? 72 : 40, "%s characters that a wrong encoding has damaged.",
	                 ho_explore__count(n, e->table->n, "text", "have").text);
}

static void nothing_said(struct explore *e)
{
	const uint32_t traits = HO_TRAIT_PLACEHOLDER | HO_TRAIT_MARKS;
	size_t n = count(e, traits);
	double share = (double)n / (double)e->table->n;
	uint32_t rows[4];
	if (!n)
		return;
	size_t shown = ho_explore__rows_with(e, traits, rows, 4);
	ho_findings_add(e->out, "placeholder-texts", severity(n, e->table->n),
	                "%s nothing but marks or words for nothing, such as \"n/a\" or \"-\"",
	                ho_explore__count(n, e->table->n, "text", "have").text);
	ho_findings_figure(e->out, share);
	ho_findings_measure(e->out, "share of the texts that say nothing", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "%s", ho_explore__places(e, rows, shown, n).text);
	for (size_t i = 0; i < shown && i < 2; i++)
		ho_findings_evidence(e->out, "row %u: \"%s\"", e->table->row[rows[i]],
		                     ho_explore__snippet(e->table->text[rows[i]]).text);
	show(e, traits, "Texts that say nothing");
	ho_findings_advice(e->out,
	                   "leave such rows out, or find where their texts were lost: a label without a text teaches "
	                   "nothing");
	ho_explore__tell(e, share > harmful ? 70 : 25,
	                 "%s nothing but marks or words for nothing, such as \"n/a\" or \"-\".",
	                 ho_explore__count(n, e->table->n, "text", "have").text);
}

enum ho_status ho_explore__damage(struct explore *e, struct ho_error *err)
{
	(void)err;
	encoding(e);
	nothing_said(e);
	return HO_OK;
}
