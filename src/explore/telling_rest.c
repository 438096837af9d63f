#include "explore/telling_rest.h"

#include <math.h>

#include "base/alloc.h"
#include "judge/binomial.h"

/* Labels of 5% and more are at most twenty; the others are class 0. */
enum { CLASSES_MAX = 21 };
/* A word comes with another if four fifths of the texts with either have both. */
static const double together = 0.8, prior = 0.1, granted = 0.02;

struct rest {
	const struct explore *e;
	uint32_t word;
	uint8_t *class_of;         /* [labels] */
	uint32_t *all, *both;      /* [words] texts with it; texts with it and the word */
	uint32_t *count;           /* [words][classes] texts of the class with it */
	bool *cut;                 /* [words] the word and what comes with it */
	unsigned classes;          /* the label that is asked about is class 1 */
	double texts[CLASSES_MAX]; /* of each class */
	double uses[CLASSES_MAX];  /* of words in them */
	double kinds;              /* different words that are not cut */
};

static bool has_word(const struct rest *r, size_t row)
{
	const struct explore_words *w = &r->e->words;
	for (size_t a = w->begin[row]; a < w->begin[row + 1]; a++)
		if (w->of[a] == r->word)
			return true;
	return false;
}

/* The class of a row that has words and a label; -1: it does not count. */
static int class_of(const struct rest *r, size_t row)
{
	uint32_t label = r->e->table->label[row];
	const size_t *begin = r->e->words.begin;
	return label == HO_LABEL_NONE || begin[row] == begin[row + 1] ? -1 : r->class_of[label];
}

static void choose_classes(struct rest *r, uint32_t label)
{
	const struct explore *e = r->e;
	r->class_of[label] = 1;
	r->classes = 2;
	for (uint32_t l = 0; l < e->table->label_count; l++)
		if (l != label && e->rows_of[l] * UINT64_C(20) >= e->table->n && r->classes < CLASSES_MAX)
			r->class_of[l] = (uint8_t)r->classes++;
}

static void find_companions(struct rest *r)
{
	const struct explore_words *w = &r->e->words;
	for (size_t i = 0; i < r->e->table->n; i++) {
		bool has = has_word(r, i);
		for (size_t a = w->begin[i]; a < w->begin[i + 1]; a++) {
			r->all[w->of[a]]++;
			r->both[w->of[a]] += has;
		}
	}
	for (size_t t = 0; t < w->map.n; t++) {
		double either = (double)r->all[t] + r->all[r->word] - r->both[t];
		r->cut[t] = r->both[t] && r->both[t] >= together * either;
		r->kinds += !r->cut[t];
	}
}

static void count(struct rest *r)
{
	const struct explore_words *w = &r->e->words;
	for (size_t i = 0; i < r->e->table->n; i++) {
		int c = class_of(r, i);
		if (c < 0)
			continue;
		r->texts[c]++;
		for (size_t a = w->begin[i]; a < w->begin[i + 1]; a++)
			if (!r->cut[w->of[a]]) {
				r->count[(size_t)w->of[a] * CLASSES_MAX + (unsigned)c]++;
				r->uses[c]++;
			}
	}
}

/* Multinomial naive Bayes by all other texts: is the text given to the class that is asked about? */
static bool is_given(const struct rest *r, size_t row, unsigned own)
{
	const struct explore_words *w = &r->e->words;
	double score[CLASSES_MAX], used = 0;
	unsigned best = 0;
	for (size_t a = w->begin[row]; a < w->begin[row + 1]; a++)
		used += !r->cut[w->of[a]];
	for (unsigned c = 0; c < r->classes; c++) {
		double self = c == own, mass = log(r->uses[c] - self * used + prior * r->kinds);
		score[c] = log(r->texts[c] - self + prior);
		for (size_t a = w->begin[row]; a < w->begin[row + 1]; a++)
			if (!r->cut[w->of[a]])
				score[c] += log(r->count[(size_t)w->of[a] * CLASSES_MAX + c] - self + prior) - mass;
		best = score[c] > score[best] ? c : best;
	}
	return best == 1;
}

static void compare(struct explore_rest *out, const struct rest *r)
{
	uint64_t only_word = 0, only_others = 0;
	for (size_t i = 0; i < r->e->table->n; i++) {
		int c = class_of(r, i);
		bool has = c >= 0 && has_word(r, i);
		if (c != 1 && !has)
			continue;
		bool word = has == (c == 1), others = is_given(r, i, (unsigned)c) == (c == 1);
		out->n++;
		out->word += word;
		out->others += others;
		only_word += word && !others;
		only_others += others && !word;
	}
	uint64_t trifle = (uint64_t)ceil(granted * (double)r->e->words.counted);
	only_word -= only_word < trifle ? only_word : trifle;
	out->p = only_word ? ho_binomial_sf(only_word - 1, only_word + only_others, 0.5) : 1;
}

enum ho_status ho_explore__rest(struct explore_rest *out, const struct explore *e, uint32_t word, uint32_t label,
                                struct ho_error *err)
{
	size_t words = (size_t)e->words.map.n + 1;
	struct rest r = {.e = e,
	                 .word = word,
	                 .class_of = ho_calloc((size_t)e->table->label_count + 1, 1),
	                 .all = ho_calloc(words, sizeof *r.all),
	                 .both = ho_calloc(words, sizeof *r.both),
	                 .count = ho_calloc(words * CLASSES_MAX, sizeof *r.count),
	                 .cut = ho_calloc(words, sizeof *r.cut)};
	bool ok = r.class_of && r.all && r.both && r.count && r.cut;
	*out = (struct explore_rest){.p = 1};
	if (ok) {
		choose_classes(&r, label);
		find_companions(&r);
		count(&r);
		compare(out, &r);
	}
	ho_free(r.class_of);
	ho_free(r.all);
	ho_free(r.both);
	ho_free(r.count);
	ho_free(r.cut);
	return ok ? HO_OK : ho_fail_nomem(err);
}
