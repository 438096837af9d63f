#include "data.h"

#include "base/alloc.h"
#include "places.h"
#include "report/findings.h"
#include "report/show.h"
#include "text/encoding.h"
#include "waiting.h"

/* clang-format off: a table reads best as one. */
static void reading_options(struct cli_option table[9], struct cli_data *data)
{
	const struct cli_option all[] = {
	    {"text", 0, CLI_REPEATED, &data->text, "COLUMN",
	     "column of the text; several are joined (default: the model's, or guessed and said)"},
	    {"target", 0, CLI_STRING, &data->target, "COLUMN",
	     "column of the label (default: the model's, or guessed and said)"},
	    {"map", 0, CLI_REPEATED, &data->map, "OLD=NEW",
	     "read label OLD as NEW; OLD= leaves its rows out; repeatable"},
	    {"format", 0, CLI_STRING, &data->format, "NAME",
	     "csv, tsv, jsonl, fasttext, folder or mail (default: by the name; standard input needs it)"},
	    {"glob", 0, CLI_STRING, &data->glob, "PATTERN", "which files of a folder, such as '*.txt'"},
	    {"encoding", 0, CLI_STRING, &data->encoding, "NAME",
	     "encoding, as iconv calls it (default: UTF-8, UTF-16 and Windows-1252 are told apart)"},
	    {"rejects", 0, CLI_STRING, &data->rejects, "FILE", "write rows that cannot be read to FILE"},
	    {.name = NULL},
	};
	memcpy(table, all, sizeof all);
}
/* clang-format on */

bool cli_begin_data(struct cli *cli, struct cli_arguments *out, struct cli_data *data, int argc, char **argv,
                    const struct cli_option *own, size_t min, size_t max, const struct cli_help *help, int *done)
{
	struct cli_option reading[9], running[6];
	const struct cli_option *const tables[] = {own, reading, running};
	reading_options(reading, data);
	cli_run_options(running, cli);
	return cli_begin(cli, out, argc, argv, tables, 3, min, max, help, done);
}

static enum ho_status check_encoding(const char *name, struct ho_error *err)
{
	struct ho_decoder decoder;
	enum ho_status status = ho_decoder_open(&decoder, name, err);
	if (status == HO_OK)
		ho_decoder_close(&decoder);
	return status;
}

enum ho_status cli_rows_options(struct ho_rows_options *out, struct cli_data *data, const char *path, bool want_labels,
                                struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = (struct ho_rows_options){
	    .read = {.path = path, .glob = data->glob, .encoding = data->encoding, .rejects_path = data->rejects},
	    .text = data->text.items,
	    .texts = data->text.n,
	    .target = data->target,
	    .group = data->group,
	    .time = data->time,
	    .map = data->map.items,
	    .maps = data->map.n,
	    .want_labels = want_labels,
	};
	if (data->text.n > sizeof((struct ho_rows_columns *)0)->text / sizeof(size_t))
		return ho_fail(err, HO_EINVAL, "--text is given more than 16 times");
	for (size_t i = 0; i < data->map.n; i++)
		if (!strchr(data->map.items[i], '='))
			return ho_fail(err, HO_EINVAL, "--map needs OLD=NEW, and not '%.60s'", data->map.items[i]);
	const struct cli_place outputs[] = {{"--rejects", data->rejects}};
	const struct cli_place inputs[] = {{"DATA", path}, {"MODEL", data->models[0]}, {"MODEL", data->models[1]}};
	status = cli_check_places(outputs, 1, inputs, 3, err);
	if (status)
		return status;
	if (strcmp(path, "-") == 0 && !data->format)
		return ho_fail(err, HO_EINVAL, "standard input needs --format csv, tsv, jsonl, fasttext or mail");
	if (data->format)
		status = ho_format_parse(&out->read.format, data->format, err);
	if (status == HO_OK && data->encoding)
		status = check_encoding(data->encoding, err);
	return status;
}

/* Does the input have a column of this name? */
static bool has_column(const struct ho_slice *columns, size_t n, struct ho_slice name)
{
	for (size_t i = 0; i < n; i++)
		if (ho_slice_equal(columns[i], name))
			return true;
	return false;
}

/* Take the model's text columns ("title\nbody") over; all of them must be there (columns NULL: not known). */
static void take_text(struct cli_data *data, const char *names, const struct ho_slice *columns, size_t n)
{
	size_t len = strlen(names), start = 0;
	if (len == 0 || len >= sizeof data->columns)
		return;
	memcpy(data->columns, names, len + 1);
	for (size_t i = 0; i <= len; i++) {
		if (i < len && data->columns[i] != '\n')
			continue;
		data->columns[i] = '\0';
		if ((columns && !has_column(columns, n, ho_slice(data->columns + start, i - start))) ||
		    data->text.n == 16) {
			data->text.n = 0;
			return;
		}
		data->text.items[data->text.n++] = data->columns + start;
		start = i + 1;
	}
}

