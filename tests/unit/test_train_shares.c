/* Sizes of the parts, the way back from a part to a file, and copies: one row of each group counts. */
#include "made_texts.h"
#include "train/parts.h"
#include "train_fixture.h"

static struct ho_share_plan plan_for(double max_error, const struct ho_label_goal *goals, size_t n)
{
	const uint32_t rows[2] = {9900, 100};
	struct ho_train_options options;
	ho_train_options_init(&options);
	options.max_error = max_error;
	return ho_share_plan_make(goals, n, rows, 10000, &options);
}

static void sizes_follow_the_demand(void **state)
{
	(void)state;
	const struct ho_label_goal common = {0, 0.05}, rare = {1, 0.05}, both[2] = {{0, 0.05}, {1, 0.05}};
	double share[HO_PART_COUNT];
	struct ho_share_plan plan = plan_for(0.05, NULL, 0);
	assert_true(plan.demand == 16 * 59);
	ho_part_shares(share, 10000, &plan);
	assert_true(fabs(share[HO_PART_CERTIFY] - 0.0944) < 1e-9 && fabs(share[HO_PART_TUNE] - 0.05) < 1e-9);
	assert_true(fabs(share[HO_PART_FIT] + share[HO_PART_TUNE] + share[HO_PART_CERTIFY] - 1) < 1e-12);
	ho_part_shares(share, 1000, &plan);
	assert_true(fabs(share[HO_PART_CERTIFY] - 0.13) < 1e-9);
	/* Half of delta each, and a label of one text in a hundred needs a hundred times the texts. */
	assert_true(fabs(plan_for(0.5, &common, 1).demand - 16 * 59 / 0.99) < 2);
	assert_true(plan_for(0.5, &rare, 1).demand > 90 * 16 * 59);
	assert_true(plan_for(0.5, both, 2).demand > 1.2 * plan_for(0.5, &rare, 1).demand);
	plan.cross_fit = true;
	ho_part_shares(share, 1000, &plan);
	assert_true(share[HO_PART_FIT] == 1);
}

static void a_file_is_found_for_every_part(void **state)
{
	(void)state;
	struct ho_share_plan plan = plan_for(0.05, NULL, 0);
	for (int cross_fit = 0; cross_fit < 2; cross_fit++)
		for (size_t now = 3; now < 50000; now = now * 3 + 1)
			for (uint64_t wanted = 1; wanted < 100000; wanted = wanted * 7 + 3) {
				double share[HO_PART_COUNT];
				plan.cross_fit = cross_fit;
				uint64_t units = ho_units_for(wanted, now, &plan);
				assert_true(units >= now);
				ho_part_shares(share, units, &plan);
				double has = cross_fit ? (double)(units - ho_planned_units(units))
				                       : floor(share[HO_PART_CERTIFY] * (double)units);
				assert_true(has >= (double)wanted);
				if (units > now) /* not much more than needed; steps of the shares aside */
					assert_true(has <= 1.3 * (double)wanted + 16);
			}
}

/* `made` with every text in up to five copies, some with another label. */
static struct ho_table copied(const struct made *made, size_t *n_texts, uint64_t seed)
{
	struct ho_table out = made->table;
	struct ho_rng rng = ho_rng_seed(seed, 3);
	size_t most = made->table.n * 5;
	out.text = malloc(most * sizeof *out.text);
	out.label = malloc(most * sizeof *out.label);
	out.n = 0;
	*n_texts = made->table.n;
	for (size_t i = 0; i < made->table.n; i++)
		for (uint64_t c = ho_rng_below(&rng, 5) + 1; c-- > 0;) {
			out.text[out.n] = made->table.text[i];
			out.label[out.n++] = ho_rng_below(&rng, 5) ? made->table.label[i] : 1 - made->table.label[i];
		}
	return out;
}

static void one_row_of_each_group_counts(void **state)
{
	(void)state;
	struct made made = made_texts(1000, 2, 0.3, 3);
	size_t n_texts, first = 0, counted[1000] = {0}, part_of[1000], strange = 0, units = 0;
	struct ho_table table = copied(&made, &n_texts, 1);
	struct ho_train_options options;
	struct ho_parts parts;
	struct ho_error err;
	ho_train_options_init(&options);
	assert_ok(ho_parts_make(&parts, &table, NULL, &options, &err), &err);
	assert_int_equal(parts.near.n_groups, n_texts);
	for (int p = 0; p < HO_PART_COUNT; first += parts.size[p++]) {
		size_t seen = 0;
		for (size_t i = first; i < first + parts.size[p]; i++) {
			uint32_t group = parts.group[i];
			counted[group] += parts.unit[i];
			seen += parts.unit[i];
			assert_true(part_of[group] == (size_t)p || counted[group] == parts.unit[i]);
			part_of[group] = (size_t)p;
			if (p != HO_PART_FIT)
				assert_int_equal(parts.unit[i], i < first + parts.units[p]);
			/* Blind to labels: a unit has the odd label as often as any row, one time in five. */
			units += parts.unit[i];
			if (parts.unit[i])
				for (size_t t = 0; t < n_texts; t++)
					if (parts.text[i].ptr == made.table.text[t].ptr)
						strange += parts.label[i] != made.table.label[t];
		}
		assert_int_equal(seen, parts.units[p]);
	}
	for (size_t g = 0; g < n_texts; g++)
		assert_int_equal(counted[g], 1);
	assert_int_equal(units, n_texts);
	assert_true(strange > 150 && strange < 250);
	/* Sizes are of texts: 13% and 10% of them, however many rows that is. */
	assert_in_range(parts.units[HO_PART_CERTIFY], 125, 135);
	assert_in_range(parts.units[HO_PART_TUNE], 95, 105);
	ho_parts_release(&parts);
	free(table.text);
	free(table.label);
	made_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes_follow_the_demand),
	    cmocka_unit_test(a_file_is_found_for_every_part),
	    cmocka_unit_test(one_row_of_each_group_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
