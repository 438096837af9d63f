/* Evidence and lists of texts that say the same: no page tells it twice. */
#include "report/exhibit.h"
#include "report/findings_private.h"

/* A note that is shorter may stand at the end of a line that says something else. */
enum { NOTE_LEAST = 20, QUOTE_LEAST = 20 };

bool ho_findings__is_quoted(const struct ho_finding *f, const struct ho_exhibit *e)
{
	char beginning[24];
	if (e->kind != HO_EXHIBIT_TEXTS || e->n_texts == 0)
		return false;
	(void)snprintf(beginning, sizeof beginning, "%s", e->texts[0].text);
	for (size_t i = 0; i < f->n_evidence && *beginning; i++)
		if (strstr(f->evidence[i], beginning))
			return true;
	return false;
}

/* What stands between the quotation marks that a line ends with: `row 3: "..."`; empty if it ends otherwise. */
static struct ho_slice quoted(const char *line)
{
	static const char cut[] = "\xE2\x80\xA6"; /* an ellipsis */
	const char *begin = strstr(line, ": \"");
	size_t len = begin ? strlen(begin + 3) : 0;
	if (len < 2 || begin[3 + len - 1] != '"')
		return ho_slice(NULL, 0);
	len--;
	if (len > 3 && !memcmp(begin + 3 + len - 3, cut, 3))
		len -= 3;
	return ho_slice(begin + 3, len);
}

static bool ends_with(const char *line, const char *note)
{
	size_t len = strlen(line), of_note = note ? strlen(note) : 0;
	return of_note >= NOTE_LEAST && len > of_note + 2 && !memcmp(line + len - of_note - 2, ": ", 2) &&
	       !memcmp(line + len - of_note, note, of_note);
}

/* A few letters stand in many texts: a short quote is a whole text. */
static bool contains(const char *text, struct ho_slice quote)
{
	size_t len = text ? strlen(text) : 0;
	if (quote.len < QUOTE_LEAST)
		return quote.len > 0 && len == quote.len && !memcmp(text, quote.ptr, len);
	return len > 0 && memmem(text, len, quote.ptr, quote.len) != NULL;
}

bool ho_findings__is_shown(const struct ho_finding *f, const char *line)
{
	struct ho_slice quote = quoted(line);
	for (size_t i = 0; i < f->n_exhibits; i++) {
		const struct ho_exhibit *e = &f->exhibits[i];
		for (size_t k = 0; e->kind == HO_EXHIBIT_TEXTS && k < e->n_texts; k++)
			if (ends_with(line, e->texts[k].note) || contains(e->texts[k].text, quote))
				return true;
	}
	return false;
}
