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

/* "Of 13 checks 9 hold, 2 are weak, 1 is broken and 1 could not be made." */
static void tell_counts(struct doubt *d)
{
	size_t n = d->out->n, holds = ho_doubt_count(d->out, "holds"), weak = ho_doubt_count(d->out, "weak"),
	       broken = ho_doubt_count(d->out, "broken"), unknown = ho_doubt_count(d->out, "unknown");
	char line[256];
	int at = snprintf(line, sizeof line, "Of %s ", ho_show_counted(n, "check").text);
	at += snprintf(line + at, sizeof line - (size_t)at, "%zu %s", holds, holds == 1 ? "holds" : "hold");
	at += snprintf(line + at, sizeof line - (size_t)at, ", %zu %s weak", weak, weak == 1 ? "is" : "are");
	at += snprintf(line + at, sizeof line - (size_t)at, "%s %zu %s broken", unknown ? "," : " and", broken,
	               broken == 1 ? "is" : "are");
	if (unknown)
		(void)snprintf(line + at, sizeof line - (size_t)at, " and %zu could not be made", unknown);
	ho_findings_tell(d->out, "%s.%s", line,
	                 broken ? " The result does not stand as it is:"
	                        : (weak ? "" : (unknown ? "" : " Nothing was found against the result.")));
}

enum ho_status ho_doubt__story(struct doubt *d, struct ho_error *err)
{
	tell_counts(d);
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
