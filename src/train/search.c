#include "train/search.h"

#include <math.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "train/split.h"

enum { FIRST_RUNG = 300, RUNG_FACTOR = 3, KINDS = 4 };
/* Cross-fitting the last rung costs folds - 1 times the final training; past this many rows times columns it is left
 * out. */
#define CROSS_FIT_MAX ((size_t)4000000)
/* A head is dropped if the log loss without it is within this factor; the char view of long texts must earn more. */
static const double worth = 1.002, worth_long = 1.04;
/* The encoder takes a thousand times as long as all the rest: it must earn it. */
static const double worth_encoder = 1.01;
/* With fewer rows out-of-fold scores are mostly noise, and what an encoder brings from elsewhere is worth more than
 * anything they can tell: its head is taken as it is. */
enum { FEW_ROWS = 100 };
enum { LONG_ROW = 1500 }; /* char n-grams in an average row */
/* Rows of the char view hold ten times the entries of words; past this many (600 MB) words have to do. */
#define CHAR_ENTRIES_MAX ((size_t)150000000)

enum kind { KIND_WORD, KIND_CHAR, KIND_BAYES, KIND_ENCODER };

struct state {
	struct ho_search *out;
	struct ho_lesson *lesson;
	const struct ho_search_options *options;
	struct ho_head alive[HO_HEADS_MAX];
	double log_loss[HO_HEADS_MAX]; /* of each alive head alone, on the last rung */
	size_t n_alive;
	float *margins[HO_HEADS_MAX]; /* of each alive head on the last rung */
	size_t rows;
	size_t char_row; /* entries of the char view in an average row of the last rung; 0: none */
};

static enum kind kind_of(const struct ho_head *head)
{
	if (head->learner == HO_LEARN_DENSE)
		return KIND_ENCODER;
	return head->learner == HO_LEARN_BAYES ? KIND_BAYES : head->view == HO_VIEW_CHAR ? KIND_CHAR : KIND_WORD;
}

struct ranked {
	double key;
	uint32_t row;
};

