/* Groups: known cases, recall and precision against brute force, chains, failures. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "near/near.h"
#include "near/corpus.h"

static struct ho_near_result find(const struct ho_slice *texts, size_t n, const struct ho_near_options *options)
{
	struct ho_near_result result;
	struct ho_error err;
	assert_ok(ho_near_find(&result, texts, n, options, NULL, &err), &err);
	assert_int_equal(result.n, n);
	assert_int_equal(result.n_groups + result.n_exact + result.n_near, n);
	return result;
}

static void known_cases(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t group;
	} rows[] = {
	    {"what is my balance", 0},
	    {"what is my savings balance", 1},
	    {"", 2},
	    {"What is my  balance", 0},
	    {"what is my checking balance", 3},
	    {" \n", 2},
	    {"please tell me how long the delivery of my new card to another country is going to take this time", 4},
	    {"what is my balance?", 0}, /* near: only a mark differs */
	    {"!!!", 5},
	    {"please tell me how long the delivery of my new card to another country is going to take this week", 4},
	    {"???", 6},
	    {"cancel my card", 7},
	    {"cancel my card please", 8},
	    {"\xe6\x88\x91\xe6\x83\xb3\xe5\x8f\x96\xe6\xb6\x88\xe6\x98\xa8\xe5\xa4\xa9\xe4\xb8\x8b\xe7\x9a\x84\xe8\xae"
	     "\xa2\xe5\x8d\x95",
	     9},
	    {"\xe6\x88\x91\xe6\x83\xb3\xe5\x8f\x96\xe6\xb6\x88\xe6\x98\xa8\xe5\xa4\xa9\xe4\xb8\x8b\xe7\x9a\x84\xe8\xae"
	     "\xa2\xe5\x8d\x95\xe5\x90\x97\xef\xbc\x9f",
	     9},
	    {"\xe6\x88\x91\xe6\x83\xb3\xe6\x9f\xa5\xe7\x9c\x8b\xe4\xbb\x8a\xe5\xa4\xa9\xe7\x9a\x84\xe4\xbd\x99\xe9\xa2"
	     "\x9d",
	     10},
	};
	enum { N = sizeof rows / sizeof *rows };
	struct ho_slice texts[N];
	for (size_t i = 0; i < N; i++)
		texts[i] = ho_slice_str(rows[i].text);
	struct ho_near_result r = find(texts, N, NULL);
	for (size_t i = 0; i < N; i++)
		if (r.group[i] != rows[i].group)
			fail_msg("row %zu is in group %u, not %u", i, r.group[i], rows[i].group);
	assert_int_equal(r.n_groups, 11);
	assert_int_equal(r.n_exact, 2);
	assert_int_equal(r.n_near, 3);
	assert_int_equal(r.n_cut, 0);
	assert_int_equal(r.n_pairs, 5);
	assert_true(r.pairs[0].exact && r.pairs[0].first == 0 && r.pairs[0].second == 3 && r.pairs[0].jaccard == 1);
	assert_true(r.pairs[1].exact && r.pairs[1].first == 2 && r.pairs[1].second == 5);
	assert_true(!r.pairs[2].exact && r.pairs[2].first == 0 && r.pairs[2].second == 7 && r.pairs[2].jaccard == 1);
	assert_true(!r.pairs[3].exact && r.pairs[3].first == 6 && r.pairs[3].second == 9);
	ho_near_release(&r);
	assert_null(r.group);
	ho_near_release(&r);
}

static void nothing_and_nonsense(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_near_result r = find(NULL, 0, NULL);
	assert_int_equal(r.n_groups, 0);
	ho_near_release(&r);
	static const double wrong[] = {-1, 0.1, 1.01, (double)NAN};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct ho_near_options options = {.jaccard = wrong[i]};
		assert_int_equal(ho_near_find(&r, NULL, 0, &options, NULL, &err), HO_EINVAL);
		assert_null(r.group);
	}
	assert_int_equal(ho_near_find(&r, NULL, (size_t)UINT32_MAX, NULL, NULL, &err), HO_ELIMIT);
	atomic_bool cancel = true;
	struct ho_progress progress = {.cancel = &cancel};
	struct ho_slice text = ho_slice_str("a");
	assert_int_equal(ho_near_find(&r, &text, 1, NULL, &progress, &err), HO_ECANCELLED);
	assert_null(r.group);
}

