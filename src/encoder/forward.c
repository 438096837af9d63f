#include <math.h>

#include "base/alloc.h"
#include "encoder/private.h"

void ho_encoder__scratch_release(struct encoder_scratch *scratch)
{
	ho_encoder__release_floats(scratch->x);
	ho_encoder__release_floats(scratch->qkv);
	ho_encoder__release_floats(scratch->mixed);
	ho_encoder__release_floats(scratch->inner);
	ho_encoder__release_floats(scratch->attention);
	ho_encoder__release_floats(scratch->lowered);
	ho_piece_tokens_release(&scratch->pieces);
	*scratch = (struct encoder_scratch){.rows = 0};
}

static bool grow(float **floats, size_t n)
{
	ho_encoder__release_floats(*floats);
	*floats = ho_encoder__floats(n);
	return *floats != NULL;
}

static enum ho_status make_room(struct encoder_scratch *s, const struct ho_encoder *encoder, size_t rows,
                                size_t longest, struct ho_error *err)
{
	size_t hidden = encoder->facts.hidden, attention = ho_attention_scratch(longest, hidden / encoder->facts.heads);
	if (attention > s->attention_size) {
		s->attention_size = 0;
		if (!grow(&s->attention, attention))
			return ho_fail_nomem(err);
		s->attention_size = attention;
	}
	if (rows <= s->rows)
		return HO_OK;
	s->rows = 0;
	if (!grow(&s->x, rows * hidden) || !grow(&s->qkv, rows * 3 * hidden) || !grow(&s->mixed, rows * hidden) ||
	    !grow(&s->inner, rows * encoder->facts.inner) || !ho_encoder__make_lowered(s, encoder, rows))
		return ho_fail_nomem(err);
	s->rows = rows;
	return HO_OK;
}

static enum ho_status embed(float *x, const struct ho_encoder *encoder, const uint32_t *ids,
                            const struct encoder_text *text, struct ho_error *err)
{
	size_t hidden = encoder->facts.hidden;
	for (size_t t = 0; t < text->n; t++) {
		float *row = x + (text->begin + t) * hidden;
		enum ho_status status =
		    ho_tensor_floats(row, encoder->tokens, (uint64_t)ids[text->begin + t] * hidden, hidden, err);
		if (status)
			return status;
		for (size_t i = 0; i < hidden; i++)
			row[i] += encoder->positions[t * hidden + i];
	}
	return HO_OK;
}

static void attend(struct encoder_scratch *s, const struct ho_encoder *encoder, const struct encoder_text *texts,
                   size_t n_texts)
{
	size_t hidden = encoder->facts.hidden, d = hidden / encoder->facts.heads;
	float scale = 1 / sqrtf((float)d);
	for (size_t i = 0; i < n_texts; i++)
		for (size_t h = 0; h < encoder->facts.heads; h++) {
			const float *q = s->qkv + texts[i].begin * 3 * hidden + h * d;
			encoder->kernels->attend(s->mixed + texts[i].begin * hidden + h * d, hidden, q, q + hidden,
			                         q + 2 * hidden, 3 * hidden, texts[i].n, d, scale, s->attention);
		}
}

static void pass_layer(struct encoder_scratch *s, const struct ho_encoder *encoder, const struct encoder_layer *layer,
                       const struct encoder_text *texts, size_t n_texts, size_t rows)
{
	const struct ho_kernels *k = encoder->kernels;
	size_t hidden = encoder->facts.hidden;
	float *sum = s->qkv; /* free once attention is done */
	ho_encoder__multiply(s->qkv, s, encoder, s->x, &layer->qkv, rows, HO_EPILOGUE_NONE);
	attend(s, encoder, texts, n_texts);
	ho_encoder__multiply(sum, s, encoder, s->mixed, &layer->attended, rows, HO_EPILOGUE_NONE);
	k->layer_norm(s->x, sum, layer->after_attention.gain, layer->after_attention.shift, rows, hidden,
	              encoder->epsilon);
	ho_encoder__multiply(s->inner, s, encoder, s->x, &layer->inner, rows, HO_EPILOGUE_GELU);
	ho_encoder__multiply(sum, s, encoder, s->inner, &layer->outer, rows, HO_EPILOGUE_NONE);
	k->layer_norm(s->x, sum, layer->after_inner.gain, layer->after_inner.shift, rows, hidden, encoder->epsilon);
}

enum ho_status ho_encoder__forward(struct encoder_scratch *scratch, const struct ho_encoder *encoder,
                                   const uint32_t *ids, const struct encoder_text *texts, size_t n_texts,
                                   struct ho_error *err)
{
	size_t rows = 0, longest = 1;
	for (size_t i = 0; i < n_texts; i++) {
		rows += texts[i].n;
		longest = texts[i].n > longest ? texts[i].n : longest;
	}
	enum ho_status status = make_room(scratch, encoder, rows, longest, err);
	for (size_t i = 0; i < n_texts && status == HO_OK; i++)
		status = embed(scratch->x, encoder, ids, &texts[i], err);
	if (status)
		return status;
	encoder->kernels->layer_norm(scratch->x, NULL, encoder->embedded.gain, encoder->embedded.shift, rows,
	                             encoder->facts.hidden, encoder->epsilon);
	for (unsigned l = 0; l < encoder->facts.layers; l++)
		pass_layer(scratch, encoder, &encoder->layers[l], texts, n_texts, rows);
	return HO_OK;
}
