/* Memory of a learner, grown as batches need it. */
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "tune/private.h"

static void release_kept(struct tune_kept *k)
{
	float *all[] = {k->in, k->qkv, k->mixed, k->hat1, k->rstd1, k->mid, k->z, k->hat2, k->rstd2};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ho_tune_release_floats(all[i]);
	*k = (struct tune_kept){.in = NULL};
}

static void release_scratch(struct tune_scratch *s)
{
	float *all[] = {s->x, s->y, s->wide, s->wide2, s->d, s->e, s->attention, s->block, s->rounded};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ho_tune_release_floats(all[i]);
	release_kept(&s->frozen);
	*s = (struct tune_scratch){.rows = 0};
}

static void release_rows(struct ho_tuner *l)
{
	for (unsigned d = 0; l->kept && d <= l->network->facts.layers; d++)
		release_kept(&l->kept[d]);
	for (int p = 0; p < TUNE_PRODUCTS; p++) {
		ho_tune_release_floats(l->products[p].dy);
		ho_tune_release_floats(l->products[p].x);
		ho_tune_release_floats((float *)(void *)l->products[p].x16);
		l->products[p] = (struct tune_product){.x = NULL};
	}
	ho_tune_release_floats(l->dx);
	l->dx = NULL;
	l->kept_rows = 0;
}

void ho_tuner_free(struct ho_tuner *l)
{
	if (!l)
		return;
	release_rows(l);
	for (unsigned t = 0; l->scratch && t < l->threads; t++)
		release_scratch(&l->scratch[t]);
	ho_free(l->scratch);
	ho_free(l->kept);
	ho_tune_release_floats(l->gradient);
	ho_tune_release_floats(l->partial);
	ho_tune_release_floats(l->vectors);
	ho_tune_release_floats(l->dvectors);
	ho_tune_release_floats(l->lengths);
	ho_free(l->micro.ids);
	ho_free(l->micro.begin);
	ho_free(l->micro.chunks);
	ho_free(l);
}

enum ho_status ho_tuner_new(struct ho_tuner **out, struct ho_network *network, unsigned lowest, unsigned threads,
                            struct ho_error *err)
{
	struct ho_tuner *l = *out = ho_calloc(1, sizeof *l);
	if (!l)
		return ho_fail_nomem(err);
	l->network = network;
	l->lowest = lowest;
	l->threads = threads ? threads : ho_cores();
	l->scratch = ho_calloc(l->threads, sizeof *l->scratch);
	l->kept = ho_calloc((size_t)network->facts.layers + 1, sizeof *l->kept);
	l->gradient = ho_tune_floats(network->n - network->begin[lowest]);
	if (!l->scratch || !l->kept || !l->gradient) {
		ho_tuner_free(l);
		*out = NULL;
		return ho_fail_nomem(err);
	}
	ho_tuner_clear(l);
	return HO_OK;
}

float *ho_tuner_gradient(struct ho_tuner *l)
{
	return l->gradient;
}

void ho_tuner_clear(struct ho_tuner *l)
{
	memset(l->gradient, 0, (l->network->n - l->network->begin[l->lowest]) * sizeof *l->gradient);
}

struct wanted {
	float **out;
	size_t n;
};

