/* One pass over the texts: how long they are, and which words they hold. */
#include "explore/private.h"

#include "base/alloc.h"
#include "text/tokenize.h"

struct counter {
	struct ho_tokens tokens;
	uint32_t *seen; /* [seen_cap] row + 1 in which the word was seen last */
	size_t seen_cap;
	uint8_t *group_done; /* [groups] */
};

/* Punctuation tells little and reads badly; marks that people type on purpose stay. */
static bool is_telling(const struct ho_tokens *tokens, size_t i)
{
	struct ho_slice s = ho_token_normal(tokens, i);
	if (tokens->items[i].kind != HO_TOKEN_MARK)
		return s.len <= 64;
	return (unsigned char)s.ptr[0] >= 0x80 || strchr("!?$%@#", s.ptr[0]) != NULL;
}

static enum ho_status add_words(struct explore *e, struct counter *c, size_t row, struct ho_error *err)
{
	struct explore_words *w = &e->words;
	for (size_t i = 0; i < c->tokens.n; i++) {
		uint32_t word;
		if (!is_telling(&c->tokens, i))
			continue;
		enum ho_status status = ho_map_add(&word, &w->map, ho_token_normal(&c->tokens, i), err);
		if (status)
			return status;
		if (word >= c->seen_cap) {
			size_t old = c->seen_cap;
			if (ho_grow(&c->seen, &c->seen_cap, (size_t)word + 1, sizeof *c->seen))
				return ho_fail_nomem(err);
			memset(c->seen + old, 0, (c->seen_cap - old) * sizeof *c->seen);
		}
		if (c->seen[word] == row + 1)
			continue;
		c->seen[word] = (uint32_t)(row + 1);
		if (ho_grow(&w->of, &w->cap, w->len + 1, sizeof *w->of))
			return ho_fail_nomem(err);
		w->of[w->len++] = word;
	}
	return HO_OK;
}

static void measure(struct explore_text *size, const struct ho_tokens *tokens)
{
	for (size_t i = 0; i < tokens->n; i++) {
		uint32_t len = tokens->items[i].end - tokens->items[i].start;
		size->words += tokens->items[i].kind != HO_TOKEN_MARK;
		if (tokens->items[i].kind == HO_TOKEN_WORD && len > size->longest)
			size->longest = len;
	}
}

static enum ho_status count_row(struct explore *e, struct counter *c, size_t row, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	enum ho_status status = ho_tokenize(&c->tokens, t->text[row].ptr, t->text[row].len, err);
	if (status)
		return status;
	measure(&e->texts[row], &c->tokens);
	if (!c->group_done[e->near.group[row]] && e->words.len + c->tokens.n <= HO_EXPLORE_PAIRS_MAX) {
		c->group_done[e->near.group[row]] = 1;
		e->words.counted++;
		status = add_words(e, c, row, err);
	}
	e->words.begin[row + 1] = e->words.len;
	return status;
}

enum ho_status ho_explore__count_words(struct explore *e, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	struct counter c = {.seen = NULL};
	enum ho_status status = HO_OK;
	ho_tokens_init(&c.tokens);
	e->words.begin = ho_calloc(t->n + 1, sizeof *e->words.begin);
	c.group_done = ho_calloc(e->near.n_groups + 1, 1);
	if (!e->words.begin || !c.group_done)
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < t->n && status == HO_OK; i++) {
		if (i % 1024 == 0) {
			ho_progress_step(e->progress, "counting words", (double)i / (double)t->n);
			status = ho_progress_check(e->progress, err);
		}
		if (status == HO_OK)
			status = count_row(e, &c, i, err);
	}
	ho_free(c.seen);
	ho_free(c.group_done);
	ho_tokens_release(&c.tokens);
	return status;
}
