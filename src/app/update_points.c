/*
 * Sentences. A customer reads them: no word that needs this program's documentation, no figure without what it is a
 * figure of, no claim beyond what the figures show.
 */
#include "app/update_private.h"

/* FIRST_CHECKS: as long as a new model has fewer, they are worth watching one by one. */
enum { HAPPENED_MAX = 4, NEXT_MAX = 3, FIRST_CHECKS = 30 };
#define DAY_SECONDS ((int64_t)24 * 3600)

/* Why texts went to people, the largest reason first and only if there is a choice. */
static struct ho_shown main_reason(const struct ho_update_figures *f)
{
	const struct {
		uint64_t n;
		const char *words;
	} reasons[] = {{f->unsure, "the model was not sure enough"},
	               {f->novel, f->human == 1 ? "it is unlike what the model learned from"
	                                        : "they are unlike what the model learned from"},
	               {f->by_pause, "automatic answers were paused"},
	               {f->no_promise, "there was no promise to answer under"}};
	struct ho_shown shown = {""};
	size_t most = 0;
	for (size_t i = 1; i < 4; i++)
		if (reasons[i].n > reasons[most].n)
			most = i;
	if (reasons[most].n == 0)
		return shown;
	snprintf(shown.text, sizeof shown.text, ", %sbecause %s",
	         reasons[most].n == f->human      ? ""
	         : 2 * reasons[most].n > f->human ? "most of them "
	                                          : "the largest part ",
	         reasons[most].words);
	return shown;
}

static void volume(struct ho_points *out, const struct ho_update_figures *f)
{
	uint64_t all = f->automatic + f->human, before = f->automatic_before + f->human_before;
	char earlier[160] = "";
	if (all == 0) {
		ho_points_add(out, 85, "No texts came in.");
		return;
	}
	if (before && f->automatic_before)
		snprintf(earlier, sizeof earlier, " (%s %s before)",
		         ho_show_percent((double)f->automatic_before / (double)before).text,
		         f->from == f->to ? "the day" : "in the days");
	if (f->automatic == 0)
		ho_points_add(out, 85, "%s came in, and a person was asked for %s.",
		              ho_update__n(all, "text", "texts").text, all == 1 ? "it" : "each of them");
	else if (all == 1)
		ho_points_add(out, 85, "1 text came in and got an automatic answer.");
	else
		ho_points_add(out, 85, "%s came in. %s of them%s got an automatic answer%s%s.",
		              ho_update__n(all, "text", "texts").text,
		              ho_show_percent((double)f->automatic / (double)all).text, earlier,
		              f->human ? "; a person was asked for " : "",
		              f->human ? ho_update__n(f->human, "text", "texts").text : "");
	if (f->human && f->automatic) {
		struct ho_point *last = &out->items[out->n - 1];
		struct ho_shown reason = main_reason(f);
		char text[HO_POINT_BYTES];
		if (out->failed || !reason.text[0])
			return;
		snprintf(text, sizeof text, "%.*s%s.", (int)strlen(last->text) - 1, last->text, reason.text);
		struct ho_slice copy = ho_arena_copy(out->arena, ho_slice_str(text));
		last->text = copy.ptr ? copy.ptr : last->text;
	}
}

/* ", in 5.0 s each on average" */
static struct ho_shown time_taken(const struct ho_update_figures *f, uint64_t looks)
{
	struct ho_shown shown = {""};
	if (f->timed)
		snprintf(shown.text, sizeof shown.text, ", in %.30s%s",
		         ho_show_seconds((double)f->took_ms / (double)f->timed / 1000).text,
		         looks == 1 ? "" : " each on average");
	return shown;
}

static void would_have_said(char out[160], const struct ho_update_figures *f)
{
	uint64_t with_label = f->answered - (f->none < f->answered ? f->none : f->answered);
	out[0] = '\0';
	if (!with_label || f->agreed > with_label)
		return;
	if (f->answered == 1)
		snprintf(out, 160, " The model would have said %s.", f->agreed ? "the same" : "something else");
	else
		snprintf(out, 160, " The model would have said the same in %.30s of %s.",
		         ho_show_percent((double)f->agreed / (double)f->answered).text,
		         f->checked ? "the answers" : "them");
}

/* What the looks at automatic answers have shown, also of those whose first look was earlier. */
static void checks_show(char out[240], const struct ho_update_figures *f)
{
	char wrong[80] = "", second[100] = "";
	if (f->found_wrong)
		snprintf(wrong, sizeof wrong, " and %.30s wrong", ho_show_count(f->found_wrong).text);
	if (f->second)
		snprintf(second, sizeof second, "; %.40s for a second person",
		         ho_update__n(f->second, "waits", "wait").text);
	snprintf(out, 240, " Of the checked answers %.30s%s%s.",
	         ho_update__n(f->found_right, "was right", "were right").text, wrong, second);
}

