/** Texts for the tests and the benchmark of src/near: read from a data set, or made up word by word. */
#ifndef HO_TESTS_NEAR_CORPUS_H
#define HO_TESTS_NEAR_CORPUS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/slice.h"

struct corpus {
	char *bytes; /**< all texts, one after another */
	size_t used, cap;
	size_t *ends; /**< [n] */
	size_t n, n_cap;
	struct ho_slice *texts; /**< [n] after corpus_finish() */
};

static inline void corpus_byte(struct corpus *c, char byte)
{
	if (c->used == c->cap) {
		c->cap = 2 * c->cap + 4096;
		c->bytes = realloc(c->bytes, c->cap);
		if (!c->bytes)
			abort();
	}
	c->bytes[c->used++] = byte;
}

static inline void corpus_add(struct corpus *c, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		corpus_byte(c, bytes[i]);
}

/** The text that was being added is complete. */
static inline void corpus_end(struct corpus *c)
{
	if (c->n == c->n_cap) {
		c->n_cap = 2 * c->n_cap + 64;
		c->ends = realloc(c->ends, c->n_cap * sizeof *c->ends);
		if (!c->ends)
			abort();
	}
	c->ends[c->n++] = c->used;
}

static inline void corpus_finish(struct corpus *c)
{
	c->texts = realloc(c->texts, (c->n + 1) * sizeof *c->texts);
	if (!c->texts)
		abort();
	for (size_t i = 0; i < c->n; i++) {
		size_t start = i ? c->ends[i - 1] : 0;
		c->texts[i] = ho_slice(c->bytes + start, c->ends[i] - start);
	}
}

static inline void corpus_release(struct corpus *c)
{
	free(c->bytes);
	free(c->ends);
	free(c->texts);
	*c = (struct corpus){0};
}

/** First column of HO_DATA/name.csv.gz; 0 texts if it is not there. */
static inline struct corpus corpus_read(const char *name)
{
	struct corpus c = {0};
	const char *folder = getenv("HO_DATA");
	char command[1024];
	int byte, quoted = 0, column = 0, row = 0;
	if (!folder || (size_t)snprintf(command, sizeof command, "zcat '%s/%s.csv.gz' 2>/dev/null", folder, name) >=
	                   sizeof command)
		return c;
	FILE *in = popen(command, "r");
	while (in && (byte = getc_unlocked(in)) != EOF) {
		if (byte == '"' && (quoted = !quoted) && column == 0 && row > 0 && c.used > (c.n ? c.ends[c.n - 1] : 0))
			corpus_byte(&c, '"'); /* a doubled quote closes and opens again */
		else if (byte == ',' && !quoted)
			column++;
		else if (byte == '\n' && !quoted) {
			if (row++ > 0)
				corpus_end(&c);
			column = 0;
		} else if (byte != '"' && column == 0 && row > 0)
			corpus_byte(&c, (char)byte);
	}
	if (in)
		pclose(in);
	if (c.n)
		corpus_finish(&c);
	else
		corpus_release(&c); /* whoever finds no texts skips, and has nothing to release */
	return c;
}

/** A made-up word of rank 0 .. 49,999, drawn like words are: probability falling roughly with 1 / rank. */
static inline void corpus_word(struct corpus *c, struct ho_rng *rng)
{
	unsigned rank = (unsigned)(exp(ho_rng_uniform(rng) * log(50000.0)) - 1);
	corpus_byte(c, (char)('a' + rank % 26));
	for (rank = rank / 26 * 5 + rank % 5 + 1; rank; rank /= 20)
		corpus_byte(c, "bcdfgaeiouklmnprstvz"[rank % 20]);
}

static inline void corpus_made_up(struct corpus *c, struct ho_rng *rng, size_t words)
{
	for (size_t i = 0; i < words; i++) {
		if (i)
			corpus_byte(c, ' ');
		corpus_word(c, rng);
	}
}

#endif
