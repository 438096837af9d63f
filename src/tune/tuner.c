/* Batches: cut into what is kept at once, passed forward, judged, passed back. */
#include "tune/tuner.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tune/private.h"

/* --- tokens */

static enum ho_status add_text(struct ho_token_rows *out, const struct ho_network *network, struct ho_slice text,
                               struct ho_piece_tokens *pieces, struct ho_error *err)
{
	size_t at = out->begin[out->n];
	enum ho_status status =
	    ho_wordpiece_tokenize(pieces, &network->wordpiece, text, network->facts.max_tokens, true, err);
	if (status == HO_OK && ho_grow(&out->ids, &out->ids_cap, at + pieces->n, sizeof *out->ids))
		status = ho_fail_nomem(err);
	for (size_t t = 0; t < pieces->n && status == HO_OK; t++)
		out->ids[at + t] = pieces->items[t].id;
	if (status == HO_OK)
		out->begin[++out->n] = at + pieces->n;
	return status;
}

enum ho_status ho_token_rows_make(struct ho_token_rows *out, const struct ho_network *network,
                                  const struct ho_slice *texts, size_t n, const struct ho_progress *progress,
                                  struct ho_error *err)
{
	struct ho_piece_tokens pieces = {.n = 0};
	*out = (struct ho_token_rows){.begin = ho_calloc(n + 1, sizeof *out->begin)};
	enum ho_status status = out->begin ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		status = ho_progress_check(progress, err);
		if (status == HO_OK)
			status = add_text(out, network, texts[i], &pieces, err);
	}
	ho_piece_tokens_release(&pieces);
	if (status)
		ho_token_rows_release(out);
	return status;
}

void ho_token_rows_release(struct ho_token_rows *rows)
{
	ho_free(rows->ids);
	ho_free(rows->begin);
	*rows = (struct ho_token_rows){.n = 0};
}

/* --- micro-batches */

static size_t length_of(const struct ho_token_rows *rows, uint32_t text)
{
	return text == HO_NO_TEXT ? 0 : rows->begin[text + 1] - rows->begin[text];
}

static enum ho_status put_text(struct tune_micro *m, const struct ho_token_rows *rows, uint32_t text,
                               struct ho_error *err)
{
	size_t n = length_of(rows, text);
	if (ho_grow(&m->ids, &m->ids_cap, m->rows + n, sizeof *m->ids) ||
	    ho_grow(&m->begin, &m->begin_cap, m->n_texts + 2, sizeof *m->begin) ||
	    ho_grow(&m->chunks, &m->chunks_cap, m->n_chunks + 1, sizeof *m->chunks))
		return ho_fail_nomem(err);
	memcpy(m->ids + m->rows, rows->ids + rows->begin[text], n * sizeof *m->ids);
	struct tune_chunk *last = m->n_chunks ? &m->chunks[m->n_chunks - 1] : NULL;
	if (!last || last->rows + n > TUNE_CHUNK_ROWS) {
		last = &m->chunks[m->n_chunks++];
		*last = (struct tune_chunk){.text = m->n_texts, .row = m->rows};
	}
	last->n_texts++;
	last->rows += n;
	m->begin[m->n_texts++] = m->rows;
	m->rows += n;
	m->begin[m->n_texts] = m->rows;
	return HO_OK;
}

static void start_micro(struct tune_micro *m)
{
	m->first_row += m->rows;
	m->rows = m->n_texts = m->n_chunks = 0;
}

/* --- losses */

void ho_network_scores(float *scores, const struct ho_network *n, const float *vector)
{
	size_t d = n->facts.dimensions;
	for (uint32_t k = 0; k < n->K; k++) {
		const float *w = n->w + n->head_w + k * d;
		float sum = n->w[n->head_b + k];
		for (size_t j = 0; j < d; j++)
			sum += w[j] * vector[j];
		scores[k] = sum;
	}
}

/* Cross-entropy; the gradient of the head is added, that of the vector set. */
static double label_loss(struct ho_tuner *l, size_t text, uint32_t label, float *scores)
{
	const struct ho_network *n = l->network;
	size_t d = n->facts.dimensions, below = n->begin[l->lowest];
	float *vector = l->vectors + text * d, *dvector = l->dvectors + text * d, top = -INFINITY;
	double total = 0;
	ho_network_scores(scores, n, vector);
	memset(dvector, 0, d * sizeof *dvector);
	for (uint32_t k = 0; k < n->K; k++)
		top = fmaxf(top, scores[k]);
	for (uint32_t k = 0; k < n->K; k++)
		total += exp((double)(scores[k] - top));
	for (uint32_t k = 0; k < n->K; k++) {
		float p = (float)(exp((double)(scores[k] - top)) / total);
		float ds = l->pass->weight * (p - (k == label ? 1 : 0));
		const float *w = n->w + n->head_w + k * d;
		float *dw = l->gradient + (n->head_w + k * d - below);
		for (size_t j = 0; j < d; j++) {
			dvector[j] += ds * w[j];
			dw[j] += ds * vector[j];
		}
		l->gradient[n->head_b + k - below] += ds;
	}
	return log(fmax(total, 1)) + (double)(top - scores[label]);
}

