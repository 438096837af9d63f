/*
 * Sentences. A customer reads them: no word that needs this program's documentation, no figure without what it is a
 * figure of, no claim beyond what the figures show.
 */
#include <math.h>
#include <stdarg.h>
#include <time.h>

#include "app/update_private.h"
#include "base/buf.h"

/* FIRST_CHECKS: as long as a new model has fewer, they are worth watching one by one. */
enum { POINT_BYTES = 900, HAPPENED_MAX = 4, NEXT_MAX = 3, FIRST_CHECKS = 30 };
#define DAY_SECONDS ((int64_t)24 * 3600)

void ho_points_add(struct ho_points *points, int weight, const char *format, ...)
{
	char text[POINT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct ho_slice copy = ho_arena_copy(points->arena, ho_slice_str(text));
	if (!copy.ptr || points->n == HO_POINTS_MAX)
		points->failed = true;
	else
		points->items[points->n++] = (struct ho_point){weight, copy.ptr};
}

void ho_points_keep(struct ho_points *points, size_t max)
{
	while (points->n > max) {
		size_t least = 0;
		for (size_t i = 1; i < points->n; i++)
			if (points->items[i].weight <= points->items[least].weight)
				least = i;
		points->n--;
		memmove(&points->items[least], &points->items[least + 1],
		        (points->n - least) * sizeof points->items[0]);
	}
}

static struct tm broken_down(int64_t seconds)
{
	struct tm tm = {.tm_mday = 1};
	time_t t = (time_t)seconds;
	(void)gmtime_r(&t, &tm);
	return tm;
}

/* "14 May" */
static struct ho_shown day_of(int64_t seconds)
{
	struct ho_shown shown;
	struct tm tm = broken_down(seconds);
	strftime(shown.text, sizeof shown.text, "%-d %B", &tm);
	return shown;
}

struct ho_shown ho_update__days(int32_t from, int32_t to)
{
	struct ho_shown first = day_of(from * DAY_SECONDS), last, shown;
	struct tm tm = broken_down(to * DAY_SECONDS);
	strftime(last.text, sizeof last.text, "%-d %B %Y", &tm);
	if (from == to)
		return last;
	snprintf(shown.text, sizeof shown.text, "%.40s to %.40s", first.text, last.text);
	return shown;
}

struct ho_shown ho_update__when(int64_t ms)
{
	struct ho_shown shown;
	struct tm tm = broken_down(ms / 1000);
	strftime(shown.text, sizeof shown.text, "%H:%M UTC on %-d %B", &tm);
	return shown;
}

static struct ho_shown n_of(uint64_t n, const char *one, const char *many)
{
	struct ho_shown shown;
	snprintf(shown.text, sizeof shown.text, "%.30s %s", ho_show_count(n).text, n == 1 ? one : many);
	return shown;
}

/* Somebody else's words: one clean line. */
static struct ho_slice clean(struct ho_buf *buf, const char *words, size_t points)
{
	ho_buf_init(buf, 8 << 10);
	if (ho_show_clean(buf, ho_slice_str(words), points, NULL) != HO_OK)
		ho_buf_reset(buf);
	return buf->data ? ho_buf_slice(buf) : ho_slice("", 0);
}

/* ", that is 0.18% with the slips of people"; nothing where they make no difference. */
static struct ho_shown with_slips(const struct ho_monitor *m)
{
	struct ho_shown shown = {""};
	if (m->tested > m->label_max_error)
		snprintf(shown.text, sizeof shown.text, " (%.20s counting people's own slips)",
		         ho_show_chosen(m->tested).text);
	return shown;
}

/* Promises are made per label, and one of them is broken. */
static void label_broken(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_monitor *m = &f->monitor;
	struct ho_buf buf;
	struct ho_slice label = clean(&buf, f->label, 60);
	ho_points_add(
	    out, 100,
	    "The promise for the label %.*s cannot be relied on any more: of the automatic answers with it that "
	    "were checked since %s, two people each found %s wrong, more than fits a promise of at most %s%s.%s",
	    (int)label.len, label.ptr, day_of(m->since / 1000).text, ho_show_count(m->label_wrong).text,
	    ho_show_chosen(m->label_max_error).text, with_slips(m).text,
	    f->paused ? " Every text now goes to a person." : "");
	ho_buf_release(&buf);
}

static void promise_broken(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_monitor *m = &f->monitor;
	if (!m->alarm)
		return;
	if (f->label) {
		label_broken(out, f);
		return;
	}
	ho_points_add(
	    out, 100,
	    "The promise cannot be relied on any more: of %s checked since %s, %s found wrong by two people each. "
	    "At most %s%s was promised; the figures point to %s (between %s and %s).%s",
	    n_of(m->right + m->wrong, "automatic answer", "automatic answers").text, day_of(m->since / 1000).text,
	    n_of(m->wrong, "was", "were").text, ho_show_chosen(m->max_error).text, with_slips(m).text,
	    ho_show_percent(m->error).text, ho_show_percent(m->sequence.lo).text, ho_show_percent(m->sequence.hi).text,
	    f->paused ? " Every text now goes to a person." : "");
}

static void pause_point(struct ho_points *out, const struct ho_update_figures *f)
{
	struct ho_buf buf;
	if (!f->paused || f->monitor.alarm)
		return;
	struct ho_slice why = f->paused_why ? clean(&buf, f->paused_why, 300) : ho_slice("", 0);
	struct ho_shown since = {""};
	if (f->paused_at)
		snprintf(since.text, sizeof since.text, " since %.60s", ho_update__when(f->paused_at).text);
	ho_points_add(out, 95, "Automatic answers are paused%s, and every text goes to a person%s%.*s.", since.text,
	              why.len ? ". The reason given: " : "", (int)why.len, why.len ? why.ptr : "");
	if (f->paused_why)
		ho_buf_release(&buf);
}

static void model_point(struct ho_points *out, const struct ho_update_figures *f)
{
	char promise[160] = "";
	bool first_day = f->created_at / 1000 / DAY_SECONDS >= f->from;
	if (f->max_error > 0)
		snprintf(promise, sizeof promise, ". Its promise: at most %s of its automatic answers are wrong",
		         ho_show_chosen(f->max_error).text);
	if (!f->has_model)
		ho_points_add(out, 90, "There is no model yet, so every text goes to a person.");
	else if (!(f->max_error > 0))
		ho_points_add(out, 90,
		              "The model cannot promise the wanted limit on its errors with the labels that it learned "
		              "from, so every text goes to a person.");
	else if (f->monitor.alarm)
		return; /* what it promised is said with the alarm */
	else if (f->promoted_by && first_day)
		ho_points_add(out, 70, "This is the beginning: the first model answers since %s%s.",
		              ho_update__when(f->promoted_at).text, promise);
	else if (f->promoted_by)
		ho_points_add(out, 70, "A new model answers since %s%s. It is measured anew from there.",
		              ho_update__when(f->promoted_at).text, promise);
}

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
		ho_points_add(out, 85, "%s came in, and a person was asked for %s.", n_of(all, "text", "texts").text,
		              all == 1 ? "it" : "each of them");
	else if (all == 1)
		ho_points_add(out, 85, "1 text came in and got an automatic answer.");
	else
		ho_points_add(out, 85, "%s came in. %s of them%s got an automatic answer%s%s.",
		              n_of(all, "text", "texts").text, ho_show_percent((double)f->automatic / (double)all).text,
		              earlier, f->human ? "; a person was asked for " : "",
		              f->human ? n_of(f->human, "text", "texts").text : "");
	if (f->human && f->automatic) {
		struct ho_point *last = &out->items[out->n - 1];
		struct ho_shown reason = main_reason(f);
		char text[POINT_BYTES];
		if (out->failed || !reason.text[0])
			return;
		snprintf(text, sizeof text, "%.*s%s.", (int)strlen(last->text) - 1, last->text, reason.text);
		struct ho_slice copy = ho_arena_copy(out->arena, ho_slice_str(text));
		last->text = copy.ptr ? copy.ptr : last->text;
	}
}