static enum ho_status take(const struct wanted *wanted, size_t n, struct ho_error *err)
{
	for (size_t i = 0; i < n; i++) {
		ho_tune_release_floats(*wanted[i].out);
		*wanted[i].out = ho_tune_floats(wanted[i].n);
		if (!*wanted[i].out)
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

static enum ho_status take_kept(struct tune_kept *k, const struct ho_encoder_facts *f, size_t rows,
                                struct ho_error *err)
{
	size_t h = f->hidden;
	const struct wanted all[] = {{&k->in, rows * h},       {&k->qkv, rows * 3 * h}, {&k->mixed, rows * h},
	                             {&k->hat1, rows * h},     {&k->rstd1, rows},       {&k->mid, rows * h},
	                             {&k->z, rows * f->inner}, {&k->hat2, rows * h},    {&k->rstd2, rows}};
	return take(all, sizeof all / sizeof *all, err);
}

static enum ho_status take_products(struct ho_tuner *l, size_t rows, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &l->network->facts;
	size_t h = f->hidden, outs[] = {3 * h, h, f->inner, h}, ins[] = {h, h, h, f->inner};
	/* An odd number of cache lines, so that rows do not fall into the same sets. */
	l->ld = (rows + HO_PANEL - 1) / HO_PANEL * HO_PANEL;
	l->ld += l->ld / HO_PANEL % 2 ? 0 : HO_PANEL;
	for (int p = 0; p < TUNE_PRODUCTS; p++) {
		const struct wanted both[] = {{&l->products[p].dy, outs[p] * l->ld},
		                              {&l->products[p].x, ho_packed_size(ins[p], rows)}};
		enum ho_status status = take(both, 2, err);
		float *x16 = NULL;
		const struct wanted halved[] = {{&x16, ho_bf16_packed_size(ins[p], rows)}};
		if (status == HO_OK && l->network->bf16)
			status = take(halved, 1, err);
		l->products[p].x16 = (uint32_t *)(void *)x16;
		if (status)
			return status;
	}
	const struct wanted dx[] = {{&l->dx, rows * h}};
	return take(dx, 1, err);
}

static enum ho_status take_rows(struct ho_tuner *l, size_t rows, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &l->network->facts;
	enum ho_status status = HO_OK;
	release_rows(l);
	for (unsigned d = l->lowest; d <= f->layers && status == HO_OK; d++) {
		const struct wanted norm[] = {{&l->kept[0].hat2, rows * f->hidden}, {&l->kept[0].rstd2, rows}};
		status = d ? take_kept(&l->kept[d], f, rows, err) : take(norm, 2, err);
	}
	if (status == HO_OK)
		status = take_products(l, rows, err);
	l->kept_rows = status == HO_OK ? rows : 0;
	return status;
}

static enum ho_status take_scratch(struct tune_scratch *s, const struct ho_network *n, size_t rows, size_t longest,
                                   size_t micro_rows, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &n->facts;
	size_t h = f->hidden, wide = f->inner > 3 * h ? f->inner : 3 * h, d = h / f->heads;
	size_t forward = ho_attention_scratch(longest, d), back = ho_tune_attention_scratch(longest, d);
	/* Rows of activations, or outputs of a block over all rows. */
	size_t of_rows = rows * ho_bf16_row_bytes(wide), of_block = TUNE_BLOCK * ho_bf16_row_bytes(micro_rows);
	size_t rounded = (of_rows > of_block ? of_rows : of_block) / sizeof(float);
	const struct wanted all[] = {{&s->x, rows * h},
	                             {&s->y, rows * h},
	                             {&s->wide, rows * wide},
	                             {&s->wide2, rows * wide},
	                             {&s->d, rows * h},
	                             {&s->e, rows * h},
	                             {&s->attention, forward > back ? forward : back},
	                             {&s->block, TUNE_BLOCK * wide},
	                             {&s->rounded, n->bf16 ? rounded : 1}};
	if (rows <= s->rows && longest <= s->longest && micro_rows <= s->micro_rows)
		return HO_OK;
	s->rows = s->longest = s->micro_rows = 0;
	enum ho_status status = take(all, sizeof all / sizeof *all, err);
	if (status == HO_OK)
		status = take_kept(&s->frozen, f, rows, err);
	if (status == HO_OK) {
		s->rows = rows;
		s->longest = longest;
		s->micro_rows = micro_rows;
	}
	return status;
}

enum ho_status ho_tune__make_room(struct ho_tuner *l, struct ho_error *err)
{
	const struct tune_micro *m = &l->micro;
	const struct ho_encoder_facts *f = &l->network->facts;
	size_t chunk = TUNE_CHUNK_ROWS, longest = 1;
	enum ho_status status = HO_OK;
	for (size_t t = 0; t < m->n_texts; t++)
		longest = m->begin[t + 1] - m->begin[t] > longest ? m->begin[t + 1] - m->begin[t] : longest;
	for (size_t c = 0; c < m->n_chunks; c++)
		chunk = m->chunks[c].rows > chunk ? m->chunks[c].rows : chunk;
	for (unsigned t = 0; t < l->threads && status == HO_OK; t++)
		status = take_scratch(&l->scratch[t], l->network, chunk, longest,
		                      m->rows > TUNE_MICRO_ROWS ? m->rows : TUNE_MICRO_ROWS, err);
	if (status == HO_OK && m->rows > l->kept_rows && l->pass->from <= f->layers)
		status = take_rows(l, m->rows > TUNE_MICRO_ROWS ? m->rows : TUNE_MICRO_ROWS, err);
	if (status == HO_OK && m->n_chunks > l->partial_chunks) {
		const struct wanted partial[] = {{&l->partial, m->n_chunks * 4 * f->hidden}};
		status = take(partial, 1, err);
		l->partial_chunks = status == HO_OK ? m->n_chunks : 0;
	}
	if (status == HO_OK && m->n_texts > l->texts) {
		const struct wanted vectors[] = {{&l->vectors, m->n_texts * f->dimensions},
		                                 {&l->dvectors, m->n_texts * f->dimensions},
		                                 {&l->lengths, m->n_texts}};
		status = take(vectors, 3, err);
		l->texts = status == HO_OK ? m->n_texts : 0;
	}
	return status;
}
