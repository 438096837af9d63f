/* What a vector depends on besides the weights, as text, in an order that does not depend on the files' own. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "encoder/private.h"

/* A piece and its number. */
struct numbered {
	struct ho_slice text;
	uint32_t id;
};

static int by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return ho_slice_compare(x->text, y->text);
}

static enum ho_status add_pieces(struct ho_buf *out, const char *title, struct numbered *pieces, size_t n,
                                 struct ho_error *err)
{
	qsort(pieces, n, sizeof *pieces, by_number);
	enum ho_status status = ho_buf_printf(out, err, "%s %zu\n", title, n);
	for (size_t i = 0; i < n && status == HO_OK; i++) { /* the length tells where a piece with a line feed ends */
		status = ho_buf_printf(out, err, "%" PRIu32 " %zu ", pieces[i].id, pieces[i].text.len);
		if (status == HO_OK)
			status = ho_buf_add(out, pieces[i].text.ptr, pieces[i].text.len, err);
		if (status == HO_OK)
			status = ho_buf_add(out, "\n", 1, err);
	}
	return status;
}

static enum ho_status add_settings(struct ho_buf *out, const struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &e->facts;
	const struct ho_wordpiece *wp = &e->wordpiece;
	enum ho_status status = ho_buf_printf(out, err,
	                                      "kind %d\nlayers %u\nheads %u\nhidden %u\ninner %u\nmax_tokens "
	                                      "%u\npooling %d\nnormalise %d\nepsilon %.9g\n",
	                                      (int)f->kind, f->layers, f->heads, f->hidden, f->inner, f->max_tokens,
	                                      (int)f->pooling, f->normalise, (double)e->epsilon);
	if (status == HO_OK)
		status = ho_buf_printf(
		    out, err,
		    "edges %d\nclean %d\nsplit_cjk %d\nstrip_accents %d\nlower_case %d\nword_chars_max %u\n"
		    "unknown %" PRIu32 "\nbegin %" PRIu32 "\nend %" PRIu32 "\nprefix %.*s\n",
		    wp->has_edges, wp->clean, wp->split_cjk, wp->strip_accents, wp->lower_case, wp->word_chars_max,
		    wp->unknown, wp->begin, wp->end, (int)wp->prefix.len, wp->prefix.ptr);
	return status;
}

enum ho_status ho_encoder_describe(struct ho_buf *out, const struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_wordpiece *wp = &e->wordpiece;
	size_t n = wp->vocabulary.n;
	struct numbered *pieces = ho_alloc(n + HO_ADDED_TOKENS_MAX, sizeof *pieces);
	if (!pieces)
		return ho_fail_nomem(err);
	enum ho_status status = add_settings(out, e, err);
	for (size_t i = 0; i < n; i++)
		pieces[i] = (struct numbered){wp->vocabulary.keys[i], wp->ids[i]};
	if (status == HO_OK)
		status = add_pieces(out, "vocabulary", pieces, n, err);
	for (size_t i = 0; i < wp->n_added; i++)
		pieces[i] = (struct numbered){wp->added[i].content, wp->added[i].id};
	if (status == HO_OK)
		status = add_pieces(out, "added", pieces, wp->n_added, err);
	ho_free(pieces);
	return status;
}