static void promise_kept(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_monitor *m = &f->monitor;
	uint64_t checked = m->right + m->wrong;
	if (m->alarm || !(m->max_error > 0) || checked == 0)
		return;
	if (f->per_label)
		ho_points_add(out, 42, "No label's promise is refuted so far: %s since %s, and %s.",
		              n_of(checked, "automatic answer was checked", "automatic answers were checked").text,
		              day_of(m->since / 1000).text,
		              m->wrong ? n_of(m->wrong, "was wrong", "were wrong").text : "none was wrong");
	else if (m->sequence.lo > m->max_error)
		ho_points_add(out, 96,
		              "The checks speak against the promise, though not yet enough for the alarm: %s since %s, "
		              "%s wrong, which points to at least %s; at most %s was promised.",
		              n_of(checked, "automatic answer was checked", "automatic answers were checked").text,
		              day_of(m->since / 1000).text, ho_show_count(m->wrong).text,
		              ho_show_percent(m->sequence.lo).text, ho_show_chosen(m->max_error).text);
	else if (m->error > m->max_error)
		ho_points_add(
		    out, 58,
		    "More was found wrong than was promised, which may still be chance: %s since %s, and %s. That "
		    "points to %s (between %s and %s); at most %s was promised.",
		    n_of(checked, "automatic answer was checked", "automatic answers were checked").text,
		    day_of(m->since / 1000).text, n_of(m->wrong, "was wrong", "were wrong").text,
		    ho_show_percent(m->error).text, ho_show_percent(m->sequence.lo).text,
		    ho_show_percent(m->sequence.hi).text, ho_show_chosen(m->max_error).text);
	else if (m->sequence.hi <= m->max_error)
		ho_points_add(out, 42, "The promise is kept: %s since %s, %s wrong; at most %s was promised.",
		              n_of(checked, "automatic answer was checked", "automatic answers were checked").text,
		              day_of(m->since / 1000).text, ho_show_count(m->wrong).text,
		              ho_show_chosen(m->max_error).text);
	else
		ho_points_add(
		    out, 42,
		    "Nothing speaks against the promise of at most %s wrong answers so far: %s since %s, and %s.",
		    ho_show_chosen(m->max_error).text,
		    n_of(checked, "automatic answer was checked", "automatic answers were checked").text,
		    day_of(m->since / 1000).text,
		    m->wrong ? n_of(m->wrong, "was wrong", "were wrong").text : "none was wrong");
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
		snprintf(second, sizeof second, "; %.40s for a second person", n_of(f->second, "waits", "wait").text);
	snprintf(out, 240, " Of the checked answers %.30s%s%s.", n_of(f->found_right, "was right", "were right").text,
	         wrong, second);
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
		              n_of(looks, "text", "texts").text, n_of(f->answered, "answer", "answers").text,
		              n_of(f->checked, "check", "checks").text, took.text, agreed, shown);
	else if (f->checked)
		ho_points_add(out, 50, "People checked %s%s.%s",
		              n_of(f->checked, "automatic answer", "automatic answers").text, took.text, shown);
	else if (f->answered)
		ho_points_add(out, 50, "People answered %s%s.%s", n_of(f->answered, "text", "texts").text, took.text,
		              agreed);
}

