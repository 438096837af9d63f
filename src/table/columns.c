#include "table/columns.h"

#include <strings.h>

#include "base/buf.h"
#include "base/map.h"
#include "report/show.h"

/* A name with as many words, or more bytes than these, reads like a text. */
enum { NAME_WORDS = 6, NAME_BYTES_MAX = 60 };

/* In the order of preference. */
static const char *const text_names[] = {
    "text",  "content", "body", "message",  "sentence", "utterance", "description", "review",   "comment", "question",
    "query", "tweet",   "post", "document", "sms",      "email",     "abstract",    "headline", "title",   "subject"};
static const char *const target_names[] = {"label",  "labels",    "target", "class", "category",
                                           "intent", "sentiment", "topic",  "tag"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static size_t find_exact(const struct ho_columns_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->n; i++)
		if (ho_slice_is(sample->names[i], name))
			return i;
	return HO_COLUMN_NONE;
}

static size_t find_any_case(const struct ho_columns_sample *sample, const char *name)
{
	size_t exact = find_exact(sample, name), len = strlen(name);
	for (size_t i = 0; i < sample->n && exact == HO_COLUMN_NONE; i++)
		if (sample->names[i].len == len && strncasecmp(sample->names[i].ptr, name, len) == 0)
			exact = i;
	return exact;
}

static size_t find_known(const struct ho_columns_sample *sample, const char *const *names, size_t n, size_t not_this)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = find_any_case(sample, names[i]);
		if (at != HO_COLUMN_NONE && at != not_this)
			return at;
	}
	return HO_COLUMN_NONE;
}

bool ho_columns_plain(const struct ho_columns_sample *sample, const struct ho_rows_options *options)
{
	for (size_t i = 0; i < options->texts; i++)
		if (find_exact(sample, options->text[i]) == HO_COLUMN_NONE)
			return false;
	const char *const named[] = {options->target, options->group, options->time};
	for (size_t i = 0; i < COUNT(named); i++)
		if (named[i] && find_exact(sample, named[i]) == HO_COLUMN_NONE)
			return false;
	size_t target = options->target ? find_exact(sample, options->target)
	                                : find_known(sample, target_names, COUNT(target_names), HO_COLUMN_NONE);
	if (options->want_labels && target == HO_COLUMN_NONE)
		return false;
	return options->texts || sample->n == 1 ||
	       find_known(sample, text_names, COUNT(text_names), target) != HO_COLUMN_NONE;
}

/* Names in messages: one line, no control characters. */
static enum ho_status add_name(struct ho_buf *out, struct ho_slice name, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t shown = name.len < 60 ? name.len : 60;
	while (shown && shown < name.len && ((unsigned char)name.ptr[shown] & 0xC0) == 0x80)
		shown--;
	for (size_t i = 0; i < shown && status == HO_OK; i++) {
		char c = (unsigned char)name.ptr[i] < 0x20 ? ' ' : name.ptr[i];
		status = ho_buf_add(out, &c, 1, err);
	}
	return status || shown == name.len ? status : ho_buf_add(out, "...", 3, err);
}

bool ho_columns_is_sentence(struct ho_slice name)
{
	size_t words = 0;
	for (size_t i = 0; i < name.len; i++)
		words += name.ptr[i] == ' ' && i && name.ptr[i - 1] != ' ';
	return name.len > NAME_BYTES_MAX || words + 1 >= NAME_WORDS;
}

enum ho_status ho_columns_list(struct ho_buf *out, const struct ho_slice *names, size_t n, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t start = out->len;
	for (size_t i = 0; i < n; i++)
		if (ho_columns_is_sentence(names[i]))
			return ho_buf_printf(out, err, "%s, and the first line does not look like a header",
			                     ho_show_counted(n, "column").text);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		if (i && out->len - start > 200)
			return ho_buf_printf(out, err, " and %zu more", n - i);
		if (i)
			status = ho_buf_add(out, ", ", 2, err);
		if (status == HO_OK)
			status = add_name(out, names[i], err);
	}
	return status;
}

/* Levenshtein's distance of two short names, case ignored; 99 for long ones. */
static size_t distance(struct ho_slice a, const char *b)
{
	size_t row[33], n = strlen(b);
	if (a.len > 32 || n > 32)
		return 99;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t up = row[j], change = diagonal + (strncasecmp(a.ptr + i - 1, b + j - 1, 1) != 0);
			size_t least = up < row[j - 1] ? up + 1 : row[j - 1] + 1;
			row[j] = change < least ? change : least;
			diagonal = up;
		}
	}
	return row[n];
}

