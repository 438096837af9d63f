#include "app/standing.h"

static bool is_answer(enum ho_review_kind kind)
{
	return kind == HO_REVIEW_ANSWER || kind == HO_REVIEW_AUDIT || kind == HO_REVIEW_CORRECT ||
	       kind == HO_REVIEW_DUE;
}

bool ho_app__same_label(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool ho_app__waits(enum ho_item_status status, enum ho_audit_state audit)
{
	return status == HO_ITEM_PENDING || audit == HO_AUDIT_FIRST || audit == HO_AUDIT_SECOND;
}

/* The last review before `from` that stands; `none` if there is none. */
static size_t stands_before(const bool *stands, size_t from, size_t none)
{
	while (from-- > 0)
		if (stands[from])
			return from;
	return none;
}

enum ho_status ho_app__history_read(struct app_history *out, struct ho_store *store, const struct ho_id *item,
                                    struct ho_arena *arena, struct ho_error *err)
{
	*out = (struct app_history){.n = 0};
	enum ho_status status = store->ops->review_list(&out->reviews, &out->n, store, item, arena, err);
	if (status)
		return status;
	size_t n = out->n;
	out->stands = ho_arena_alloc(arena, n + 1, sizeof *out->stands);
	if (!out->stands)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		out->stands[i] = is_answer(out->reviews[i].kind);
		size_t top = out->reviews[i].kind == HO_REVIEW_WITHDRAW ? stands_before(out->stands, i, n) : n;
		if (top < n)
			out->stands[top] = false;
	}
	out->top = stands_before(out->stands, n, n);
	return HO_OK;
}

static bool agrees_with(const struct ho_item *item, const struct ho_review *review)
{
	return !review->none && ho_app__same_label(review->label, item->suggestion);
}

/* A blind answer to an audit: the first that agrees ends it; two that disagree make an error. False: it ended before.
 */
static bool add_verdict(struct app_standing *s, const struct ho_item *item, const struct ho_review *review)
{
	bool agrees = agrees_with(item, review), first = s->audit == HO_AUDIT_FIRST;
	if (s->audit != HO_AUDIT_FIRST && s->audit != HO_AUDIT_SECOND)
		return false;
	s->audit = agrees ? HO_AUDIT_RIGHT : first ? HO_AUDIT_SECOND : HO_AUDIT_WRONG;
	if (s->audit == HO_AUDIT_SECOND) {
		s->first_auditor = review->reviewer;
		return true;
	}
	s->by_one = s->audit == HO_AUDIT_WRONG && !strcmp(s->first_auditor, review->reviewer);
	s->blind = true;
	s->blind_none = review->none;
	s->blind_label = review->label;
	return true;
}

/* What an audit's answer that stands shows. */
static void add_audit(struct app_standing *s, const struct ho_item *item, const struct ho_review *review)
{
	bool agrees = agrees_with(item, review);
	if (!add_verdict(s, item, review) || s->corrected || s->audit == HO_AUDIT_SECOND)
		return;
	s->status = agrees ? HO_ITEM_ANSWERED : HO_ITEM_OVERRULED;
	s->label = review->label;
	s->none = review->none;
	s->answered_by = review->reviewer;
	s->answered_at = review->at;
	s->took_ms = review->took_ms;
}

static void add_due(struct app_standing *s, const struct ho_review *review)
{
	s->status = review->label ? HO_ITEM_ANSWERED : HO_ITEM_EXPIRED;
	s->label = review->label;
	s->answered_by = review->label ? "model" : NULL;
	s->answered_at = review->label ? review->at : 0;
}

/* The first answer of all to a waiting item: later ones may have seen what came of it. */
static void add_blind(struct app_standing *s, const struct ho_review *review)
{
	if (s->blind || review->kind != HO_REVIEW_ANSWER)
		return;
	s->blind = true;
	s->blind_none = review->none;
	s->blind_label = review->label;
}

