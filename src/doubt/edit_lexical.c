/* Edits of words by lists of words: names, contractions, synonyms. */
#include "doubt/edit_private.h"

#include "base/alloc.h"
#include "doubt/lexicon.h"

enum { WORDS_A_SYNONYM = 20 };

static bool may_replace(const struct ho_editing *e, size_t i)
{
	const struct ho_edit_word *word = &e->editor->words.items[i];
	return word->letters && !word->guarded && word->form != HO_FORM_MIXED &&
	       !ho_editor_guards(e->editor, ho_edit__word(e, i));
}

static bool is_english(const struct ho_editing *e)
{
	return ho_edit__language(e) == HO_LANGUAGE_ENGLISH;
}

/* "New London", "St George", "London Bridge", "george's": part of a longer name. */
static bool is_part_of_name(const struct ho_editing *e, size_t i)
{
	static const char *const before[] = {"new",  "san",  "saint", "st",    "north",  "south",    "east", "west",
	                                     "lake", "fort", "king",  "queen", "prince", "princess", "pope", "mount"};
	const struct ho_edit_words *words = &e->editor->words;
	const struct ho_edit_word *word = &words->items[i];
	bool of_places = ho_lexicon_names_of(ho_edit__word(e, i)) != ho_lexicon_names_of(ho_slice_str("john")) &&
	                 ho_lexicon_names_of(ho_edit__word(e, i)) != ho_lexicon_names_of(ho_slice_str("mary"));
	for (size_t b = 0; i > 0 && b < sizeof before / sizeof *before; b++)
		if (ho_edit_word_is(ho_edit__word(e, i - 1), before[b]))
			return true;
	bool follows = i > 0 && words->items[i - 1].bound && words->items[i - 1].form == HO_FORM_TITLE &&
	               words->items[i - 1].start > 0;
	bool leads = word->bound && i + 1 < words->n && words->items[i + 1].form == HO_FORM_TITLE;
	return word->form == HO_FORM_TITLE && of_places && (follows || leads);
}

/* One name is exchanged for the same other one throughout the text: the draw depends on the name. */
static enum ho_status exchange(struct ho_editing *e, size_t i, uint64_t turn, struct ho_error *err)
{
	const struct ho_edit_word *word = &e->editor->words.items[i];
	const struct ho_lexicon_names *class = ho_lexicon_names_of(ho_edit__word(e, i));
	if (!class || class->n < 2 || is_part_of_name(e, i))
		return HO_OK;
	size_t own = 0;
	while (own + 1 < class->n && !ho_edit_word_is(ho_edit__word(e, i), class->names[own]))
		own++;
	size_t next = (own + 1 + (size_t)(turn % (class->n - 1))) % class->n;
	if (ho_editor_guards(e->editor, ho_slice_str(class->names[next])))
		return HO_OK;
	return ho_edit__replace_word(e, word->start, word->end, word->form, class->names[next], err);
}

enum ho_status ho_edit__names(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	uint64_t turn = ho_rng_next(&e->rng) >> 8;
	for (size_t i = 0; i < e->editor->words.n && status == HO_OK; i++)
		if (may_replace(e, i))
			status = exchange(e, i, turn, err);
	return status;
}

static enum ho_status expand(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < e->editor->words.n && status == HO_OK; i++) {
		const struct ho_edit_word *word = &e->editor->words.items[i];
		const char *with = word->guarded ? NULL : ho_lexicon_expand(ho_edit__word(e, i));
		if (with)
			status = ho_edit__replace_word(e, word->start, word->end, word->form, with, err);
	}
	return status;
}

/* Not at the end of what is said ("Yes, I am."), nor in a question ("Is not it"). */
static enum ho_status contract(struct ho_editing *e, struct ho_error *err)
{
	const struct ho_edit_words *words = &e->editor->words;
	enum ho_status status = HO_OK;
	for (size_t i = 0; i + 2 < words->n && status == HO_OK; i++) {
		const struct ho_edit_word *a = &words->items[i], *b = &words->items[i + 1];
		bool plain = !a->guarded && !b->guarded && a->bound && b->bound && b->form == HO_FORM_LOWER;
		const char *with = plain ? ho_lexicon_contract(ho_edit__word(e, i), ho_edit__word(e, i + 1)) : NULL;
		if (with)
			status = ho_edit__replace_word(e, a->start, b->end,
			                               a->form == HO_FORM_LOWER ? a->form : HO_FORM_TITLE, with, err);
		i += with != NULL;
	}
	return status;
}

enum ho_status ho_edit__contraction(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = is_english(e) ? expand(e, err) : HO_OK;
	return status == HO_OK && !e->changed && is_english(e) ? contract(e, err) : status;
}

static bool is_vowel(char c)
{
	return c && strchr("aeiouAEIOU", c) != NULL;
}

/* "an error" must not become "an mistake". */
static bool fits_article(const struct ho_editing *e, size_t i, const char *with)
{
	if (i == 0)
		return true;
	struct ho_slice before = ho_edit__word(e, i - 1);
	if (!ho_edit_word_is(before, "a") && !ho_edit_word_is(before, "an"))
		return true;
	return is_vowel(with[0]) == is_vowel(ho_edit__word(e, i).ptr[0]);
}

static const char *synonym(const struct ho_editing *e, size_t i)
{
	const char *with = may_replace(e, i) ? ho_lexicon_synonym(ho_edit__word(e, i)) : NULL;
	if (!with || !fits_article(e, i, with) || ho_editor_guards(e->editor, ho_slice_str(with)))
		return NULL;
	/* A capital inside a sentence is a name: "Big Ben", "Movie Club". */
	const struct ho_edit_word *word = &e->editor->words.items[i];
	return word->form == HO_FORM_TITLE && i > 0 && e->editor->words.items[i - 1].bound ? NULL : with;
}

enum ho_status ho_edit__synonyms(struct ho_editing *e, struct ho_error *err)
{
	size_t n = 0;
	if (!is_english(e))
		return HO_OK;
	uint32_t *candidates = ho_alloc(e->editor->words.n, sizeof *candidates);
	enum ho_status status = candidates ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; candidates && i < e->editor->words.n; i++)
		if (synonym(e, i))
			candidates[n++] = (uint32_t)i;
	size_t chosen = n ? ho_edit__choose(e, candidates, n, WORDS_A_SYNONYM) : 0;
	for (size_t c = 0; c < chosen && status == HO_OK; c++) {
		const struct ho_edit_word *word = &e->editor->words.items[candidates[c]];
		status = ho_edit__replace_word(e, word->start, word->end, word->form, synonym(e, candidates[c]), err);
	}
	ho_free(candidates);
	return status;
}
