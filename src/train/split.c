#include "train/split.h"

#include "base/alloc.h"
#include "base/rng.h"

enum { PARTS_MAX = 64 };

/* A row with its group, so that sorting needs nothing but the items. */
struct member {
	uint32_t group, row;
};

/* All rows of one group. */
struct bundle {
	uint32_t first, n; /* members[first .. first + n) */
	uint64_t order;    /* random: bundles of one size come in random order */
};

struct splitting {
	const uint32_t *label;
	const double *share;
	unsigned n_parts;
	struct member *members;
	struct bundle *bundles;
	size_t n, n_bundles;
	uint32_t n_labels;
	double *placed; /* [n_labels][n_parts] rows so far */
	double *rows;   /* [n_labels] rows of the label */
	double placed_all[PARTS_MAX];
};

static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Large groups first, while there is room to balance them. */
static int by_size(const void *a, const void *b)
{
	const struct bundle *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return (x->order > y->order) - (x->order < y->order);
}

static void make_bundles(struct splitting *s, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0x5711);
	for (size_t i = 0; i < s->n; i++) {
		if (i == 0 || s->members[i].group != s->members[i - 1].group)
			s->bundles[s->n_bundles++] = (struct bundle){(uint32_t)i, 0, ho_rng_next(&rng)};
		s->bundles[s->n_bundles - 1].n++;
	}
	qsort(s->bundles, s->n_bundles, sizeof *s->bundles, by_size);
}

static uint32_t label_of(const struct splitting *s, uint32_t row)
{
	return s->label ? s->label[row] : 0;
}

/*
 * How much a part still lacks for the rows of a bundle: per row, the share of its label that is missing there; what is
 * missing over all labels settles the rest, so that many small labels still add up to the wanted sizes.
 */
static double lack(const struct splitting *s, const struct bundle *bundle, unsigned part)
{
	double sum = 0;
	for (uint32_t i = 0; i < bundle->n; i++) {
		uint32_t label = label_of(s, s->members[bundle->first + i].row);
		double wanted = s->rows[label] * s->share[part];
		sum += (wanted - s->placed[(size_t)label * s->n_parts + part]) / (s->rows[label] + 1);
	}
	double all = (double)s->n * s->share[part] - s->placed_all[part];
	return sum / (double)bundle->n + all / (double)s->n;
}

static void place(struct splitting *s, const struct bundle *bundle, uint8_t *part)
{
	unsigned best = 0;
	double most = -1e300;
	for (unsigned p = 0; p < s->n_parts; p++) {
		/* Measured against the share: otherwise the largest part takes every first bundle. */
		double value = s->share[p] > 0 ? lack(s, bundle, p) / s->share[p] : -1e299;
		if (value > most) {
			most = value;
			best = p;
		}
	}
	for (uint32_t i = 0; i < bundle->n; i++) {
		uint32_t row = s->members[bundle->first + i].row;
		part[row] = (uint8_t)best;
		s->placed[(size_t)label_of(s, row) * s->n_parts + best]++;
		s->placed_all[best]++;
	}
}

static enum ho_status prepare(struct splitting *s, const uint32_t *group, struct ho_error *err)
{
	for (size_t i = 0; s->label && i < s->n; i++)
		if (s->label[i] >= s->n_labels)
			s->n_labels = s->label[i] + 1;
	s->members = ho_alloc(s->n, sizeof *s->members);
	s->bundles = ho_alloc(s->n, sizeof *s->bundles);
	s->placed = ho_calloc((size_t)s->n_labels * s->n_parts, sizeof *s->placed);
	s->rows = ho_calloc(s->n_labels, sizeof *s->rows);
	if (!s->members || !s->bundles || !s->placed || !s->rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++) {
		s->members[i] = (struct member){group ? group[i] : (uint32_t)i, (uint32_t)i};
		s->rows[label_of(s, (uint32_t)i)]++;
	}
	qsort(s->members, s->n, sizeof *s->members, by_group);
	return HO_OK;
}

enum ho_status ho_split(uint8_t *part, const uint32_t *group, const uint32_t *label, size_t n, const double *share,
                        unsigned n_parts, uint64_t seed, struct ho_error *err)
{
	struct splitting s = {.label = label, .share = share, .n_parts = n_parts, .n = n, .n_labels = 1};
	memset(part, 0, n);
	if (n_parts < 1 || n_parts > PARTS_MAX || n > UINT32_MAX - 1)
		return ho_fail(err, HO_EINVAL, "cannot split %zu rows into %u parts", n, n_parts);
	enum ho_status status = prepare(&s, group, err);
	if (status == HO_OK) {
		make_bundles(&s, seed);
		for (size_t b = 0; b < s.n_bundles; b++)
			place(&s, &s.bundles[b], part);
	}
	ho_free(s.members);
	ho_free(s.bundles);
	ho_free(s.placed);
	ho_free(s.rows);
	return status;
}
