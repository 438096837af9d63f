/* Words that several checks use: labels, commands, rows as exhibits, and what is missing. */
#include "doubt/private.h"

#include <stdarg.h>

struct ho_shown ho_doubt__label(const struct doubt *d, uint32_t label)
{
	return ho_show_short(label < d->labels.n ? d->labels.keys[label] : ho_slice_str("?"));
}

struct doubt_command ho_doubt__command(const struct doubt *d, bool with_test)
{
	struct doubt_command out;
	const struct ho_doubt_options *o = d->options;
	(void)snprintf(out.text, sizeof out.text, "handoff doubt %s %s%s%s", o->model_name ? o->model_name : "MODEL",
	               o->train_name ? o->train_name : "TRAIN", with_test ? " --test " : "",
	               with_test ? (o->test_name ? o->test_name : "DATA") : "");
	return out;
}

void ho_doubt__show_row(struct doubt *d, const struct doubt_rows *rows, size_t i, const char *note, ...)
{
	char room[HO_ID_ROOM], line[256];
	va_list args;
	va_start(args, note);
	(void)vsnprintf(line, sizeof line, note, args);
	va_end(args);
	ho_exhibit_text(d->out, ho_table_id(rows->table, rows->row[i], room), d->labels.keys[rows->truth[i]],
	                rows->text[i], "%s", line);
}

bool ho_doubt__needs_test(struct doubt *d, const char *what)
{
	if (d->n_judged >= DOUBT_LEAST)
		return false;
	if (!d->test.table) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "%s: there are no labelled texts that the model has not seen", what);
		ho_findings_advice(d->out,
		                   "give labelled texts that training did not have: %s; `handoff split` puts some "
		                   "aside before training",
		                   ho_doubt__command(d, true).text);
		return true;
	}
	ho_doubt__find(d, DOUBT_UNKNOWN, "%s: of %s of the test file only %zu are new to the model", what,
	               ho_show_counted(d->test.n, "labelled row").text, d->n_judged);
	ho_findings_advice(d->out, "label more texts that training did not have: at least %d distinct ones",
	                   DOUBT_LEAST);
	return true;
}
