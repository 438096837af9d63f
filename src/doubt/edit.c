#include "doubt/edit_private.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/sort.h"
#include "text/utf8.h"

enum { FAMILY = 5, GUARD_WORD_MAX = 64 };

static const struct {
	struct ho_edit edit;
	ho_edit_fn apply;
	bool needs_words;
} edits[HO_EDIT_COUNT] = {
    [HO_EDIT_LOWER] = {{"small-letters", "all letters small", true, false}, ho_edit__lower, false},
    [HO_EDIT_UPPER] = {{"capitals", "all letters capital", true, false}, ho_edit__upper, false},
    [HO_EDIT_BLANKS] = {{"blanks", "more blanks and a line end", false, true}, ho_edit__blanks, false},
    [HO_EDIT_SWAP] = {{"swapped-letters", "two letters swapped", false, true}, ho_edit__swap, true},
    [HO_EDIT_DROP] = {{"missing-letter", "a letter missing", false, true}, ho_edit__drop, true},
    [HO_EDIT_FULL_STOP] = {{"full-stop", "the last full stop gone or added", false, false}, ho_edit__full_stop, false},
    [HO_EDIT_MARKS] = {{"punctuation", "all punctuation gone", true, false}, ho_edit__marks, true},
    [HO_EDIT_ACCENTS] = {{"accents", "accents taken away", false, false}, ho_edit__accents, false},
    [HO_EDIT_GREETING] = {{"greeting", "a greeting in front", false, true}, ho_edit__greeting, true},
    [HO_EDIT_SIGNATURE] = {{"signature", "a closing line and a name at the end", false, true},
                           ho_edit__signature,
                           true},
    [HO_EDIT_NUMBERS] = {{"numbers", "other numbers", true, true}, ho_edit__numbers, true},
    [HO_EDIT_NAMES] = {{"names", "other names of people and places", false, true}, ho_edit__names, true},
    [HO_EDIT_CONTRACTION] = {{"contractions", "\"don't\" for \"do not\" or the reverse", false, false},
                             ho_edit__contraction,
                             true},
    [HO_EDIT_SYNONYMS] = {{"synonyms", "a word of the same meaning", false, true}, ho_edit__synonyms, true},
};

const struct ho_edit *ho_edit_describe(enum ho_edit_kind kind)
{
	return &edits[kind].edit;
}

static enum ho_status guard_word(struct ho_editor *editor, struct ho_slice word, struct ho_error *err)
{
	struct ho_edit_guard *guard = &editor->guard;
	struct ho_buf lower;
	ho_buf_init(&lower, 8 * GUARD_WORD_MAX);
	if (word.len > GUARD_WORD_MAX)
		word.len = GUARD_WORD_MAX;
	enum ho_status status = ho_utf8_fold(&lower, word, err);
	if (status == HO_OK && ho_grow(&guard->words, &guard->cap, guard->n + 1, sizeof *guard->words))
		status = ho_fail_nomem(err);
	if (status == HO_OK && lower.len)
		guard->words[guard->n++] = ho_buf_take(&lower);
	ho_buf_release(&lower);
	return status;
}

/* Label names are cut at everything that is no letter: "card_arrival" gives two words. */
static enum ho_status guard_label(struct ho_editor *editor, struct ho_slice label, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t at = 0; at < label.len && status == HO_OK;) {
		size_t end = at;
		while (end < label.len &&
		       (((unsigned char)label.ptr[end] & 0x80) || (label.ptr[end] >= 'a' && label.ptr[end] <= 'z') ||
		        (label.ptr[end] >= 'A' && label.ptr[end] <= 'Z')))
			end++;
		if (end - at >= 3)
			status = guard_word(editor, ho_slice(label.ptr + at, end - at), err);
		at = end > at ? end : at + 1;
	}
	return status;
}

enum ho_status ho_editor_init(struct ho_editor *out, const struct ho_languages *languages, enum ho_language language,
                              const struct ho_slice *labels, size_t n_labels, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = (struct ho_editor){.languages = languages, .language = language};
	for (size_t l = 0; l < n_labels && status == HO_OK; l++)
		status = guard_label(out, labels[l], err);
	if (status)
		ho_editor_release(out);
	return status;
}

void ho_editor_release(struct ho_editor *editor)
{
	for (size_t i = 0; i < editor->guard.n; i++)
		ho_free(editor->guard.words[i]);
	ho_free(editor->guard.words);
	ho_edit_words_release(&editor->words);
	*editor = (struct ho_editor){.language = HO_LANGUAGE_UNKNOWN};
}

