/* Words that give the answer away. Each text counts a word once. */
#include "explore/private.h"

#include <math.h>

#include "base/alloc.h"
#include "explore/telling_rest.h"
#include "judge/binomial.h"
#include "text/label_word.h"
#include "text/tokenize.h"

enum { GIVEAWAYS = 10, MIN_TEXTS = 10 };

struct best {
	uint32_t word, label;
	uint32_t k, n; /* texts with the word: of the label; of all */
	double score;
};

struct telling {
	uint32_t *all, *here;   /* [words] texts with the word: in all; of the label at hand */
	uint32_t *touched;      /* [words] words of the label at hand */
	uint32_t *start, *rows; /* rows by label: rows[start[l] .. start[l + 1]) */
	struct best giveaway[GIVEAWAYS];
	size_t n_giveaways;
};

/* Keep the best `cap`, the best first; ties go to the word that was met first. */
static void keep(struct best *list, size_t *n, size_t cap, struct best one)
{
	size_t at = *n;
	while (at > 0 && list[at - 1].score < one.score)
		at--;
	if (at >= cap)
		return;
	if (*n < cap)
		++*n;
	for (size_t i = *n - 1; i > at; i--)
		list[i] = list[i - 1];
	list[at] = one;
}

/* A long number stands for all numbers of its length, as zeros: shown as '#'. Other words are shown as they are. */
struct ho_shown ho_explore__word(const struct explore *e, uint32_t word)
{
	struct ho_slice name = e->words.map.keys[word];
	struct ho_shown out = ho_show_short(name);
	for (size_t i = 0; i < name.len; i++)
		if (name.len < HO_LONG_NUMBER || name.ptr[i] != '0')
			return out;
	for (char *c = out.text; *c == '0'; c++)
		*c = '#';
	return out;
}

/* For a sentence: the word in quotation marks, or what it stands for. */
static struct ho_shown quoted(const struct explore *e, uint32_t word)
{
	struct ho_shown shown = ho_explore__word(e, word), out;
	if (shown.text[0] == '#')
		snprintf(out.text, sizeof out.text, "a number of %zu digits", strlen(shown.text));
	else
		snprintf(out.text, sizeof out.text, "'%.*s'", (int)sizeof out.text - 3, shown.text);
	return out;
}

/* A word gives a label away if, allowing for having looked at every word, it is right in 90% or nearly always where
 * the label itself is frequent, and stands in a tenth of the label's texts. */
static void consider_giveaway(struct explore *e, struct telling *t, struct best one, size_t of_label)
{
	double share = (double)of_label / (double)e->words.counted, least = fmax(0.9, 1 - (1 - share) / 5);
	if (one.n < MIN_TEXTS || one.k * 10 < of_label || (double)one.k < least * one.n)
		return;
	double delta = 0.05 / ((double)e->words.map.n * e->table->label_count);
	if (ho_binomial_lower(one.k, one.n, delta) <= share)
		return;
	double p = ho_binomial_lower(one.k, one.n, 0.025), r = (double)one.k / (double)of_label;
	one.score = 2 * p * r / (p + r);
	keep(t->giveaway, &t->n_giveaways, GIVEAWAYS, one);
}

static void one_label(struct explore *e, struct telling *t, uint32_t label)
{
	size_t n_touched = 0, texts = 0;
	for (uint32_t r = t->start[label]; r < t->start[label + 1]; r++) {
		size_t from = e->words.begin[t->rows[r]], to = e->words.begin[t->rows[r] + 1];
		texts += to > from;
		for (size_t i = from; i < to; i++)
			if (t->here[e->words.of[i]]++ == 0)
				t->touched[n_touched++] = e->words.of[i];
	}
	for (size_t i = 0; i < n_touched; i++) {
		uint32_t w = t->touched[i];
		struct best one = {w, label, t->here[w], t->all[w], 0};
		t->here[w] = 0;
		consider_giveaway(e, t, one, texts);
	}
}

/* A word of its label's name says what the label is about. */
static bool is_named(const struct explore *e, const struct best *b)
{
	return ho_word_of_label(e->words.map.keys[b->word], e->table->labels[b->label]);
}

/*
 * Of many small labels each may have a word of its own by its nature; of a large one that is odd. A word of the label's
 * name is no news, and a word that says what all the others say as well is what the texts are about.
 */
static enum ho_status is_leak(bool *leak, struct explore_rest *rest, struct explore *e, const struct best *b,
                              const uint32_t *texts_of, struct ho_error *err)
{
	double recall = (double)b->k / texts_of[b->label], precision = (double)b->k / b->n;
	struct ho_slice word = e->words.map.keys[b->word];
	*leak = false;
	*rest = (struct explore_rest){.n = 0};
	if (recall < 0.9 || precision < 0.95 || texts_of[b->label] * UINT64_C(20) < e->words.counted || is_named(e, b))
		return HO_OK;
	enum ho_status status = ho_explore__rest(rest, e, b->word, b->label, err);
	*leak = status == HO_OK && (ho_word_is_code(word) || rest->p < 0.05 / GIVEAWAYS);
	return status;
}

static void show_rest(struct explore *e, const struct best *g, const struct explore_rest *rest)
{
	if (rest->n)
		ho_findings_evidence(
		    e->out,
		    "of the %s of '%s' or with '%s', the word alone is right about %s, all other words "
		    "together about %s",
		    ho_show_counted(rest->n, "text").text, ho_explore__label(e, g->label).text,
		    ho_explore__word(e, g->word).text, ho_show_percent((double)rest->word / (double)rest->n).text,
		    ho_show_percent((double)rest->others / (double)rest->n).text);
}

