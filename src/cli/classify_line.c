#include "classify_line.h"

#include "base/alloc.h"

#define LITERAL(text) ho_slice(text, sizeof(text) - 1)

/* Bytes of a line besides id, label and scores: the fixed words (under 160), the confidence, a reason of an unreadable
 * row. */
enum { FIXED_MAX = 256, WHY_ROOM = 6 * CLI_WHY_MAX };

static inline char *put(char *at, struct ho_slice text)
{
	memcpy(at, text.ptr, text.len);
	return at + text.len;
}

static inline bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\';
}

char *cli_line_escape(char *at, struct ho_slice text)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		if (is_plain(byte)) {
			*at++ = (char)byte;
		} else if (byte >= 0x20) {
			*at++ = '\\';
			*at++ = (char)byte;
		} else {
			at = put(at, LITERAL("\\u00"));
			*at++ = hex[byte >> 4];
			*at++ = hex[byte & 15];
		}
	}
	return at;
}

static inline char *put_pair(char *at, uint32_t two_digits)
{
	*at++ = (char)('0' + two_digits / 10);
	*at++ = (char)('0' + two_digits % 10);
	return at;
}

char *cli_line_share(char *at, double share)
{
	uint32_t millionths = share > 0 ? (uint32_t)((share < 1 ? share : 1) * 1e6 + 0.5) : 0;
	if (millionths == 0)
		return put(at, LITERAL("0.0"));
	if (millionths == 1000000)
		return put(at, LITERAL("1.0"));
	at = put(at, LITERAL("0."));
	char *end = put_pair(put_pair(put_pair(at, millionths / 10000), millionths / 100 % 100), millionths % 100);
	while (end[-1] == '0' && end - at > 1)
		end--;
	return end;
}

/* `before` + escaped name + `after`, kept in the arena; ptr NULL when memory is out. */
static struct ho_slice compose(struct ho_arena *arena, struct ho_slice before, const char *name, struct ho_slice after)
{
	struct ho_slice label = ho_slice_str(name);
	char *start = ho_arena_alloc(arena, before.len + 6 * label.len + after.len, 1);
	if (!start)
		return ho_slice(NULL, 0);
	char *end = put(cli_line_escape(put(start, before), label), after);
	return ho_slice(start, (size_t)(end - start));
}

enum ho_status cli_lines_init(struct cli_lines *lines, const struct ho_model *model, struct ho_error *err)
{
	size_t longest = 0, scores = 0;
	*lines = (struct cli_lines){.K = ho_model_label_count(model)};
	ho_arena_init(&lines->arena, SIZE_MAX);
	lines->label = ho_arena_alloc(&lines->arena, lines->K, sizeof *lines->label);
	lines->score = ho_arena_alloc(&lines->arena, lines->K, sizeof *lines->score);
	if (!lines->label || !lines->score)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < lines->K; k++) {
		const char *name = ho_model_label(model, k);
		lines->label[k] =
		    compose(&lines->arena, LITERAL("\",\"label\":\""), name, LITERAL("\",\"confidence\":"));
		lines->score[k] = compose(&lines->arena, k ? LITERAL(",\"") : LITERAL("\""), name, LITERAL("\":"));
		if (!lines->label[k].ptr || !lines->score[k].ptr)
			return ho_fail_nomem(err);
		longest = lines->label[k].len > longest ? lines->label[k].len : longest;
		scores += lines->score[k].len + sizeof "0.123456";
	}
	lines->most = FIXED_MAX + (longest + scores > WHY_ROOM ? longest + scores : WHY_ROOM);
	return HO_OK;
}

void cli_lines_release(struct cli_lines *lines)
{
	ho_arena_release(&lines->arena);
}

/* What follows the confidence: decision and reason, as far as the scores. */
static char *put_decision(char *at, const struct ho_answer *answer)
{
	const char *reason = ho_reason_name(answer->reason);
	if (!reason)
		return put(at, answer->decision == HO_AUTO
		                   ? LITERAL(",\"decision\":\"auto\",\"reason\":null,\"scores\":{")
		                   : LITERAL(",\"decision\":\"human\",\"reason\":null,\"scores\":{"));
	at = put(at, LITERAL(",\"decision\":\"human\",\"reason\":\""));
	at = put(at, ho_slice_str(reason));
	return put(at, LITERAL("\",\"scores\":{"));
}

char *cli_line_answer(char *at, const struct cli_lines *lines, struct ho_slice id, const struct ho_answer *answer)
{
	at = cli_line_escape(put(at, LITERAL("{\"id\":\"")), id);
	at = cli_line_share(put(at, lines->label[answer->label_index]), answer->confidence);
	at = put_decision(at, answer);
	for (uint32_t k = 0; k < lines->K; k++)
		at = cli_line_share(put(at, lines->score[k]), answer->probabilities[k]);
	return put(at, LITERAL("}}\n"));
}

char *cli_line_unreadable(char *at, struct ho_slice id, struct ho_slice why)
{
	at = cli_line_escape(put(at, LITERAL("{\"id\":\"")), id);
	at = put(at, LITERAL("\",\"label\":null,\"confidence\":null,\"decision\":\"human\",\"reason\":\"unreadable\","
	                     "\"scores\":null,\"error\":\""));
	at = cli_line_escape(at, ho_slice(why.ptr, why.len < CLI_WHY_MAX ? why.len : CLI_WHY_MAX));
	return put(at, LITERAL("\"}\n"));
}
