/* The pieces of an explanation: the same walk as score.c, but keeping what each feature adds. */
#include "model/explain_private.h"

#include <math.h>

#include "base/alloc.h"

/* Pieces being collected; `cap` is theirs, `first` is where the present view begins. */
struct collector {
	struct ho_explanation *out;
	struct ho_workspace *ws;
	uint32_t label;
	size_t cap, first;
};

double ho_model__weight(const struct ho_model *model, const struct ho_view *view, const struct ho_slot *slot,
                        uint32_t label)
{
	if (model->core->columns == 1)
		return (double)view->scale * (label ? (double)slot->weight : -(double)slot->weight);
	double own = 0, others = 0;
	for (uint32_t e = view->rows[slot->row]; e < view->rows[slot->row + 1]; e++)
		*(view->entries[e].label == label ? &own : &others) += view->entries[e].quanta;
	return (double)view->scale * (own - others / (model->core->K - 1));
}

double ho_model__margin(const struct ho_model *model, const double *columns, uint32_t label)
{
	uint32_t K = model->core->K;
	if (model->core->columns == 1)
		return label ? columns[0] : -columns[0];
	double others = 0;
	for (uint32_t k = 0; k < K; k++)
		others += k == label ? 0 : columns[k];
	return columns[label] - others / (K - 1);
}

/* Keep a piece that covers tokens first..last. What adds nothing explains nothing. */
static enum ho_status collect(struct collector *c, size_t first, size_t last, const char *view, double weight,
                              struct ho_error *err)
{
	struct ho_explanation *out = c->out;
	const struct ho_token *tokens = c->ws->tokens.items;
	if (weight == 0)
		return HO_OK;
	if (ho_grow(&out->pieces, &c->cap, out->n_pieces + 1, sizeof *out->pieces))
		return ho_fail_nomem(err);
	out->pieces[out->n_pieces++] = (struct ho_piece){tokens[first].start, tokens[last].end, view, weight};
	return HO_OK;
}

/* Scale the pieces of the view that ends here: scores are sums over the square root of the number of n-grams. */
static void finish_view(struct collector *c, size_t grams)
{
	double norm = grams ? 1 / sqrt((double)grams) : 0;
	for (; c->first < c->out->n_pieces; c->first++)
		c->out->pieces[c->first].weight *= norm;
}

static enum ho_status collect_words(struct collector *c, struct ho_error *err)
{
	struct ho_workspace *ws = c->ws;
	const struct ho_view *view = &ws->model->word;
	ptrdiff_t n = (ptrdiff_t)ws->tokens.n;
	uint64_t keys[HO_WORD_NGRAM_MAX];
	enum ho_status status = HO_OK;
	if (ho_keyset_reset(&ws->seen, (ws->tokens.n + 1) * HO_WORD_NGRAM_MAX))
		return ho_fail_nomem(err);
	for (ptrdiff_t start = -1; start < n && status == HO_OK; start++) {
		unsigned count = ho_word_ngrams_at(keys, ws->hashes, ws->tokens.n, start, ws->model->core->word_n_max);
		for (unsigned i = 0; i < count && status == HO_OK; i++) {
			const struct ho_slot *slot =
			    ho_keyset_add(&ws->seen, keys[i]) ? ho_view_find(view, keys[i]) : NULL;
			if (!slot)
				continue;
			/* The edge before a text is one of its n-gram's tokens, but covers none; so does the edge after
			 * it. */
			ptrdiff_t last = start < 0 ? (ptrdiff_t)i : start + (ptrdiff_t)i;
			last = last < n ? last : n - 1;
			status = collect(c, start < 0 ? 0 : (size_t)start, (size_t)last, "word",
			                 ho_model__weight(ws->model, view, slot, c->label), err);
		}
	}
	finish_view(c, ws->seen.n);
	return status;
}

static double word_weight(const struct collector *c, size_t token, size_t *grams)
{
	const struct ho_view *view = &c->ws->model->chars;
	const struct ho_core *core = c->ws->model->core;
	struct ho_char_ngram *list = c->ws->grams;
	size_t n = ho_char_ngrams(list, ho_token_normal(&c->ws->tokens, token), core->char_min, core->char_max);
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ho_slot *slot = ho_view_find(view, list[i].key);
		if (slot)
			sum += ho_model__weight(c->ws->model, view, slot, c->label);
	}
	*grams += n;
	return sum;
}

