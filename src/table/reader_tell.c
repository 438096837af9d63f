/* The sentences about what a reader met. */
#include <inttypes.h>

#include "report/show.h"
#include "table/format.h"

static enum ho_status tell_encoding(const struct ho_reader *reader, struct ho_notes *notes, struct ho_error *err)
{
	const struct ho_decoder *decoder = &reader->stream.decoder;
	uint64_t replaced = (reader->has_stream ? decoder->replaced : 0) + reader->counts[HO_COUNT_REPAIRED];
	enum ho_status status = HO_OK;
	if (reader->has_stream && decoder->encoding > HO_ENCODING_UTF8)
		status = ho_notes_add(notes, HO_NOTE_ENCODING, 1, err, "Converted from %s.",
		                      ho_decoder_encoding_name(decoder));
	uint64_t files = reader->counts[HO_COUNT_FILES_CONVERTED];
	if (status == HO_OK && files)
		status = ho_notes_add(notes, HO_NOTE_ENCODING, files, err, "%s converted to UTF-8.",
		                      ho_show_counted(files, "file").text);
	if (status == HO_OK && replaced)
		status = ho_notes_add(notes, HO_NOTE_ENCODING, replaced, err, "%s replaced by U+FFFD.",
		                      ho_show_counted(replaced, "damaged character").text);
	return status;
}

static enum ho_status tell_rejects(const struct ho_reader *reader, struct ho_notes *notes, struct ho_error *err)
{
	struct ho_buf list;
	uint64_t n = reader->rejects, shown = n < HO_REJECTS_KEPT ? n : HO_REJECTS_KEPT;
	enum ho_status status = HO_OK;
	if (n == 0)
		return HO_OK;
	ho_buf_init(&list, 4096);
	for (uint64_t i = 0; i < shown && status == HO_OK; i++) {
		const struct ho_reject *r = &reader->first[i];
		const char *slash = strrchr(r->file, '/');
		status = ho_buf_printf(&list, err, "%s%.60s row %" PRIu64 " (line %" PRIu64 "): %s", i ? "; " : "",
		                       slash ? slash + 1 : r->file, r->row, r->line, r->reason);
	}
	if (status == HO_OK)
		status = ho_notes_add(notes, HO_NOTE_REJECTED, n, err, "%s could not be read%s: %s.",
		                      ho_show_counted(n, "row").text, n > shown ? ", the first" : "", list.data);
	ho_buf_release(&list);
	return status;
}

static enum ho_status tell_counts(const struct ho_reader *reader, struct ho_notes *notes, struct ho_error *err)
{
	static const struct {
		enum ho_reader_count count;
		enum ho_note_kind kind;
		const char *one, *many; /* after the number */
	} facts[] = {
	    {HO_COUNT_EXTRA_EMPTY, HO_NOTE_TOLERATED, "row has an extra, empty last field",
	     "rows have an extra, empty last field"},
	    {HO_COUNT_SEVERAL_LABELS, HO_NOTE_TOLERATED, "row has several labels; the first is taken",
	     "rows have several labels; the first is taken"},
	    {HO_COUNT_LONE_SURROGATE, HO_NOTE_TOLERATED, "row has half a surrogate pair, replaced by U+FFFD",
	     "rows have half a surrogate pair, replaced by U+FFFD"},
	    {HO_COUNT_ANSWER_NOT_ACCEPT, HO_NOTE_LEFT_OUT, "row whose answer is reject or ignore is left out",
	     "rows whose answer is reject or ignore are left out"},
	    {HO_COUNT_KEYS_DROPPED, HO_NOTE_TOLERATED, "value under a key too many is dropped",
	     "values under keys too many are dropped"},
	    {HO_COUNT_ID_NESTED, HO_NOTE_TOLERATED, "row has a list or an object as its id; its number stands for it",
	     "rows have a list or an object as their id; their numbers stand for it"},
	    {HO_COUNT_FILES_PASSED, HO_NOTE_FORMAT, "other file is passed over", "other files are passed over"},
	};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < sizeof facts / sizeof *facts && status == HO_OK; i++) {
		uint64_t n = reader->counts[facts[i].count];
		if (n)
			status = ho_notes_add(notes, facts[i].kind, n, err, "%s %s.", ho_show_count(n).text,
			                      n == 1 ? facts[i].one : facts[i].many);
	}
	return status;
}

enum ho_status ho_reader_tell(const struct ho_reader *reader, struct ho_notes *notes, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < reader->notes.n && status == HO_OK; i++) {
		const struct ho_note *note = &reader->notes.items[i];
		status = ho_notes_add(notes, note->kind, note->count, err, "%s", note->sentence);
	}
	if (status == HO_OK)
		status = tell_encoding(reader, notes, err);
	if (status == HO_OK)
		status = tell_counts(reader, notes, err);
	if (status == HO_OK)
		status = tell_rejects(reader, notes, err);
	return status;
}
