#include <math.h>

#include "report/chart_scale.h"
#include "report/findings_private.h"
#include "report/html_private.h"

/* By rank: the class that colours it, and a sign. */
static const struct {
	const char *class, *sign;
} looks[HO_RANKS] = {
    [HO_RANK_BROKEN] = {"bad", "\xE2\x9C\x95"},
    [HO_RANK_WEAK] = {"warn", "!"},
    [HO_RANK_UNKNOWN] = {"plain", "?"},
    [HO_RANK_HOLDS] = {"good", "\xE2\x9C\x93"},
    [HO_RANK_WARNING] = {"bad", "!"},
    [HO_RANK_NOTICE] = {"warn", "\xE2\x80\xA2"},
    [HO_RANK_INFO] = {"plain", "i"},
};

void ho_html__mark(struct ho_html *html, const struct ho_finding *finding)
{
	enum ho_rank rank = ho_findings__rank(finding);
	ho_html__putf(html, "<span class=\"mark %s\"><span aria-hidden=\"true\">%s</span> ", looks[rank].class,
	              looks[rank].sign);
	ho_html__element(html, "", ho_findings__word(finding), "</span>");
}

static struct ho_shown shown(enum ho_unit unit, double value)
{
	struct ho_shown out;
	switch (unit) {
	case HO_UNIT_SHARE:
		return ho_scale__value(HO_SCALE_SHARE, value);
	case HO_UNIT_POINTS:
		snprintf(out.text, sizeof out.text, "%+.1f points",
		         fmin(fmax(round(1000 * value) / 10, -1e9), 1e9) + 0.0);
		return out;
	case HO_UNIT_SECONDS:
		return ho_show_seconds(value);
	case HO_UNIT_NUMBER:
		break;
	}
	return ho_scale__value(HO_SCALE_NUMBER, value);
}

/* An end of an interval: the unit was said with the figure. */
static struct ho_shown bound(enum ho_unit unit, double value)
{
	struct ho_shown out = shown(unit, value);
	char *words = unit == HO_UNIT_POINTS ? strchr(out.text, ' ') : NULL;
	if (unit == HO_UNIT_SHARE)
		return ho_scale__bound(HO_SCALE_SHARE, value);
	if (words)
		*words = '\0';
	return out;
}

void ho_html__figure(struct ho_html *html, const struct ho_finding *finding)
{
	if (isnan(finding->figure))
		return;
	ho_html__element(html, "<b>", shown(finding->unit, finding->figure).text, "</b>");
	if (isnan(finding->lo) || isnan(finding->hi))
		return;
	ho_html__element(html, " <span class=\"interval\">[", bound(finding->unit, finding->lo).text, ", ");
	ho_html__element(html, "", bound(finding->unit, finding->hi).text, "]</span>");
}

static void figure_line(struct ho_html *html, const struct ho_finding *f)
{
	/* A bare number without a name only repeats the title. */
	if (isnan(f->figure) || (!f->measure && isnan(f->lo)))
		return;
	ho_html__put(html, "<p class=\"figure\">");
	if (f->measure)
		ho_html__element(html, "<span class=\"measure\">", f->measure, "</span> ");
	ho_html__figure(html, f);
	ho_html__put(html, isnan(f->lo) || isnan(f->hi) ? "</p>" : " <span class=\"interval\">95% interval</span></p>");
}

/* The exhibits are on the same page: what they show is not told before them too. */
static void evidence(struct ho_html *html, const struct ho_finding *f)
{
	bool open = false, left_out = false;
	for (size_t i = 0; i < f->n_evidence; i++) {
		/* "... and 12 more" goes with the lines that it goes on from. */
		left_out = ho_findings__is_shown(f, f->evidence[i]) ||
		           (left_out && strncmp(f->evidence[i], "... and ", 8) == 0);
		if (left_out)
			continue;
		ho_html__put(html, open ? "" : "<ul class=\"evidence\">");
		ho_html__element(html, "<li dir=\"auto\">", f->evidence[i], "</li>");
		open = true;
	}
	ho_html__put(html, open ? "</ul>" : "");
}

/* Commands and options stand between backquotes in advice. What is set in another face is text all the same. */
static void advice(struct ho_html *html, const char *text)
{
	ho_html__put(html, "<p class=\"advice\"><b>What to do</b> ");
	for (const char *begin; (begin = strchr(text, '`')) != NULL;) {
		const char *end = strchr(begin + 1, '`');
		if (!end)
			break;
		ho_html__slice(html, ho_slice(text, (size_t)(begin - text)));
		ho_html__put(html, "<code>");
		ho_html__slice(html, ho_slice(begin + 1, (size_t)(end - begin - 1)));
		ho_html__put(html, "</code>");
		text = end + 1;
	}
	ho_html__element(html, "", text, "</p>");
}

static void exhibit(struct ho_html *html, const struct ho_exhibit *e)
{
	static void (*const write[])(struct ho_html *, const struct ho_exhibit *) = {
	    [HO_EXHIBIT_TABLE] = ho_html__table,
	    [HO_EXHIBIT_BARS] = ho_html__bars,
	    [HO_EXHIBIT_LINES] = ho_html__lines,
	    [HO_EXHIBIT_TEXTS] = ho_html__texts,
	};
	ho_html__put(html, "<figure>");
	if (e->caption && *e->caption) {
		ho_html__put(html, "<figcaption>");
		ho_html__sentence(html, e->caption);
		ho_html__put(html, "</figcaption>");
	}
	write[e->kind](html, e);
	ho_html__put(html, "</figure>");
}

static void exhibits(struct ho_html *html, const struct ho_finding *f)
{
	/* What holds is proved for those who want to see it; the others are shown. */
	bool folded = f->n_exhibits > 0 && ho_findings__rank(f) == HO_RANK_HOLDS;
	if (folded)
		ho_html__put(html, "<details class=\"proof\"><summary>Show what it rests on</summary>");
	for (size_t i = 0; i < f->n_exhibits; i++)
		exhibit(html, &f->exhibits[i]);
	if (folded)
		ho_html__put(html, "</details>");
}

void ho_html__anchor(struct ho_html *html, const struct ho_findings *list, size_t i)
{
	size_t earlier = 0;
	for (size_t k = 0; k < i; k++)
		earlier += !strcmp(list->items[k].id, list->items[i].id);
	ho_html__element(html, "f-", list->items[i].id, "");
	if (earlier)
		ho_html__putf(html, "-%zu", earlier + 1);
}

void ho_html__finding(struct ho_html *html, const struct ho_findings *list, size_t i)
{
	const struct ho_finding *f = &list->items[i];
	ho_html__put(html, "<article class=\"finding\" id=\"");
	ho_html__anchor(html, list, i);
	ho_html__put(html, "\">");
	ho_html__mark(html, f);
	ho_html__put(html, "<h3>");
	ho_html__sentence(html, f->title);
	ho_html__element(html, "", ho_findings__stop(f), "</h3>");
	figure_line(html, f);
	evidence(html, f);
	if (f->advice)
		advice(html, f->advice);
	exhibits(html, f);
	ho_html__put(html, "</article>");
}
