/** Labelled texts made by a seeded generator: words of a label's own, words of all, and noise; for tests of training.
 */
#ifndef HO_TESTS_MADE_TEXTS_H
#define HO_TESTS_MADE_TEXTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "table/table.h"

enum { MADE_WORDS = 12, MADE_ROOM = 160 };

struct made {
	struct ho_table table;
	char (*bytes)[MADE_ROOM];
};

/**
 * n texts of K labels. Each word is one of the label's 40 with probability `signal`, else one of 400 common ones.
 * `signal` 0 makes labels that nothing can predict. Labels are "a", "b", ...; release with made_free().
 */
static inline struct made made_texts(size_t n, uint32_t K, double signal, uint64_t seed)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
	struct made made = {.bytes = malloc(n * sizeof *made.bytes)};
	struct ho_rng rng = ho_rng_seed(seed, 77);
	made.table.n = n;
	made.table.text = malloc(n * sizeof *made.table.text);
	made.table.label = malloc(n * sizeof *made.table.label);
	made.table.labels = malloc(K * sizeof *made.table.labels);
	made.table.label_count = K;
	for (uint32_t k = 0; k < K; k++)
		made.table.labels[k] = ho_slice_str(names[k]);
	for (size_t i = 0; i < n; i++) {
		uint32_t label = (uint32_t)ho_rng_below(&rng, K);
		size_t len = 0;
		for (int w = 0; w < MADE_WORDS; w++) {
			if (ho_rng_uniform(&rng) < signal)
				len += (size_t)snprintf(made.bytes[i] + len, MADE_ROOM - len, "%sword%c%c ",
				                        names[label], (char)('a' + ho_rng_below(&rng, 8)),
				                        (char)('a' + ho_rng_below(&rng, 5)));
			else
				len += (size_t)snprintf(made.bytes[i] + len, MADE_ROOM - len, "x%c%c ",
				                        (char)('a' + ho_rng_below(&rng, 20)),
				                        (char)('a' + ho_rng_below(&rng, 20)));
		}
		made.table.text[i] = ho_slice(made.bytes[i], len);
		made.table.label[i] = label;
	}
	return made;
}

static inline void made_free(struct made *made)
{
	free(made->bytes);
	free(made->table.text);
	free(made->table.label);
	free(made->table.labels);
}

#endif
