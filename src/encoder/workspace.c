/* One text at a time, with memory that is kept from text to text. */
#include <math.h>

#include "base/alloc.h"
#include "encoder/private.h"

enum ho_status ho_encoder_workspace_new(struct ho_encoder_workspace **out, const struct ho_encoder *encoder,
                                        struct ho_error *err)
{
	*out = ho_calloc(1, sizeof **out);
	if (!*out)
		return ho_fail_nomem(err);
	(*out)->encoder = encoder;
	return HO_OK;
}

void ho_encoder_workspace_free(struct ho_encoder_workspace *ws)
{
	if (!ws)
		return;
	ho_encoder__scratch_release(&ws->scratch);
	ho_free(ws->ids);
	ho_free(ws->shares);
	ho_free(ws);
}

/* Tokens and last hidden states of one text. */
static enum ho_status pass(struct encoder_text *out, struct ho_encoder_workspace *ws, struct ho_slice text,
                           struct ho_error *err)
{
	const struct ho_encoder *e = ws->encoder;
	struct ho_piece_tokens *pieces = &ws->scratch.pieces;
	enum ho_status status = ho_wordpiece_tokenize(pieces, &e->wordpiece, text, e->facts.max_tokens, true, err);
	if (status == HO_OK && ho_grow(&ws->ids, &ws->ids_cap, pieces->n, sizeof *ws->ids))
		status = ho_fail_nomem(err);
	if (status)
		return status;
	for (size_t t = 0; t < pieces->n; t++)
		ws->ids[t] = pieces->items[t].id;
	*out = (struct encoder_text){0, pieces->n};
	return ho_encoder__forward(&ws->scratch, e, ws->ids, out, 1, err);
}

enum ho_status ho_encode_texts(float *vectors, struct ho_encoder_workspace *ws, const struct ho_slice *texts, size_t n,
                               struct ho_error *err)
{
	return ho_encoder__encode(vectors, ws->encoder, texts, n, &ws->scratch, err);
}

enum ho_status ho_encode_text(float *vector, struct ho_encoder_workspace *ws, struct ho_slice text,
                              struct ho_error *err)
{
	return ho_encoder__encode(vector, ws->encoder, &text, 1, &ws->scratch, err);
}

static double length_of_sum(const struct ho_encoder_share *shares, size_t n, size_t dimensions)
{
	double square = 0;
	for (size_t d = 0; d < dimensions; d++) {
		double sum = 0;
		for (size_t t = 0; t < n; t++)
			sum += (double)shares[t].vector[d];
		square += sum * sum;
	}
	return sqrt(square);
}

/* The text's tokens and their rows, the table's vectors, in the scratch memory. */
static enum ho_status look_up(size_t *n, struct ho_encoder_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	struct encoder_scratch *s = &ws->scratch;
	enum ho_status status = ho_encoder__static_rows(n, ws->encoder, text, s, err);
	if (status == HO_OK && ho_grow(&ws->shares, &ws->shares_cap, *n, sizeof *ws->shares))
		status = ho_fail_nomem(err);
	for (size_t t = 0; t < *n && status == HO_OK; t++)
		ws->shares[t] = (struct ho_encoder_share){s->pieces.items[t].start, s->pieces.items[t].end,
		                                          s->x + t * ws->encoder->facts.dimensions};
	return status;
}

/* The same for the last hidden states. */
static enum ho_status pass_through(size_t *n, struct ho_encoder_workspace *ws, struct ho_slice text,
                                   struct ho_error *err)
{
	struct encoder_text tokens;
	bool cls = ws->encoder->facts.pooling == HO_POOLING_CLS;
	enum ho_status status = pass(&tokens, ws, text, err);
	if (status == HO_OK && ho_grow(&ws->shares, &ws->shares_cap, tokens.n, sizeof *ws->shares))
		status = ho_fail_nomem(err);
	if (status)
		return status;
	*n = cls ? 1 : tokens.n;
	for (size_t t = 0; t < *n; t++) {
		const struct ho_piece_token *piece = &ws->scratch.pieces.items[t];
		ws->shares[t] =
		    (struct ho_encoder_share){piece->start, piece->end, ws->scratch.x + t * ws->encoder->facts.hidden};
	}
	for (size_t t = 0; cls && t < tokens.n; t++) { /* all that it has read */
		const struct ho_piece_token *piece = &ws->scratch.pieces.items[t];
		if (piece->end > piece->start && piece->end > ws->shares[0].end)
			ws->shares[0].end = piece->end;
	}
	return HO_OK;
}

enum ho_status ho_encode_shares(const struct ho_encoder_share **shares, size_t *n, double *scale,
                                struct ho_encoder_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &ws->encoder->facts;
	*n = 0;
	enum ho_status status =
	    f->kind == HO_ENCODER_STATIC ? look_up(n, ws, text, err) : pass_through(n, ws, text, err);
	if (status)
		return status;
	double length = f->normalise ? length_of_sum(ws->shares, *n, f->dimensions) : (double)*n;
	*scale = length > 0 ? 1 / length : 0;
	*shares = ws->shares;
	return HO_OK;
}
