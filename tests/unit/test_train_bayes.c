/* Naive Bayes against counting by hand. */
#include "train/bayes.h"
#include "train_fixture.h"

static double weight_of(const struct sparse *s, size_t n, size_t feature, uint32_t class, double a)
{
	double inside[SPARSE_D] = {0}, outside[SPARSE_D] = {0}, in = 0, out = 0, x[SPARSE_D];
	for (size_t i = 0; i < n; i++) {
		sparse_row(x, s, s->rows[i]);
		for (size_t j = 0; j < SPARSE_D; j++)
			*(s->labels[s->rows[i]] == class ? &inside[j] : &outside[j]) += x[j] > 0;
	}
	for (size_t j = 0; j < SPARSE_D; j++) {
		in += inside[j] + a;
		out += outside[j] + a;
	}
	return log((inside[feature] + a) / in) - log((outside[feature] + a) / out);
}

static void equals_counting(void **state)
{
	(void)state;
	static struct sparse s;
	struct ho_weights w;
	struct ho_error err;
	for (uint32_t K = 2; K <= 4; K++) {
		sparse_fill(&s, K, K);
		assert_ok(ho_bayes(&w, &s.design, s.rows, 60, s.labels, K, 0.3, &err), &err);
		assert_int_equal(w.columns, K == 2 ? 1 : K);
		for (size_t j = 0; j < SPARSE_D; j++)
			for (uint32_t k = 0; k < w.columns; k++) {
				double wanted = weight_of(&s, 60, j, K == 2 ? 1 : k, 0.3);
				assert_true(fabs((double)w.v[j * w.columns + k] - wanted) < 1e-5);
			}
		for (uint32_t k = 0; k < w.columns; k++)
			assert_true(w.bias[k] == 0);
		ho_weights_release(&w);
	}
}

static enum ho_status try_bayes(void *context)
{
	struct sparse *s = context;
	struct ho_weights w;
	enum ho_status status = ho_bayes(&w, &s->design, s->rows, 60, s->labels, 3, 1, NULL);
	ho_weights_release(&w);
	return status;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static struct sparse s;
	sparse_fill(&s, 3, 1);
	walk_failures(try_bayes, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equals_counting),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
