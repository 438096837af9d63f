/* CSV, with its delimiter, encoding and packing guessed. */
#include "table_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_format(data, size, HO_FORMAT_CSV);
}
