/*
 * The solvers minimise what their header says: at the end the gradient of the primal problem, computed here row by row,
 * is zero. The problems are strongly convex, so a zero gradient means the one minimum.
 */
#include "train_fixture.h"

struct scales {
	const struct sparse *s;
	bool per_class;
};

static double s2_of(const struct scales *scales, size_t j, uint32_t class)
{
	double s2 = (double)scales->s->s2[j];
	return scales->per_class ? s2 * (1 + 0.1 * ((j + class) % 5)) : s2;
}

static void give_scale(float *s2, void *context, uint32_t class)
{
	for (size_t j = 0; j < SPARSE_D; j++)
		s2[j] = (float)s2_of(context, j, class);
}

static struct ho_problem problem_of(struct sparse *s, struct scales *scales, uint32_t K, enum ho_loss loss, double C)
{
	return (struct ho_problem){.design = &s->design,
	                           .rows = s->rows,
	                           .n_rows = SPARSE_ROWS - 5,
	                           .labels = s->labels,
	                           .n_classes = K,
	                           .loss = loss,
	                           .C = C,
	                           .tolerance = 1e-7,
	                           .max_epochs = 4000,
	                           .seed = 3,
	                           .threads = 1,
	                           .scale = give_scale,
	                           .scale_context = scales,
	                           .scale_per_class = scales->per_class};
}

/* Factor of x_i in the gradient of the loss for column k, given all margins of the row. */
static double loss_slope(const struct ho_problem *p, const double *margin, uint32_t columns, uint32_t k, uint32_t label)
{
	if (p->loss == HO_LOSS_SQUARED_HINGE) {
		double y = label == (columns == 1 ? 1 : k) ? 1 : -1, slack = 1 - y * margin[k];
		return slack > 0 ? -2 * p->C * y * slack : 0;
	}
	if (columns == 1) /* the column is the difference of two, each of which is half of it */
		return 2 * p->C * (1 / (1 + exp(-margin[0])) - (label == 1));
	double total = 0;
	for (uint32_t c = 0; c < columns; c++)
		total += exp(margin[c]);
	return p->C * (exp(margin[k]) / total - (k == label));
}

/* Largest component of the gradient with respect to w = v / s and the bias. */
static double gradient_of(const struct ho_problem *p, const struct sparse *s, const struct ho_weights *w)
{
	static double g[40][SPARSE_D + 1];
	double x[SPARSE_D], margin[40], worst = 0;
	const struct scales *scales = p->scale_context;
	for (uint32_t k = 0; k < w->columns; k++) {
		for (size_t j = 0; j < SPARSE_D; j++) {
			double s2 = s2_of(scales, j, w->columns == 1 ? 1 : k);
			g[k][j] = (double)w->v[j * w->columns + k] / sqrt(s2);
		}
		g[k][SPARSE_D] = (double)w->bias[k];
	}
	for (size_t i = 0; i < p->n_rows; i++) {
		uint32_t row = p->rows[i];
		sparse_row(x, s, row);
		for (uint32_t k = 0; k < w->columns; k++) {
			margin[k] = (double)w->bias[k];
			for (size_t j = 0; j < SPARSE_D; j++)
				margin[k] += x[j] * (double)w->v[j * w->columns + k];
		}
		for (uint32_t k = 0; k < w->columns; k++) {
			double slope = loss_slope(p, margin, w->columns, k, s->labels[row]);
			for (size_t j = 0; j < SPARSE_D; j++)
				g[k][j] += slope * x[j] * sqrt(s2_of(scales, j, w->columns == 1 ? 1 : k));
			g[k][SPARSE_D] += slope;
		}
	}
	for (uint32_t k = 0; k < w->columns; k++)
		for (size_t j = 0; j <= SPARSE_D; j++)
			worst = fmax(worst, fabs(g[k][j]));
	return worst;
}

