/* What reading the file brought up, as findings: one for each kind of note. */
#include "explore/private.h"

static const struct {
	enum ho_note_kind kind;
	const char *id;
	enum ho_severity severity;
	const char *title; /* with the count before it */
	const char *advice;
	int weight; /* in the story; 0: not told */
} kinds[] = {
    {HO_NOTE_REJECTED, "rejected", HO_WARNING, "could not be read", "--rejects FILE writes them to a file", 80},
    {HO_NOTE_LABEL_LOOKALIKE, "label-spelling", HO_WARNING,
     "with a label that differs from another by case or blanks only", "merge them with --map OLD=NEW", 85},
    {HO_NOTE_EMPTY_TEXT, "empty-texts", HO_NOTICE, "with an empty text set aside", NULL, 60},
    {HO_NOTE_EMPTY_LABEL, "empty-labels", HO_NOTICE, "without a label set aside", NULL, 60},
    {HO_NOTE_ENCODING, "encoding", HO_NOTICE, "places of the encoding were converted or repaired",
     "look at the texts; --encoding NAME overrules the guess", 40},
    {HO_NOTE_TOLERATED, "tolerated", HO_INFO, "with a small fault that was forgiven", NULL, 0},
    {HO_NOTE_LEFT_OUT, "left-out", HO_INFO, "left out on purpose", NULL, 0},
};

enum ho_status ho_explore__reading(struct explore *e, struct ho_error *err)
{
	(void)err;
	const struct ho_notes *notes = &e->table->notes;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		uint64_t count = 0;
		bool any = false;
		const char *only = NULL;
		for (size_t i = 0; i < notes->n; i++)
			if (notes->items[i].kind == kinds[k].kind) {
				count += notes->items[i].count;
				only = any ? NULL : notes->items[i].sentence;
				any = true;
			}
		if (!any)
			continue;
		if (kinds[k].kind == HO_NOTE_ENCODING)
			ho_findings_add(e->out, kinds[k].id, kinds[k].severity,
			                "the encoding was converted or repaired");
		else
			ho_findings_add(e->out, kinds[k].id, kinds[k].severity, "%s %s",
			                ho_show_counted(count, "row").text, kinds[k].title);
		ho_findings_figure(e->out, (double)count);
		for (size_t i = 0; i < notes->n; i++)
			if (notes->items[i].kind == kinds[k].kind)
				ho_findings_evidence(e->out, "%s", notes->items[i].sentence);
		if (kinds[k].advice)
			ho_findings_advice(e->out, "%s", kinds[k].advice);
		if (kinds[k].weight && kinds[k].kind == HO_NOTE_ENCODING && only)
			ho_explore__tell(e, kinds[k].weight, "%.400s", only);
		else if (kinds[k].weight && kinds[k].kind != HO_NOTE_ENCODING)
			ho_explore__tell(e, kinds[k].weight, "%s %s.", ho_show_counted(count, "row").text,
			                 kinds[k].title);
	}
	return HO_OK;
}
