/** What a fuzz target defines, and how it says that something is wrong. */
#ifndef HO_FUZZ_FUZZ_H
#define HO_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/** Try one input; returns 0. A failure is a crash. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** An invariant of the code under test; stays on in every build. */
#define FUZZ_CHECK(condition)                                                                                          \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			abort();                                                                                       \
	} while (0)

#endif
