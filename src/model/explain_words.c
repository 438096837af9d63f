/* The sentences of an explanation, for somebody who has never heard of logits. */
#include "model/explain_private.h"

#include <math.h>
#include <stdarg.h>

#include "base/alloc.h"
#include "text/fold.h"

enum { FOR_MAX = 5, AGAINST_MAX = 3, QUOTE_POINTS_MAX = 40, WORDS_BYTES_MAX = 1 << 20, PERCENT_SIZE = 24 };

/* "93.1%"; never rounded to 100% or 0% where it is not. */
static void percent(char out[PERCENT_SIZE], double share, int decimals)
{
	double x = 100 * share, half = 0.5 * pow(10, -decimals);
	if (x < 100 && x >= 100 - half)
		(void)snprintf(out, PERCENT_SIZE, "more than %.*f%%", decimals, 100 - 2 * half);
	else if (x > 0 && x < half)
		(void)snprintf(out, PERCENT_SIZE, "less than %.*f%%", decimals, 2 * half);
	else if (fabs(x - rint(x)) < half / 10)
		(void)snprintf(out, PERCENT_SIZE, "%.0f%%", x);
	else
		(void)snprintf(out, PERCENT_SIZE, "%.*f%%", decimals, x);
}

/* Two percentages with as many decimals as it takes to tell them apart. */
static void percent_pair(char a[PERCENT_SIZE], char b[PERCENT_SIZE], double x, double y)
{
	for (int decimals = 1; decimals <= 9; decimals++) {
		percent(a, x, decimals);
		percent(b, y, decimals);
		if (x == y || strcmp(a, b) != 0)
			return;
	}
}

static const char *sureness(double confidence)
{
	if (confidence >= 0.99)
		return "almost certain";
	if (confidence >= 0.95)
		return "very sure";
	if (confidence >= 0.85)
		return "fairly sure";
	return confidence >= 0.7 ? "not very sure" : "unsure";
}

enum ho_status ho_explain__repair(struct ho_buf *out, struct ho_slice bytes, struct ho_error *err)
{
	enum ho_status status = ho_buf_reserve(out, bytes.len, err);
	for (size_t at = 0, step; at < bytes.len && status == HO_OK; at += step) {
		int32_t point = ho_point_decode(bytes.ptr + at, bytes.len - at, &step);
		bool is_bad = point == 0xfffd && step == 1;
		status = ho_buf_add(out, is_bad ? "\xef\xbf\xbd" : bytes.ptr + at, is_bad ? 3 : step, err);
	}
	return status;
}

/* A piece between quotation marks, on one line and of bounded length. */
static enum ho_status add_quote(struct ho_buf *out, struct ho_slice piece, struct ho_error *err)
{
	bool blank = false;
	size_t points = 0, at = 0, step;
	enum ho_status status = ho_buf_add(out, "\"", 1, err);
	for (; at < piece.len && points < QUOTE_POINTS_MAX && status == HO_OK; at += step, points++) {
		int32_t point = ho_point_decode(piece.ptr + at, piece.len - at, &step);
		bool is_blank = point <= ' ' || (point >= 0x7f && point <= 0xa0) || point == 0x2028 || point == 0x2029;
		if (!is_blank)
			status = ho_explain__repair(out, ho_slice(piece.ptr + at, step), err);
		else if (!blank)
			status = ho_buf_add(out, " ", 1, err);
		blank = is_blank;
	}
	const char *end = at < piece.len ? "…\"" : "\"";
	return status ? status : ho_buf_add(out, end, strlen(end), err);
}

