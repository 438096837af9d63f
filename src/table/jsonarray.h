/** The values of a JSON array ([{...}, {...}]), one at a time, however its lines are broken. Internal to src/table. */
#ifndef HO_TABLE_JSONARRAY_H
#define HO_TABLE_JSONARRAY_H

#include "table/stream.h"

struct ho_json_array {
	struct ho_stream *stream; /**< borrowed */
	struct ho_buf value;
	struct ho_slice piece; /**< of the stream, not looked at yet */
	bool begun, ended, all_seen, too_long;
	size_t depth;
	bool in_string, escaped;
	uint64_t line; /**< the value handed out starts on it, from 1 */
};

/** Start in front of the '['. Allocates nothing. */
void ho_json_array_init(struct ho_json_array *array, struct ho_stream *stream);
void ho_json_array_release(struct ho_json_array *array);

/**
 * The next value, as it is written.
 *
 * @param[out] value  borrowed until the next call; len 0 at the end.
 * @param[out] why    NULL, or why this value cannot be used: it is longer than HO_RECORD_MAX, or the file ends within
 *                    it, or before the closing bracket, or goes on behind it. A static string.
 * @return as ho_stream_line().
 */
HO_MUST_CHECK enum ho_status ho_json_array_next(struct ho_json_array *array, struct ho_slice *value, const char **why,
                                                struct ho_error *err);

#endif
