/* What is left when the words that give the answer away are cut out of the texts, and whether that is less than they
 * tell by themselves. */
#include <math.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "doubt/giveaway.h"
#include "text/tokenize.h"
#include "train/split.h"

enum { FOLDS = 5 };
/* p below which a word is looked at, and the share of the texts with either that have both words of a phrase. */
static const double suspicious = 0.05, together = 0.8, granted = 0.02;

struct cutting {
	const struct doubt_sample *s;
	const struct doubt_words *words;
	bool *cut;             /* [types] */
	uint32_t *all, *both;  /* [types] texts with it; texts with it and the word at hand */
	uint32_t *last;        /* [types] row that was counted last, + 1 */
	struct ho_slice *text; /* [n] the texts without, in `bytes` */
	struct ho_buf bytes;
	uint8_t *fold, *with, *without; /* [n] */
	uint32_t *own;                  /* [n] each row is a cluster of its own */
};

static enum ho_status allocate(struct cutting *c, struct ho_error *err)
{
	size_t types = c->s->corpus->types.n, n = c->s->n;
	ho_buf_init(&c->bytes, SIZE_MAX / 2);
	c->cut = ho_calloc(types, sizeof *c->cut);
	c->all = ho_calloc(types, sizeof *c->all);
	c->both = ho_calloc(types, sizeof *c->both);
	c->last = ho_calloc(types, sizeof *c->last);
	c->text = ho_alloc(n, sizeof *c->text);
	c->fold = ho_alloc(n, 1);
	c->with = ho_alloc(n, 1);
	c->without = ho_alloc(n, 1);
	c->own = ho_alloc(n, sizeof *c->own);
	for (size_t i = 0; i < n && c->own; i++)
		c->own[i] = (uint32_t)i;
	bool ok = c->cut && c->all && c->both && c->last && c->text && c->fold && c->with && c->without && c->own;
	return ok ? HO_OK : ho_fail_nomem(err);
}

static void release(struct cutting *c)
{
	ho_buf_release(&c->bytes);
	ho_free(c->cut);
	ho_free(c->all);
	ho_free(c->both);
	ho_free(c->last);
	ho_free(c->text);
	ho_free(c->fold);
	ho_free(c->with);
	ho_free(c->without);
	ho_free(c->own);
}

static bool has(const struct doubt_sample *s, size_t row, uint32_t type)
{
	for (uint64_t a = s->corpus->offsets[row]; a < s->corpus->offsets[row + 1]; a++)
		if (s->corpus->ids[a] == type)
			return true;
	return false;
}

/* How many texts have each word: of all texts, or of those with one word. */
static void count(uint32_t *texts, struct cutting *c, uint32_t with)
{
	const struct doubt_sample *s = c->s;
	memset(texts, 0, s->corpus->types.n * sizeof *texts);
	memset(c->last, 0, s->corpus->types.n * sizeof *c->last);
	for (size_t i = 0; i < s->n; i++) {
		if (with != HO_MAP_NONE && !has(s, i, with))
			continue;
		for (uint64_t a = s->corpus->offsets[i]; a < s->corpus->offsets[i + 1]; a++) {
			uint32_t type = s->corpus->ids[a];
			texts[type] += c->last[type] != i + 1;
			c->last[type] = (uint32_t)i + 1;
		}
	}
}

/* The word, and what comes with it as a matter of course. */
static void mark(struct cutting *c, uint32_t word)
{
	if (word == HO_MAP_NONE || c->cut[word])
		return;
	count(c->both, c, word);
	for (size_t t = 0; t < c->s->corpus->types.n; t++)
		if (c->both[t] && c->both[t] >= together * ((double)c->all[t] + c->all[word] - c->both[t]))
			c->cut[t] = true;
}

static void mark_all(struct cutting *c)
{
	count(c->all, c, HO_MAP_NONE);
	for (size_t w = 0; w < c->words->n_top; w++)
		if (c->words->top[w].p < suspicious)
			mark(c, c->words->top[w].type);
	for (uint32_t k = 0; k < c->s->K && c->words->p_covered < suspicious; k++)
		mark(c, c->words->cover[k]);
}

/* One text without the marked words, at the end of `bytes`. */
static enum ho_status cut_one(struct cutting *c, size_t row, struct ho_tokens *tokens, struct ho_error *err)
{
	const struct doubt_sample *s = c->s;
	struct ho_slice text = s->text[row];
	uint32_t from = 0;
	enum ho_status status = ho_tokenize(tokens, text.ptr, text.len, err);
	for (size_t t = 0; t < tokens->n && status == HO_OK; t++)
		if (c->cut[s->corpus->ids[s->corpus->offsets[row] + t]]) {
			status = ho_buf_add(&c->bytes, text.ptr + from, tokens->items[t].start - from, err);
			from = tokens->items[t].end;
		}
	return status ? status : ho_buf_add(&c->bytes, text.ptr + from, text.len - from, err);
}

