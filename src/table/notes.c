#include "table/notes.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "text/utf8.h"

enum { SENTENCE_MAX = 1024, NOTES_MAX = 10000 };

void ho_notes_init(struct ho_notes *notes)
{
	*notes = (struct ho_notes){.n = 0};
	ho_arena_init(&notes->arena, (size_t)NOTES_MAX * SENTENCE_MAX);
}

void ho_notes_release(struct ho_notes *notes)
{
	ho_free(notes->items);
	ho_arena_release(&notes->arena);
	ho_notes_init(notes);
}

/* One line of clean UTF-8: names of columns and labels come from the data. */
static size_t tidy(char *sentence, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)sentence[i] < 0x20 || sentence[i] == 0x7F)
			sentence[i] = ' ';
	return ho_utf8_clean_prefix(sentence, len);
}

enum ho_status ho_notes_add(struct ho_notes *notes, enum ho_note_kind kind, uint64_t count, struct ho_error *err,
                            const char *format, ...)
{
	char sentence[SENTENCE_MAX];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	if (n < 0)
		return ho_fail(err, HO_EBUG, "bad format");
	if (notes->n >= NOTES_MAX)
		return ho_fail(err, HO_ELIMIT, "more than %d notes on one input", NOTES_MAX);
	size_t len = tidy(sentence, n < SENTENCE_MAX ? (size_t)n : SENTENCE_MAX - 1);
	if (ho_grow(&notes->items, &notes->cap, notes->n + 1, sizeof *notes->items))
		return ho_fail_nomem(err);
	struct ho_slice copy = ho_arena_copy(&notes->arena, ho_slice(sentence, len));
	if (!copy.ptr)
		return ho_fail_nomem(err);
	notes->items[notes->n++] = (struct ho_note){kind, count, copy.ptr};
	return HO_OK;
}

const struct ho_note *ho_notes_find(const struct ho_notes *notes, enum ho_note_kind kind)
{
	for (size_t i = 0; i < notes->n; i++)
		if (notes->items[i].kind == kind)
			return &notes->items[i];
	return NULL;
}