static void people(struct ho_points *out, const struct ho_update_figures *f)
{
	char agreed[160], shown[240] = "";
	uint64_t looks = f->answered + f->checked;
	struct ho_shown took = time_taken(f, looks);
	would_have_said(agreed, f);
	if (f->checked)
		checks_show(shown, f);
	if (f->answered && f->checked)
		ho_points_add(out, 50, "People looked at %s (%s and %s of automatic answers)%s.%s%s",
		              ho_update__n(looks, "text", "texts").text,
		              ho_update__n(f->answered, "answer", "answers").text,
		              ho_update__n(f->checked, "check", "checks").text, took.text, agreed, shown);
	else if (f->checked)
		ho_points_add(out, 50, "People checked %s%s.%s",
		              ho_update__n(f->checked, "automatic answer", "automatic answers").text, took.text, shown);
	else if (f->answered)
		ho_points_add(out, 50, "People answered %s%s.%s", ho_update__n(f->answered, "text", "texts").text,
		              took.text, agreed);
}

static bool none_are_many(const struct ho_update_figures *f)
{
	return f->none >= 5 && f->none * 10 >= f->answered;
}

static void none_of_these(struct ho_points *out, const struct ho_update_figures *f)
{
	if (none_are_many(f))
		ho_points_add(out, 62, "%s of the %s that people answered fit none of the labels (%s).",
		              ho_show_count(f->none).text, ho_update__n(f->answered, "text", "texts").text,
		              ho_show_percent((double)f->none / (double)f->answered).text);
}

static double oldest_seconds(const struct ho_update_figures *f)
{
	int64_t oldest = f->monitor.queue.oldest;
	return oldest && oldest < f->now ? (double)(f->now - oldest) / 1000 : 0;
}

/* More than people answered in these days, or waiting for more than a day. */
static bool queue_is_long(const struct ho_update_figures *f)
{
	const struct ho_queue_figures *q = &f->monitor.queue;
	return q->overdue || (q->waiting >= 20 && q->waiting > f->answered) ||
	       (q->waiting && oldest_seconds(f) > (double)DAY_SECONDS);
}

static void waiting(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_queue_figures *q = &f->monitor.queue;
	char overdue[200] = "";
	if (q->waiting == 0)
		return;
	if (q->overdue)
		snprintf(overdue, sizeof overdue, "; %s past the time by which an answer was due",
		         ho_update__n(q->overdue, "is", "are").text);
	ho_points_add(out, queue_is_long(f) ? 66 : 30, "%s for a person, %s %s%s.",
	              ho_update__n(q->waiting, "text waits", "texts wait").text,
	              q->waiting == 1 ? "for" : "the oldest for", ho_show_seconds(oldest_seconds(f)).text, overdue);
}

static void due(struct ho_points *out, const struct ho_update_figures *f)
{
	uint64_t all = f->expired + f->suggested + f->escalated;
	char parts[3][160] = {"", "", ""};
	size_t n = 0;
	if (all == 0)
		return;
	if (f->expired)
		snprintf(parts[n++], sizeof parts[0], "%s without an answer",
		         ho_update__n(f->expired, "ended", "ended").text);
	if (f->suggested)
		snprintf(parts[n++], sizeof parts[0], "%s the model's suggestion instead, marked as such",
		         ho_update__n(f->suggested, "got", "got").text);
	if (f->escalated)
		snprintf(parts[n++], sizeof parts[0], "%s reported as overdue",
		         ho_update__n(f->escalated, "was", "were").text);
	ho_points_add(out, 76, "%s not answered by a person in time: %s%s%s%s%s.",
	              ho_update__n(all, "text was", "texts were").text, parts[0], n > 1 ? ", " : "", parts[1],
	              n > 2 ? ", " : "", parts[2]);
}

static void callbacks(struct ho_points *out, const struct ho_update_figures *f)
{
	uint64_t all = f->failed + f->retrying;
	char parts[2][80] = {"", ""};
	size_t n = 0;
	if (all == 0)
		return;
	if (f->failed)
		snprintf(parts[n++], sizeof parts[0], "%.60s given up", ho_update__n(f->failed, "was", "were").text);
	if (f->retrying)
		snprintf(parts[n++], sizeof parts[0], "%.60s tried again", ho_update__n(f->retrying, "is", "are").text);
	ho_points_add(out, 80, "%s reached the application that asked: %s%s%s%s%.80s%s.",
	              ho_update__n(all, "answer has not", "answers have not").text, parts[0], n > 1 ? ", " : "",
	              parts[1], f->callback_error ? " (last problem: " : "", f->callback_error ? f->callback_error : "",
	              f->callback_error ? ")" : "");
}