/* Copy a text with a share of its words dropped, swapped with the next, doubled, in capitals or replaced; perhaps cut.
 */
static void add_edited(struct corpus *c, struct ho_slice text, struct ho_rng *rng, double share)
{
	size_t end = ho_rng_below(rng, 4) ? text.len : text.len - (size_t)((double)text.len * share);
	for (size_t i = 0; i < end;) {
		size_t len = 0;
		while (i + len < end && text.ptr[i + len] != ' ')
			len++;
		size_t next = i + len < end ? i + len + 1 : end;
		unsigned edit = ho_rng_uniform(rng) < share ? (unsigned)ho_rng_below(rng, 4) : 9;
		for (size_t k = i; k < i + len && edit >= 1; k++)
			corpus_byte(c, (char)(edit == 1 && text.ptr[k] >= 'a' && text.ptr[k] <= 'z' ? text.ptr[k] - 32
			                                                                            : text.ptr[k]));
		if (edit == 2)
			corpus_made_up(c, rng, 1);
		if (edit == 3)
			corpus_add(c, " really ", 8);
		else if (edit >= 1)
			corpus_byte(c, ' ');
		i = next;
	}
	corpus_end(c);
}

/* An implementation of its own of "set of word 1- and 2-grams", for lower-case words between single blanks. */
struct reference {
	uint64_t *grams;
	size_t n;
};