static enum ho_status fail_missing(const struct ho_columns_sample *sample, const char *name, struct ho_error *err)
{
	struct ho_buf message;
	size_t best = HO_COLUMN_NONE, least = strlen(name) > 4 ? 3 : 2;
	ho_buf_init(&message, 4096);
	for (size_t i = 0; i < sample->n; i++)
		if (!ho_columns_is_sentence(sample->names[i]) && distance(sample->names[i], name) < least) {
			best = i;
			least = distance(sample->names[i], name);
		}
	enum ho_status status = ho_buf_printf(&message, err, "no column '%.60s'", name);
	if (status == HO_OK && best != HO_COLUMN_NONE) {
		status = ho_buf_add(&message, "; did you mean '", 16, err);
		if (status == HO_OK)
			status = add_name(&message, sample->names[best], err);
		if (status == HO_OK)
			status = ho_buf_add(&message, "'?", 2, err);
	}
	if (status == HO_OK)
		status = ho_buf_printf(&message, err, "; there are: ");
	if (status == HO_OK)
		status = ho_columns_list(&message, sample->names, sample->n, err);
	if (status == HO_OK)
		status = ho_fail(err, HO_ENOTFOUND, "%s", message.data);
	ho_buf_release(&message);
	return status;
}

static enum ho_status find_named(size_t *out, const struct ho_columns_sample *sample, const char *name,
                                 struct ho_error *err)
{
	*out = name ? find_exact(sample, name) : HO_COLUMN_NONE;
	return name && *out == HO_COLUMN_NONE ? fail_missing(sample, name, err) : HO_OK;
}

static enum ho_status fail_unclear(const struct ho_columns_sample *sample, const char *what, struct ho_error *err)
{
	struct ho_buf list;
	ho_buf_init(&list, 4096);
	enum ho_status status = ho_columns_list(&list, sample->names, sample->n, err);
	if (status == HO_OK)
		status = ho_fail(err, HO_EINVAL, "%s; there are: %s", what, list.data ? list.data : "none");
	ho_buf_release(&list);
	return status;
}

static bool looks_like_number(struct ho_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("0123456789.,+-eE:/ TZ", s.ptr[i]) || !s.ptr[i])
			return false;
	return true;
}

/* Mean length of a column's distinct values that are more than numbers and dates, over all sampled rows. */
static enum ho_status weigh(const struct ho_columns_sample *sample, size_t column, double *mean, struct ho_error *err)
{
	struct ho_map seen;
	uint32_t index;
	size_t bytes = 0;
	enum ho_status status = HO_OK;
	ho_map_init(&seen);
	for (size_t i = 0; i < sample->rows && status == HO_OK; i++) {
		const struct ho_record *record = &sample->records[i];
		uint32_t before = seen.n;
		if (column >= record->n || looks_like_number(record->fields[column]))
			continue;
		status = ho_map_add(&index, &seen, record->fields[column], err);
		bytes += seen.n > before ? record->fields[column].len : 0;
	}
	*mean = sample->rows ? (double)bytes / (double)sample->rows : 0;
	ho_map_release(&seen);
	return status;
}

static bool is_taken(const struct ho_rows_columns *columns, size_t i)
{
	return i == columns->target || i == columns->id || i == columns->group || i == columns->time;
}

static enum ho_status longest(struct ho_rows_columns *columns, const struct ho_columns_sample *sample, size_t *out,
                              struct ho_error *err)
{
	double best = 0, mean;
	enum ho_status status = HO_OK;
	*out = HO_COLUMN_NONE;
	for (size_t i = 0; i < sample->n && status == HO_OK; i++) {
		if (is_taken(columns, i))
			continue;
		status = weigh(sample, i, &mean, err);
		if (status == HO_OK && mean > best) {
			best = mean;
			*out = i;
		}
	}
	return status;
}

static enum ho_status tell_guess(struct ho_notes *notes, const struct ho_columns_sample *sample, size_t column,
                                 const char *what, const char *how, struct ho_error *err)
{
	struct ho_slice name = sample->names[column];
	if (ho_columns_is_sentence(name))
		return ho_notes_add(
		    notes, HO_NOTE_COLUMN, 1, err,
		    "%s is column %zu%s; the first line does not look like a header, and was taken for one.", what,
		    column + 1, how);
	return ho_notes_add(notes, HO_NOTE_COLUMN, 1, err, "%s is column '%.*s'%s.", what,
	                    (int)(name.len < 100 ? name.len : 100), name.ptr, how);
}

