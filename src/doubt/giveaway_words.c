/* Words that tell a label by themselves, and labels named in the texts. */
#include <math.h>

#include "base/alloc.h"
#include "doubt/giveaway.h"
#include "text/label_word.h"
#include "text/tokenize.h"

enum { TEXTS_MIN = 10 };
/* Ordinary: a word's texts of the label less those of others, texts told by one word a label, texts naming their label;
 * and the precision without which a word tells nothing. */
static const double gap_max = 0.6, covered_max = 0.5, named_max = 0.5, precise = 0.7, very_precise = 0.9;

struct counting {
	const struct doubt_sample *s;
	uint32_t *all, *here;   /* [types] texts with the word; those of the label at hand */
	uint32_t *last;         /* [types] row that was counted last, + 1 */
	uint32_t *touched;      /* [types] words of the label at hand */
	uint32_t *start, *rows; /* rows by label */
	size_t tried;           /* words in enough texts */
	uint64_t covered;
};

static enum ho_status allocate(struct counting *c, struct ho_error *err)
{
	size_t types = c->s->corpus->types.n;
	c->all = ho_calloc(types, sizeof *c->all);
	c->here = ho_calloc(types, sizeof *c->here);
	c->last = ho_calloc(types, sizeof *c->last);
	c->touched = ho_alloc(types, sizeof *c->touched);
	c->start = ho_calloc((size_t)c->s->K + 2, sizeof *c->start);
	c->rows = ho_alloc(c->s->n, sizeof *c->rows);
	bool ok = c->all && c->here && c->last && c->touched && c->start && c->rows;
	return ok ? HO_OK : ho_fail_nomem(err);
}

static void release(struct counting *c)
{
	ho_free(c->all);
	ho_free(c->here);
	ho_free(c->last);
	ho_free(c->touched);
	ho_free(c->start);
	ho_free(c->rows);
}

static void count_all(struct counting *c)
{
	const struct doubt_sample *s = c->s;
	for (size_t i = 0; i < s->n; i++) {
		c->start[s->label[i] + 2]++;
		for (uint64_t a = s->corpus->offsets[i]; a < s->corpus->offsets[i + 1]; a++) {
			uint32_t type = s->corpus->ids[a];
			c->all[type] += c->last[type] != i + 1;
			c->last[type] = (uint32_t)i + 1;
		}
	}
	for (uint32_t k = 2; k < s->K + 2; k++)
		c->start[k] += c->start[k - 1];
	for (size_t i = 0; i < s->n; i++)
		c->rows[c->start[s->label[i] + 1]++] = (uint32_t)i;
	for (size_t t = 0; t < s->corpus->types.n; t++)
		c->tried += c->all[t] >= TEXTS_MIN;
	memset(c->last, 0, s->corpus->types.n * sizeof *c->last);
}

/* Two shares with one success and one failure added to each (Agresti & Caffo 2000), against a difference of gap_max. */
static double gap_p(uint32_t right, uint32_t of_label, uint32_t with, size_t n)
{
	double n1 = of_label + 2.0, n0 = (double)n - of_label + 2.0;
	double p1 = (right + 1.0) / n1, p0 = (with - right + 1.0) / n0;
	double z = (p1 - p0 - gap_max) / sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0);
	return erfc(z / M_SQRT2) / 2;
}

/* The best word of a label, by the gap between its texts and the others'; *cover: the precise one of most texts. */
static struct doubt_telltale best_of_label(struct counting *c, uint32_t *cover, uint32_t label)
{
	const struct doubt_sample *s = c->s;
	struct doubt_telltale best = {.label = label, .of_label = s->label_rows[label], .p = 1};
	size_t n_touched = 0;
	double others = (double)s->n - best.of_label;
	struct ho_slice name = s->d->labels.keys[label];
	uint32_t covers = 0;
	for (uint32_t r = c->start[label]; r < c->start[label + 1]; r++) {
		uint32_t row = c->rows[r];
		for (uint64_t a = s->corpus->offsets[row]; a < s->corpus->offsets[row + 1]; a++) {
			uint32_t type = s->corpus->ids[a];
			if (c->last[type] == row + 1)
				continue;
			c->last[type] = row + 1;
			if (c->here[type]++ == 0)
				c->touched[n_touched++] = type;
		}
	}
	for (size_t i = 0; i < n_touched; i++) {
		uint32_t type = c->touched[i], right = c->here[type], with = c->all[type];
		double gap = (double)right / best.of_label - (others > 0 ? (with - right) / others : 0);
		c->here[type] = 0;
		/* Its name says what a label is about; that all texts name theirs is another test's. */
		if (with < TEXTS_MIN || right < precise * with || ho_word_of_label(s->corpus->types.keys[type], name))
			continue;
		if (right >= very_precise * with && right > covers) {
			covers = right;
			*cover = type;
		}
		if (gap > best.gap) {
			best = (struct doubt_telltale){type, label, with, right, best.of_label, gap, 1};
			best.p = fmin(1, gap_p(right, best.of_label, with, s->n) * (double)c->tried);
		}
	}
	c->covered += covers;
	return best;
}