static int by_value(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static struct reference reference_of(struct ho_slice text)
{
	struct reference r = {calloc(text.len + 2, sizeof *r.grams), 0};
	char lower[8192], *before = NULL, *word = lower;
	assert_non_null(r.grams);
	assert_true(text.len < sizeof lower);
	for (size_t i = 0; i <= text.len; i++) {
		char byte = i < text.len ? text.ptr[i] : ' ';
		lower[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
		if (byte != ' ')
			continue;
		if (lower + i > word) {
			r.grams[r.n++] = ho_hash(word, (size_t)(lower + i - word), 77);
			if (before)
				r.grams[r.n++] = ho_hash(before, (size_t)(lower + i - before), 77);
			before = word;
		}
		word = lower + i + 1;
	}
	qsort(r.grams, r.n, sizeof *r.grams, by_value);
	size_t kept = 0;
	for (size_t i = 0; i < r.n; i++)
		if (i == 0 || r.grams[i] != r.grams[i - 1])
			r.grams[kept++] = r.grams[i];
	r.n = kept;
	return r;
}

static double reference_jaccard(const struct reference *a, const struct reference *b)
{
	size_t i = 0, j = 0, both = 0;
	while (i < a->n && j < b->n) {
		both += a->grams[i] == b->grams[j];
		uint64_t x = a->grams[i], y = b->grams[j];
		i += x <= y;
		j += y <= x;
	}
	return (double)both / (double)(a->n + b->n - both);
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* 2,000 texts in families of edited copies; every pair is compared by the reference. */
static struct corpus families(size_t n, uint64_t seed, size_t words)
{
	struct corpus c = {0};
	struct ho_rng rng = ho_rng_seed(seed, 0);
	while (c.n < n) {
		size_t start = c.used, copies = ho_rng_below(&rng, 6);
		corpus_made_up(&c, &rng, words / 2 + ho_rng_below(&rng, words));
		size_t len = c.used - start;
		corpus_end(&c);
		char *original = malloc(len);
		assert_non_null(original);
		memcpy(original, c.bytes + start, len);
		for (size_t k = 0; k < copies && c.n < n; k++) {
			add_edited(&c, ho_slice(original, len), &rng, 0.02 + 0.03 * (double)k);
			/* single blanks, as the reference wants them */
			c.used = c.ends[c.n - 1];
			while (c.used > start && c.bytes[c.used - 1] == ' ')
				c.used--;
			c.ends[c.n - 1] = c.used;
		}
		free(original);
	}
	corpus_finish(&c);
	return c;
}

static void check_against_reference(const struct corpus *c, double threshold)
{
	struct ho_near_options options = {.jaccard = threshold, .pairs_max = 1000000, .threads = 2};
	struct ho_near_result r = find(c->texts, c->n, &options);
	struct reference *sets = calloc(c->n, sizeof *sets);
	uint32_t *parent = calloc(c->n, sizeof *parent);
	size_t similar = 0, found = 0;
	assert_non_null(sets);
	assert_non_null(parent);
	for (size_t i = 0; i < c->n; i++) {
		sets[i] = reference_of(c->texts[i]);
		parent[i] = (uint32_t)i;
	}
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = i + 1; j < c->n; j++)
			if (reference_jaccard(&sets[i], &sets[j]) >= threshold) {
				similar++;
				found += r.group[i] == r.group[j];
				parent[root_of(parent, (uint32_t)i)] = root_of(parent, (uint32_t)j);
			}
	print_message("threshold %.2f: %zu of %zu similar pairs in one group\n", threshold, found, similar);
	assert_true(similar > 200);
	assert_true((double)found > 0.97 * (double)similar);
	for (size_t i = 0; i < r.n_pairs; i++) {
		const struct ho_near_pair *p = &r.pairs[i];
		assert_true(p->first < p->second && p->jaccard >= threshold);
		assert_true(p->jaccard == reference_jaccard(&sets[p->first], &sets[p->second]));
	}
	/* No group reaches beyond a connected component of the truly similar pairs. */
	uint32_t *component = calloc(r.n_groups, sizeof *component);
	assert_non_null(component);
	for (size_t i = 0; i < c->n; i++) {
		uint32_t root = root_of(parent, (uint32_t)i) + 1;
		if (!component[r.group[i]])
			component[r.group[i]] = root;
		assert_int_equal(component[r.group[i]], root);
	}
	for (size_t i = 0; i < c->n; i++)
		free(sets[i].grams);
	free(sets);
	free(parent);
	free(component);
	ho_near_release(&r);
}

static void agrees_with_brute_force(void **state)
{
	(void)state;
	static const size_t words[] = {8, 20, 100};
	for (size_t i = 0; i < 3; i++) {
		struct corpus c = families(2000, 11 + i, words[i]);
		check_against_reference(&c, 0.8);
		if (i == 1) {
			check_against_reference(&c, 0.5);
			check_against_reference(&c, 0.95);
		}
		corpus_release(&c);
	}
}

/* Edited copies planted among real reviews: every tenth of 8,000 once more, by hand of add_edited(). */
static void planted_edits_in_reviews(void **state)
{
	(void)state;
	struct corpus c = corpus_read("imdb_train");
	struct ho_rng rng = ho_rng_seed(9, 0);
	struct ho_error err;
	if (!c.n) {
		print_message("skipped: imdb_train not found in HO_DATA\n");
		skip();
	}
	size_t n = c.n < 8000 ? c.n : 8000;
	c.n = n;
	c.used = c.ends[n - 1];
	for (size_t i = 0; i < n; i += 10) {
		size_t start = i ? c.ends[i - 1] : 0, len = c.ends[i] - start;
		char *original = malloc(len + 1);
		assert_non_null(original);
		memcpy(original, c.bytes + start, len);
		add_edited(&c, ho_slice(original, len), &rng, 0.01 + 0.1 * ho_rng_uniform(&rng));
		free(original);
	}
	corpus_finish(&c);
	struct ho_near_result r = find(c.texts, c.n, NULL);
	size_t similar = 0, found = 0, joined = 0, right = 0;
	for (size_t k = n; k < c.n; k++) {
		double jaccard;
		assert_ok(ho_near_jaccard(&jaccard, c.texts[(k - n) * 10], c.texts[k], &err), &err);
		similar += jaccard >= 0.8;
		found += jaccard >= 0.8 && r.group[k] == r.group[(k - n) * 10];
	}
	/* Precision over all pairs of a group, also those joined through others: at least plainly alike. */
	uint32_t *first = malloc(r.n_groups * sizeof *first);
	assert_non_null(first);
	memset(first, 0xff, r.n_groups * sizeof *first);
	for (size_t i = 0; i < c.n; i++) {
		uint32_t *f = &first[r.group[i]];
		double jaccard;
		if (*f == UINT32_MAX) {
			*f = (uint32_t)i;
			continue;
		}
		assert_ok(ho_near_jaccard(&jaccard, c.texts[*f], c.texts[i], &err), &err);
		joined++;
		right += jaccard >= 0.8;
	}
	print_message("reviews: recall %zu of %zu, precision %zu of %zu\n", found, similar, right, joined);
	assert_true(similar > 300);
	assert_true((double)found >= 0.97 * (double)similar);
	assert_true((double)right >= 0.99 * (double)joined);
	free(first);
	ho_near_release(&r);
	corpus_release(&c);
}

/* Windows of 40 words sliding by one: neighbours have 0.93, and 1,000 of them would chain into one group. */
static void chains_are_broken(void **state)
{
	(void)state;
	enum { N = 1000, WINDOW = 40 };
	struct corpus c = {0};
	char word[32];
	for (int i = 0; i < N; i++) {
		for (int k = i; k < i + WINDOW; k++) {
			int len = snprintf(word, sizeof word, "w%d ", k);
			corpus_add(&c, word, (size_t)len);
		}
		corpus_end(&c);
	}
	corpus_finish(&c);
	struct ho_near_result r = find(c.texts, N, NULL);
	size_t sizes[N] = {0}, largest = 0;
	for (size_t i = 0; i < N; i++)
		if (++sizes[r.group[i]] > largest)
			largest = sizes[r.group[i]];
	print_message("chain of %d: %zu groups, largest %zu, cut %zu\n", N, r.n_groups, largest, r.n_cut);
	assert_true(largest <= 2 * HO_NEAR_FREE);
	assert_true(r.n_cut > 0);
	assert_true(r.group[0] != r.group[N - 1]);
	ho_near_release(&r);
	corpus_release(&c);
}

/* One long template with two slots is one group, and not cut: all are alike, in however large a group. */
static void templates_are_one_group(void **state)
{
	(void)state;
	struct corpus c = {0};
	char text[512];
	for (int i = 0; i < 3000; i++) {
		int len =
		    snprintf(text, sizeof text,
		             "dear customer your order number %d has been handed over to our delivery partner today "
		             "and you can follow it on its way under the link in your account the parcel weighs %d "
		             "grams and will be left with a neighbour if nobody opens the door thank you",
		             100000 + i, 500 + i % 7);
		corpus_add(&c, text, (size_t)len);
		corpus_end(&c);
	}
	corpus_finish(&c);
	struct ho_near_result r = find(c.texts, c.n, NULL);
	assert_int_equal(r.n_groups, 1);
	assert_int_equal(r.n_near, 2999);
	assert_int_equal(r.n_cut, 0);
	assert_int_equal(r.n_pairs, HO_NEAR_PAIRS);
	ho_near_release(&r);
	corpus_release(&c);
}

/* Many groups under one boilerplate: every bucket is large. Equal account and day have 26/32, others less than 0.8. */
static void groups_within_a_template_are_found(void **state)
{
	(void)state;
	enum { ACCOUNTS = 100, DAYS = 30, N = 20000 };
	struct corpus c = {0};
	struct ho_rng rng = ho_rng_seed(13, 0);
	static uint32_t first[ACCOUNTS * DAYS], of[N];
	char text[256];
	for (size_t i = 0; i < N; i++) {
		of[i] = (uint32_t)ho_rng_below(&rng, ACCOUNTS * DAYS);
		int len = snprintf(text, sizeof text,
		                   "payment of %u euros from account %u was received on day %u of this month thank you",
		                   (unsigned)ho_rng_below(&rng, 1000000000), of[i] / DAYS + 100, of[i] % DAYS + 1);
		corpus_add(&c, text, (size_t)len);
		corpus_end(&c);
	}
	corpus_finish(&c);
	struct ho_near_result r = find(c.texts, N, NULL);
	size_t together = 0, repeated = 0;
	for (size_t i = 0; i < N; i++) {
		uint32_t *f = &first[of[i]];
		repeated += *f != 0;
		together += *f != 0 && r.group[i] == *f - 1;
		if (!*f)
			*f = r.group[i] + 1;
	}
	print_message("within a template: %zu of %zu with the first of their kind, %zu groups\n", together, repeated,
	              r.n_groups);
	assert_true((double)together >= 0.97 * (double)repeated);
	assert_true(r.n_groups > ACCOUNTS * DAYS * 9 / 10);
	ho_near_release(&r);
	corpus_release(&c);
}

static void threads_do_not_matter(void **state)
{
	(void)state;
	struct corpus c = families(20000, 21, 12);
	struct ho_near_options options = {.threads = 1, .pairs_max = 100000, .seed = 4};
	struct ho_near_result one = find(c.texts, c.n, &options);
	static const unsigned threads[] = {2, 3, 7};
	for (size_t i = 0; i < 3; i++) {
		options.threads = threads[i];
		struct ho_near_result many = find(c.texts, c.n, &options);
		assert_int_equal(one.n_groups, many.n_groups);
		assert_memory_equal(one.group, many.group, c.n * sizeof *one.group);
		assert_int_equal(one.n_pairs, many.n_pairs);
		for (size_t k = 0; k < one.n_pairs; k++)
			assert_true(one.pairs[k].first == many.pairs[k].first &&
			            one.pairs[k].second == many.pairs[k].second);
		ho_near_release(&many);
	}
	ho_near_release(&one);
	corpus_release(&c);
}

static void finds_what_a_test_set_shares(void **state)
{
	(void)state;
	static const char *const train[] = {
	    "the card has not arrived yet although two weeks have gone by since you told me that it was sent",
	    "how do i top up",
	    "the card has not arrived yet although two weeks have gone by since you told me that it was posted",
	    "How do I top up",
	};
	static const char *const test[] = {
	    "how do I  top up",
	    "something else",
	    "the card has not arrived yet although two weeks have gone by since you told me that it was posted now",
	    "",
	    "something else",
	};
	struct ho_slice a[4], b[5];
	struct ho_near_match m[5];
	struct ho_error err;
	for (size_t i = 0; i < 4; i++)
		a[i] = ho_slice_str(train[i]);
	for (size_t i = 0; i < 5; i++)
		b[i] = ho_slice_str(test[i]);
	assert_ok(ho_near_between(m, a, 4, b, 5, NULL, NULL, &err), &err);
	assert_true(m[0].row == 1 && m[0].exact && m[0].jaccard == 1);
	assert_true(m[1].row == HO_NEAR_NONE && !m[1].exact && m[1].jaccard == 0);
	assert_true(m[2].row == 2 && !m[2].exact && m[2].jaccard > 0.9 && m[2].jaccard < 1);
	assert_int_equal(m[3].row, HO_NEAR_NONE);
	assert_int_equal(m[4].row, HO_NEAR_NONE); /* a repetition within B is no leak */
	assert_ok(ho_near_between(m, NULL, 0, b, 5, NULL, NULL, &err), &err);
	assert_int_equal(m[0].row, HO_NEAR_NONE);
	assert_ok(ho_near_between(m, a, 4, NULL, 0, NULL, NULL, &err), &err);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	struct corpus c = families(300, 31, 20);
	struct ho_near_options options = {.threads = 2};
	struct ho_near_result r;
	struct ho_near_match *m = calloc(c.n, sizeof *m);
	struct ho_error err;
	long nth = 1;
	assert_non_null(m);
	for (;; nth++) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_near_find(&r, c.texts, c.n, &options, NULL, &err);
		if (!ho_alloc_did_fail())
			break;
		assert_int_equal(status, HO_ENOMEM);
		assert_true(!r.group && !r.pairs && r.n == 0);
	}
	ho_near_release(&r);
	assert_true(nth > 15);
	for (nth = 1;; nth++) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_near_between(m, c.texts, 200, c.texts + 200, 100, &options, NULL, &err);
		if (!ho_alloc_did_fail())
			break;
		assert_int_equal(status, HO_ENOMEM);
		assert_int_equal(m[99].row, HO_NEAR_NONE);
	}
	ho_alloc_fail_at(0);
	free(m);
	corpus_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_cases),
	    cmocka_unit_test(nothing_and_nonsense),
	    cmocka_unit_test(agrees_with_brute_force),
	    cmocka_unit_test(planted_edits_in_reviews),
	    cmocka_unit_test(chains_are_broken),
	    cmocka_unit_test(templates_are_one_group),
	    cmocka_unit_test(groups_within_a_template_are_found),
	    cmocka_unit_test(threads_do_not_matter),
	    cmocka_unit_test(finds_what_a_test_set_shares),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
