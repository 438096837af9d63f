/** The body of the table's targets: read all records as one format, and again as a table, checking what readers
 * promise. */
#ifndef HO_FUZZ_TABLE_TARGET_H
#define HO_FUZZ_TABLE_TARGET_H

#include "fuzz.h"
#include "table/table.h"
#include "text/utf8.h"

static inline void fuzz_records(struct ho_slice bytes, const struct ho_reader_options *options)
{
	struct ho_reader *reader;
	struct ho_record record;
	struct ho_error err;
	struct ho_notes notes;
	bool more = true;
	uint64_t last = 0;
	if (ho_reader_open_bytes(&reader, bytes, options, &err)) {
		FUZZ_CHECK(reader == NULL);
		return;
	}
	while (ho_reader_next(reader, &record, &more, &err) == HO_OK && more) {
		FUZZ_CHECK(record.row > last && record.line >= 1);
		last = record.row;
		for (size_t i = 0; i < record.n; i++)
			FUZZ_CHECK(ho_utf8_is_clean(record.fields[i]));
	}
	ho_notes_init(&notes);
	FUZZ_CHECK(ho_reader_tell(reader, &notes, &err) == HO_OK);
	ho_notes_release(&notes);
	ho_reader_close(reader);
}

static inline void fuzz_table(struct ho_slice bytes, const struct ho_reader_options *options, bool want_labels)
{
	struct ho_table table;
	struct ho_error err;
	struct ho_table_options wanted = {.rows = {.read = *options, .want_labels = want_labels}, .keep_columns = true};
	if (ho_table_read_bytes(&table, bytes, &wanted, &err) == HO_OK)
		for (size_t i = 0; i < table.n; i++) {
			char room[HO_ID_ROOM];
			FUZZ_CHECK(table.text[i].len > 0 && ho_utf8_is_clean(table.text[i]));
			FUZZ_CHECK(!table.label || table.label[i] < table.label_count ||
			           table.label[i] == HO_LABEL_NONE);
			FUZZ_CHECK(ho_table_id(&table, i, room).len > 0);
		}
	ho_table_release(&table);
}

static inline int fuzz_format(const uint8_t *data, size_t size, enum ho_format format)
{
	struct ho_slice bytes = ho_slice((const char *)data, size);
	struct ho_reader_options options = {.path = "input", .format = format};
	fuzz_records(bytes, &options);
	fuzz_table(bytes, &options, true);
	fuzz_table(bytes, &options, false);
	return 0;
}

#endif