static void keep(struct doubt_words *out, struct doubt_telltale one)
{
	size_t at = out->n_top;
	while (at > 0 && out->top[at - 1].gap < one.gap)
		at--;
	if (at == DOUBT_TELLTALES || one.with == 0)
		return;
	size_t last = out->n_top < DOUBT_TELLTALES ? out->n_top++ : DOUBT_TELLTALES - 1;
	memmove(&out->top[at + 1], &out->top[at], (last - at) * sizeof *out->top);
	out->top[at] = one;
}

/* A label's name as a run of word types; none if a word of it does not occur. */
struct name {
	uint32_t types[8];
	size_t n;
};

static enum ho_status read_name(struct name *out, const struct doubt_sample *s, uint32_t label,
                                struct ho_tokens *tokens, struct ho_error *err)
{
	struct ho_slice text = s->d->labels.keys[label];
	out->n = 0;
	if (text.len < 3)
		return HO_OK;
	enum ho_status status = ho_tokenize(tokens, text.ptr, text.len, err);
	for (size_t i = 0; i < tokens->n && i < 8 && status == HO_OK; i++) {
		uint32_t type = ho_map_find(&s->corpus->types, ho_token_normal(tokens, i));
		if (type == HO_MAP_NONE) {
			out->n = 0;
			return HO_OK;
		}
		out->types[out->n++] = type;
	}
	return status;
}

static bool has_name(const struct ho_corpus *corpus, size_t row, const struct name *name)
{
	uint64_t end = corpus->offsets[row + 1];
	if (!name->n)
		return false;
	for (uint64_t a = corpus->offsets[row]; a + name->n <= end; a++)
		if (memcmp(corpus->ids + a, name->types, name->n * sizeof *name->types) == 0)
			return true;
	return false;
}

static enum ho_status find_names(struct doubt_words *out, const struct doubt_sample *s, struct ho_error *err)
{
	struct ho_tokens tokens;
	struct name *names = ho_calloc(s->K, sizeof *names);
	ho_tokens_init(&tokens);
	enum ho_status status = names ? HO_OK : ho_fail_nomem(err);
	for (uint32_t k = 0; k < s->K && status == HO_OK; k++)
		status = read_name(&names[k], s, k, &tokens, err);
	for (size_t i = 0; i < s->n && status == HO_OK; i++) {
		bool any = false;
		for (uint32_t k = 0; k < s->K; k++)
			any = any || has_name(s->corpus, i, &names[k]);
		out->named += any;
		out->named_right += has_name(s->corpus, i, &names[s->label[i]]);
	}
	ho_tokens_release(&tokens);
	ho_free(names);
	return status;
}

enum ho_status ho_doubt__words(struct doubt_words *out, const struct doubt_sample *s, struct ho_error *err)
{
	struct counting c = {.s = s};
	*out = (struct doubt_words){.p = 1, .p_covered = 1, .p_named = 1, .cover = ho_alloc(s->K, sizeof(uint32_t))};
	enum ho_status status = out->cover ? allocate(&c, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		count_all(&c);
	for (uint32_t k = 0; k < s->K && status == HO_OK; k++) {
		out->cover[k] = HO_MAP_NONE;
		if (s->label_rows[k] >= DOUBT_LEAST)
			keep(out, best_of_label(&c, &out->cover[k], k));
	}
	release(&c);
	if (status == HO_OK)
		status = find_names(out, s, err);
	if (status) {
		ho_doubt__words_release(out);
		return status;
	}
	for (size_t i = 0; i < out->n_top; i++)
		out->p = fmin(out->p, out->top[i].p);
	out->covered = (double)c.covered / (double)s->n;
	if (c.covered)
		out->p_covered = ho_binomial_sf(c.covered - 1, s->n, covered_max);
	/* A text that names several labels does not say which is its own; nor does the name of the label that nearly
	 * all texts have. */
	if (out->named_right && out->named_right >= very_precise * (double)out->named)
		out->p_named = fmax(ho_binomial_sf(out->named_right - 1, s->n, named_max),
		                    ho_binomial_sf(out->named_right - 1, out->named, s->majority));
	return HO_OK;
}

void ho_doubt__words_release(struct doubt_words *words)
{
	ho_free(words->cover);
	words->cover = NULL;
}
