/* What one durable write costs here: the median time of a 4 KiB write with fdatasync in a folder. usage: fsync FOLDER
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 501 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	char path[4096], block[4096] = {1};
	double took[ROUNDS];
	snprintf(path, sizeof path, "%s/fsync.tmp", argc > 1 ? argv[1] : ".");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		double began = now();
		if (write(fd, block, sizeof block) != sizeof block || fdatasync(fd))
			return 1;
		took[i] = 1e3 * (now() - began);
	}
	unlink(path);
	qsort(took, ROUNDS, sizeof *took, ascending);
	printf("{\"fdatasync_ms\":{\"p50\":%.3f,\"p99\":%.3f}}\n", took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
	return 0;
}
