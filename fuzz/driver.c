/* Stands in for libFuzzer: runs the target once on each file named, or on each file of the folders named. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fuzz.h"

static int run_file(const char *path)
{
	struct ho_mapping map;
	struct ho_error err;
	if (ho_mapping_open(&map, path, &err)) {
		(void)fprintf(stderr, "%s: %s\n", path, err.message);
		return -1;
	}
	/* A copy of its own, so that reading beyond the end is seen by the address sanitizer. */
	uint8_t *copy = malloc(map.bytes.len + !map.bytes.len);
	if (copy) {
		if (map.bytes.len)
			memcpy(copy, map.bytes.ptr, map.bytes.len);
		(void)LLVMFuzzerTestOneInput(copy, map.bytes.len);
	}
	free(copy);
	ho_mapping_close(&map);
	return copy ? 1 : -1;
}

static int run_folder(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;
	if (!dir)
		return -1;
	for (struct dirent *entry; (entry = readdir(dir));) {
		char file[4096];
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(file, sizeof file, "%s/%s", path, entry->d_name) >= (int)sizeof file ||
		    run_file(file) < 0) {
			n = -1;
			break;
		}
		n++;
	}
	(void)closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	int total = 0;
	for (int i = 1; i < argc; i++) {
		struct stat st;
		int n = stat(argv[i], &st) ? -1 : S_ISDIR(st.st_mode) ? run_folder(argv[i]) : run_file(argv[i]);
		if (n < 0) {
			(void)fprintf(stderr, "cannot run %s\n", argv[i]);
			return 1;
		}
		total += n;
	}
	(void)printf("%d inputs\n", total);
	return total ? 0 : 1; /* an empty corpus tests nothing */
}
