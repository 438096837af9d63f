/*
 * One JSON object a line, among them the exports of Prodigy and doccano; or one array of objects. Keys are columns, in
 * order of appearance; an object under a key gives key.inner columns (one level), deeper things are kept as compact
 * JSON; null is a missing field.
 */
#include <inttypes.h>
#include <jansson.h>

#include "base/alloc.h"
#include "table/format.h"
#include "table/jsonarray.h"
#include "text/utf8.h"

struct jsonl_state {
	json_t *object;          /* of the record handed out: its strings are borrowed */
	struct ho_arena scratch; /* what had to be rendered */
	struct ho_buf key, repaired;
	bool waiting;   /* the first record was read by open() already */
	uint8_t *kinds; /* [kinds_cap] enum ho_field_kind of reader->fields */
	size_t kinds_cap;
	bool is_array; /* the file is one array */
	struct ho_json_array array;
	uint64_t line; /* the record starts on */
};

/* Why a row is no good, or NULL; `status` is trouble that ends the reading. */
struct verdict {
	enum ho_status status;
	const char *reason;
	bool left_out;
};

static bool hex4(const char *s, size_t len, unsigned *value)
{
	*value = 0;
	if (len < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)s[i], low = c | 0x20;
		if (c >= '0' && c <= '9')
			*value = *value * 16 + (c - '0');
		else if (low >= 'a' && low <= 'f')
			*value = *value * 16 + (low - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* The escape at s is \uXXXX with half a surrogate pair and without its other half behind it. *len: bytes of the escape
 * or the pair. */
static bool is_lone_surrogate(const char *s, size_t left, size_t *len)
{
	unsigned high, low;
	*len = 2;
	if (left < 6 || s[1] != 'u' || !hex4(s + 2, left - 2, &high))
		return false;
	*len = 6;
	if (high < 0xD800 || high > 0xDFFF)
		return false;
	if (high < 0xDC00 && left >= 12 && s[6] == '\\' && s[7] == 'u' && hex4(s + 8, left - 8, &low) &&
	    low >= 0xDC00 && low <= 0xDFFF) {
		*len = 12;
		return false;
	}
	return true;
}

/* Copy the line with every lone surrogate as \ufffd. Backslashes occur only within strings, so no parsing is needed. */
static enum ho_status repair_surrogates(struct ho_buf *out, struct ho_slice line, bool *any, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*any = false;
	for (size_t at = 0, n; at < line.len && status == HO_OK; at += n) {
		const char *slash = memchr(line.ptr + at, '\\', line.len - at);
		n = slash ? (size_t)(slash - line.ptr) - at : line.len - at;
		if (n == 0 && is_lone_surrogate(slash, line.len - at, &n)) {
			*any = true;
			status = ho_buf_add(out, "\\ufffd", 6, err);
			continue;
		}
		if (n > line.len - at)
			n = line.len - at;
		status = ho_buf_add(out, line.ptr + at, n, err);
	}
	return status;
}

static json_t *load(struct ho_slice line, size_t flags, json_error_t *why)
{
	return json_loadb(line.ptr, line.len, JSON_ALLOW_NUL | flags, why);
}

static struct verdict parse(struct ho_reader *reader, struct jsonl_state *state, struct ho_slice line,
                            struct ho_error *err)
{
	json_error_t why;
	bool lone = false;
	state->object = load(line, 0, &why);
	if (!state->object && json_error_code(&why) == json_error_invalid_syntax && memchr(line.ptr, '\\', line.len)) {
		ho_buf_reset(&state->repaired);
		enum ho_status status = repair_surrogates(&state->repaired, line, &lone, err);
		if (status)
			return (struct verdict){status, NULL, false};
		if (lone)
			state->object = load(ho_buf_slice(&state->repaired), 0, &why);
	}
	if (!state->object && json_error_code(&why) == json_error_numeric_overflow)
		state->object = load(lone ? ho_buf_slice(&state->repaired) : line, JSON_DECODE_INT_AS_REAL, &why);
	reader->counts[HO_COUNT_LONE_SURROGATE] += lone && state->object;
	if (!state->object && json_error_code(&why) == json_error_out_of_memory)
		return (struct verdict){ho_fail_nomem(err), NULL, false};
	if (line.ptr[0] == '[')
		return (struct verdict){HO_OK,
		                        state->is_array
		                            ? "is a list and not an object"
		                            : "is a JSON array among lines; write one object a line (jq -c '.[]')",
		                        false};
	if (!state->object)
		return (struct verdict){HO_OK, "not valid JSON", false};
	if (!json_is_object(state->object))
		return (struct verdict){HO_OK, "is JSON but not an object", false};
	return (struct verdict){HO_OK, NULL, false};
}

/* Strings are clean already but for NUL, which JSON can spell. */
static enum ho_status string_field(struct jsonl_state *state, struct ho_slice *out, struct ho_slice s,
                                   struct ho_error *err)
{
	*out = s;
	if (ho_utf8_is_clean(s))
		return HO_OK;
	ho_buf_reset(&state->repaired);
	enum ho_status status = ho_utf8_repair(&state->repaired, s, NULL, err);
	if (status)
		return status;
	*out = ho_arena_copy(&state->scratch, ho_buf_slice(&state->repaired));
	return out->ptr ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status number_field(struct jsonl_state *state, struct ho_slice *out, const json_t *value,
                                   struct ho_error *err)
{
	char text[64];
	if (json_is_integer(value)) {
		(void)snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else {
		double x = json_real_value(value);
		(void)snprintf(text, sizeof text, "%.15g", x);
		if (strtod(text, NULL) != x)
			(void)snprintf(text, sizeof text, "%.17g", x);
	}
	*out = ho_arena_copy(&state->scratch, ho_slice_str(text));
	return out->ptr ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status nested_field(struct jsonl_state *state, struct ho_slice *out, const json_t *value,
                                   struct ho_error *err)
{
	size_t need = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
	char *text = ho_arena_alloc(&state->scratch, need + 1, 1);
	if (!text)
		return ho_fail_nomem(err);
	size_t len = json_dumpb(value, text, need, JSON_COMPACT | JSON_ENCODE_ANY);
	*out = ho_slice(text, len <= need ? len : 0);
	return HO_OK;
}

static enum ho_status field_of(struct jsonl_state *state, struct ho_slice *out, const json_t *value,
                               struct ho_error *err)
{
	*out = ho_slice(NULL, 0);
	switch (json_typeof(value)) {
	case JSON_STRING:
		return string_field(state, out, ho_slice(json_string_value(value), json_string_length(value)), err);
	case JSON_INTEGER:
	case JSON_REAL:
		return number_field(state, out, value, err);
	case JSON_TRUE:
	case JSON_FALSE:
		*out = ho_slice_str(json_is_true(value) ? "true" : "false");
		return HO_OK;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return nested_field(state, out, value, err);
	case JSON_NULL:
		break;
	}
	return HO_OK;
}

/* Index of the column of that name, which is made if need be; HO_MAP_NONE when there are too many. */
static enum ho_status column_of(struct ho_reader *reader, struct ho_slice name, uint32_t *index, struct ho_error *err)
{
	uint32_t before = reader->columns.n;
	*index = ho_map_find(&reader->columns, name);
	if (*index != HO_MAP_NONE)
		return HO_OK;
	if (before >= HO_COLUMNS_MAX) {
		reader->counts[HO_COUNT_KEYS_DROPPED]++;
		return HO_OK;
	}
	if (ho_grow(&reader->fields, &reader->fields_cap, (size_t)before + 1, sizeof *reader->fields))
		return ho_fail_nomem(err);
	enum ho_status status = ho_map_add(index, &reader->columns, name, err);
	if (status == HO_OK)
		reader->fields[*index] = ho_slice(NULL, 0);
	return status;
}

static enum ho_status set_kind(struct jsonl_state *state, uint32_t index, const json_t *value, struct ho_error *err)
{
	size_t had = state->kinds_cap;
	if (ho_grow(&state->kinds, &state->kinds_cap, (size_t)index + 1, 1))
		return ho_fail_nomem(err);
	memset(state->kinds + had, HO_FIELD_STRING, state->kinds_cap - had);
	state->kinds[index] = json_is_string(value) || json_is_null(value) ? HO_FIELD_STRING
	                      : json_is_number(value)                      ? HO_FIELD_NUMBER
	                                                                   : HO_FIELD_OTHER;
	return HO_OK;
}

static enum ho_status set_field(struct ho_reader *reader, struct ho_slice name, const json_t *value,
                                struct ho_error *err)
{
	uint32_t index;
	enum ho_status status = column_of(reader, name, &index, err);
	if (status || index == HO_MAP_NONE)
		return status;
	status = set_kind(reader->state, index, value, err);
	return status ? status : field_of(reader->state, &reader->fields[index], value, err);
}

/* `labels`, `label` and Prodigy's `accept` as arrays: the first counts. Spans ([[0, 3, "x"]]) are no label of a text.
 */
static enum ho_status set_label(struct ho_reader *reader, struct ho_slice name, const json_t *array,
                                const char **reason, struct ho_error *err)
{
	const json_t *first = json_array_get(array, 0);
	if (first && (json_is_array(first) || json_is_object(first))) {
		*reason = "the label is a list of spans, not the label of a text";
		return HO_OK;
	}
	reader->counts[HO_COUNT_SEVERAL_LABELS] += json_array_size(array) > 1;
	json_t *none = json_null();
	return set_field(reader, name, first ? first : none, err);
}

static enum ho_status set_inner(struct ho_reader *reader, struct ho_slice key, json_t *object, struct ho_error *err)
{
	struct jsonl_state *state = reader->state;
	const char *inner;
	size_t len;
	json_t *value;
	uint32_t whole = ho_map_find(&reader->columns, key);
	/* Elsewhere a string stands under this key. */
	enum ho_status status = whole == HO_MAP_NONE ? HO_OK : set_kind(state, whole, object, err);
	if (status)
		return status;
	json_object_keylen_foreach(object, inner, len, value)
	{
		ho_buf_reset(&state->key);
		status = ho_buf_add(&state->key, key.ptr, key.len, err);
		if (status == HO_OK)
			status = ho_buf_add(&state->key, ".", 1, err);
		if (status == HO_OK)
			status = ho_buf_add(&state->key, inner, len, err);
		if (status == HO_OK)
			status = set_field(reader, ho_buf_slice(&state->key), value, err);
		if (status)
			break;
	}
	return status;
}

/* Prodigy marks each task with the annotator's answer; only accepted ones say something about the label. */
static bool is_not_accepted(const struct ho_reader *reader, const json_t *object)
{
	const char *answer = json_string_value(json_object_get(object, "answer"));
	if (!answer || reader->options.keep_answers)
		return false;
	if (!json_object_get(object, "label") && !json_object_get(object, "accept") &&
	    !json_object_get(object, "_task_hash"))
		return false;
	return strcmp(answer, "reject") == 0 || strcmp(answer, "ignore") == 0;
}

static enum ho_status set_key(struct ho_reader *reader, struct ho_slice key, json_t *value, const char **reason,
                              struct ho_error *err)
{
	bool choice =
	    ho_slice_is(key, "accept") && !json_object_get(((struct jsonl_state *)reader->state)->object, "label");
	if (json_is_array(value) && (ho_slice_is(key, "label") || ho_slice_is(key, "labels") || choice))
		return set_label(reader, choice ? ho_slice_str("label") : key, value, reason, err);
	if (ho_slice_is(key, "id") && (json_is_array(value) || json_is_object(value))) {
		reader->counts[HO_COUNT_ID_NESTED]++;
		if (json_is_array(value))
			return HO_OK;
	}
	if (json_is_object(value) && json_object_size(value))
		return set_inner(reader, key, value, err);
	return set_field(reader, key, value, err);
}

static struct verdict take_object(struct ho_reader *reader, struct jsonl_state *state, struct ho_error *err)
{
	struct verdict verdict = {HO_OK, NULL, false};
	const char *key;
	size_t len;
	json_t *value;
	if (is_not_accepted(reader, state->object)) {
		reader->counts[HO_COUNT_ANSWER_NOT_ACCEPT]++;
		verdict.left_out = true;
		return verdict;
	}
	verdict.status = ho_reader__clear_fields(reader, reader->columns.n, err);
	if (state->kinds_cap)
		memset(state->kinds, HO_FIELD_STRING, state->kinds_cap);
	json_object_keylen_foreach(state->object, key, len, value)
	{
		if (verdict.status || verdict.reason)
			break;
		verdict.status = set_key(reader, ho_slice(key, len), value, &verdict.reason, err);
	}
	return verdict;
}

static void forget(struct jsonl_state *state)
{
	json_decref(state->object);
	state->object = NULL;
	ho_arena_reset(&state->scratch);
}

/* The next object as it is written, from a line or from the array; *reason says why it cannot be read. */
static enum ho_status next_value(struct ho_reader *reader, struct jsonl_state *state, struct ho_slice *text,
                                 const char **reason, struct ho_error *err)
{
	enum ho_status status;
	*reason = NULL;
	if (!state->is_array) {
		status = ho_reader__next_line(reader, text, err);
		state->line = reader->stream.line;
		return status;
	}
	status = ho_json_array_next(&state->array, text, reason, err);
	state->line = state->array.line;
	reader->row += status == HO_OK && text->len;
	return status;
}

static enum ho_status read_good(struct ho_reader *reader, struct jsonl_state *state, bool *more, struct ho_error *err)
{
	for (;;) {
		struct ho_slice text;
		struct verdict verdict = {HO_OK, NULL, false};
		forget(state);
		enum ho_status status = next_value(reader, state, &text, &verdict.reason, err);
		*more = text.len > 0;
		if (status || !*more)
			return status;
		if (!verdict.reason)
			verdict = parse(reader, state, text, err);
		if (!verdict.status && !verdict.reason)
			verdict = take_object(reader, state, err);
		if (verdict.status || !(verdict.reason || verdict.left_out))
			return verdict.status;
		if (verdict.reason)
			status = ho_reader__reject(reader, state->line, 0, err, "%s", verdict.reason);
		if (status)
			return status;
	}
}

/* A line that is an array is only one of many bad lines, unless the file begins with it. */
static enum ho_status look_for_array(struct ho_reader *reader, struct jsonl_state *state, struct ho_error *err)
{
	struct ho_slice ahead;
	enum ho_status status = ho_stream_peek(&reader->stream, &ahead, err);
	ho_json_array_init(&state->array, &reader->stream);
	if (status)
		return status;
	ahead = ho_slice_trim(ahead);
	state->is_array = ahead.len && ahead.ptr[0] == '[';
	if (state->is_array)
		return ho_notes_add(&reader->notes, HO_NOTE_FORMAT, 1, err, "The file is one JSON array.");
	return HO_OK;
}

static enum ho_status jsonl_open(struct ho_reader *reader, struct ho_error *err)
{
	struct jsonl_state *state = ho_calloc(1, sizeof *state);
	if (!state)
		return ho_fail_nomem(err);
	reader->state = state;
	ho_arena_init(&state->scratch, 8 * HO_RECORD_MAX);
	ho_buf_init(&state->key, 2 * HO_RECORD_MAX + 1);
	ho_buf_init(&state->repaired, 3 * HO_RECORD_MAX);
	enum ho_status status = look_for_array(reader, state, err);
	if (status == HO_OK)
		status = read_good(reader, state, &state->waiting, err);
	if (status || state->waiting)
		return status;
	if (reader->rejects)
		return ho_fail(err, HO_EFORMAT, "no %s could be read as JSON%s; the first: %s",
		               state->is_array ? "element" : "line", state->is_array ? "" : "L",
		               reader->first[0].reason);
	if (reader->counts[HO_COUNT_ANSWER_NOT_ACCEPT])
		return ho_fail(err, HO_EFORMAT, "no row with answer \"accept\"");
	return ho_fail(err, HO_EFORMAT, "the file is empty");
}

static enum ho_status jsonl_next(struct ho_reader *reader, struct ho_record *record, bool *more, struct ho_error *err)
{
	struct jsonl_state *state = reader->state;
	*more = true;
	enum ho_status status = state->waiting ? HO_OK : read_good(reader, state, more, err);
	state->waiting = false;
	if (status == HO_OK && *more)
		*record = (struct ho_record){.fields = reader->fields,
		                             .n = reader->columns.n,
		                             .row = reader->row,
		                             .line = state->line,
		                             .file = reader->file,
		                             .kinds = state->kinds_cap < reader->columns.n ? NULL : state->kinds};
	return status;
}

static void jsonl_close(struct ho_reader *reader)
{
	struct jsonl_state *state = reader->state;
	if (!state)
		return;
	json_decref(state->object);
	ho_arena_release(&state->scratch);
	ho_json_array_release(&state->array);
	ho_free(state->kinds);
	ho_buf_release(&state->key);
	ho_buf_release(&state->repaired);
	ho_free(state);
	reader->state = NULL;
}

const struct ho_format_ops ho_format_jsonl = {jsonl_open, jsonl_next, jsonl_close, NULL};
