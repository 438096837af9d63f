/* Texts a second that an encoder encodes: bench_encode FOLDER TEXTS [ROUNDS [PRECISION [THREADS]]].
 * TEXTS: one text a line. Prints the best round, of processor time on one thread, of wall time on several, and then the
 * most memory that the process held, in megabytes. bench/encoder.sh puts ONNX Runtime beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/encoder.h"

static double seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Not getrusage(), which also counts what the parent held when it forked. */
static double peak_megabytes(void)
{
	char line[200];
	double kilobytes = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof line, status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kilobytes = strtod(line + 6, NULL);
	if (status)
		(void)fclose(status);
	return kilobytes / 1024;
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

struct task {
	long rounds;
	unsigned threads;
	enum ho_precision precision;
};

static bool read_task(struct task *out, int argc, char **argv)
{
	out->rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 3;
	out->threads = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 1;
	out->precision = HO_PRECISION_FP32;
	return argc >= 3 && out->rounds > 0 && (argc < 5 || ho_precision_find(&out->precision, argv[4]));
}

/* The best round; 0 after a failure. */
static double best_rate(const struct ho_encoder *encoder, const struct ho_slice *texts, size_t n,
                        const struct task *task, struct ho_error *err)
{
	clockid_t clock = task->threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
	float *vectors = ho_alloc(n * ho_encoder_facts(encoder)->dimensions, sizeof *vectors);
	double best = 0;
	for (long r = 0; r < task->rounds && vectors; r++) {
		double began = seconds(clock);
		if (ho_encode(vectors, encoder, texts, n, task->threads, NULL, err)) {
			best = 0;
			break;
		}
		double rate = (double)n / (seconds(clock) - began);
		best = rate > best ? rate : best;
	}
	ho_free(vectors);
	return best;
}

int main(int argc, char **argv)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_encoder *encoder = NULL;
	struct ho_mapping file = {{NULL, 0}};
	struct ho_slice *texts = NULL;
	struct task task;
	double best = 0;
	if (!read_task(&task, argc, argv)) {
		(void)fprintf(stderr, "usage: bench_encode FOLDER TEXTS [ROUNDS [fp32|bf16|int8 [THREADS]]]\n");
		return 2;
	}
	if (ho_encoder_open(&encoder, argv[1], 0, &err) == HO_OK &&
	    ho_encoder_lower(encoder, task.precision, &err) == HO_OK &&
	    ho_mapping_open(&file, argv[2], &err) == HO_OK) {
		size_t n = split_lines(&texts, file.bytes);
		best = best_rate(encoder, texts, n, &task, &err);
	}
	if (err.code)
		(void)fprintf(stderr, "bench_encode: %s %s\n", err.place, err.message);
	(void)printf("%.2f %.0f\n", best, peak_megabytes());
	ho_free(texts);
	ho_mapping_close(&file);
	ho_encoder_free(encoder);
	return best > 0 ? 0 : 1;
}
