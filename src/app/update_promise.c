/* Sentences about the promise: broken, paused, new, measured. None claims more than the figures show; the dashboard
 * says the same (src/web/page/dashboard.js). */
#include "app/update_private.h"

#define DAY_SECONDS ((int64_t)24 * 3600)

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
	struct ho_slice label = ho_update__clean(&buf, f->label, 60);
	ho_points_add(
	    out, 100,
	    "The promise for the label %.*s cannot be relied on any more: of the automatic answers with it that "
	    "were checked since %s, two people each found %s wrong, more than fits a promise of at most %s%s.%s",
	    (int)label.len, label.ptr, ho_update__day(m->since / 1000).text, ho_show_count(m->label_wrong).text,
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
	    ho_update__n(m->right + m->wrong, "automatic answer", "automatic answers").text,
	    ho_update__day(m->since / 1000).text, ho_update__n(m->wrong, "was", "were").text,
	    ho_show_chosen(m->max_error).text, with_slips(m).text, ho_show_percent(m->error).text,
	    ho_show_percent(m->sequence.lo).text, ho_show_percent(m->sequence.hi).text,
	    f->paused ? " Every text now goes to a person." : "");
}

static void pause_point(struct ho_points *out, const struct ho_update_figures *f)
{
	struct ho_buf buf;
	if (!f->paused || f->monitor.alarm)
		return;
	struct ho_slice why = f->paused_why ? ho_update__clean(&buf, f->paused_why, 300) : ho_slice("", 0);
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
	if (f->per_label)
		snprintf(promise, sizeof promise,
		         ". Its promises, one for each label: at most %.20s%s%.20s of the answers are wrong",
		         f->least_error < f->max_error ? ho_show_chosen(f->least_error).text : "",
		         f->least_error < f->max_error ? " to " : "", ho_show_chosen(f->max_error).text);
	else if (f->max_error > 0)
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
	else if (f->promoted_by && first_day && f->promotions == 1)
		ho_points_add(out, 70, "This is the beginning: the first model answers since %s%s.",
		              ho_update__when(f->promoted_at).text, promise);
	else if (f->promoted_by)
		ho_points_add(out, 70, "A new model answers since %s%s. It is measured anew from there.",
		              ho_update__when(f->promoted_at).text, promise);
}

void ho_update__standing(struct ho_points *out, const struct ho_update_figures *f)
{
	promise_broken(out, f);
	pause_point(out, f);
	model_point(out, f);
}

void ho_update__measured(struct ho_points *out, const struct ho_update_figures *f)
{
	const struct ho_monitor *m = &f->monitor;
	uint64_t checked = m->right + m->wrong;
	if (m->alarm || !(m->max_error > 0) || checked == 0)
		return;
	if (f->per_label)
		ho_points_add(
		    out, 42, "No label's promise is refuted so far: %s since %s, and %s.",
		    ho_update__n(checked, "automatic answer was checked", "automatic answers were checked").text,
		    ho_update__day(m->since / 1000).text,
		    m->wrong ? ho_update__n(m->wrong, "was wrong", "were wrong").text : "none was wrong");
	else if (m->sequence.lo > m->max_error)
		ho_points_add(
		    out, 96,
		    "The checks speak against the promise, though not yet enough for the alarm: %s since %s, "
		    "%s wrong, which points to at least %s; at most %s was promised.",
		    ho_update__n(checked, "automatic answer was checked", "automatic answers were checked").text,
		    ho_update__day(m->since / 1000).text, ho_show_count(m->wrong).text,
		    ho_show_percent(m->sequence.lo).text, ho_show_chosen(m->max_error).text);
	else if (m->error > m->max_error)
		ho_points_add(
		    out, 58,
		    "More was found wrong than was promised, which may still be chance: %s since %s, and %s. That "
		    "points to %s (between %s and %s); at most %s was promised.",
		    ho_update__n(checked, "automatic answer was checked", "automatic answers were checked").text,
		    ho_update__day(m->since / 1000).text, ho_update__n(m->wrong, "was wrong", "were wrong").text,
		    ho_show_percent(m->error).text, ho_show_percent(m->sequence.lo).text,
		    ho_show_percent(m->sequence.hi).text, ho_show_chosen(m->max_error).text);
	else if (m->sequence.hi <= m->max_error)
		ho_points_add(
		    out, 42, "The promise is kept: %s since %s, %s wrong; at most %s was promised.",
		    ho_update__n(checked, "automatic answer was checked", "automatic answers were checked").text,
		    ho_update__day(m->since / 1000).text, ho_show_count(m->wrong).text,
		    ho_show_chosen(m->max_error).text);
	else
		ho_points_add(
		    out, 42,
		    "Nothing speaks against the promise of at most %s wrong answers so far: %s since %s, and %s.",
		    ho_show_chosen(m->max_error).text,
		    ho_update__n(checked, "automatic answer was checked", "automatic answers were checked").text,
		    ho_update__day(m->since / 1000).text,
		    m->wrong ? ho_update__n(m->wrong, "was wrong", "were wrong").text : "none was wrong");
}
