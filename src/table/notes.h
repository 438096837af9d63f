/**
 * What a reader tells its user besides the data: counted facts, each one sentence, in the order they came up.
 * Sentences name files, rows, columns and labels; they never hold a text.
 */
#ifndef HO_TABLE_NOTES_H
#define HO_TABLE_NOTES_H

#include "base/arena.h"
#include "base/status.h"

enum ho_note_kind {
	HO_NOTE_ROWS,           /**< rows read */
	HO_NOTE_FORMAT,         /**< a guessed format, delimiter or quoting; files passed over */
	HO_NOTE_COLUMN,         /**< a guessed column */
	HO_NOTE_ENCODING,       /**< converted from another encoding, or repaired */
	HO_NOTE_REJECTED,       /**< rows that could not be read; the first five follow in the sentence */
	HO_NOTE_TOLERATED,      /**< sins forgiven: empty extra fields, several labels on a line ... */
	HO_NOTE_LEFT_OUT,       /**< rows left out on purpose: answer "reject", mapped to nothing */
	HO_NOTE_EMPTY_TEXT,     /**< rows set aside (or kept, see the sentence) because the text is empty */
	HO_NOTE_EMPTY_LABEL,    /**< rows set aside because the label is empty */
	HO_NOTE_LABEL_LOOKALIKE /**< two labels that differ only by case or blanks; not merged */
};

struct ho_note {
	enum ho_note_kind kind;
	uint64_t count; /**< rows, bytes or files: what the sentence counts */
	const char
	    *sentence; /**< NUL-terminated clean UTF-8, no line break, ends with a full stop; owned by the list */
};

struct ho_notes {
	struct ho_note *items; /**< [n] */
	size_t n, cap;
	struct ho_arena arena;
};

void ho_notes_init(struct ho_notes *notes);
void ho_notes_release(struct ho_notes *notes);
/** Add a sentence (at most 1023 bytes, cut at a character beyond). HO_ENOMEM; HO_ELIMIT beyond 10,000 notes. */
HO_MUST_CHECK enum ho_status ho_notes_add(struct ho_notes *notes, enum ho_note_kind kind, uint64_t count,
                                          struct ho_error *err, const char *format, ...) HO_PRINTF(5, 6);
/** The first note of that kind, or NULL. */
const struct ho_note *ho_notes_find(const struct ho_notes *notes, enum ho_note_kind kind);

#endif
