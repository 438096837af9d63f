#include "train/dense.h"

#include <math.h>

#include "base/alloc.h"
#include "encoder/cache.h"
#include "encoder/kernels.h"

enum { MEMORY = 10, STEPS = 200, HALVINGS = 30 };
/* Largest part of the gradient, per row of weight C, at which it ends. */
static const double gradient_small = 1e-4;

struct fit {
	const struct ho_lesson *lesson;
	const struct ho_kernels *kernels;
	const uint32_t *learn;
	size_t n, d, columns, P; /* rows; dimensions; columns; parameters: columns * (d + 1), the biases last */
	double C;
	float *by_row;       /* X packed as a matrix of n outputs: W X^T gives scores [columns][n] */
	float *by_dimension; /* X^T packed as a matrix of d outputs: R X gives the gradient [columns][d] */
	float *w;            /* [columns][d] the parameters as the kernels read them */
	double *prior;       /* [columns][d] what they are drawn towards */
	float *scores;       /* [columns][n]; then the residuals */
	float *products;     /* [columns][d] */
};

static const float *vector_of(const struct ho_lesson *lesson, size_t i)
{
	return ho_vector_cache_row(lesson->vectors, lesson->vector_of[lesson->rows[i]]);
}

void ho_dense_margins(float *out, const struct ho_weights *weights, const struct ho_lesson *lesson, size_t i)
{
	const float *x = vector_of(lesson, i);
	for (uint32_t k = 0; k < weights->columns; k++) {
		double sum = (double)weights->bias[k];
		for (size_t d = 0; d < weights->D; d++)
			sum += (double)weights->v[d * weights->columns + k] * (double)x[d];
		out[k] = (float)sum;
	}
}

/* Panels of HO_PANEL, as kernels.h describes them, straight from the vectors. */
static void pack(struct fit *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const float *x = vector_of(f->lesson, f->learn[i]);
		float *row = f->by_row + i / HO_PANEL * HO_PANEL * f->d + i % HO_PANEL;
		for (size_t j = 0; j < f->d; j++) {
			row[j * HO_PANEL] = x[j];
			f->by_dimension[j / HO_PANEL * HO_PANEL * f->n + i * HO_PANEL + j % HO_PANEL] = x[j];
		}
	}
}

/* Log loss of row i; its scores become residuals p - y, times C. */
static double row_loss(struct fit *f, const double *p, size_t i)
{
	const double *bias = p + f->columns * f->d;
	uint32_t y = f->lesson->labels[f->learn[i]];
	if (f->columns == 1) {
		double z = (double)f->scores[i] + bias[0], signed_z = y ? z : -z;
		double chance = 1 / (1 + exp(-z));
		f->scores[i] = (float)(f->C * (chance - (y ? 1 : 0)));
		return signed_z > 0 ? log1p(exp(-signed_z)) : log1p(exp(signed_z)) - signed_z;
	}
	double top = -INFINITY, total = 0, own = (double)f->scores[y * f->n + i] + bias[y];
	for (size_t k = 0; k < f->columns; k++)
		top = fmax(top, (double)f->scores[k * f->n + i] + bias[k]);
	for (size_t k = 0; k < f->columns; k++)
		total += exp((double)f->scores[k * f->n + i] + bias[k] - top);
	for (size_t k = 0; k < f->columns; k++) {
		float *s = &f->scores[k * f->n + i];
		*s = (float)(f->C * (exp((double)*s + bias[k] - top) / total - (k == y)));
	}
	return top + log(total) - own;
}

/* The objective at p [P], and its gradient. */
static double objective(struct fit *f, const double *p, double *gradient)
{
	size_t weights = f->columns * f->d;
	double loss = 0, square = 0;
	for (size_t a = 0; a < weights; a++) {
		f->w[a] = (float)p[a];
		square += (p[a] - f->prior[a]) * (p[a] - f->prior[a]);
	}
	f->kernels->multiply(f->scores, f->n, f->w, f->d, f->by_row, NULL, f->columns, f->n, f->d, HO_EPILOGUE_NONE);
	for (size_t i = 0; i < f->n; i++)
		loss += row_loss(f, p, i);
	f->kernels->multiply(f->products, f->d, f->scores, f->n, f->by_dimension, NULL, f->columns, f->d, f->n,
	                     HO_EPILOGUE_NONE);
	for (size_t a = 0; a < weights; a++)
		gradient[a] = p[a] - f->prior[a] + (double)f->products[a];
	for (size_t k = 0; k < f->columns; k++) {
		double sum = 0;
		for (size_t i = 0; i < f->n; i++)
			sum += (double)f->scores[k * f->n + i];
		gradient[weights + k] = sum;
	}
	return square / 2 + f->C * loss;
}

static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static double largest(const double *a, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(a[i]));
	return most;
}

/* Steps and changes of the gradient that are remembered. */
struct memory {
	double *s[MEMORY], *y[MEMORY], rho[MEMORY];
	size_t n, next;
};

/* d = - H g by the two-loop recursion. */
static void direction(double *d, const double *g, const struct memory *m, size_t P)
{
	double alpha[MEMORY] = {0};
	memcpy(d, g, P * sizeof *d);
	for (size_t i = 0; i < m->n; i++) {
		size_t at = (m->next + MEMORY - 1 - i) % MEMORY;
		alpha[at] = m->rho[at] * dot(m->s[at], d, P);
		for (size_t a = 0; a < P; a++)
			d[a] -= alpha[at] * m->y[at][a];
	}
	size_t last = (m->next + MEMORY - 1) % MEMORY;
	double scale = m->n ? 1 / (m->rho[last] * dot(m->y[last], m->y[last], P)) : 1 / fmax(1, sqrt(dot(g, g, P)));
	for (size_t a = 0; a < P; a++)
		d[a] *= scale;
	for (size_t i = m->n; i-- > 0;) {
		size_t at = (m->next + MEMORY - 1 - i) % MEMORY;
		double beta = m->rho[at] * dot(m->y[at], d, P);
		for (size_t a = 0; a < P; a++)
			d[a] += (alpha[at] - beta) * m->s[at][a];
	}
	for (size_t a = 0; a < P; a++)
		d[a] = -d[a];
}

