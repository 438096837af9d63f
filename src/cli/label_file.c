#include "label_file.h"

#include "base/alloc.h"
#include "base/file.h"
#include "text/utf8.h"

void label_file_release(struct label_file *file)
{
	ho_map_release(&file->labels);
	ho_arena_release(&file->arena);
	ho_free(file->described);
}

static struct ho_slice trimmed(struct ho_slice text)
{
	while (text.len && strchr(" \t\r", text.ptr[text.len - 1]))
		text.len--;
	while (text.len && strchr(" \t\r", text.ptr[0]))
		text = ho_slice(text.ptr + 1, text.len - 1);
	return text;
}

/* The name of a label in words: its underscores and the like become blanks. */
static enum ho_status describe(struct label_file *out, uint32_t label, struct ho_slice words, struct ho_error *err)
{
	if (ho_grow(&out->described, &out->cap, out->n + 1, sizeof *out->described))
		return ho_fail_nomem(err);
	struct ho_described *described = &out->described[out->n++];
	described->label = label;
	if (words.len) {
		described->text = ho_arena_copy(&out->arena, words);
		return described->text.ptr ? HO_OK : ho_fail_nomem(err);
	}
	return ho_label_in_words(&described->text, &out->arena, out->labels.keys[label], err);
}

static enum ho_status add_line(struct label_file *out, struct ho_slice line, size_t number, struct ho_error *err)
{
	const char *tab = memchr(line.ptr, '\t', line.len);
	struct ho_slice name = trimmed(ho_slice(line.ptr, tab ? (size_t)(tab - line.ptr) : line.len));
	struct ho_slice words =
	    tab ? trimmed(ho_slice(tab + 1, line.len - (size_t)(tab - line.ptr) - 1)) : ho_slice("", 0);
	uint32_t label;
	if (!name.len && !words.len)
		return HO_OK;
	if (!name.len)
		return ho_fail(err, HO_EFORMAT, "line %zu has a description and no label before the tab", number);
	if (name.len > LABEL_BYTES_MAX || memchr(name.ptr, '\0', name.len) || !ho_utf8_is_clean(line))
		return ho_fail(err, HO_EFORMAT, "the label of line %zu is longer than %d bytes or no UTF-8", number,
		               LABEL_BYTES_MAX);
	enum ho_status status = ho_map_add(&label, &out->labels, name, err);
	return status ? status : describe(out, label, words, err);
}

static enum ho_status add_lines(struct label_file *out, struct ho_slice bytes, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	if (bytes.len > LABEL_FILE_BYTES_MAX)
		return ho_fail(err, HO_EFORMAT, "it has more than 1 MiB, far too much for a list of labels");
	for (size_t number = 1; bytes.len && status == HO_OK; number++) {
		const char *feed = memchr(bytes.ptr, '\n', bytes.len);
		size_t len = feed ? (size_t)(feed - bytes.ptr) : bytes.len, taken = feed ? len + 1 : len;
		status = len ? add_line(out, ho_slice(bytes.ptr, len), number, err) : HO_OK;
		bytes = ho_slice(bytes.ptr + taken, bytes.len - taken);
	}
	if (status == HO_OK && out->labels.n < 2)
		status = ho_fail(err, HO_EFORMAT, "it names %u label%s; two at least are needed, one a line",
		                 out->labels.n, out->labels.n == 1 ? "" : "s");
	return status;
}

enum ho_status label_file_read(struct label_file *out, const char *path, struct ho_error *err)
{
	struct ho_mapping file;
	*out = (struct label_file){.n = 0};
	ho_map_init(&out->labels);
	ho_arena_init(&out->arena, SIZE_MAX);
	enum ho_status status = ho_mapping_open(&file, path, err);
	if (status)
		return status;
	status = add_lines(out, file.bytes, err);
	ho_mapping_close(&file);
	if (status)
		ho_error_at(err, "%s", path);
	return status;
}