static void check_optimum(uint32_t K, enum ho_loss loss, bool per_class, double C, uint64_t seed)
{
	static struct sparse s;
	struct ho_weights w, again;
	struct ho_error err;
	sparse_fill(&s, K, seed);
	struct scales scales = {&s, per_class};
	struct ho_problem p = problem_of(&s, &scales, K, loss, C);
	assert_ok(ho_solve(&w, &p, &err), &err);
	assert_int_equal(w.columns, K == 2 ? 1 : K);
	double worst = gradient_of(&p, &s, &w);
	/* Weights are floats, so what rounding leaves grows with C. */
	if (worst > 1e-3 * (1 + C))
		fail_msg("K %u, loss %d, C %g: gradient %g", K, (int)loss, C, worst);
	p.threads = 3;
	assert_ok(ho_solve(&again, &p, &err), &err);
	assert_memory_equal(w.v, again.v, w.D * w.columns * sizeof *w.v);
	assert_memory_equal(w.bias, again.bias, w.columns * sizeof *w.bias);
	ho_weights_release(&w);
	ho_weights_release(&again);
}

static void solvers_reach_the_optimum(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++)
		for (double C = 0.1; C < 20; C *= 10) {
			check_optimum(2, HO_LOSS_SQUARED_HINGE, false, C, seed);
			check_optimum(5, HO_LOSS_SQUARED_HINGE, false, C, seed);
			check_optimum(5, HO_LOSS_SQUARED_HINGE, true, C, seed);
			check_optimum(2, HO_LOSS_SOFTMAX, false, C, seed);
			check_optimum(4, HO_LOSS_SOFTMAX, false, C, seed);
		}
	check_optimum(37, HO_LOSS_SQUARED_HINGE, true, 1, 9); /* three groups of lanes */
	check_optimum(37, HO_LOSS_SQUARED_HINGE, false, 1, 9);
}

static void a_loose_tolerance_ends_early_and_is_worse(void **state)
{
	(void)state;
	static struct sparse s;
	struct ho_weights w;
	struct ho_error err;
	sparse_fill(&s, 2, 4);
	struct scales scales = {&s, false};
	struct ho_problem p = problem_of(&s, &scales, 2, HO_LOSS_SQUARED_HINGE, 1);
	p.max_epochs = 1;
	assert_ok(ho_solve(&w, &p, &err), &err);
	assert_true(gradient_of(&p, &s, &w) > 1e-2); /* so that the check above can fail */
	ho_weights_release(&w);
}

static void margins_of_a_row(void **state)
{
	(void)state;
	static struct sparse s;
	struct ho_weights w;
	struct ho_error err;
	float margins[5];
	double x[SPARSE_D];
	sparse_fill(&s, 5, 8);
	struct scales scales = {&s, false};
	struct ho_problem p = problem_of(&s, &scales, 5, HO_LOSS_SOFTMAX, 1);
	assert_ok(ho_solve(&w, &p, &err), &err);
	for (size_t i = 0; i < SPARSE_ROWS; i++) {
		ho_weights_margins(margins, &w, &s.design, i);
		sparse_row(x, &s, i);
		for (uint32_t k = 0; k < 5; k++) {
			double m = (double)w.bias[k];
			for (size_t j = 0; j < SPARSE_D; j++)
				m += x[j] * (double)w.v[j * 5 + k];
			assert_true(fabs(m - (double)margins[k]) < 1e-5);
		}
	}
	ho_weights_release(&w);
}

static enum ho_status try_solve(void *context)
{
	struct ho_weights w;
	enum ho_status status = ho_solve(&w, context, NULL);
	ho_weights_release(&w);
	return status;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static struct sparse s;
	sparse_fill(&s, 2, 8);
	struct scales scales = {&s, false};
	for (uint32_t K = 2; K <= 3; K++)
		for (int loss = 0; loss < 2; loss++) {
			struct ho_problem p = problem_of(&s, &scales, K, (enum ho_loss)loss, 1);
			p.max_epochs = 2;
			walk_failures(try_solve, &p);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(solvers_reach_the_optimum),
	    cmocka_unit_test(a_loose_tolerance_ends_early_and_is_worse),
	    cmocka_unit_test(margins_of_a_row),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