static enum ho_status collect_chars(struct collector *c, struct ho_error *err)
{
	struct ho_workspace *ws = c->ws;
	size_t grams = 0;
	enum ho_status status = HO_OK;
	if (ho_keyset_reset(&ws->seen, ws->tokens.n))
		return ho_fail_nomem(err);
	for (size_t t = 0; t < ws->tokens.n && status == HO_OK; t++)
		if (ws->tokens.items[t].kind == HO_TOKEN_WORD && ho_keyset_add(&ws->seen, ws->hashes[t]))
			status = collect(c, t, t, "char", word_weight(c, t, &grams), err);
	finish_view(c, grams);
	return status;
}

/* By falling |weight|; equals in the order of the text, so that the result does not depend on the sorting method. */
static int by_strength(const void *a, const void *b)
{
	const struct ho_piece *x = a, *y = b;
	double p = fabs(x->weight), q = fabs(y->weight);
	if (p != q)
		return p > q ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	int view = strcmp(y->view, x->view);
	return view ? view : (x->weight < y->weight) - (x->weight > y->weight);
}

static int by_place_and_view(const void *a, const void *b)
{
	const struct ho_piece *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	int view = strcmp(x->view, y->view);
	return view ? view : (x->weight < y->weight) - (x->weight > y->weight);
}

/* Several features may cover the same bytes (a word, and the word at the edge of the text): one piece, their sum. */
static void merge_same(struct ho_explanation *out)
{
	size_t kept = 0;
	qsort(out->pieces, out->n_pieces, sizeof *out->pieces, by_place_and_view);
	for (size_t i = 0; i < out->n_pieces; i++) {
		struct ho_piece *last = kept ? &out->pieces[kept - 1] : NULL, *next = &out->pieces[i];
		if (last && last->start == next->start && last->end == next->end && strcmp(last->view, next->view) == 0)
			last->weight += next->weight;
		else
			out->pieces[kept++] = *next;
	}
	out->n_pieces = kept;
}

enum ho_status ho_workspace_words(size_t *words, size_t *unknown, struct ho_workspace *ws, struct ho_slice text,
                                  struct ho_error *err)
{
	struct ho_text_score scored = {.words = 0};
	enum ho_status status = ho_model__score(&scored, ws, text.ptr, text.len, err);
	*words = scored.words;
	*unknown = scored.unknown_words;
	return status;
}

static enum ho_status fill(struct ho_explanation *out, struct ho_workspace *ws, struct ho_slice text,
                           struct ho_error *err)
{
	const struct ho_model *model = ws->model;
	struct ho_text_score scored;
	enum ho_status status = ho_model__score(&scored, ws, text.ptr, text.len, err);
	if (status)
		return status;
	ho_model__answer(&out->answer, ws, &scored);
	struct collector c = {out, ws, out->answer.label_index, 0, 0};
	out->words = scored.words;
	out->unknown_words = scored.unknown_words;
	out->similarity = 1 - scored.distance;
	out->usual_similarity = model->distance ? 1 - model->distance->mean : 0;
	out->bias = ho_model__margin(model, model->bias, c.label);
	out->total = ho_model__margin(model, ws->scores, c.label);
	out->threshold = ho_model__threshold(model, c.label);
	status = collect_words(&c, err);
	if (status == HO_OK && model->core->char_max)
		status = collect_chars(&c, err);
	if (status == HO_OK && model->dense)
		status = ho_explain__encoder(out, &c.cap, ws, text, c.label, err);
	if (status == HO_OK && out->n_pieces) {
		merge_same(out);
		qsort(out->pieces, out->n_pieces, sizeof *out->pieces, by_strength);
	}
	if (status == HO_OK)
		status = ho_explain__words(out, model, text, scored.any_known, err);
	return status;
}

enum ho_status ho_explain(struct ho_explanation *out, struct ho_workspace *ws, const char *text, size_t len,
                          struct ho_error *err)
{
	*out = (struct ho_explanation){.pieces = NULL};
	enum ho_status status = fill(out, ws, ho_slice(text, len), err);
	if (status)
		ho_explanation_release(out);
	return status;
}

void ho_explanation_release(struct ho_explanation *explanation)
{
	ho_free(explanation->pieces);
	ho_free(explanation->text);
	*explanation = (struct ho_explanation){.pieces = NULL};
}
