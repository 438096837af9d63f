/* What the encoder's reading of each word adds to the score.
 *
 * With mean pooling (and in a static table) the score is a sum over the tokens' last states. Those have seen the whole
 * text, so that a word's share says where the encoder looks, and not what the score would be without the word.
 *
 * With first-token pooling there is no such sum. There the words are added one by one, from the front and then from the
 * back, and a word's share is the mean of what it adds to the score in the two orders: Shapley values by one pair of
 * opposite permutations (Mitchell et al., Sampling Permutations for Shapley Value Estimation, JMLR 23, 2022), which
 * add up to the score exactly. Beginnings and ends of texts are texts, so nothing that nobody wrote is encoded. */
#include <stdlib.h>

#include "base/alloc.h"
#include "model/explain_private.h"

/* Passages of a text, at most; and tokens encoded in one order: a long text is explained by fewer, longer passages. */
enum { PASSAGES_MAX = 24, PASSAGES_MIN = 4, TOKENS_MAX = 2048 };

/* Weight of the label's vector against one vector: as ho_model__margin() of the columns' products. */
static double weigh(const struct ho_model *model, const float *vector, uint32_t label)
{
	uint32_t dimensions = model->encoder_record->dimensions, K = model->core->K;
	double own = 0, others = 0;
	for (uint32_t k = 0; k < model->core->columns; k++) {
		double sum = 0;
		for (uint32_t d = 0; d < dimensions; d++)
			sum += (double)model->dense[(size_t)k * dimensions + d] * (double)vector[d];
		*(model->core->columns == 1 || k == label ? &own : &others) += sum;
	}
	if (model->core->columns == 1)
		return label ? own : -own;
	return own - others / (K - 1);
}

static enum ho_status add_piece(struct ho_explanation *out, size_t *cap, uint32_t start, uint32_t end, double weight,
                                struct ho_error *err)
{
	if (ho_grow(&out->pieces, cap, out->n_pieces + 1, sizeof *out->pieces))
		return ho_fail_nomem(err);
	out->pieces[out->n_pieces++] = (struct ho_piece){start, end, "encoder", weight};
	return HO_OK;
}

/* Shares of tokens, those of one word together: the encoder's tokens may be parts of words. */
static enum ho_status sum_tokens(struct ho_explanation *out, size_t *cap, struct ho_workspace *ws,
                                 const struct ho_encoder_share *shares, size_t n, double scale, uint32_t label,
                                 struct ho_error *err)
{
	const struct ho_token *words = ws->tokens.items;
	size_t word = 0, first = out->n_pieces, of = SIZE_MAX; /* of: the word of the piece before */
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		const struct ho_encoder_share *s = &shares[i];
		double weight = scale * weigh(ws->model, s->vector, label);
		if (s->start == s->end) { /* an edge stands for no bytes */
			out->bias += weight;
			continue;
		}
		while (word < ws->tokens.n && words[word].end <= s->start)
			word++;
		bool within = word < ws->tokens.n && words[word].start <= s->start && s->end <= words[word].end;
		if (within && of == word && out->n_pieces > first) {
			out->pieces[out->n_pieces - 1].weight += weight;
			out->pieces[out->n_pieces - 1].end = s->end;
			continue;
		}
		of = within ? word : SIZE_MAX;
		status = add_piece(out, cap, s->start, s->end, weight, err);
	}
	return status;
}

/* A text in passages of whole words, and what it scores up to and from each. */
struct passages {
	uint32_t start[PASSAGES_MAX], end[PASSAGES_MAX];
	size_t n;
	double front[PASSAGES_MAX + 1]; /* [i] the first i passages */
	double back[PASSAGES_MAX + 1];  /* [i] those from i on */
};

/* Words in equal numbers, of what the encoder has read: `seen` bytes. */
static void cut(struct passages *p, const struct ho_workspace *ws, size_t seen)
{
	const struct ho_token *words = ws->tokens.items;
	size_t n = 0, most;
	while (n < ws->tokens.n && words[n].start < seen)
		n++;
	most = n ? TOKENS_MAX / n : 0;
	most = most < PASSAGES_MIN ? PASSAGES_MIN : most > PASSAGES_MAX ? PASSAGES_MAX : most;
	p->n = n < most ? n : most;
	for (size_t i = 0; i < p->n; i++) {
		p->start[i] = words[n * i / p->n].start;
		p->end[i] = words[n * (i + 1) / p->n - 1].end;
	}
}

static enum ho_status score_passages(struct passages *p, struct ho_workspace *ws, struct ho_slice text, size_t seen,
                                     uint32_t label, struct ho_error *err)
{
	struct ho_slice texts[2 * PASSAGES_MAX];
	size_t dimensions = ws->model->encoder_record->dimensions, n = 2 * p->n;
	float *vectors = ho_alloc(n * dimensions, sizeof *vectors);
	if (!vectors)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < p->n; i++) { /* none, the first, ...; the whole, all but the first, ... */
		texts[i] = ho_slice(text.ptr, i ? p->end[i - 1] : 0);
		texts[p->n + i] = i ? ho_slice(text.ptr + p->start[i], seen - p->start[i]) : text;
	}
	enum ho_status status = ho_encode_texts(vectors, ws->encoding, texts, n, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		*(i < p->n ? &p->front[i] : &p->back[i - p->n]) = weigh(ws->model, vectors + i * dimensions, label);
	p->front[p->n] = p->back[0];
	p->back[p->n] = p->front[0];
	ho_free(vectors);
	return status;
}

static enum ho_status add_words(struct ho_explanation *out, size_t *cap, struct ho_workspace *ws, struct ho_slice text,
                                size_t seen, double whole, uint32_t label, struct ho_error *err)
{
	struct passages p = {.n = 0};
	cut(&p, ws, seen);
	if (!p.n) { /* signs only */
		out->bias += whole;
		return HO_OK;
	}
	enum ho_status status = score_passages(&p, ws, text, seen, label, err);
	for (size_t i = 0; i < p.n && status == HO_OK; i++) {
		double added = (p.front[i + 1] - p.front[i] + p.back[i] - p.back[i + 1]) / 2;
		status = add_piece(out, cap, p.start[i], p.end[i], added, err);
	}
	if (status == HO_OK)
		out->bias += p.front[0];
	return status;
}

enum ho_status ho_explain__encoder(struct ho_explanation *out, size_t *cap, struct ho_workspace *ws,
                                   struct ho_slice text, uint32_t label, struct ho_error *err)
{
	const struct ho_encoder_share *shares;
	size_t n;
	double scale;
	bool is_sum = ho_encoder_facts(ws->model->encoder)->pooling == HO_POOLING_MEAN;
	enum ho_status status = ho_encode_shares(&shares, &n, &scale, ws->encoding, text, err);
	if (status)
		return status;
	if (is_sum)
		return sum_tokens(out, cap, ws, shares, n, scale, label, err);
	return add_words(out, cap, ws, text, shares[0].end, scale * weigh(ws->model, shares[0].vector, label), label,
	                 err);
}
