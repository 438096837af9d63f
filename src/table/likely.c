/* Help for who named the wrong target: which columns look like labels. */
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/map.h"
#include "table/columns.h"

enum { ROWS = 2000, VALUES_MAX = 50, COLUMNS_MAX = 200, ROWS_PER_VALUE = 10 };

struct profile {
	struct ho_map values; /* at most VALUES_MAX + 1 */
	size_t filled;
};

static enum ho_status look_at(struct profile *profiles, const struct ho_record *record, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < record->n && i < COLUMNS_MAX && status == HO_OK; i++) {
		struct ho_slice value = ho_slice_trim(record->fields[i]);
		uint32_t index;
		if (value.len == 0)
			continue;
		profiles[i].filled++;
		if (profiles[i].values.n <= VALUES_MAX)
			status = ho_map_add(&index, &profiles[i].values, value, err);
	}
	return status;
}

static bool is_likely(const struct profile *profile)
{
	return profile->values.n >= 2 && profile->values.n <= VALUES_MAX &&
	       profile->filled >= (size_t)profile->values.n * ROWS_PER_VALUE;
}

static enum ho_status list_likely(struct ho_buf *out, const struct ho_reader *reader, const struct profile *profiles,
                                  struct ho_slice except, struct ho_error *err)
{
	struct ho_slice likely[8];
	size_t n, found = 0;
	const struct ho_slice *names = ho_reader_columns(reader, &n);
	for (size_t i = 0; i < n && i < COLUMNS_MAX && found < 8; i++)
		if (is_likely(&profiles[i]) && !ho_slice_equal(names[i], except))
			likely[found++] = names[i];
	return ho_columns_list(out, likely, found, err);
}

/* What came through a pipe is gone. */
static bool can_read_again(const char *path)
{
	struct stat st;
	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

enum ho_status ho_columns_likely_targets(struct ho_buf *out, const struct ho_rows_options *options,
                                         const struct ho_slice *bytes, struct ho_slice except, struct ho_error *err)
{
	struct ho_reader_options read = options->read;
	struct ho_reader *reader;
	struct ho_record record;
	bool more = true;
	read.rejects_path = NULL;
	if (!bytes && !can_read_again(read.path))
		return HO_OK;
	enum ho_status status =
	    bytes ? ho_reader_open_bytes(&reader, *bytes, &read, NULL) : ho_reader_open(&reader, &read, NULL);
	if (status) /* it could be read a moment ago; without help then */
		return status == HO_ENOMEM ? ho_fail_nomem(err) : HO_OK;
	struct profile *profiles = ho_calloc(COLUMNS_MAX, sizeof *profiles);
	if (!profiles)
		status = ho_fail_nomem(err);
	for (size_t i = 0; profiles && i < COLUMNS_MAX; i++)
		ho_map_init(&profiles[i].values);
	for (size_t i = 0; i < ROWS && more && status == HO_OK; i++) {
		status = ho_reader_next(reader, &record, &more, err);
		if (status == HO_OK && more)
			status = look_at(profiles, &record, err);
	}
	if (status == HO_OK)
		status = list_likely(out, reader, profiles, except, err);
	for (size_t i = 0; profiles && i < COLUMNS_MAX; i++)
		ho_map_release(&profiles[i].values);
	ho_free(profiles);
	ho_reader_close(reader);
	return status;
}
