#include "table/jsonarray.h"

#include "table/reader.h"

void ho_json_array_init(struct ho_json_array *array, struct ho_stream *stream)
{
	*array = (struct ho_json_array){.stream = stream};
	ho_buf_init(&array->value, HO_RECORD_MAX + 1);
}

void ho_json_array_release(struct ho_json_array *array)
{
	ho_buf_release(&array->value);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Depth and strings are all that has to be known: a comma or bracket outside of both ends a value. Whether the value
 * itself is JSON is for whoever parses it. */
static bool ends_value(struct ho_json_array *array, char c)
{
	if (array->in_string) {
		array->in_string = array->escaped || c != '"';
		array->escaped = !array->escaped && c == '\\';
		return false;
	}
	if (c == '"') {
		array->in_string = true;
	} else if (c == '{' || c == '[') {
		array->depth++;
	} else if ((c == '}' || c == ']') && array->depth) {
		array->depth--;
	} else if (!array->depth && (c == ',' || c == ']')) {
		array->ended = c == ']';
		return true;
	}
	return false;
}

/* Bytes of the piece up to the end of the value, the comma or bracket excluded; *whole false: it goes on. */
static size_t scan(struct ho_json_array *array, bool *whole)
{
	size_t n = 0;
	*whole = false;
	for (; n < array->piece.len && !*whole; n++) {
		char c = array->piece.ptr[n];
		array->stream->line += c == '\n';
		*whole = ends_value(array, c);
	}
	return *whole ? n - 1 : n;
}

static void drop(struct ho_json_array *array, size_t n)
{
	array->piece.ptr += n;
	array->piece.len -= n;
}

/* Blanks, and the bracket that opens the array. */
static void skip(struct ho_json_array *array)
{
	while (array->piece.len && (is_blank(*array->piece.ptr) || (!array->begun && *array->piece.ptr == '['))) {
		array->begun |= *array->piece.ptr == '[';
		array->stream->line += *array->piece.ptr == '\n';
		drop(array, 1);
	}
}

static enum ho_status keep(struct ho_json_array *array, size_t n, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	array->too_long |= n > HO_RECORD_MAX - array->value.len;
	if (!array->too_long)
		status = ho_buf_add(&array->value, array->piece.ptr, n, err);
	return status;
}

/* Collect one value. */
static enum ho_status collect(struct ho_json_array *array, bool *whole, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	ho_buf_reset(&array->value);
	array->too_long = *whole = false;
	while (status == HO_OK && !*whole) {
		if (array->piece.len == 0) {
			status = ho_stream_piece(array->stream, &array->piece, err);
			if (status || array->piece.len == 0)
				return status;
		}
		if (array->value.len == 0 && !array->too_long) {
			skip(array);
			array->line = array->stream->line + 1;
		}
		size_t n = scan(array, whole);
		status = keep(array, n, err);
		drop(array, n + *whole);
	}
	return status;
}

/* One array is all there may be; lines behind it must not vanish without a word. */
static enum ho_status look_behind(struct ho_json_array *array, struct ho_slice *value, const char **why,
                                  struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && !array->all_seen) {
		while (array->piece.len && is_blank(*array->piece.ptr))
			drop(array, 1);
		if (array->piece.len) {
			array->all_seen = true;
			array->line = array->stream->line + 1;
			*value = array->piece;
			*why = "something follows the end of the array; one array, or one object a line, can be read";
			return HO_OK;
		}
		status = ho_stream_piece(array->stream, &array->piece, err);
		array->all_seen = array->piece.len == 0;
	}
	return status;
}

enum ho_status ho_json_array_next(struct ho_json_array *array, struct ho_slice *value, const char **why,
                                  struct ho_error *err)
{
	bool whole = false;
	*value = ho_slice(NULL, 0);
	*why = NULL;
	while (!array->ended) {
		enum ho_status status = collect(array, &whole, err);
		if (status)
			return status;
		array->ended |= !whole;
		*value = ho_slice_trim(ho_buf_slice(&array->value));
		if (!whole) {
			*why = "the file ends within the array; is it cut?";
			*value = ho_slice("", 1);
		} else if (array->too_long) {
			*why = "longer than the allowed 64 MiB";
		}
		if (value->len)
			return HO_OK;
	}
	return look_behind(array, value, why, err);
}