static float dot(const float *a, const float *b, size_t n)
{
	float sum = 0;
	for (size_t j = 0; j < n; j++)
		sum += a[j] * b[j];
	return sum;
}

/* (cos - target)^2 of two texts that follow one another. */
static double pair_loss(struct ho_tuner *l, size_t text, float target)
{
	size_t d = l->network->facts.dimensions;
	float *u = l->vectors + text * d, *v = u + d, *du = l->dvectors + text * d, *dv = du + d;
	float u_length = fmaxf(sqrtf(dot(u, u, d)), 1e-12f), v_length = fmaxf(sqrtf(dot(v, v, d)), 1e-12f);
	float cosine = dot(u, v, d) / (u_length * v_length), scale = 2 * l->pass->weight * (cosine - target);
	for (size_t j = 0; j < d; j++) {
		float a = u[j] / u_length, b = v[j] / v_length;
		du[j] = scale * (b - cosine * a) / u_length;
		dv[j] = scale * (a - cosine * b) / v_length;
	}
	return (double)(cosine - target) * (double)(cosine - target);
}

static double judge(struct ho_tuner *l, const struct ho_example *examples, size_t n, float *scores)
{
	double loss = 0;
	size_t text = 0;
	for (size_t i = 0; i < n; i++) {
		bool pair = examples[i].other != HO_NO_TEXT;
		loss += pair ? pair_loss(l, text, examples[i].target) : label_loss(l, text, examples[i].label, scores);
		text += pair ? 2 : 1;
	}
	return loss * (double)l->pass->weight;
}

/* --- passes */

/* The examples that fit into one micro-batch, at least one. */
static enum ho_status fill(size_t *taken, struct ho_tuner *l, const struct ho_token_rows *rows,
                           const struct ho_example *examples, size_t n, struct ho_error *err)
{
	struct tune_micro *m = &l->micro;
	enum ho_status status = HO_OK;
	start_micro(m);
	for (*taken = 0; *taken < n && status == HO_OK; ++*taken) {
		const struct ho_example *e = &examples[*taken];
		size_t more = length_of(rows, e->text) + length_of(rows, e->other);
		if (m->rows && m->rows + more > TUNE_MICRO_ROWS)
			break;
		status = put_text(m, rows, e->text, err);
		if (status == HO_OK && e->other != HO_NO_TEXT)
			status = put_text(m, rows, e->other, err);
	}
	return status ? status : ho_tune__make_room(l, err);
}

enum ho_status ho_tuner_add(double *loss, struct ho_tuner *l, const struct ho_token_rows *rows,
                            const struct ho_example *examples, size_t n, const struct ho_pass *pass,
                            struct ho_error *err)
{
	float *scores = ho_alloc(l->network->K + 1, sizeof *scores);
	enum ho_status status = scores ? HO_OK : ho_fail_nomem(err);
	*loss = 0;
	l->pass = pass;
	l->micro.first_row = l->micro.rows = 0;
	for (size_t done = 0, taken = 0; done < n && status == HO_OK; done += taken) {
		status = fill(&taken, l, rows, examples + done, n - done, err);
		if (status == HO_OK)
			status = ho_tune__forward(l, err);
		if (status)
			break;
		*loss += judge(l, examples + done, taken, scores);
		status = ho_tune__backward(l, err);
	}
	ho_free(scores);
	return status;
}

enum ho_status ho_tuner_vectors(float *vectors, struct ho_tuner *l, const struct ho_token_rows *rows,
                                const uint32_t *which, size_t n, const struct ho_progress *progress,
                                struct ho_error *err)
{
	const struct ho_pass still = {.from = l->network->facts.layers + 1};
	size_t d = l->network->facts.dimensions;
	enum ho_status status = HO_OK;
	l->pass = &still;
	for (size_t done = 0; done < n && status == HO_OK;) {
		start_micro(&l->micro);
		size_t first = done;
		while (done < n && status == HO_OK &&
		       (l->micro.rows == 0 || l->micro.rows + length_of(rows, which[done]) <= TUNE_MICRO_ROWS))
			status = put_text(&l->micro, rows, which[done++], err);
		if (status == HO_OK)
			status = ho_progress_check(progress, err);
		if (status == HO_OK)
			status = ho_tune__make_room(l, err);
		if (status == HO_OK)
			status = ho_tune__forward(l, err);
		if (status == HO_OK)
			memcpy(vectors + first * d, l->vectors, (done - first) * d * sizeof *vectors);
	}
	l->pass = NULL;
	return status;
}
