#include "explore/templates.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

enum { LINES = 200, LINE_LEAST = 12, LINE_MOST = 1000, PIECES_MAX = 1 << 25 };

void ho_pieces_release(struct explore_pieces *pieces)
{
	ho_free(pieces->items);
	*pieces = (struct explore_pieces){.n = 0};
}

struct ho_slice ho_piece_text(const struct explore_pieces *pieces, const struct explore *e, size_t i)
{
	const struct explore_piece_of *p = &pieces->items[i];
	return ho_slice(e->table->text[p->row].ptr + p->start, p->len);
}

/* Was it set before? It is now; a count would wrap. */
static bool already(uint8_t *flag)
{
	bool was = *flag;
	*flag = 1;
	return was;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Without case, each run of digits or blanks as one: "Ticket 17:" and "ticket 203:" meet. */
static uint64_t hash_of(struct ho_slice s)
{
	char room[LINE_MOST];
	size_t n = 0;
	for (size_t i = 0; i < s.len && n < sizeof room; i++) {
		char c = s.ptr[i];
		c = c >= '0' && c <= '9' ? '0' : is_blank(c) ? ' ' : (c >= 'A' && c <= 'Z') ? (char)(c | 32) : c;
		if (n && (c == '0' || c == ' ') && room[n - 1] == c)
			continue;
		room[n++] = c;
	}
	return ho_hash(room, n, 0);
}

static enum ho_status add(struct explore_pieces *p, uint32_t row, struct ho_slice text, size_t start, size_t len,
                          struct ho_error *err)
{
	if (p->n >= PIECES_MAX || len > LINE_MOST)
		return HO_OK;
	if (ho_grow(&p->items, &p->cap, p->n + 1, sizeof *p->items))
		return ho_fail_nomem(err);
	p->items[p->n++] =
	    (struct explore_piece_of){hash_of(ho_slice(text.ptr + start, len)), row, (uint32_t)start, (uint32_t)len};
	return HO_OK;
}

static enum ho_status cut_start(struct explore_pieces *p, uint32_t row, struct ho_slice text, unsigned words,
                                struct ho_error *err)
{
	size_t at = 0, start;
	while (at < text.len && is_blank(text.ptr[at]))
		at++;
	start = at;
	for (unsigned w = 0; w < words; w++) {
		while (at < text.len && !is_blank(text.ptr[at]))
			at++;
		if (w + 1 == words)
			break;
		while (at < text.len && is_blank(text.ptr[at]))
			at++;
		if (at == text.len)
			return HO_OK;
	}
	return at < text.len ? add(p, row, text, start, at - start, err) : HO_OK;
}

static enum ho_status cut_end(struct explore_pieces *p, uint32_t row, struct ho_slice text, unsigned words,
                              struct ho_error *err)
{
	size_t at = text.len, end;
	while (at > 0 && is_blank(text.ptr[at - 1]))
		at--;
	end = at;
	for (unsigned w = 0; w < words; w++) {
		while (at > 0 && !is_blank(text.ptr[at - 1]))
			at--;
		if (w + 1 == words)
			break;
		while (at > 0 && is_blank(text.ptr[at - 1]))
			at--;
		if (at == 0)
			return HO_OK;
	}
	return at > 0 ? add(p, row, text, at, end - at, err) : HO_OK;
}

static enum ho_status cut_lines(struct explore_pieces *p, uint32_t row, struct ho_slice text, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t from = 0;
	if (!text.len || !memchr(text.ptr, '\n', text.len))
		return HO_OK;
	for (unsigned n = 0; from < text.len && n < LINES && status == HO_OK; n++) {
		const char *feed = memchr(text.ptr + from, '\n', text.len - from);
		size_t end = feed ? (size_t)(feed - text.ptr) : text.len;
		struct ho_slice line = ho_slice_trim(ho_slice(text.ptr + from, end - from));
		if (line.len >= LINE_LEAST)
			status = add(p, row, text, (size_t)(line.ptr - text.ptr), line.len, err);
		from = end + 1;
	}
	return status;
}

static int by_hash(const void *a, const void *b)
{
	const struct explore_piece_of *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* A line that a text has twice counts once. */
static void once_a_row(struct explore_pieces *p)
{
	size_t kept = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!kept || p->items[kept - 1].hash != p->items[i].hash || p->items[kept - 1].row != p->items[i].row)
			p->items[kept++] = p->items[i];
	p->n = kept;
}

enum ho_status ho_pieces_cut(struct explore_pieces *out, const struct explore *e, enum explore_piece piece,
                             unsigned words, struct ho_error *err)
{
	uint8_t *done = ho_calloc(e->near.n_groups + 1, 1);
	enum ho_status status = HO_OK;
	*out = (struct explore_pieces){.n = 0};
	if (!done)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < e->table->n && status == HO_OK; i++) {
		struct ho_slice text = e->table->text[i];
		if (already(&done[e->near.group[i]]) || text.len > UINT32_MAX)
			continue;
		if (piece == HO_PIECE_LINE)
			status = cut_lines(out, (uint32_t)i, text, err);
		else if (piece == HO_PIECE_START)
			status = cut_start(out, (uint32_t)i, text, words, err);
		else
			status = cut_end(out, (uint32_t)i, text, words, err);
	}
	ho_free(done);
	if (status) {
		ho_pieces_release(out);
		return status;
	}
	qsort(out->items, out->n, sizeof *out->items, by_hash);
	once_a_row(out);
	return HO_OK;
}