static void show(struct explore *e, const struct telling *t, const struct best *g, bool leak,
                 const struct explore_rest *rest, const uint32_t *texts_of)
{
	double recall = (double)g->k / texts_of[g->label], precision = (double)g->k / g->n;
	struct ho_interval in = ho_binomial_interval(g->k, g->n, 0.95);
	const bool is_number = quoted(e, g->word).text[0] == 'a';
	bool named = is_named(e, g);
	ho_findings_add(e->out, "giveaway-words",
	                leak    ? HO_WARNING
	                : named ? HO_INFO
	                        : HO_NOTICE,
	                "%s alone gives '%s' away: right in %s of its texts, and in %s of the label's",
	                quoted(e, g->word).text, ho_explore__label(e, g->label).text, ho_show_percent(precision).text,
	                ho_show_percent(recall).text);
	ho_findings_figure(e->out, precision);
	ho_findings_interval(e->out, in.lo, in.hi);
	show_rest(e, g, rest);
	for (size_t i = 0; i < t->n_giveaways; i++) {
		const struct best *b = &t->giveaway[i];
		uint32_t of = texts_of[b->label];
		struct ho_interval p = ho_binomial_interval(b->k, b->n, 0.95), r = ho_binomial_interval(b->k, of, 0.95);
		ho_findings_evidence(
		    e->out, "%s -> %s: precision %s, recall %s, %s", ho_explore__word(e, b->word).text,
		    ho_explore__label(e, b->label).text, ho_show_interval((double)b->k / b->n, p.lo, p.hi).text,
		    ho_show_interval((double)b->k / of, r.lo, r.hi).text, ho_show_counted(b->n, "text").text);
	}
	ho_findings_advice(
	    e->out,
	    named  ? "it is a word of the label's name: a leak only if texts hold the name because they were labelled"
	    : leak ? "see whether the word will be there when the label is not yet known; if not, it is a leak"
	           : "fine if the word is really the matter; a leak if it came into the text with the label");
	ho_explore__tell(e,
	                 leak    ? 88
	                 : named ? 20
	                         : 48,
	                 "%s%s alone gives '%s' away: right in %s of its texts (95%% interval %s to %s).",
	                 is_number ? "A" : "The word ", quoted(e, g->word).text + is_number,
	                 ho_explore__label(e, g->label).text, ho_show_percent(precision).text,
	                 ho_show_percent(in.lo).text, ho_show_percent(in.hi).text);
}

/* The best of the leaks, else the best that is no word of its label's name, else the best. */
static enum ho_status giveaways(struct explore *e, const struct telling *t, const uint32_t *texts_of,
                                struct ho_error *err)
{
	struct explore_rest rest, shown_rest = {.n = 0};
	bool leak = false;
	size_t shown = 0;
	while (shown < t->n_giveaways && is_named(e, &t->giveaway[shown]))
		shown++;
	shown = shown == t->n_giveaways ? 0 : shown;
	for (size_t i = 0; i < t->n_giveaways && !leak; i++) {
		enum ho_status status = is_leak(&leak, &rest, e, &t->giveaway[i], texts_of, err);
		if (status)
			return status;
		shown = leak ? i : shown;
		shown_rest = i == shown ? rest : shown_rest;
	}
	if (t->n_giveaways)
		show(e, t, &t->giveaway[shown], leak, &shown_rest, texts_of);
	return HO_OK;
}

static void by_label(struct explore *e, struct telling *t, uint32_t *texts_of)
{
	const struct ho_table *table = e->table;
	for (uint32_t l = 0; l < table->label_count; l++)
		t->start[l + 1] = t->start[l] + e->rows_of[l];
	for (size_t i = 0; i < table->n; i++) {
		uint32_t l = table->label[i];
		if (l == HO_LABEL_NONE)
			continue;
		t->rows[t->start[l]++] = (uint32_t)i;
		texts_of[l] += e->words.begin[i + 1] > e->words.begin[i];
		for (size_t w = e->words.begin[i]; w < e->words.begin[i + 1]; w++)
			t->all[e->words.of[w]]++;
	}
	for (uint32_t l = table->label_count; l > 0; l--)
		t->start[l] = t->start[l - 1];
	t->start[0] = 0;
	for (uint32_t i = 0; i < table->label_count; i++)
		one_label(e, t, e->by_size[i]);
}

enum ho_status ho_explore__telling(struct explore *e, struct ho_error *err)
{
	const struct ho_table *table = e->table;
	size_t words = (size_t)e->words.map.n + 1, labels = (size_t)table->label_count + 2;
	if (!table->label || table->label_count < 2)
		return HO_OK;
	struct telling t = {.all = ho_calloc(words, sizeof *t.all),
	                    .here = ho_calloc(words, sizeof *t.here),
	                    .touched = ho_calloc(words, sizeof *t.touched),
	                    .start = ho_calloc(labels, sizeof *t.start),
	                    .rows = ho_calloc(table->n + 1, sizeof *t.rows)};
	uint32_t *texts_of = ho_calloc(labels, sizeof *texts_of);
	enum ho_status status = HO_OK;
	if (t.all && t.here && t.touched && t.start && t.rows && texts_of) {
		by_label(e, &t, texts_of);
		status = giveaways(e, &t, texts_of, err);
	} else {
		status = ho_fail_nomem(err);
	}
	ho_free(t.all);
	ho_free(t.here);
	ho_free(t.touched);
	ho_free(t.start);
	ho_free(t.rows);
	ho_free(texts_of);
	return status;
}
