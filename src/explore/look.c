/* The first look: what can be said of each text alone, on all cores. */
#include "explore/private.h"

#include "base/alloc.h"
#include "base/pool.h"

enum { CHUNK = 256 };

struct look {
	struct explore *e;
	struct ho_languages languages;
};

static void look_for_personal(struct explore_text *t, struct ho_slice text)
{
	struct ho_personal_find find;
	size_t at = 0;
	while (ho_personal_next(&find, text, at)) {
		t->personal |= (uint16_t)(1U << find.kind);
		at = find.end;
	}
}

static void look_at(const struct look *look, struct explore_text *t, struct ho_slice text)
{
	t->script = (uint8_t)ho_script_of(text);
	struct ho_language_guess language = ho_language_of(&look->languages, text, t->script);
	t->language = language.language;
	t->language_hits = language.hits;
	t->traits = ho_explore__traits(text);
	look_for_personal(t, text);
	for (size_t i = 0; i < text.len; i++)
		t->points += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
}

static enum ho_status look_at_chunk(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	const struct look *look = context;
	const struct ho_table *t = look->e->table;
	size_t end = (task + 1) * CHUNK < t->n ? (task + 1) * CHUNK : t->n;
	if (worker == 0)
		ho_progress_step(look->e->progress, "looking at texts", (double)(task * CHUNK) / (double)t->n);
	for (size_t i = task * CHUNK; i < end; i++)
		look_at(look, &look->e->texts[i], t->text[i]);
	return ho_progress_check(look->e->progress, err);
}

enum ho_status ho_explore__look(struct explore *e, struct ho_error *err)
{
	struct look look = {.e = e};
	e->texts = ho_calloc(e->table->n + 1, sizeof *e->texts);
	if (!e->texts)
		return ho_fail_nomem(err);
	enum ho_status status = ho_languages_open(&look.languages, err);
	if (status == HO_OK)
		status = ho_parallel(look_at_chunk, &look, (e->table->n + CHUNK - 1) / CHUNK, e->options.threads, err);
	ho_languages_close(&look.languages);
	return status;
}