static enum ho_status choose_text(struct ho_rows_columns *out, const struct ho_columns_sample *sample,
                                  const struct ho_rows_options *options, struct ho_notes *notes, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	if (options->texts > COUNT(out->text))
		return ho_fail(err, HO_EINVAL, "more than %zu text columns", COUNT(out->text));
	for (size_t i = 0; i < options->texts && status == HO_OK; i++) {
		status = find_named(&out->text[i], sample, options->text[i], err);
		if (status == HO_OK && out->text[i] == out->target && options->want_labels)
			status =
			    ho_fail(err, HO_EINVAL, "column '%.60s' cannot be both text and target", options->text[i]);
	}
	if (status || options->texts) {
		out->texts = options->texts;
		return status;
	}
	const char *how = "";
	size_t column = sample->n == 1 ? 0 : find_known(sample, text_names, COUNT(text_names), out->target);
	if (column == HO_COLUMN_NONE) {
		how = ", which has the longest values; say --text if it is another";
		status = longest(out, sample, &column, err);
	}
	if (status == HO_OK && (column == HO_COLUMN_NONE || (column == out->target && options->want_labels)))
		return fail_unclear(sample, "cannot tell which column is the text; say --text COLUMN", err);
	out->text[0] = column;
	out->texts = 1;
	return status ? status : tell_guess(notes, sample, column, "The text", how, err);
}

static enum ho_status choose_target(struct ho_rows_columns *out, const struct ho_columns_sample *sample,
                                    const struct ho_rows_options *options, enum ho_format format,
                                    struct ho_notes *notes, struct ho_error *err)
{
	enum ho_status status = find_named(&out->target, sample, options->target, err);
	if (status || options->target)
		return status;
	size_t text = options->texts == 1 ? find_exact(sample, options->text[0]) : HO_COLUMN_NONE;
	out->target = find_known(sample, target_names, COUNT(target_names), text);
	if (out->target != HO_COLUMN_NONE && sample->n > 1)
		return options->want_labels ? tell_guess(notes, sample, out->target, "The target", "", err) : HO_OK;
	out->target = HO_COLUMN_NONE;
	if (!options->want_labels || options->labels_optional)
		return HO_OK;
	if (format == HO_FORMAT_FOLDER || format == HO_FORMAT_MAIL)
		return ho_fail(err, HO_EINVAL, "no labels: a folder needs one sub-folder per label, with files in it");
	return fail_unclear(sample, "cannot tell which column holds the labels; say --target COLUMN", err);
}

static bool has_digit(struct ho_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return true;
	return false;
}

/* A name that is a number or a date, or that stands among the column's own values, is no name. */
static bool is_data(const struct ho_columns_sample *sample, size_t column)
{
	struct ho_slice name = sample->names[column];
	size_t times = 0;
	for (size_t i = 0; i < sample->rows && name.len; i++)
		times += column < sample->records[i].n && ho_slice_equal(sample->records[i].fields[column], name);
	return times >= 2 || (name.len && looks_like_number(name) && has_digit(name));
}

/* A file without a header loses its first row to the names of its columns. */
static enum ho_status tell_header(const struct ho_rows_columns *columns, const struct ho_columns_sample *sample,
                                  enum ho_format format, struct ho_notes *notes, struct ho_error *err)
{
	bool told = columns->texts && ho_columns_is_sentence(sample->names[columns->text[0]]);
	if ((format != HO_FORMAT_CSV && format != HO_FORMAT_TSV) || told)
		return HO_OK;
	for (size_t i = 0; i < sample->n; i++)
		if (is_data(sample, i))
			return ho_notes_add(
			    notes, HO_NOTE_FORMAT, 1, err,
			    "The first line was taken for a header and looks like data (column %zu); if it "
			    "is a row, put a line of column names before it.",
			    i + 1);
	return HO_OK;
}

enum ho_status ho_columns_choose(struct ho_rows_columns *out, const struct ho_columns_sample *sample,
                                 const struct ho_rows_options *options, enum ho_format format, struct ho_notes *notes,
                                 struct ho_error *err)
{
	*out = (struct ho_rows_columns){.target = HO_COLUMN_NONE, .group = HO_COLUMN_NONE, .time = HO_COLUMN_NONE};
	out->id = find_exact(sample, "id");
	enum ho_status status = find_named(&out->group, sample, options->group, err);
	if (status == HO_OK)
		status = find_named(&out->time, sample, options->time, err);
	if (status == HO_OK)
		status = choose_target(out, sample, options, format, notes, err);
	if (status == HO_OK)
		status = choose_text(out, sample, options, notes, err);
	return status ? status : tell_header(out, sample, format, notes, err);
}