static void corrected(struct ho_points *out, const struct ho_update_figures *f)
{
	if (f->corrected)
		ho_points_add(out, 46, "%s corrected after %s had gone out.",
		              ho_update__n(f->corrected, "answer was", "answers were").text,
		              f->corrected == 1 ? "it" : "they");
}

static void note(struct ho_points *out, const struct ho_update_figures *f)
{
	struct ho_buf buf;
	if (!f->note)
		return;
	struct ho_slice words = ho_update__clean(&buf, f->note, 400);
	if (words.len)
		ho_points_add(out, 56, "Note by %.64s: %.*s", f->note_by, (int)words.len, words.ptr);
	ho_buf_release(&buf);
}

void ho_update__happened(struct ho_points *out, const struct ho_update_figures *f)
{
	ho_update__standing(out, f);
	volume(out, f);
	ho_update__measured(out, f);
	people(out, f);
	none_of_these(out, f);
	waiting(out, f);
	due(out, f);
	callbacks(out, f);
	corrected(out, f);
	note(out, f);
	ho_points_keep(out, HAPPENED_MAX);
}

static void next_model(struct ho_points *out, const struct ho_update_figures *f)
{
	if (f->monitor.alarm)
		ho_points_add(out, 100, "Look at the %s, put in a better model or demand more confidence%s.",
		              f->monitor.wrong == 1 ? "confirmed error"
		                                    : ho_update__n(f->monitor.wrong, "", "confirmed errors").text,
		              f->paused ? ", and then let it answer again" : "");
	else if (f->paused)
		ho_points_add(out, 95, "Let the model answer again when the reason for the pause is gone.");
	if (!f->has_model)
		ho_points_add(out, 90, "Train a model and put it in.");
	else if (!(f->max_error > 0) && f->labels_needed)
		ho_points_add(
		    out, 90,
		    "Label more texts and train again: the promise probably needs about %s kept apart to prove it "
		    "on; there were %s.",
		    ho_update__n(f->labels_needed, "label", "labels").text, ho_show_count(f->labels_there).text);
	else if (!(f->max_error > 0))
		ho_points_add(out, 90, "Label more texts and train again, or accept a higher share of errors.");
	else if (f->promoted_by && !f->paused && f->monitor.right + f->monitor.wrong + f->second < FIRST_CHECKS)
		ho_points_add(out, 40, "Watch the first checked answers of the new model.");
}

static void next_queue(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_queue_figures *q = &f->monitor.queue;
	char work[160] = "", audits[240] = "";
	if (q->waiting == 0)
		return;
	if (f->timed)
		snprintf(work, sizeof work, " (about %s of work)",
		         ho_show_seconds((double)f->took_ms / (double)f->timed / 1000 * (double)q->waiting).text);
	if (q->audits == 1)
		snprintf(audits, sizeof audits,
		         "; %s is a check of an automatic answer, and until then it counts as a possible error",
		         q->waiting == 1 ? "it" : "1");
	else if (q->audits)
		snprintf(audits, sizeof audits,
		         "; %s are checks of automatic answers, and until then they count as possible errors",
		         ho_show_count(q->audits).text);
	ho_points_add(out, queue_is_long(f) || q->audits * 2 > q->waiting ? 66 : 30, "Answer the %s%s%s.",
	              q->waiting == 1 ? "waiting text" : ho_update__n(q->waiting, "", "waiting texts").text, work,
	              audits);
}

void ho_update__next(struct ho_points *out, const struct ho_update_figures *f)
{
	next_model(out, f);
	if (f->failed || f->retrying)
		ho_points_add(out, 80, "Repair what receives the answers%s.",
		              f->failed ? ", and fetch those that were given up"
		                        : "; what waits is then sent by itself");
	if (f->expired + f->suggested + f->escalated)
		ho_points_add(out, 70,
		              "Let more people answer, or allow more time: texts passed the time that was set.");
	next_queue(out, f);
	if (none_are_many(f))
		ho_points_add(out, 62, "Look at the texts that fit no label: one may be missing.");
	if (out->n == 0)
		ho_points_add(out, 10, "Nothing has to be done.");
	ho_points_keep(out, NEXT_MAX);
}
