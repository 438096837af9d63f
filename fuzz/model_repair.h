/** Makes the checksums of a damaged model file right again, so that what they protect is reached. For tests and
 * fuzzing. */
#ifndef HO_FUZZ_MODEL_REPAIR_H
#define HO_FUZZ_MODEL_REPAIR_H

#include <string.h>

#include "base/hash.h"
#include "model/format.h"

/** Set magic, version, size and every checksum of bytes[len] from what stands there. */
static inline void model_repair(char *bytes, size_t len)
{
	struct ho_file_header header;
	struct ho_section_record record;
	static const char magic[8] = HO_MODEL_MAGIC_BYTES;
	if (len < sizeof header)
		return;
	memcpy(&header, bytes, sizeof header);
	memcpy(header.magic, magic, sizeof magic);
	if (header.version != HO_MODEL_VERSION_ENCODER && header.version != HO_MODEL_VERSION_DISTANCE)
		header.version = HO_MODEL_VERSION;
	header.byte_order = HO_MODEL_BYTE_ORDER;
	header.size = len;
	size_t n = header.sections, table = sizeof header;
	if (n <= HO_MODEL_SECTIONS_MAX && len - table >= n * sizeof record) {
		for (size_t i = 0; i < n; i++) {
			memcpy(&record, bytes + table + i * sizeof record, sizeof record);
			if (record.offset <= len && record.size <= len - record.offset)
				record.hash = ho_hash(bytes + record.offset, (size_t)record.size, record.id);
			memcpy(bytes + table + i * sizeof record, &record, sizeof record);
		}
		header.table_hash = ho_hash(bytes + table, n * sizeof record, 0);
	}
	memcpy(bytes, &header, sizeof header);
}

#endif
