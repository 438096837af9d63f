/* fastText lines: `__label__x __label__y the text`. */
#include "base/alloc.h"
#include "table/format.h"

static const char prefix[] = "__label__";
enum { PREFIX = sizeof prefix - 1, TEXT = 0, LABEL = 1 };

static enum ho_status fasttext_open(struct ho_reader *reader, struct ho_error *err)
{
	struct ho_slice ahead;
	enum ho_status status = ho_stream_peek(&reader->stream, &ahead, err);
	if (status == HO_OK && ahead.len == 0)
		return ho_fail(err, HO_EFORMAT, "the file is empty");
	if (status == HO_OK)
		status = ho_reader__add_column(reader, ho_slice_str("text"), err);
	if (status == HO_OK)
		status = ho_reader__add_column(reader, ho_slice_str("label"), err);
	return status ? status : ho_reader__clear_fields(reader, 2, err);
}

static struct ho_slice first_word(struct ho_slice text)
{
	size_t n = 0;
	while (n < text.len && text.ptr[n] != ' ' && text.ptr[n] != '\t')
		n++;
	return ho_slice(text.ptr, n);
}

/* Labels stand in front of the text. */
static void split_line(struct ho_reader *reader, struct ho_slice text)
{
	size_t labels = 0;
	reader->fields[LABEL] = ho_slice(NULL, 0);
	while (text.len > PREFIX && memcmp(text.ptr, prefix, PREFIX) == 0) {
		struct ho_slice word = first_word(text);
		if (labels++ == 0)
			reader->fields[LABEL] = ho_slice(word.ptr + PREFIX, word.len - PREFIX);
		text = ho_slice_trim(ho_slice(text.ptr + word.len, text.len - word.len));
	}
	reader->counts[HO_COUNT_SEVERAL_LABELS] += labels > 1;
	reader->fields[TEXT] = text;
}

static enum ho_status fasttext_next(struct ho_reader *reader, struct ho_record *record, bool *more,
                                    struct ho_error *err)
{
	struct ho_slice text;
	enum ho_status status = ho_reader__next_line(reader, &text, err);
	*more = text.len > 0;
	if (status || !*more)
		return status;
	split_line(reader, text);
	*record = (struct ho_record){
	    .fields = reader->fields, .n = 2, .row = reader->row, .line = reader->stream.line, .file = reader->file};
	return HO_OK;
}

static void fasttext_close(struct ho_reader *reader)
{
	(void)reader;
}

const struct ho_format_ops ho_format_fasttext = {fasttext_open, fasttext_next, fasttext_close, NULL};
