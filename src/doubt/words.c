/* Words that several checks use: labels, commands, rows as exhibits, and what is missing. */
#include "doubt/private.h"

#include <stdarg.h>

#include "text/personal.h"
#include "text/tokenize.h"

/* Masked into `room` where that is wished for; what cannot be masked for want of memory is not shown. */
static struct ho_slice masked(const struct doubt *d, struct ho_buf *room, struct ho_slice text)
{
	ho_buf_init(room, SIZE_MAX);
	if (!d->options->redact)
		return text;
	enum ho_status status = ho_personal_mask(room, text, &d->out->error);
	if (status && !d->out->status)
		d->out->status = status;
	return status ? ho_slice_str("?") : ho_buf_slice(room);
}

struct ho_shown ho_doubt__shown(const struct doubt *d, struct ho_slice text)
{
	struct ho_buf room;
	struct ho_shown out = ho_show_short(masked(d, &room, text));
	ho_buf_release(&room);
	return out;
}

struct ho_shown ho_doubt__word(const struct doubt *d, struct ho_slice word)
{
	struct ho_shown out = ho_doubt__shown(d, word);
	/* A long number stands for all numbers of its length, as zeros. */
	if (word.len >= HO_LONG_NUMBER && strspn(out.text, "0") == strlen(out.text))
		memset(out.text, '#', strlen(out.text));
	return out;
}

struct ho_shown ho_doubt__label(const struct doubt *d, uint32_t label)
{
	return ho_doubt__shown(d, label < d->labels.n ? d->labels.keys[label] : ho_slice_str("?"));
}

struct ho_argument ho_doubt__argument(const struct doubt *d, struct ho_slice name, const char *otherwise)
{
	struct ho_buf room;
	bool shown = ho_slice_equal(masked(d, &room, name), name);
	ho_buf_release(&room);
	return ho_show_argument(shown ? name : ho_slice_str(otherwise), otherwise);
}

static struct ho_argument file(const char *name, const char *otherwise)
{
	return ho_show_argument(ho_slice_str(name ? name : otherwise), otherwise);
}

struct ho_argument ho_doubt__train(const struct doubt *d)
{
	return file(d->options->train_name, "TRAIN");
}

struct doubt_command ho_doubt__command(const struct doubt *d, bool with_test)
{
	struct doubt_command out;
	const struct ho_doubt_options *o = d->options;
	struct ho_argument model = file(o->model_name, "MODEL"), test = file(o->test_name, "DATA");
	(void)snprintf(out.text, sizeof out.text, "handoff doubt %s %s%s%s", model.text, ho_doubt__train(d).text,
	               with_test ? " --test " : "", with_test ? test.text : "");
	return out;
}

static void show_text(struct doubt *d, const struct doubt_rows *rows, size_t i, struct ho_slice text, const char *note,
                      va_list args)
{
	char room[HO_ID_ROOM], line[256];
	struct ho_buf parts[3];
	struct ho_slice id = masked(d, &parts[0], ho_table_id(rows->table, rows->row[i], room));
	struct ho_slice label = masked(d, &parts[1], d->labels.keys[rows->truth[i]]);
	(void)vsnprintf(line, sizeof line, note, args);
	ho_exhibit_text(d->out, id, label, masked(d, &parts[2], text), "%s", line);
	for (size_t p = 0; p < 3; p++)
		ho_buf_release(&parts[p]);
}

void ho_doubt__show_row(struct doubt *d, const struct doubt_rows *rows, size_t i, const char *note, ...)
{
	va_list args;
	va_start(args, note);
	show_text(d, rows, i, rows->text[i], note, args);
	va_end(args);
}

void ho_doubt__show_text(struct doubt *d, const struct doubt_rows *rows, size_t i, struct ho_slice text,
                         const char *note, ...)
{
	va_list args;
	va_start(args, note);
	show_text(d, rows, i, text, note, args);
	va_end(args);
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
