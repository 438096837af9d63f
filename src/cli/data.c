#include "data.h"

#include "base/alloc.h"
#include "places.h"
#include "redact.h"
#include "report/findings.h"
#include "report/show.h"
#include "text/encoding.h"

/* clang-format off: a table reads best as one. */
static void reading_options(struct cli_option table[9], struct cli_data *data)
{
	const struct cli_option all[] = {
	    {"text", 0, CLI_REPEATED, &data->text, "COLUMN",
	     "column of the text; several are joined (default: as in training, else a guess that is printed)"},
	    {"target", 0, CLI_STRING, &data->target, "COLUMN",
	     "column of the label (default: as in training, else a guess that is printed)"},
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
	    .wish_text = data->wish_text,
	    .wish_texts = data->wish_texts,
	    .wish_target = data->wish_target,
	    .want_labels = want_labels,
	};
	if (data->text.n > CLI_TEXTS_MAX)
		return ho_fail(err, HO_EINVAL, "--text is given more than 16 times");
	const struct cli_place outputs[] = {{"--rejects", data->rejects}};
	const struct cli_place inputs[] = {{"DATA", path}, {"MODEL", data->models[0]}, {"MODEL", data->models[1]}};
	status = cli_check_places(outputs, 1, inputs, 3, err);
	if (status)
		return status;
	if (strcmp(path, "-") == 0 && !data->format)
		return ho_fail(err, HO_EINVAL, "standard input needs --format csv, tsv, jsonl, fasttext or mail");
	status = ho_rows_check_map(out, err);
	if (status == HO_OK && data->format)
		status = ho_format_parse(&out->read.format, data->format, err);
	if (status == HO_OK && data->encoding)
		status = check_encoding(data->encoding, err);
	return status;
}

void cli_data_from_model(struct cli_data *data, const struct ho_model *model)
{
	const char *names = ho_model_text_columns(model), *target = ho_model_target(model);
	size_t len = strlen(names), start = 0;
	data->wish_texts = 0;
	data->wish_target = target[0] ? target : NULL;
	if (len == 0 || len >= sizeof data->columns)
		return;
	memcpy(data->columns, names, len + 1);
	for (size_t i = 0; i <= len && data->wish_texts < CLI_TEXTS_MAX; i++) {
		if (i < len && data->columns[i] != '\n')
			continue;
		data->columns[i] = '\0';
		data->wish_text[data->wish_texts++] = data->columns + start;
		start = i + 1;
	}
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

enum ho_status cli_read_table(struct cli *cli, struct ho_table *out, struct cli_data *data, const char *path,
                              enum cli_labels labels, bool keep_columns, struct ho_error *err)
{
	struct ho_table_options options = {.keep_columns = keep_columns};
	*out = (struct ho_table){.n = 0};
	enum ho_status status = cli_rows_options(&options.rows, data, path, true, err);
	if (status)
		return status;
	options.rows.labels_optional = labels == CLI_LABELS_IF_GIVEN && !data->target && !data->map.n;
	options.rows.read.progress = &cli->progress;
	status = ho_table_read(out, &options, &cli->progress, err);
	cli_progress_clear(cli);
	/* The options were checked above: what is refused now are the data. */
	if (status == HO_EINVAL) {
		status = HO_EFORMAT;
		if (err)
			err->code = HO_EFORMAT;
	}
	if (status && data->redact && err)
		cli_redact_error(err);
	if (status == HO_OK && data->redact) {
		status = cli_redact_notes(&out->notes, err);
		if (status)
			ho_table_release(out);
	}
	if (status == HO_OK)
		cli_tell_notes(cli, &out->notes);
	return status;
}
