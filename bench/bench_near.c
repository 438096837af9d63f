/*
 * Time and memory of the duplicate search.
 *
 *     bench_near made-up 1000000 [threads]      distinct made-up texts of about 20 words
 *     HO_DATA=... bench_near imdb_train [threads]
 */
#include <inttypes.h>

#include "base/clock.h"
#include "near/near.h"
#include "near/corpus.h"

static struct corpus made_up(size_t n)
{
	struct corpus c = {0};
	struct ho_rng rng = ho_rng_seed(1, 0);
	for (size_t i = 0; i < n; i++) {
		corpus_made_up(&c, &rng, 15 + ho_rng_below(&rng, 11));
		corpus_end(&c);
	}
	corpus_finish(&c);
	return c;
}

static int largest_group(const struct ho_near_result *result)
{
	uint32_t *size = calloc(result->n_groups + 1, sizeof *size), largest = 0;
	for (size_t i = 0; size && i < result->n; i++)
		if (++size[result->group[i]] > largest)
			largest = size[result->group[i]];
	free(size);
	return (int)largest;
}

int main(int argc, char **argv)
{
	bool is_made_up = argc > 2 && strcmp(argv[1], "made-up") == 0;
	if (argc < 2)
		return fprintf(stderr, "usage: bench_near made-up N [threads] | bench_near SET [threads]\n"), 2;
	struct corpus c = is_made_up ? made_up(strtoul(argv[2], NULL, 10)) : corpus_read(argv[1]);
	const char *threads = argc > 2 + is_made_up ? argv[2 + is_made_up] : "0";
	struct ho_near_options options = {.threads = (unsigned)strtoul(threads, NULL, 10)};
	struct ho_near_result result;
	struct ho_error err;
	double mb = ho_peak_rss_mb(), start = ho_clock_seconds();
	if (ho_near_find(&result, c.texts, c.n, &options, NULL, &err))
		return fprintf(stderr, "%s\n", err.message), 1;
	printf(
	    "%zu texts, %.1f MB: %.2f s, %.0f MiB more than before (%.0f); groups %zu, exact %zu, near %zu, cut %zu, "
	    "largest %d\n",
	    c.n, (double)c.used / 1e6, ho_clock_seconds() - start, ho_peak_rss_mb() - mb, mb, result.n_groups,
	    result.n_exact, result.n_near, result.n_cut, largest_group(&result));
	for (size_t i = 0; i < result.n_pairs && getenv("SHOW"); i++) {
		struct ho_near_pair *p = &result.pairs[i];
		if (!p->exact)
			printf("%.3f\n  %.*s\n  %.*s\n", p->jaccard, (int)c.texts[p->first].len, c.texts[p->first].ptr,
			       (int)c.texts[p->second].len, c.texts[p->second].ptr);
	}
	ho_near_release(&result);
	corpus_release(&c);
	return 0;
}