/* Keep the step from p to next if the curvature along it is positive. */
static void remember(struct memory *m, const double *p, const double *next, const double *g, const double *g_next,
                     size_t P)
{
	double *s = m->s[m->next], *y = m->y[m->next];
	for (size_t a = 0; a < P; a++) {
		s[a] = next[a] - p[a];
		y[a] = g_next[a] - g[a];
	}
	double curvature = dot(s, y, P);
	if (curvature <= 1e-12 * dot(y, y, P))
		return;
	m->rho[m->next] = 1 / curvature;
	m->next = (m->next + 1) % MEMORY;
	m->n += m->n < MEMORY;
}

/* p [P] is the start and the result; room [4 * P + 2 * MEMORY * P]. */
static enum ho_status minimise(struct fit *f, double *p, double *room, struct ho_error *err)
{
	size_t P = f->P;
	double *g = room, *d = g + P, *next = d + P, *g_next = next + P;
	struct memory memory = {.n = 0};
	for (size_t i = 0; i < MEMORY; i++) {
		memory.s[i] = room + (4 + 2 * i) * P;
		memory.y[i] = memory.s[i] + P;
	}
	double value = objective(f, p, g);
	for (int step = 0; step < STEPS && largest(g, P) > gradient_small * f->C * sqrt((double)f->n); step++) {
		enum ho_status status = ho_progress_check(f->lesson->progress, err);
		if (status)
			return status;
		direction(d, g, &memory, P);
		double slope = dot(d, g, P), rate = 1, reached = value;
		for (int halving = 0; halving < HALVINGS; halving++, rate /= 2) {
			for (size_t a = 0; a < P; a++)
				next[a] = p[a] + rate * d[a];
			reached = objective(f, next, g_next);
			if (reached <= value + 1e-4 * rate * slope)
				break;
		}
		if (!(reached < value))
			return HO_OK; /* as low as single precision can see */
		remember(&memory, p, next, g, g_next, P);
		memcpy(p, next, P * sizeof *p);
		memcpy(g, g_next, P * sizeof *g);
		value = reached;
	}
	return HO_OK;
}

/* For two labels the one column stands for the second against the first. */
static void set_prior(double *prior, const struct fit *f, double scale)
{
	const float *names = f->lesson->names;
	for (size_t a = 0; scale > 0 && a < f->columns * f->d; a++)
		prior[a] =
		    scale * ((double)names[f->columns == 1 ? f->d + a : a] - (f->columns == 1 ? (double)names[a] : 0));
}

static enum ho_status start(struct ho_weights *out, struct fit *f, struct ho_error *err)
{
	*out = (struct ho_weights){.D = f->d, .columns = (uint32_t)f->columns};
	out->v = ho_calloc(f->d * f->columns, sizeof *out->v);
	out->bias = ho_calloc(f->columns, sizeof *out->bias);
	f->by_row = ho_calloc(ho_packed_size(f->n, f->d), sizeof *f->by_row);
	f->by_dimension = ho_calloc(ho_packed_size(f->d, f->n), sizeof *f->by_dimension);
	f->w = ho_alloc(f->d * f->columns, sizeof *f->w);
	f->scores = ho_alloc(f->n * f->columns, sizeof *f->scores);
	f->products = ho_alloc(f->d * f->columns, sizeof *f->products);
	f->prior = ho_calloc(f->d * f->columns, sizeof *f->prior);
	if (!out->v || !out->bias || !f->by_row || !f->by_dimension || !f->w || !f->scores || !f->products || !f->prior)
		return ho_fail_nomem(err);
	pack(f);
	return HO_OK;
}

enum ho_status ho_dense_fit(struct ho_weights *out, const struct ho_lesson *lesson, const uint32_t *learn, size_t n,
                            const struct ho_head *head, struct ho_error *err)
{
	struct fit f = {.lesson = lesson,
	                .kernels = ho_kernels_choose(),
	                .learn = learn,
	                .n = n,
	                .d = ho_encoder_facts(lesson->vectors->encoder)->dimensions,
	                .columns = lesson->K == 2 ? 1 : lesson->K,
	                .C = head->C};
	f.P = f.columns * (f.d + 1);
	double *p = ho_calloc(f.P, sizeof *p), *room = ho_alloc((4 + 2 * MEMORY) * f.P, sizeof *room);
	enum ho_status status = start(out, &f, err);
	if (status == HO_OK && (!p || !room))
		status = ho_fail_nomem(err);
	if (status == HO_OK) {
		set_prior(f.prior, &f, head->prior);
		memcpy(p, f.prior, f.columns * f.d * sizeof *p);
		status = minimise(&f, p, room, err);
	}
	for (size_t k = 0; k < f.columns && status == HO_OK; k++) {
		out->bias[k] = (float)p[f.columns * f.d + k];
		for (size_t d = 0; d < f.d; d++)
			out->v[d * f.columns + k] = (float)p[k * f.d + d];
	}
	ho_free(f.by_row);
	ho_free(f.by_dimension);
	ho_free(f.w);
	ho_free(f.scores);
	ho_free(f.products);
	ho_free(f.prior);
	ho_free(p);
	ho_free(room);
	if (status)
		ho_weights_release(out);
	return status;
}
