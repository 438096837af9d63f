/* One text through a whole model, as the service answers it: bench_one MODEL TEXT [TIMES]. Prints the least and the
 * median time in milliseconds of the thread's own processor time, the same of wall time, and the most memory that the
 * process held, in megabytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/alloc.h"
#include "model/model.h"

static double milliseconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static int print_times(double *processor, double *wall, long n)
{
	struct rusage used;
	qsort(processor, (size_t)n, sizeof *processor, by_size);
	qsort(wall, (size_t)n, sizeof *wall, by_size);
	getrusage(RUSAGE_SELF, &used);
	(void)printf("%.2f %.2f  %.2f %.2f  %.0f\n", processor[0], processor[n / 2], wall[0], wall[n / 2],
	             (double)used.ru_maxrss / 1024);
	return 0;
}

static int answer(struct ho_workspace *ws, const char *text, long n)
{
	struct ho_error err;
	struct ho_answer result;
	double *processor = ho_alloc((size_t)n, sizeof *processor), *wall = ho_alloc((size_t)n, sizeof *wall);
	int done = processor && wall ? 0 : 1;
	for (long i = 0; i < n && !done; i++) {
		double began = milliseconds(CLOCK_THREAD_CPUTIME_ID), at = milliseconds(CLOCK_MONOTONIC);
		done = ho_classify(&result, ws, text, strlen(text), &err) != HO_OK;
		processor[i] = milliseconds(CLOCK_THREAD_CPUTIME_ID) - began;
		wall[i] = milliseconds(CLOCK_MONOTONIC) - at;
	}
	if (!done)
		done = print_times(processor, wall, n);
	ho_free(processor);
	ho_free(wall);
	return done;
}

int main(int argc, char **argv)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model = NULL;
	struct ho_workspace *ws = NULL;
	long n = argc > 3 ? strtol(argv[3], NULL, 10) : 500;
	if (argc < 3 || n < 1) {
		(void)fprintf(stderr, "usage: bench_one MODEL TEXT [TIMES]\n");
		return 2;
	}
	int done = 1;
	if (ho_model_open(&model, argv[1], &err) == HO_OK && ho_workspace_new(&ws, model, &err) == HO_OK)
		done = answer(ws, argv[2], n);
	if (err.code)
		(void)fprintf(stderr, "bench_one: %s %s\n", err.place, err.message);
	ho_workspace_free(ws);
	ho_model_free(model);
	return done;
}
