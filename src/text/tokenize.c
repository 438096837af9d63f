#include "text/tokenize.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "text/fold.h"

/* What a byte can start. Letters and digits of ASCII are their own normal form but for case and digits. */
enum { BLANK, WORD, MARK, MULTI };

#define B BLANK
#define W WORD
#define M MARK
static const uint8_t byte_class[128] = {
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, /* controls */
    B, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, W, W, W, W, W, W, W, W, W, W, M, M, M, M, M, M, /* blank ! ... ? */
    M, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, M, M, M, M, W, /* @ A ... _ */
    M, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, M, M, M, M, B, /* ` a ... DEL */
};
#undef B
#undef W
#undef M

static inline unsigned class_of(unsigned char byte)
{
	return byte < 128 ? byte_class[byte] : (unsigned)MULTI;
}

static inline char normal_ascii(unsigned char byte)
{
	return (char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

void ho_tokens_init(struct ho_tokens *tokens)
{
	*tokens = (struct ho_tokens){.n = 0};
}

void ho_tokens_release(struct ho_tokens *tokens)
{
	ho_free(tokens->items);
	ho_free(tokens->normal);
	ho_free(tokens->scratch);
	ho_tokens_init(tokens);
}

/* Long numbers (telephones, accounts, amounts in small units) hardly ever come twice: their length says more than they
 * do. */
static void fold_long_number(char *normal, size_t len)
{
	if (len < HO_LONG_NUMBER)
		return;
	for (size_t i = 0; i < len; i++)
		if (normal[i] < '0' || normal[i] > '9')
			return;
	memset(normal, '0', len);
}

static enum ho_status push(struct ho_tokens *out, size_t start, size_t end, size_t normal, enum ho_token_kind kind,
                           struct ho_error *err)
{
	if (out->n == out->cap && ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(err);
	size_t len = out->normal_len - normal;
	fold_long_number(out->normal + normal, len);
	out->items[out->n++] = (struct ho_token){
	    .hash = XXH3_64bits(out->normal + normal, len),
	    .start = (uint32_t)start,
	    .end = (uint32_t)end,
	    .normal = (uint32_t)normal,
	    .normal_len = (uint32_t)len,
	    .kind = kind,
	};
	return HO_OK;
}

static bool goes_on(enum ho_point_class kind, enum ho_point_class next, size_t marks)
{
	/* Marks belong to whatever they follow; letters go on a word. */
	return next == HO_POINT_EXTEND ? marks < HO_MARKS_MAX : kind == HO_POINT_WORD && next == HO_POINT_WORD;
}

static bool is_mark_at(const char *text, size_t len)
{
	size_t step;
	return len && class_of((unsigned char)*text) == MULTI &&
	       ho_point_class(ho_point_decode(text, len, &step)) == HO_POINT_EXTEND;
}

/* A run that holds a non-ASCII character: the code points decide what it is and where it ends. */
static enum ho_status take_unicode(struct ho_tokens *out, const char *text, size_t len, size_t *at,
                                   struct ho_error *err)
{
	size_t start = *at, first_len, points = 0, marks = 0, normal = out->normal_len;
	int32_t point = ho_point_decode(text + start, len - start, &first_len);
	enum ho_point_class kind = ho_point_class(point);
	*at += first_len;
	if (kind == HO_POINT_BLANK)
		return HO_OK;
	if (ho_grow(&out->scratch, &out->scratch_cap, 16, sizeof *out->scratch))
		return ho_fail_nomem(err);
	out->scratch[points++] = point;
	while (*at < len) {
		size_t step;
		point = ho_point_decode(text + *at, len - *at, &step);
		enum ho_point_class next = ho_point_class(point);
		if (!goes_on(kind, next, marks))
			break;
		marks = next == HO_POINT_EXTEND ? marks + 1 : 0;
		if (ho_grow(&out->scratch, &out->scratch_cap, points + 1, sizeof *out->scratch))
			return ho_fail_nomem(err);
		out->scratch[points++] = point;
		*at += step;
	}
	enum ho_status status = ho_fold_points(out, points, err);
	if (status || out->normal_len == normal)
		return status;
	return push(out, start, *at, normal,
	            kind == HO_POINT_GLYPH  ? HO_TOKEN_GLYPH
	            : kind == HO_POINT_MARK ? HO_TOKEN_MARK
	                                    : HO_TOKEN_WORD,
	            err);
}

enum ho_status ho_tokenize(struct ho_tokens *out, const char *text, size_t len, struct ho_error *err)
{
	out->n = out->normal_len = 0;
	if (len > HO_TEXT_MAX)
		return ho_fail(err, HO_ELIMIT, "text of %zu bytes is longer than the allowed %zu", len, HO_TEXT_MAX);
	/* ASCII never grows; what folding adds is reserved where it happens. */
	if (ho_grow(&out->normal, &out->normal_cap, len + 64, 1))
		return ho_fail_nomem(err);
	size_t at = 0;
	while (at < len) {
		enum ho_status status = HO_OK;
		size_t start = at, normal = out->normal_len;
		unsigned class = class_of((unsigned char)text[at]);
		if (class == BLANK) {
			at++;
			continue;
		}
		if (class != MULTI) {
			/* The room: what is left of the text fits always, because folding reserves it too. */
			do
				out->normal[out->normal_len++] = normal_ascii((unsigned char)text[at++]);
			while (class == WORD && at < len && class_of((unsigned char)text[at]) == WORD);
		}
		if (class == MULTI || (class == WORD && at < len && class_of((unsigned char)text[at]) == MULTI) ||
		    (class == MARK && is_mark_at(text + at, len - at))) {
			at = start;
			out->normal_len = normal;
			status = take_unicode(out, text, len, &at, err);
			if (status == HO_OK &&
			    ho_grow(&out->normal, &out->normal_cap, out->normal_len + (len - at) + 64, 1))
				status = ho_fail_nomem(err);
		} else {
			status = push(out, start, at, normal, class == WORD ? HO_TOKEN_WORD : HO_TOKEN_MARK, err);
		}
		if (status)
			return status;
	}
	return HO_OK;
}