static size_t common_prefix(struct ho_slice word, const char *lower)
{
	size_t i = 0;
	while (i < word.len && lower[i]) {
		char c = word.ptr[i];
		if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != lower[i])
			break;
		i++;
	}
	return i;
}

bool ho_editor_guards(const struct ho_editor *editor, struct ho_slice word)
{
	for (size_t i = 0; i < editor->guard.n; i++) {
		size_t len = strlen(editor->guard.words[i]), least = len < word.len ? len : word.len;
		if (common_prefix(word, editor->guard.words[i]) >= (least < FAMILY ? least : FAMILY) && least >= 3)
			return true;
	}
	return false;
}

bool ho_editor_touches_labels(const struct ho_editor *editor, enum ho_edit_kind kind)
{
	const char *const *words = kind == HO_EDIT_GREETING    ? ho_edit__greeting_words
	                           : kind == HO_EDIT_SIGNATURE ? ho_edit__signature_words
	                                                       : NULL;
	for (; words && *words; words++)
		if (ho_editor_guards(editor, ho_slice_str(*words)))
			return true;
	return false;
}

enum ho_status ho_edit__replace(struct ho_editing *e, size_t from, size_t to, struct ho_slice with,
                                struct ho_error *err)
{
	enum ho_status status = ho_buf_add(e->out, e->text.ptr + e->copied, from - e->copied, err);
	if (status == HO_OK)
		status = ho_buf_add(e->out, with.ptr, with.len, err);
	e->changed |= !ho_slice_equal(with, ho_slice(e->text.ptr + from, to - from));
	e->copied = to;
	return status;
}

enum ho_status ho_edit__replace_word(struct ho_editing *e, size_t from, size_t to, enum ho_word_form form,
                                     const char *with, struct ho_error *err)
{
	char word[128];
	size_t len = strlen(with);
	if (len >= sizeof word)
		return ho_fail(err, HO_EBUG, "a word to be put in is too long");
	for (size_t i = 0; i <= len; i++) {
		bool capital = form == HO_FORM_UPPER || (form == HO_FORM_TITLE && i == 0);
		word[i] = capital && with[i] >= 'a' && with[i] <= 'z' ? (char)(with[i] - 'a' + 'A') : with[i];
	}
	return ho_edit__replace(e, from, to, ho_slice(word, len), err);
}

enum ho_status ho_edit__rest(struct ho_editing *e, struct ho_error *err)
{
	size_t from = e->copied;
	e->copied = e->text.len;
	return ho_buf_add(e->out, e->text.ptr + from, e->text.len - from, err);
}

size_t ho_edit__choose(struct ho_editing *e, uint32_t *candidates, size_t n, size_t words)
{
	size_t want = 1 + e->editor->words.n / words;
	want = want < n ? want : n;
	for (size_t i = 0; i < want; i++) {
		size_t j = i + (size_t)ho_rng_below(&e->rng, n - i);
		uint32_t swap = candidates[i];
		candidates[i] = candidates[j];
		candidates[j] = swap;
	}
	for (size_t i = 1; i < want; i++) /* few */
		for (size_t j = i; j > 0 && candidates[j - 1] > candidates[j]; j--) {
			uint32_t swap = candidates[j];
			candidates[j] = candidates[j - 1];
			candidates[j - 1] = swap;
		}
	return want;
}

enum ho_language ho_edit__language(const struct ho_editing *e)
{
	enum ho_language language = ho_language_of_text(e->editor->languages, e->text);
	return language == HO_LANGUAGE_UNKNOWN ? e->editor->language : language;
}

enum ho_status ho_edit(struct ho_buf *out, bool *changed, struct ho_editor *editor, enum ho_edit_kind kind,
                       struct ho_slice text, uint64_t seed, struct ho_error *err)
{
	struct ho_editing e = {.editor = editor, .text = text, .out = out};
	enum ho_status status = HO_OK;
	ho_buf_reset(out);
	*changed = false;
	if (text.len <= HO_EDIT_TEXT_MAX && text.len) {
		e.rng = ho_rng_seed(seed ^ ho_hash(text.ptr, text.len, 0), (uint64_t)kind);
		if (edits[kind].needs_words)
			status = ho_edit_words_find(&editor->words, text, err);
		if (status == HO_OK)
			status = edits[kind].apply(&e, err);
	}
	if (status == HO_OK)
		status = ho_edit__rest(&e, err);
	*changed = e.changed && status == HO_OK;
	return status;
}