static bool none_are_many(const struct ho_update_figures *f)
{
	return f->none >= 5 && f->none * 10 >= f->answered;
}

static void none_of_these(struct ho_points *out, const struct ho_update_figures *f)
{
	if (none_are_many(f))
		ho_points_add(out, 62, "%s of the %s that people answered fit none of the labels (%s).",
		              ho_show_count(f->none).text, n_of(f->answered, "text", "texts").text,
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
		         n_of(q->overdue, "is", "are").text);
	ho_points_add(out, queue_is_long(f) ? 66 : 30, "%s for a person, %s %s%s.",
	              n_of(q->waiting, "text waits", "texts wait").text, q->waiting == 1 ? "for" : "the oldest for",
	              ho_show_seconds(oldest_seconds(f)).text, overdue);
}

static void due(struct ho_points *out, const struct ho_update_figures *f)
{
	uint64_t all = f->expired + f->suggested + f->escalated;
	char parts[3][160] = {"", "", ""};
	size_t n = 0;
	if (all == 0)
		return;
	if (f->expired)
		snprintf(parts[n++], sizeof parts[0], "%s without an answer", n_of(f->expired, "ended", "ended").text);
	if (f->suggested)
		snprintf(parts[n++], sizeof parts[0], "%s the model's suggestion instead, marked as such",
		         n_of(f->suggested, "got", "got").text);
	if (f->escalated)
		snprintf(parts[n++], sizeof parts[0], "%s reported as overdue", n_of(f->escalated, "was", "were").text);
	ho_points_add(out, 76, "%s not answered by a person in time: %s%s%s%s%s.",
	              n_of(all, "text was", "texts were").text, parts[0], n > 1 ? ", " : "", parts[1],
	              n > 2 ? ", " : "", parts[2]);
}

static void callbacks(struct ho_points *out, const struct ho_update_figures *f)
{
	if (f->failed == 0 && f->retrying == 0)
		return;
	ho_points_add(out, 80, "Answers do not reach the application that asked: %s, %s tried again%s%.80s%s.",
	              n_of(f->failed, "message was given up", "messages were given up").text,
	              n_of(f->retrying, "is", "are").text, f->callback_error ? " (last problem: " : "",
	              f->callback_error ? f->callback_error : "", f->callback_error ? ")" : "");
}

static void corrected(struct ho_points *out, const struct ho_update_figures *f)
{
	if (f->corrected)
		ho_points_add(out, 46, "%s corrected after %s had gone out.",
		              n_of(f->corrected, "answer was", "answers were").text, f->corrected == 1 ? "it" : "they");
}

static void note(struct ho_points *out, const struct ho_update_figures *f)
{
	struct ho_buf buf;
	if (!f->note)
		return;
	struct ho_slice words = clean(&buf, f->note, 400);
	if (words.len)
		ho_points_add(out, 56, "Note by %.64s: %.*s", f->note_by, (int)words.len, words.ptr);
	ho_buf_release(&buf);
}

void ho_update__happened(struct ho_points *out, const struct ho_update_figures *f)
{
	promise_broken(out, f);
	pause_point(out, f);
	model_point(out, f);
	volume(out, f);
	promise_kept(out, f);
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
		                                    : n_of(f->monitor.wrong, "", "confirmed errors").text,
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
		    n_of(f->labels_needed, "label", "labels").text, ho_show_count(f->labels_there).text);
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
	              q->waiting == 1 ? "waiting text" : n_of(q->waiting, "", "waiting texts").text, work, audits);
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