static int by_place(const void *a, const void *b)
{
	const struct ho_piece *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* What both views and several n-grams say of the same bytes, as one piece; returns how many are left. */
static size_t merge_places(struct ho_piece *pieces, size_t n)
{
	size_t kept = 0;
	qsort(pieces, n, sizeof *pieces, by_place);
	for (size_t i = 0; i < n; i++) {
		if (kept && by_place(&pieces[kept - 1], &pieces[i]) == 0)
			pieces[kept - 1].weight += pieces[i].weight;
		else
			pieces[kept++] = pieces[i];
	}
	return kept;
}

static bool overlaps_any(const struct ho_piece *piece, const struct ho_piece *chosen, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (piece->start < chosen[i].end && chosen[i].start < piece->end)
			return true;
	return false;
}

/* The strongest pieces with weights of the given sign that do not overlap; returns how many. */
static size_t choose(struct ho_piece *out, size_t max, const struct ho_piece *pieces, size_t n, double sign)
{
	size_t count = 0;
	for (; count < max; count++) {
		const struct ho_piece *best = NULL;
		for (size_t i = 0; i < n; i++)
			if (sign * pieces[i].weight > (best ? sign * best->weight : 0) &&
			    !overlaps_any(&pieces[i], out, count))
				best = &pieces[i];
		/* A list of crumbs would explain nothing. */
		if (!best || (count && fabs(best->weight) < 0.05 * fabs(out[0].weight)))
			break;
		out[count] = *best;
	}
	return count;
}

static enum ho_status add_list(struct ho_buf *out, const struct ho_piece *pieces, size_t n, struct ho_slice text,
                               struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		const char *before = i == 0 ? "" : i + 1 == n ? " and " : ", ";
		status = ho_buf_add(out, before, strlen(before), err);
		if (status == HO_OK)
			status =
			    add_quote(out, ho_slice(text.ptr + pieces[i].start, pieces[i].end - pieces[i].start), err);
	}
	return status ? status : ho_buf_add(out, ".", 1, err);
}

static enum ho_status add_evidence(struct ho_buf *out, const struct ho_explanation *e, struct ho_slice text,
                                   bool any_known, struct ho_error *err)
{
	struct ho_piece best[FOR_MAX], worst[AGAINST_MAX];
	if (!any_known)
		return ho_buf_printf(out, err,
		                     " Nothing in the text is known to the model, so this is only its first guess.");
	struct ho_piece *merged = ho_alloc(e->n_pieces, sizeof *merged);
	if (!merged)
		return ho_fail_nomem(err);
	if (e->n_pieces)
		memcpy(merged, e->pieces, e->n_pieces * sizeof *merged);
	size_t n = e->n_pieces ? merge_places(merged, e->n_pieces) : 0;
	size_t n_for = choose(best, FOR_MAX, merged, n, 1), n_against = choose(worst, AGAINST_MAX, merged, n, -1);
	ho_free(merged);
	enum ho_status status = HO_OK;
	if (n_for) {
		status = ho_buf_printf(out, err, " What speaks most for it: ");
		if (status == HO_OK)
			status = add_list(out, best, n_for, text, err);
	} else {
		status = ho_buf_printf(out, err, " No part of the text speaks for it by itself; it is what remains.");
	}
	if (status == HO_OK && n_against) {
		status = ho_buf_printf(out, err, " What speaks most against it: ");
		if (status == HO_OK)
			status = add_list(out, worst, n_against, text, err);
	}
	return status;
}

/* Which of the other labels comes next: worth saying where the model is unsure between two of many. */
static enum ho_status add_label(struct ho_buf *out, const struct ho_explanation *e, const struct ho_model *model,
                                struct ho_error *err)
{
	const struct ho_answer *answer = &e->answer;
	char sure[PERCENT_SIZE], next[PERCENT_SIZE];
	uint32_t second = answer->label_index ? 0 : 1;
	percent(sure, answer->confidence, 1);
	enum ho_status status = ho_buf_printf(out, err, "The model takes this text for \"%s\" and is %s (%s).",
	                                      answer->label, sureness(answer->confidence), sure);
	for (uint32_t k = 0; k < model->core->K; k++)
		if (k != answer->label_index && answer->probabilities[k] > answer->probabilities[second])
			second = k;
	if (status == HO_OK && model->core->K > 2 && answer->confidence < 0.85) {
		percent(next, answer->probabilities[second], 1);
		status = ho_buf_printf(out, err, " The next likely label is \"%s\" (%s).", model->labels[second], next);
	}
	return status;
}

/* "at most 2% of the automatic answers are wrong" and for whom. */
static enum ho_status add_promise(struct ho_buf *out, const struct ho_explanation *e, const struct ho_model *model,
                                  const char *lead, struct ho_error *err)
{
	const struct ho_core *core = model->core;
	char error[PERCENT_SIZE], level[PERCENT_SIZE];
	bool per_label = core->promise_labels > 1;
	double alpha = model->max_error[per_label ? e->answer.label_index : 0];
	const char *kind = core->promise_kind == HO_PROMISE_CROSS_FIT ? "approximately, by cross-fit, " : "";
	(void)snprintf(error, sizeof error, "%.4g%%", 100 * alpha);
	(void)snprintf(level, sizeof level, "%.4g%%", 100 * core->confidence_level);
	if (per_label)
		return ho_buf_printf(out, err,
		                     "%sof the texts that are answered \"%s\" automatically, at most %s are wrong "
		                     "(shown %swith %s confidence, for texts like the training texts).",
		                     lead, e->answer.label, error, kind, level);
	return ho_buf_printf(out, err,
	                     "%sof the texts that are answered automatically, at most %s are wrong (shown %swith %s "
	                     "confidence, for texts like the training texts).",
	                     lead, error, kind, level);
}