static void take_target(struct cli_data *data, const char *name, const struct ho_slice *columns, size_t n)
{
	if (!name[0] || strlen(name) >= sizeof data->model_target ||
	    (columns && !has_column(columns, n, ho_slice_str(name))))
		return;
	memcpy(data->model_target, name, strlen(name) + 1);
	data->target = data->model_target;
}

enum ho_status cli_data_from_model(struct cli_data *data, const struct ho_model *model, const char *path,
                                   bool want_labels, struct ho_error *err)
{
	bool text = data->text.n == 0, target = want_labels && !data->target;
	const char *names = ho_model_text_columns(model), *target_name = ho_model_target(model);
	struct ho_rows_options options;
	struct ho_reader *reader;
	size_t n;
	enum ho_status status = cli_rows_options(&options, data, path, want_labels, err);
	if (status || (!text && !target))
		return status;
	if (strcmp(path, "-") == 0) {
		if (text && strcmp(names, "text") != 0)
			take_text(data, names, NULL, 0);
		if (target && strcmp(target_name, "label") != 0)
			take_target(data, target_name, NULL, 0);
		return HO_OK;
	}
	options.read.rejects_path = NULL;
	status = ho_reader_open(&reader, &options.read, err);
	if (status)
		return status;
	const struct ho_slice *columns = ho_reader_columns(reader, &n);
	if (text)
		take_text(data, names, columns, n);
	if (target)
		take_target(data, target_name, columns, n);
	ho_reader_close(reader);
	return HO_OK;
}

void cli_list_labels(char *out, size_t room, const struct ho_table *table)
{
	size_t used = 0;
	out[0] = '\0';
	for (uint32_t l = 0; l < table->label_count; l++) {
		struct ho_shown name = ho_show_short(table->labels[l]);
		size_t len = strlen(name.text) + 4;
		if (used + len + 5 >= room) {
			(void)snprintf(out + used, room - used, ", ...");
			return;
		}
		used += (size_t)snprintf(out + used, room - used, "%s'%s'", l ? ", " : "", name.text);
	}
}

void cli_tell_notes(struct cli *cli, const struct ho_notes *notes)
{
	for (size_t i = 0; i < notes->n && !cli->json; i++)
		cli_note(cli, "%s", notes->items[i].sentence);
}

static const char *note_kind(enum ho_note_kind kind)
{
	switch (kind) {
	case HO_NOTE_ROWS:
		return "rows";
	case HO_NOTE_FORMAT:
		return "format";
	case HO_NOTE_COLUMN:
		return "column";
	case HO_NOTE_ENCODING:
		return "encoding";
	case HO_NOTE_REJECTED:
		return "rejected";
	case HO_NOTE_TOLERATED:
		return "tolerated";
	case HO_NOTE_LEFT_OUT:
		return "left_out";
	case HO_NOTE_EMPTY_TEXT:
		return "empty_text";
	case HO_NOTE_EMPTY_LABEL:
		return "empty_label";
	case HO_NOTE_LABEL_LOOKALIKE:
		return "label_lookalike";
	}
	return "other";
}

json_t *cli_notes_json(const struct ho_notes *notes)
{
	json_t *array = json_array();
	for (size_t i = 0; array && i < notes->n; i++) {
		const struct ho_note *note = &notes->items[i];
		json_t *one = json_pack("{ss sI so}", "kind", note_kind(note->kind), "count", (json_int_t)note->count,
		                        "sentence", ho_json_text(ho_slice_str(note->sentence)));
		if (json_array_append_new(array, one)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* Nothing in the file was named as labels, and the caller named none: what is left are texts. */
static bool may_do_without(const struct cli_data *data, const char *path, enum cli_labels labels, enum ho_status status)
{
	return labels == CLI_LABELS_IF_GIVEN && !data->target && !data->map.n && strcmp(path, "-") != 0 &&
	       (status == HO_ENOTFOUND || status == HO_EINVAL);
}

enum ho_status cli_read_table(struct cli *cli, struct ho_table *out, struct cli_data *data, const char *path,
                              enum cli_labels labels, bool keep_columns, struct ho_error *err)
{
	struct ho_table_options options = {.keep_columns = keep_columns};
	struct cli_waiting waiting;
	*out = (struct ho_table){.n = 0};
	enum ho_status status = cli_rows_options(&options.rows, data, path, true, err);
	if (status)
		return status;
	cli_waiting_begin(&waiting, path, !data->rejects);
	status = ho_table_read(out, &options, &cli->progress, err);
	if (status && may_do_without(data, path, labels, status)) {
		options.rows.want_labels = false;
		if (ho_table_read(out, &options, &cli->progress, NULL) == HO_OK)
			status = HO_OK;
	}
	cli_waiting_end(&waiting);
	cli_progress_clear(cli);
	/* The options were checked above: what is refused now are the data. */
	if (status == HO_EINVAL) {
		status = HO_EFORMAT;
		if (err)
			err->code = HO_EFORMAT;
	}
	if (status == HO_OK)
		cli_tell_notes(cli, &out->notes);
	return status;
}
