/* Texts a second of processor time that an encoder encodes on one thread: bench_encode FOLDER TEXTS [ROUNDS].
 * TEXTS: one text a line. Prints the best round. bench/encoder.sh puts ONNX Runtime beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/encoder.h"

static double processor_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static size_t split_lines(struct ho_slice **lines, struct ho_slice bytes)
{
	size_t n = 0, cap = 0;
	while (bytes.len) {
		const char *feed = memchr(bytes.ptr, '\n', bytes.len);
		size_t len = feed ? (size_t)(feed - bytes.ptr) : bytes.len, taken = feed ? len + 1 : len;
		if (ho_grow(lines, &cap, n + 1, sizeof **lines))
			return 0;
		(*lines)[n++] = ho_slice(bytes.ptr, len);
		bytes = ho_slice(bytes.ptr + taken, bytes.len - taken);
	}
	return n;
}

int main(int argc, char **argv)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_encoder *encoder = NULL;
	struct ho_mapping file;
	struct ho_slice *texts = NULL;
	double best = 0;
	if (argc < 3 || ho_encoder_open(&encoder, argv[1], 0, &err) || ho_mapping_open(&file, argv[2], &err)) {
		(void)fprintf(stderr, "usage: bench_encode FOLDER TEXTS [ROUNDS]\n%s %s\n", err.place, err.message);
		return 1;
	}
	size_t n = split_lines(&texts, file.bytes);
	long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 3;
	float *vectors = ho_alloc(n * ho_encoder_facts(encoder)->dimensions, sizeof *vectors);
	for (long r = 0; r < rounds && vectors; r++) {
		double began = processor_seconds();
		if (ho_encode(vectors, encoder, texts, n, 1, NULL, &err)) {
			(void)fprintf(stderr, "%s\n", err.message);
			return 1;
		}
		double rate = (double)n / (processor_seconds() - began);
		best = rate > best ? rate : best;
	}
	(void)printf("%.1f\n", best);
	ho_free(vectors);
	ho_free(texts);
	ho_mapping_close(&file);
	ho_encoder_free(encoder);
	return best > 0 ? 0 : 1;
}
