#include "answer_line.h"

#include <inttypes.h>

#include "base/alloc.h"

/* Bytes of "0.123456". */
enum { DECIMALS = 6, NUMBER = DECIMALS + 2 };

/* Bytes of a JSON string at worst: every byte as \u00XX, and the quotes. */
static size_t quoted_room(size_t len)
{
	return 6 * len + 2;
}

static char *quote(char *at, struct ho_slice text)
{
	static const char hex[] = "0123456789abcdef";
	*at++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
			*at++ = (char)c;
		} else if (c == '"' || c == '\\') {
			*at++ = '\\';
			*at++ = (char)c;
		} else {
			memcpy(at, "\\u00", 4);
			at[4] = hex[c >> 4];
			at[5] = hex[c & 15];
			at += 6;
		}
	}
	*at++ = '"';
	return at;
}

enum ho_status cli_line_quote(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	enum ho_status status = ho_buf_reserve(out, quoted_room(text.len), err);
	if (status == HO_OK)
		out->len = (size_t)(quote(out->data + out->len, text) - out->data);
	return status;
}

enum ho_status cli_lines_init(struct cli_lines *out, const struct ho_model *model, struct ho_error *err)
{
	uint32_t K = ho_model_label_count(model);
	*out = (struct cli_lines){model, ho_calloc(K, sizeof *out->labels), ho_calloc(K, sizeof *out->lens), 2, K};
	if (!out->labels || !out->lens) {
		cli_lines_release(out);
		return ho_fail_nomem(err);
	}
	for (uint32_t k = 0; k < K; k++) {
		struct ho_slice name = ho_slice_str(ho_model_label(model, k));
		out->labels[k] = ho_alloc(quoted_room(name.len), 1);
		if (!out->labels[k]) {
			cli_lines_release(out);
			return ho_fail_nomem(err);
		}
		out->lens[k] = (size_t)(quote(out->labels[k], name) - out->labels[k]);
		out->scores_room += out->lens[k] + NUMBER + 2;
	}
	return HO_OK;
}

void cli_lines_release(struct cli_lines *lines)
{
	for (uint32_t k = 0; lines->labels && k < lines->K; k++)
		ho_free(lines->labels[k]);
	ho_free(lines->labels);
	ho_free(lines->lens);
	*lines = (struct cli_lines){.K = 0};
}

/* A probability with six decimals, rounded half up. */
static char *number(char *at, double p)
{
	uint32_t value = p >= 1 ? 1000000 : p > 0 ? (uint32_t)(p * 1e6 + 0.5) : 0;
	at[0] = (char)('0' + value / 1000000);
	at[1] = '.';
	value %= 1000000;
	for (int i = DECIMALS + 1; i >= 2; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + NUMBER;
}

static char *literal(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}
#define LITERAL(at, text) literal(at, text, sizeof(text) - 1)

static char *reason(char *at, enum ho_reason why)
{
	const char *name = ho_reason_name(why);
	if (!name)
		return LITERAL(at, "null");
	*at++ = '"';
	at = literal(at, name, strlen(name));
	*at++ = '"';
	return at;
}

enum ho_status cli_line_answer(struct ho_buf *out, const struct cli_lines *lines, struct ho_slice id,
			       const struct ho_answer *answer, struct ho_error *err)
{
	uint32_t label = answer->label_index;
	size_t fixed = 160; /* keys, decision, reason, confidence: 105 bytes at most */
	enum ho_status status = ho_buf_reserve(out, quoted_room(id.len) + lines->lens[label] + lines->scores_room + fixed, err);
	if (status)
		return status;
	char *at = LITERAL(out->data + out->len, "{\"id\":");
	at = quote(at, id);
	at = LITERAL(at, ",\"label\":");
	at = literal(at, lines->labels[label], lines->lens[label]);
	at = LITERAL(at, ",\"confidence\":");
	at = number(at, answer->confidence);
	at = answer->decision == HO_AUTO ? LITERAL(at, ",\"decision\":\"auto\",\"reason\":")
					 : LITERAL(at, ",\"decision\":\"human\",\"reason\":");
	at = reason(at, answer->reason);
	at = LITERAL(at, ",\"scores\":{");
	for (uint32_t k = 0; k < lines->K; k++) {
		if (k)
			*at++ = ',';
		at = literal(at, lines->labels[k], lines->lens[k]);
		*at++ = ':';
		at = number(at, answer->probabilities[k]);
	}
	at = LITERAL(at, "}}\n");
	out->len = (size_t)(at - out->data);
	return HO_OK;
}

enum ho_status cli_line_error(struct ho_buf *out, struct ho_slice id, const char *why, struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(out, err, "{\"id\":");
	if (status == HO_OK)
		status = cli_line_quote(out, id, err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err,
				       ",\"label\":null,\"confidence\":null,\"decision\":\"human\",\"reason\":null,\"scores\":null,\"error\":");
	if (status == HO_OK)
		status = cli_line_quote(out, ho_slice_str(why), err);
	return status ? status : ho_buf_add(out, "}\n", 2, err);
}