static int by_key(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

enum ho_status ho_nested_order(uint32_t *order, const uint32_t *labels, size_t n, uint32_t K, uint64_t seed,
                               struct ho_error *err)
{
	struct ranked *ranked = ho_alloc(n, sizeof *ranked);
	double *count = ho_calloc(K, 2 * sizeof *count), *seen = count ? count + K : NULL;
	if (!ranked || !count) {
		ho_free(ranked);
		ho_free(count);
		return ho_fail_nomem(err);
	}
	struct ho_rng rng = ho_rng_seed(seed, 0x0de5);
	for (size_t i = 0; i < n; i++) {
		order[i] = (uint32_t)i;
		count[labels[i]]++;
	}
	ho_rng_shuffle(&rng, order, n);
	/* The j-th of m rows of a label comes at about (j + 1/2) / m of the whole. */
	for (size_t i = 0; i < n; i++) {
		uint32_t label = labels[order[i]];
		ranked[i] = (struct ranked){(seen[label]++ + ho_rng_uniform(&rng)) / count[label], order[i]};
	}
	qsort(ranked, n, sizeof *ranked, by_key);
	for (size_t i = 0; i < n; i++)
		order[i] = ranked[i].row;
	ho_free(ranked);
	ho_free(count);
	return HO_OK;
}

static void free_margins(struct state *s)
{
	for (size_t h = 0; h < HO_HEADS_MAX; h++) {
		ho_free(s->margins[h]);
		s->margins[h] = NULL;
	}
}

static size_t columns(const struct state *s)
{
	return s->lesson->K == 2 ? 1 : s->lesson->K;
}

enum ho_status ho_search_folds(uint8_t *fold, const uint32_t *group, const uint32_t *labels, size_t n, uint64_t seed,
                               struct ho_error *err)
{
	unsigned folds = ho_folds_for(n);
	double share[HO_FOLDS_MAX];
	for (unsigned f = 0; f < folds; f++)
		share[f] = 1.0 / folds;
	return ho_split(fold, group, labels, n, share, folds, seed, err);
}

static enum ho_status cross_fit(struct state *s, struct ho_lesson *lesson, struct ho_error *err)
{
	unsigned folds = ho_folds_for(lesson->n_learn);
	uint8_t *fold = ho_alloc(lesson->n_learn, 1);
	enum ho_status status = fold ? HO_OK : ho_fail_nomem(err);
	free_margins(s);
	for (size_t h = 0; h < s->n_alive && status == HO_OK; h++) {
		s->margins[h] = ho_calloc(lesson->n_learn * columns(s), sizeof **s->margins);
		if (!s->margins[h])
			status = ho_fail_nomem(err);
	}
	if (status == HO_OK)
		status = ho_search_folds(fold, s->options->group, lesson->labels, lesson->n_learn, lesson->seed, err);
	if (status == HO_OK)
		status = ho_heads_cross_fit(s->margins, lesson, s->alive, s->n_alive, fold, folds, err);
	s->rows = lesson->n_learn;
	ho_free(fold);
	return status;
}

static enum ho_status judge_alone(struct state *s, struct ho_error *err)
{
	double seconds = ho_clock_seconds() - s->options->started;
	for (size_t h = 0; h < s->n_alive; h++) {
		struct ho_blend alone;
		enum ho_status status =
		    ho_blend_fit(&alone, &s->margins[h], 1, s->lesson->labels, s->rows, s->lesson->K, err);
		if (status)
			return status;
		s->log_loss[h] = alone.log_loss;
		if (s->out->n_trail < HO_TRAIL_MAX)
			s->out->trail[s->out->n_trail++] =
			    (struct ho_trail_entry){s->alive[h].name, s->rows, alone.log_loss, alone.accuracy, seconds};
	}
	return HO_OK;
}

/* Best alive head of a kind, if `view` is not negative on that view; -1 if there is none. */
static int best_of(const struct state *s, enum kind kind, int view)
{
	int best = -1;
	for (size_t h = 0; h < s->n_alive; h++)
		if (kind_of(&s->alive[h]) == kind && (view < 0 || (int)s->alive[h].view == view) &&
		    (best < 0 || s->log_loss[h] < s->log_loss[best]))
			best = (int)h;
	return best;
}

/* Blend the best of each kind, then leave out what is not worth its cost. `chosen` are indices of alive heads. */
static enum ho_status blend_best(struct ho_blend *blend, int *chosen, const struct state *s, bool long_rows,
                                 struct ho_error *err)
{
	float *margins[KINDS];
	size_t n = 0;
	int word = best_of(s, KIND_WORD, -1);
	int picks[KINDS] = {word, best_of(s, KIND_BAYES, word < 0 ? -1 : (int)s->alive[word].view),
	                    best_of(s, KIND_CHAR, -1), best_of(s, KIND_ENCODER, -1)};
	if (s->rows < FEW_ROWS && picks[KIND_ENCODER] >= 0) {
		chosen[0] = picks[KIND_ENCODER];
		return ho_blend_trust(blend, s->margins[chosen[0]], s->lesson->labels, s->rows, s->lesson->K, err);
	}
	for (int i = 0; i < KINDS; i++)
		if (picks[i] >= 0) {
			chosen[n] = picks[i];
			margins[n++] = s->margins[picks[i]];
		}
	enum ho_status status = ho_blend_fit(blend, margins, n, s->lesson->labels, s->rows, s->lesson->K, err);
	for (size_t h = n; h-- > 1 && status == HO_OK;) {
		struct ho_blend without;
		float *rest[KINDS];
		enum kind kind = kind_of(&s->alive[chosen[h]]);
		double factor = kind == KIND_CHAR && long_rows ? worth_long
		                : kind == KIND_ENCODER         ? worth_encoder
		                                               : worth;
		for (size_t i = 0, k = 0; i < n; i++)
			if (i != h)
				rest[k++] = margins[i];
		status = ho_blend_fit(&without, rest, n - 1, s->lesson->labels, s->rows, s->lesson->K, err);
		if (status || without.log_loss > blend->log_loss * factor)
			continue;
		*blend = without;
		for (size_t i = h; i + 1 < n; i++) {
			chosen[i] = chosen[i + 1];
			margins[i] = margins[i + 1];
		}
		n--;
	}
	return status;
}

/* The best `wanted` heads of a kind (and view, if not negative) are marked. */
static void keep_best(bool *keep, const struct state *s, enum kind kind, int view, size_t wanted)
{
	for (size_t w = 0; w < wanted; w++) {
		int best = -1;
		for (size_t h = 0; h < s->n_alive; h++)
			if (kind_of(&s->alive[h]) == kind && !keep[h] && (view < 0 || (int)s->alive[h].view == view) &&
			    (best < 0 || s->log_loss[h] < s->log_loss[best]))
				best = (int)h;
		if (best < 0)
			return;
		keep[best] = true;
	}
}

/*
 * Keep the better half of each kind, and naive Bayes for every view that still has a word head. The best head of every
 * word view stays to the end: long n-grams begin to pay only with many rows, which small subsets cannot know.
 */
static void halve(struct state *s, bool to_one, bool drop_chars)
{
	bool keep[HO_HEADS_MAX] = {false};
	size_t n[KINDS] = {0}, kept = 0;
	for (size_t h = 0; h < s->n_alive; h++)
		n[kind_of(&s->alive[h])]++;
	keep_best(keep, s, KIND_WORD, HO_VIEW_WORD2, 1);
	keep_best(keep, s, KIND_WORD, HO_VIEW_WORD3, 1);
	if (!to_one)
		keep_best(keep, s, KIND_WORD, -1, n[KIND_WORD] > 3 ? n[KIND_WORD] / 2 - 1 : 0);
	if (!drop_chars)
		keep_best(keep, s, KIND_CHAR, -1, to_one ? 1 : (n[KIND_CHAR] + 1) / 2);
	keep_best(keep, s, KIND_ENCODER, -1, to_one ? 1 : (n[KIND_ENCODER] + 1) / 2);
	for (size_t h = 0; h < s->n_alive; h++)
		for (size_t w = 0; w < s->n_alive; w++)
			if (kind_of(&s->alive[h]) == KIND_BAYES && keep[w] && kind_of(&s->alive[w]) == KIND_WORD &&
			    s->alive[w].view == s->alive[h].view)
				keep[h] = true;
	for (size_t h = 0; h < s->n_alive; h++)
		if (keep[h])
			s->alive[kept++] = s->alive[h];
	s->n_alive = kept;
}

static size_t char_row(const struct ho_lesson *lesson)
{
	const struct ho_design *design = &lesson->designs[HO_VIEW_CHAR];
	return lesson->built[HO_VIEW_CHAR] ? (size_t)(design->offsets[design->n] / design->n) : 0;
}

static void drop_char_heads(struct state *s)
{
	size_t kept = 0;
	for (size_t h = 0; h < s->n_alive; h++)
		if (kind_of(&s->alive[h]) != KIND_CHAR)
			s->alive[kept++] = s->alive[h];
	s->n_alive = kept;
}

static void tell(const struct state *s, const struct ho_rung *rung)
{
	ho_progress_note(s->lesson->progress, "%s%zu rows: accuracy %.1f%% (%.1f s)",
	                 s->out->n_rungs == 1 ? "first score, from " : "", rung->rows, 100 * rung->accuracy,
	                 rung->seconds);
}

/* One subset: cross-fit what is alive, note the scores, choose. On the last rung the chosen heads stay with their
 * margins. */
static enum ho_status climb(struct state *s, struct ho_lesson *lesson, bool last, struct ho_error *err)
{
	struct ho_search *out = s->out;
	struct ho_blend blend;
	int chosen[KINDS] = {0};
	enum ho_status status = cross_fit(s, lesson, err);
	if (status == HO_OK)
		status = judge_alone(s, err);
	s->char_row = char_row(lesson);
	bool long_rows = s->char_row > LONG_ROW, chars = false;
	if (status == HO_OK)
		status = blend_best(&blend, chosen, s, long_rows, err);
	if (status)
		return status;
	unsigned folds = ho_folds_for(lesson->n_learn);
	struct ho_rung *rung = &out->rungs[out->n_rungs++];
	*rung = (struct ho_rung){lesson->n_learn, lesson->n_learn / folds * (folds - 1), blend.accuracy, blend.log_loss,
	                         ho_clock_seconds() - s->options->started};
	tell(s, rung);
	for (size_t i = 0; i < blend.n_heads; i++)
		chars |= kind_of(&s->alive[chosen[i]]) == KIND_CHAR;
	for (size_t i = 0; i < HO_HEADS_MAX; i++) {
		ho_free(out->margins[i]);
		out->margins[i] = NULL;
	}
	for (size_t i = 0; i < blend.n_heads; i++) {
		out->heads[i] = s->alive[chosen[i]];
		out->margins[i] = s->margins[chosen[i]];
		s->margins[chosen[i]] = NULL;
	}
	out->blend = blend;
	out->blend_rows = lesson->n_learn;
	if (!last)
		halve(s, false, long_rows && !chars);
	return HO_OK;
}

static size_t rung_sizes(size_t *sizes, size_t n, uint32_t K, size_t width)
{
	size_t smallest = FIRST_RUNG > 8 * (size_t)K ? FIRST_RUNG : 8 * (size_t)K, count = 0;
	size_t all[HO_RUNGS_MAX];
	for (size_t size = n; count < HO_RUNGS_MAX && (count == 0 || size >= smallest); size /= RUNG_FACTOR)
		all[count++] = size;
	/* The largest rung is left out where cross-fitting it would cost too much; the blend then comes from the one
	 * before. */
	size_t skip = count > 1 && n * width > CROSS_FIT_MAX ? 1 : 0;
	for (size_t i = skip; i < count; i++)
		sizes[count - 1 - i] = all[i];
	return count - skip;
}

static enum ho_status climb_all(struct state *s, struct ho_error *err)
{
	struct ho_lesson *whole = s->lesson;
	size_t sizes[HO_RUNGS_MAX], n = rung_sizes(sizes, whole->n_learn, whole->K, columns(s));
	enum ho_status status = HO_OK;
	for (size_t r = 0; r < n && status == HO_OK; r++) {
		bool last = r + 1 == n;
		double elapsed = ho_clock_seconds() - s->options->started;
		if (r > 0 && s->options->time_limit > 0 && elapsed > s->options->time_limit) {
			s->out->cut_short = true;
			break;
		}
		ho_progress_step(whole->progress, "searching", (double)sizes[r] / (double)whole->n_learn);
		if (s->char_row * sizes[r] > CHAR_ENTRIES_MAX)
			drop_char_heads(s);
		if (last && n > 1 && s->n_alive > KINDS)
			halve(s, true, false);
		struct ho_lesson part = *whole;
		memset(part.designs, 0, sizeof part.designs);
		memset(part.built, 0, sizeof part.built);
		part.n = part.n_learn = sizes[r];
		bool is_whole = sizes[r] == whole->n_learn && whole->n == whole->n_learn;
		status = climb(s, is_whole ? whole : &part, last, err);
		ho_lesson_release(&part);
	}
	return status;
}

/* Designs of the full lesson for what was chosen; designs that no chosen head uses are let go. */
static enum ho_status settle(struct ho_lesson *lesson, const struct ho_search *search, struct ho_error *err)
{
	for (int v = 0; v < HO_VIEW_COUNT; v++) {
		bool used = false;
		for (size_t h = 0; h < search->blend.n_heads; h++)
			used |= ho_head_reads(&search->heads[h], (enum ho_view_id)v);
		if (!used && lesson->built[v]) {
			ho_design_release(&lesson->designs[v]);
			lesson->built[v] = false;
		} else if (used) {
			enum ho_status status = ho_lesson_need(lesson, (enum ho_view_id)v, err);
			if (status)
				return status;
		}
	}
	return HO_OK;
}

enum ho_status ho_search(struct ho_search *out, struct ho_lesson *lesson, const struct ho_search_options *options,
                         struct ho_error *err)
{
	struct state s = {.out = out, .lesson = lesson, .options = options};
	*out = (struct ho_search){.n_rungs = 0};
	s.n_alive = ho_candidates(s.alive, lesson->K, lesson->vectors != NULL, lesson->names != NULL);
	enum ho_status status = climb_all(&s, err);
	free_margins(&s);
	if (status == HO_OK)
		status = settle(lesson, out, err);
	if (status)
		ho_search_release(out);
	return status;
}

void ho_search_release(struct ho_search *search)
{
	for (size_t h = 0; h < HO_HEADS_MAX; h++)
		ho_free(search->margins[h]);
	memset(search->margins, 0, sizeof search->margins);
}
