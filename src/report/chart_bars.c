/* Bars: each a row of name, bar and figure, so that long names wrap and a phone shows them too. */
#include <math.h>

#include "report/chart_scale.h"
#include "report/html_private.h"

/* More bars than this are folded away. */
enum { BARS_OPEN = 20, BARS_MAX = 2000 };

/* From zero to the longest bar, or from the lowest if some are negative; whiskers count. */
static void extent(const struct ho_exhibit_series *s, double *lo, double *hi)
{
	*lo = *hi = 0;
	for (size_t i = 0; i < s->n; i++) {
		const double ends[] = {s->points[i].y, s->points[i].lo, s->points[i].hi};
		for (size_t k = 0; k < 3; k++)
			if (ho_scale__shows(ends[k], false)) {
				*lo = fmin(*lo, ends[k]);
				*hi = fmax(*hi, ends[k]);
			}
	}
	if (*hi <= *lo)
		*hi = *lo + 1;
}

static bool has_interval(const struct ho_exhibit_point *p)
{
	return ho_scale__shows(p->lo, false) && ho_scale__shows(p->hi, false);
}

static void figure(struct ho_html *html, const struct ho_exhibit_point *p, enum ho_scale_kind kind)
{
	ho_html__element(html, "<span class=\"value\"><b>", ho_scale__value(kind, p->y).text, "</b>");
	if (has_interval(p)) {
		ho_html__element(html, " <span class=\"interval\">[", ho_scale__bound(kind, p->lo).text, ", ");
		ho_html__element(html, "", ho_scale__bound(kind, p->hi).text, "]</span>");
	}
	ho_html__put(html, "</span>");
}

static void drawing(struct ho_html *html, const struct ho_exhibit_point *p, double lo, double hi)
{
	double room = 100 / (hi - lo), zero = -lo * room;
	ho_html__put(html, "<svg class=\"bar\" aria-hidden=\"true\" width=\"100%\" height=\"18\">");
	if (ho_scale__shows(p->y, false)) {
		double from = fmin(p->y, 0), to = fmax(p->y, 0);
		ho_html__putf(html, "<rect x=\"%.2f%%\" y=\"3\" width=\"%.2f%%\" height=\"12\"/>", (from - lo) * room,
		              (to - from) * room);
	}
	ho_html__putf(html, "<line class=\"zero\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"18\"/>", zero, zero);
	if (has_interval(p)) {
		double a = (p->lo - lo) * room, b = (p->hi - lo) * room;
		ho_html__putf(html,
		              "<g class=\"whisker\"><line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"9\" y2=\"9\"/>"
		              "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"5\" y2=\"13\"/>"
		              "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"5\" y2=\"13\"/></g>",
		              a, b, a, a, b, b);
	}
	ho_html__put(html, "</svg>");
}

void ho_html__bars(struct ho_html *html, const struct ho_exhibit *exhibit)
{
	const struct ho_exhibit_series *s = exhibit->series;
	enum ho_scale_kind kind = exhibit->flags & HO_CHART_SHARE_Y ? HO_SCALE_SHARE : HO_SCALE_NUMBER;
	size_t n = exhibit->n_series ? s->n : 0, shown = n < BARS_MAX ? n : BARS_MAX;
	double lo, hi;
	if (n == 0) {
		ho_html__put(html, "<p class=\"none\">Nothing to draw.</p>");
		return;
	}
	extent(s, &lo, &hi);
	ho_html__element(html, "<p class=\"axis\">", exhibit->y_name, "</p><ol class=\"bars\">");
	for (size_t i = 0; i < shown; i++) {
		if (i == BARS_OPEN)
			ho_html__putf(html, "</ol><details><summary>%zu more</summary><ol class=\"bars\">",
			              n - BARS_OPEN);
		ho_html__element(html, "<li><span class=\"name\" dir=\"auto\">", s->points[i].name, "</span>");
		drawing(html, &s->points[i], lo, hi);
		figure(html, &s->points[i], kind);
		ho_html__put(html, "</li>");
	}
	ho_html__put(html, shown > BARS_OPEN ? "</ol></details>" : "</ol>");
	if (shown < n)
		ho_html__putf(html, "<p class=\"none\">%zu more are in the JSON.</p>", n - shown);
}