static enum ho_status add_unsure(struct ho_buf *out, const struct ho_explanation *e, const struct ho_model *model,
                                 struct ho_error *err)
{
	char have[PERCENT_SIZE], need[PERCENT_SIZE];
	percent_pair(have, need, e->answer.confidence, e->threshold);
	enum ho_status status = ho_buf_printf(
	    out, err, " A person decides, because %s is not above the %s that the promise needs", have, need);
	return status ? status : add_promise(out, e, model, ": ", err);
}

static enum ho_status add_no_promise(struct ho_buf *out, const struct ho_explanation *e, const struct ho_model *model,
                                     struct ho_error *err)
{
	uint32_t at = model->core->promise_labels > 1 ? e->answer.label_index : 0;
	if (model->core->promise_kind == HO_PROMISE_NONE)
		return ho_buf_printf(out, err,
		                     " A person decides, because this model has no certificate: nothing is promised "
		                     "about its errors, so it answers nothing by itself.");
	if (model->max_error[at] < 1)
		return ho_buf_printf(
		    out, err,
		    " A person decides, because what was asked of answers with this label could not be "
		    "promised: no confidence was shown to be high enough.");
	return ho_buf_printf(out, err, " A person decides, because nothing is promised of answers with this label.");
}

static enum ho_status add_novel(struct ho_buf *out, const struct ho_explanation *e, bool any_known,
                                struct ho_error *err)
{
	if (!e->words)
		return ho_buf_printf(out, err,
		                     " A person decides, because the text is unlike the training texts: it has no "
		                     "words%s.",
		                     any_known ? "" : " and nothing that the model knows");
	if (!any_known)
		return ho_buf_printf(out, err, " A person decides, because nothing in this text was seen in training.");
	if (e->unknown_words == e->words)
		return ho_buf_printf(out, err,
		                     " A person decides, because none of the words of this text was seen in training.");
	enum ho_status status =
	    ho_buf_printf(out, err,
	                  " A person decides, because the text is unlike the training texts (p-value %.3g): %zu of "
	                  "its %zu different words %s never seen in training.",
	                  e->answer.novelty_p, e->unknown_words, e->words, e->unknown_words == 1 ? "was" : "were");
	if (status == HO_OK && e->usual_similarity > 0)
		status =
		    ho_buf_printf(out, err,
		                  " The training text that is nearest in meaning has a similarity of %.2f; usual is "
		                  "%.2f.",
		                  e->similarity, e->usual_similarity);
	return status;
}

static enum ho_status add_decision(struct ho_buf *out, const struct ho_explanation *e, const struct ho_model *model,
                                   bool any_known, struct ho_error *err)
{
	switch (e->answer.reason) {
	case HO_REASON_NONE:
		return add_promise(out, e, model, " It is answered automatically; the promise is: ", err);
	case HO_REASON_UNSURE:
		return add_unsure(out, e, model, err);
	case HO_REASON_NOVEL:
		return add_novel(out, e, any_known, err);
	case HO_REASON_NO_PROMISE:
		return add_no_promise(out, e, model, err);
	case HO_REASON_PAUSED:
	default:
		return ho_buf_printf(out, err, " A person decides, because automatic answers are paused.");
	}
}

enum ho_status ho_explain__words(struct ho_explanation *explanation, const struct ho_model *model, struct ho_slice text,
                                 bool any_known, struct ho_error *err)
{
	struct ho_buf out;
	ho_buf_init(&out, WORDS_BYTES_MAX);
	enum ho_status status = add_label(&out, explanation, model, err);
	if (status == HO_OK)
		status = add_evidence(&out, explanation, text, any_known, err);
	if (status == HO_OK && any_known && explanation->unknown_words && explanation->answer.reason != HO_REASON_NOVEL)
		status = ho_buf_printf(&out, err, " Of its %zu different words, %zu %s never seen in training.",
		                       explanation->words, explanation->unknown_words,
		                       explanation->unknown_words == 1 ? "was" : "were");
	if (status == HO_OK)
		status = add_decision(&out, explanation, model, any_known, err);
	if (status == HO_OK)
		explanation->text = ho_buf_take(&out);
	ho_buf_release(&out);
	return status;
}
