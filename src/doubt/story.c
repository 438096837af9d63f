/* The story: what a reader has to know first, in whole sentences, the gravest first. */
#include "doubt/private.h"

#include <stdarg.h>

#include "base/alloc.h"

enum { SENTENCES = 7 };

struct doubt_sentence {
	int weight;
	const char *id; /* check that said it; NULL: none */
	char text[512];
};

void ho_doubt__say(struct doubt *d, int weight, const char *format, ...)
{
	va_list args;
	if (d->out->status)
		return;
	if (ho_grow(&d->told, &d->told_cap, d->n_told + 1, sizeof *d->told)) {
		d->out->status = ho_fail_nomem(&d->out->error);
		return;
	}
	struct doubt_sentence *s = &d->told[d->n_told++];
	s->weight = weight;
	s->id = d->current < d->n_checks ? d->check[d->current]->id : NULL;
	va_start(args, format);
	(void)vsnprintf(s->text, sizeof s->text, format, args);
	va_end(args);
}

/* The answer first; how many checks hold is counted by whoever shows the findings. */
static void conclude(struct doubt *d)
{
	size_t broken = ho_doubt_count(d->out, "broken"), weak = ho_doubt_count(d->out, "weak"),
	       unknown = ho_doubt_count(d->out, "unknown");
	if (broken)
		ho_findings_tell(d->out, "The result does not stand as it is.");
	else if (weak)
		ho_findings_tell(d->out, "Nothing breaks the result, but %s.",
		                 weak == 1 ? "one check gives a hint" : "some checks give hints");
	else
		ho_findings_tell(d->out, "Nothing was found against the result%s.",
		                 unknown ? ", as far as could be looked" : "");
}

enum ho_status ho_doubt__story(struct doubt *d, struct ho_error *err)
{
	conclude(d);
	for (size_t told = 0; told < SENTENCES && told < d->n_told; told++) {
		size_t best = 0;
		for (size_t i = 1; i < d->n_told; i++)
			if (d->told[i].weight > d->told[best].weight)
				best = i;
		if (d->told[best].weight < 0)
			break;
		ho_findings_tell_about(d->out, d->told[best].id, "%s", d->told[best].text);
		d->told[best].weight = -1;
	}
	return ho_findings_status(d->out, err);
}

void ho_doubt__story_release(struct doubt *d)
{
	ho_free(d->told);
	d->told = NULL;
	d->n_told = d->told_cap = 0;
}
