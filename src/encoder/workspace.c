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

enum ho_status ho_encode_text(float *vector, struct ho_encoder_workspace *ws, struct ho_slice text,
                              struct ho_error *err)
{
	struct encoder_text tokens;
	if (ws->encoder->facts.kind == HO_ENCODER_STATIC)
		return ho_encoder__static(vector, ws->encoder, text, &ws->scratch, err);
	enum ho_status status = pass(&tokens, ws, text, err);
	if (status == HO_OK)
		ho_encoder__pool(vector, ws->encoder, ws->scratch.x, &tokens);
	return status;
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

enum ho_status ho_encode_shares(const struct ho_encoder_share **shares, size_t *n, double *scale,
                                struct ho_encoder_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &ws->encoder->facts;
	struct encoder_text tokens;
	*n = 0;
	if (f->kind == HO_ENCODER_STATIC)
		return ho_fail(err, HO_EUNAVAIL, "a static encoder's vector is not told by tokens yet");
	enum ho_status status = pass(&tokens, ws, text, err);
	if (status == HO_OK && ho_grow(&ws->shares, &ws->shares_cap, tokens.n, sizeof *ws->shares))
		status = ho_fail_nomem(err);
	if (status)
		return status;
	bool cls = f->pooling == HO_POOLING_CLS;
	*n = cls ? 1 : tokens.n;
	for (size_t t = 0; t < *n; t++) {
		const struct ho_piece_token *piece = &ws->scratch.pieces.items[t];
		ws->shares[t] = (struct ho_encoder_share){piece->start, piece->end, ws->scratch.x + t * f->hidden};
	}
	if (cls)
		ws->shares[0].end = (uint32_t)text.len;
	double length = f->normalise ? length_of_sum(ws->shares, *n, f->hidden) : (double)*n;
	*scale = length > 0 ? 1 / length : 0;
	*shares = ws->shares;
	return HO_OK;
}