static void add_answer(struct app_standing *s, const struct ho_item *item, const struct ho_review *review)
{
	bool differs = review->none || !ho_app__same_label(review->label, item->suggestion);
	s->status = item->decision == HO_ITEM_AUTO && differs ? HO_ITEM_OVERRULED : HO_ITEM_ANSWERED;
	s->label = review->label;
	s->none = review->none;
	s->answered_by = review->reviewer;
	s->answered_at = review->at;
	s->took_ms = review->took_ms;
	s->corrected |= review->kind == HO_REVIEW_CORRECT;
	add_blind(s, review);
}

/* What was taken back is not shown, but what it said when nobody had shown anything remains. */
static void add_withdrawn(struct app_standing *s, const struct ho_item *item, const struct ho_review *review)
{
	if (review->kind == HO_REVIEW_AUDIT)
		(void)add_verdict(s, item, review);
	else
		add_blind(s, review);
}

void ho_app__standing_add(struct app_standing *standing, const struct ho_item *item, const struct ho_review *review)
{
	if (review->note)
		standing->note = review->note;
	if (review->kind == HO_REVIEW_AUDIT)
		add_audit(standing, item, review);
	else if (review->kind == HO_REVIEW_DUE)
		add_due(standing, review);
	else if (is_answer(review->kind))
		add_answer(standing, item, review);
}

struct app_standing ho_app__standing(const struct ho_item *item, const struct app_history *history, size_t until)
{
	struct app_standing standing = {.status = HO_ITEM_PENDING};
	bool is_over = item->audit == HO_AUDIT_NONE || item->audit == HO_AUDIT_MISSING; /* no answer can change it */
	if (item->decision == HO_ITEM_AUTO)
		standing = (struct app_standing){
		    .status = HO_ITEM_ANSWERED,
		    .audit = is_over ? item->audit : HO_AUDIT_FIRST,
		    .label = item->suggestion,
		    .answered_by = "model",
		    .answered_at = item->created_at,
		};
	for (size_t i = 0; i < until; i++)
		if (history->stands[i] || history->reviews[i].kind == HO_REVIEW_FLAG)
			ho_app__standing_add(&standing, item, &history->reviews[i]);
		else
			add_withdrawn(&standing, item, &history->reviews[i]);
	return standing;
}

const struct ho_review *ho_app__said_already(const struct app_history *history, const char *reviewer, const char *label,
                                             bool correct)
{
	for (size_t i = history->n; i-- > 0;) {
		const struct ho_review *review = &history->reviews[i];
		bool top = review->kind == HO_REVIEW_CORRECT && i == history->top;
		bool first = review->kind == HO_REVIEW_ANSWER || review->kind == HO_REVIEW_AUDIT;
		/* Who takes a blind answer back and answers anew corrects without saying so. */
		bool kind = correct ? top : first || (top && ho_app__gave_verdict(history, reviewer));
		if (history->stands[i] && kind && !strcmp(review->reviewer, reviewer) &&
		    ho_app__same_label(review->label, label))
			return review;
	}
	return NULL;
}

bool ho_app__gave_verdict(const struct app_history *history, const char *reviewer)
{
	for (size_t i = 0; i < history->n; i++)
		if (history->reviews[i].kind == HO_REVIEW_AUDIT && !strcmp(history->reviews[i].reviewer, reviewer))
			return true;
	return false;
}

bool ho_app__has_looked(const struct app_history *history, const char *reviewer)
{
	for (size_t i = 0; i < history->n; i++) {
		enum ho_review_kind kind = history->reviews[i].kind;
		if ((kind == HO_REVIEW_AUDIT || kind == HO_REVIEW_CORRECT) &&
		    !strcmp(history->reviews[i].reviewer, reviewer))
			return kind == HO_REVIEW_CORRECT;
	}
	return false;
}

bool ho_app__may_redo(const struct app_history *history, const char *reviewer)
{
	for (size_t i = history->n; i-- > 0 && !history->stands[i];)
		if (history->reviews[i].kind == HO_REVIEW_AUDIT && !strcmp(history->reviews[i].reviewer, reviewer))
			return true;
	return false;
}