static enum ho_status cut_words(struct cutting *c, struct ho_error *err)
{
	struct ho_tokens tokens;
	size_t n = c->s->n, *begin = ho_alloc(n + 1, sizeof *begin);
	ho_tokens_init(&tokens);
	enum ho_status status = begin ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		begin[i] = c->bytes.len;
		status = cut_one(c, i, &tokens, err);
	}
	if (status == HO_OK)
		begin[n] = c->bytes.len;
	for (size_t i = 0; i < n && status == HO_OK; i++)
		c->text[i] = ho_slice(c->bytes.len ? c->bytes.data + begin[i] : "", begin[i + 1] - begin[i]);
	ho_tokens_release(&tokens);
	ho_free(begin);
	return status;
}

static enum ho_status fit(uint8_t *wrong, const struct doubt_sample *s, const struct ho_slice *text,
                          const uint8_t *fold, struct ho_error *err)
{
	struct doubt_refit refit;
	enum ho_status status = ho_doubt__refit_open(&refit, s->d, text, s->label, s->n, s->K, err);
	if (status == HO_OK)
		status = ho_doubt__refit_folds(wrong, &refit, fold, FOLDS, s->n, err);
	ho_doubt__refit_close(&refit);
	return status;
}

static enum ho_status draw_folds(uint8_t *fold, const struct doubt_sample *s, struct ho_error *err)
{
	static const double share[FOLDS] = {0.2, 0.2, 0.2, 0.2, 0.2};
	return ho_split(fold, NULL, s->label, s->n, share, FOLDS, s->d->options->seed, err);
}

enum ho_status ho_doubt__fit_words(uint8_t *wrong, const struct doubt_sample *s, struct ho_error *err)
{
	uint8_t *fold = ho_alloc(s->n, 1);
	enum ho_status status = fold ? draw_folds(fold, s, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = fit(wrong, s, s->text, fold, err);
	ho_free(fold);
	return status;
}

/* One text that the word or the others are right about; those that only one is right about are counted. */
static void add(struct doubt_rest *rest, uint64_t only[2], bool word, bool others)
{
	rest->n++;
	rest->word += word;
	rest->others += others;
	only[0] += word && !others;
	only[1] += others && !word;
}

/* Of the texts that only the word is right about a trifle is granted: 2% of all texts. */
static double sign_p(const uint64_t only[2], size_t n)
{
	uint64_t trifle = (uint64_t)ceil(granted * (double)n), word = only[0] > trifle ? only[0] - trifle : 0;
	return word ? ho_binomial_sf(word - 1, word + only[1], 0.5) : 1;
}

/* The word is right about its label's texts that have it, and wrong about those that have not and about others'. */
static void judge_word(struct doubt_rest *rest, const struct cutting *c, const struct doubt_telltale *t)
{
	uint64_t only[2] = {0, 0};
	for (size_t i = 0; i < c->s->n; i++) {
		bool with = has(c->s, i, t->type), own = c->s->label[i] == t->label;
		if (with || own)
			add(rest, only, with && own, !c->without[i]);
	}
	rest->p = sign_p(only, c->s->n);
}

static void judge_cover(struct doubt_rest *rest, const struct cutting *c)
{
	uint64_t only[2] = {0, 0};
	for (size_t i = 0; i < c->s->n; i++) {
		uint32_t word = c->words->cover[c->s->label[i]];
		add(rest, only, word != HO_MAP_NONE && has(c->s, i, word), !c->without[i]);
	}
	rest->p = sign_p(only, c->s->n);
}

static void judge(struct doubt_without *out, const struct cutting *c)
{
	const struct doubt_words *words = c->words;
	unsigned tried = 0;
	for (size_t w = 0; w < words->n_top; w++)
		tried += words->top[w].p < suspicious;
	for (size_t w = 0; w < words->n_top; w++) {
		if (words->top[w].p >= suspicious)
			continue;
		judge_word(&out->word[w], c, &words->top[w]);
		double p = fmin(1, fmax(words->top[w].p, out->word[w].p * tried));
		if (out->word[out->worst].n == 0 || p < out->p) {
			out->worst = w;
			out->p = p;
		}
	}
	if (words->p_covered < suspicious) {
		judge_cover(&out->cover, c);
		out->p_covered = fmax(words->p_covered, out->cover.p);
	}
}

enum ho_status ho_doubt__without_words(struct doubt_without *out, const struct doubt_words *words,
                                       const struct doubt_sample *s, struct ho_error *err)
{
	struct cutting c = {.s = s, .words = words};
	uint64_t seed = s->d->options->seed;
	*out = (struct doubt_without){.p = 1, .p_covered = 1};
	enum ho_status status = allocate(&c, err);
	if (status == HO_OK) {
		mark_all(&c);
		status = cut_words(&c, err);
	}
	if (status == HO_OK)
		status = draw_folds(c.fold, s, err);
	if (status == HO_OK)
		status = fit(c.with, s, s->text, c.fold, err);
	if (status == HO_OK)
		status = fit(c.without, s, c.text, c.fold, err);
	if (status == HO_OK)
		status = ho_doubt__drop(&out->drop, c.with, c.without, c.own, s->n, s->n, 0, seed, err);
	if (status == HO_OK)
		judge(out, &c);
	release(&c);
	return status;
}
