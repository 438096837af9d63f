/* Lines over a number. Places are given in percent of the drawing, so that it fills any width and its letters keep
 * their size; lines and bands, which cannot be given in percent, stand in an inner drawing that is stretched. */
#include <math.h>

#include "report/chart_scale.h"
#include "report/html_private.h"

/* Series have so many colours; up to so many points of all lines get a dot, so many of a line a label for the pointer,
 * and so many figures stand in the table. */
enum { COLOURS = 6, DOTS_MAX = 60, LABELS_MAX = 200, FIGURES_MAX = 500, DRAWN_MAX = 20000 };

struct plot {
	struct ho_html *html;
	const struct ho_exhibit *exhibit;
	struct ho_scale x, y;
	bool log_x, log_y;
	size_t n; /* points that can be drawn */
	bool has_intervals;
};

struct extent {
	double lo, hi;
};

static void include(struct extent *extent, double value, bool log)
{
	if (ho_scale__shows(value, log)) {
		extent->lo = fmin(extent->lo, value);
		extent->hi = fmax(extent->hi, value);
	}
}

static bool drawn(const struct plot *plot, const struct ho_exhibit_point *p)
{
	return ho_scale__shows(p->x, plot->log_x) && ho_scale__shows(p->y, plot->log_y);
}

static bool has_band(const struct plot *plot, const struct ho_exhibit_point *p)
{
	return drawn(plot, p) && ho_scale__shows(p->lo, plot->log_y) && ho_scale__shows(p->hi, plot->log_y);
}

static enum ho_scale_kind x_kind(const struct ho_exhibit *e)
{
	return e->flags & HO_CHART_SHARE_X   ? HO_SCALE_SHARE
	       : e->flags & HO_CHART_MONTH_X ? HO_SCALE_MONTH
	                                     : HO_SCALE_NUMBER;
}

static enum ho_scale_kind y_kind(const struct ho_exhibit *e)
{
	return e->flags & HO_CHART_SHARE_Y ? HO_SCALE_SHARE : HO_SCALE_NUMBER;
}

static void fit(struct plot *plot)
{
	const struct ho_exhibit *e = plot->exhibit;
	struct extent x = {INFINITY, -INFINITY}, y = {INFINITY, -INFINITY};
	for (size_t s = 0; s < e->n_series; s++)
		for (size_t i = 0; i < e->series[s].n; i++) {
			const struct ho_exhibit_point *p = &e->series[s].points[i];
			if (!drawn(plot, p))
				continue;
			plot->n++;
			plot->has_intervals |= has_band(plot, p);
			include(&x, p->x, plot->log_x);
			include(&y, p->y, plot->log_y);
			include(&y, p->lo, plot->log_y);
			include(&y, p->hi, plot->log_y);
		}
	if (plot->n == 0)
		return;
	if (e->flags & HO_CHART_DIAGONAL) /* both axes alike, so that the diagonal is one */
		x = y = (struct extent){fmin(x.lo, y.lo), fmax(x.hi, y.hi)};
	plot->x = ho_scale__fit(x.lo, x.hi, x_kind(e), plot->log_x, e->flags & HO_CHART_DIAGONAL);
	plot->y = ho_scale__fit(y.lo, y.hi, y_kind(e), plot->log_y, true);
}

static double left(const struct plot *plot, double x)
{
	return 100 * ho_scale__at(&plot->x, x);
}

static double top(const struct plot *plot, double y)
{
	return 100 - 100 * ho_scale__at(&plot->y, y);
}

/* Ticks that a narrow screen has no room for: on a logarithmic axis those between the powers of ten. */
static bool is_fine(const struct ho_scale *s, size_t i)
{
	double power = log10(s->ticks[i]);
	return s->log && s->n > 5 && fabs(power - round(power)) > 1e-6;
}

static void grid(struct plot *plot)
{
	for (size_t i = 0; i < plot->y.n; i++) {
		double at = top(plot, plot->y.ticks[i]);
		ho_html__putf(plot->html,
		              "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>"
		              "<text class=\"tick y\" x=\"-8\" y=\"%.2f%%\" dy=\"0.35em\">%s</text>",
		              at, at, at, ho_scale__tick(&plot->y, plot->y.ticks[i]).text);
	}
	ho_html__put(plot->html, "<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/>");
	for (size_t i = 0; i < plot->x.n; i++) {
		double at = left(plot, plot->x.ticks[i]);
		ho_html__putf(plot->html,
		              "<line class=\"base\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"100%%\" y2=\"98%%\"/>"
		              "<text class=\"tick x%s\" x=\"%.2f%%\" y=\"100%%\" dy=\"1.5em\">%s</text>",
		              at, at, is_fine(&plot->x, i) ? " fine" : "", at,
		              ho_scale__tick(&plot->x, plot->x.ticks[i]).text);
	}
}

/* y = x, in small steps because an axis may be logarithmic. */
static void diagonal(struct plot *plot)
{
	enum { STEPS = 64 };
	ho_html__put(plot->html, "<polyline class=\"diagonal\" points=\"");
	for (int i = 0; i <= STEPS; i++) {
		double x = plot->x.log ? exp(log(plot->x.lo) + (log(plot->x.hi) - log(plot->x.lo)) * i / STEPS)
		                       : plot->x.lo + (plot->x.hi - plot->x.lo) * i / STEPS;
		if (x >= plot->y.lo && x <= plot->y.hi)
			ho_html__putf(plot->html, "%.2f,%.2f ", left(plot, x), top(plot, x));
	}
	ho_html__put(plot->html, "\"/>");
}

/* The band of the points [from, to): along the upper ends and back along the lower ones. Of a point that has none
 * beside it, a line from end to end. */
static void band(struct plot *plot, const struct ho_exhibit_series *s, size_t number, size_t from, size_t to)
{
	if (to <= from)
		return;
	if (to - from == 1) {
		double x = left(plot, s->points[from].x);
		ho_html__putf(plot->html, "<polyline class=\"line reach s%zu\" points=\"%.2f,%.2f %.2f,%.2f\"/>",
		              number % COLOURS + 1, x, top(plot, s->points[from].hi), x, top(plot, s->points[from].lo));
		return;
	}
	ho_html__putf(plot->html, "<polygon class=\"band s%zu\" points=\"", number % COLOURS + 1);
	for (size_t i = from; i < to; i++)
		ho_html__putf(plot->html, "%.2f,%.2f ", left(plot, s->points[i].x), top(plot, s->points[i].hi));
	for (size_t i = to; i-- > from;)
		ho_html__putf(plot->html, "%.2f,%.2f ", left(plot, s->points[i].x), top(plot, s->points[i].lo));
	ho_html__put(plot->html, "\"/>");
}

static void line(struct plot *plot, const struct ho_exhibit_series *s, size_t number, size_t from, size_t to)
{
	if (to < from + 2)
		return;
	ho_html__putf(plot->html, "<polyline class=\"line s%zu\" points=\"", number % COLOURS + 1);
	for (size_t i = from; i < to; i++)
		ho_html__putf(plot->html, "%.2f,%.2f ", left(plot, s->points[i].x), top(plot, s->points[i].y));
	ho_html__put(plot->html, "\"/>");
}

/* Each unbroken run of points that pass `is_in`: a point that cannot be drawn leaves a gap. */
static void runs(struct plot *plot, size_t number, bool (*is_in)(const struct plot *, const struct ho_exhibit_point *),
                 void (*draw)(struct plot *, const struct ho_exhibit_series *, size_t, size_t, size_t))
{
	const struct ho_exhibit_series *s = &plot->exhibit->series[number];
	size_t from = 0, n = s->n < DRAWN_MAX ? s->n : DRAWN_MAX;
	for (size_t i = 0; i <= n; i++)
		if (i == n || !is_in(plot, &s->points[i])) {
			draw(plot, s, number, from, i);
			from = i + 1;
		}
}

static void stretched(struct plot *plot)
{
	bool joined = !(plot->exhibit->flags & HO_CHART_DOTS);
	ho_html__put(plot->html,
	             "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">");
	if (plot->exhibit->flags & HO_CHART_DIAGONAL)
		diagonal(plot);
	for (size_t s = 0; joined && s < plot->exhibit->n_series; s++)
		runs(plot, s, has_band, band);
	for (size_t s = 0; joined && s < plot->exhibit->n_series; s++)
		runs(plot, s, drawn, line);
	ho_html__put(plot->html, "</svg>");
}

static void dot(struct plot *plot, const struct ho_exhibit_point *p, bool labelled)
{
	const struct ho_exhibit *e = plot->exhibit;
	double x = left(plot, p->x), y = top(plot, p->y);
	if (has_band(plot, p) && (e->flags & HO_CHART_DOTS))
		ho_html__putf(plot->html,
		              "<line class=\"whisker\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>", x, x,
		              top(plot, p->lo), top(plot, p->hi));
	ho_html__putf(plot->html, "<circle cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"3\"", x, y);
	if (!labelled) {
		ho_html__put(plot->html, "/>");
		return;
	}
	ho_html__element(plot->html, "><title>", e->x_name, " ");
	ho_html__element(plot->html, "", ho_scale__value(x_kind(e), p->x).text, ": ");
	ho_html__element(plot->html, "", ho_scale__value(y_kind(e), p->y).text, "</title></circle>");
}

static void dots(struct plot *plot)
{
	for (size_t s = 0; s < plot->exhibit->n_series; s++) {
		const struct ho_exhibit_series *series = &plot->exhibit->series[s];
		bool alone = series->n < 2 || (plot->exhibit->flags & HO_CHART_DOTS);
		if (!alone && plot->n > DOTS_MAX)
			continue;
		ho_html__putf(plot->html, "<g class=\"dots s%zu\">", s % COLOURS + 1);
		for (size_t i = 0; i < series->n && i < DRAWN_MAX; i++)
			if (drawn(plot, &series->points[i]))
				dot(plot, &series->points[i], series->n <= LABELS_MAX);
		ho_html__put(plot->html, "</g>");
	}
}

static void description(struct plot *plot)
{
	const struct ho_exhibit *e = plot->exhibit;
	unsigned id = ++plot->html->ids;
	ho_html__putf(plot->html, "aria-labelledby=\"t%u d%u\" role=\"img\">", id, id);
	ho_html__putf(plot->html, "<title id=\"t%u\">", id);
	ho_html__element(plot->html, "", e->caption, "</title>");
	ho_html__putf(plot->html, "<desc id=\"d%u\">", id);
	ho_html__element(plot->html, "Chart of ", e->y_name, " over ");
	ho_html__element(plot->html, "", e->x_name, ". ");
	for (size_t s = 0; s < e->n_series && s < 12; s++) {
		const struct ho_exhibit_series *series = &e->series[s];
		if (series->n == 0)
			continue;
		ho_html__element(plot->html, "", series->name, ": from ");
		ho_html__element(plot->html, "", ho_scale__value(y_kind(e), series->points[0].y).text, " to ");
		ho_html__element(plot->html, "", ho_scale__value(y_kind(e), series->points[series->n - 1].y).text,
		                 ". ");
	}
	ho_html__put(plot->html, "The figures are in the table that follows.</desc>");
}

/* The room left of the drawing for the longest label of an axis. */
static unsigned margin(const struct ho_scale *y)
{
	size_t longest = 0;
	for (size_t i = 0; i < y->n; i++) {
		size_t len = strlen(ho_scale__tick(y, y->ticks[i]).text);
		longest = len > longest ? len : longest;
	}
	return longest <= 4 ? 1 : longest <= 7 ? 2 : 3;
}

static void legend(struct plot *plot)
{
	const struct ho_exhibit *e = plot->exhibit;
	if (e->n_series < 2 && !(e->flags & HO_CHART_DIAGONAL))
		return;
	ho_html__put(plot->html, "<ul class=\"legend\" aria-hidden=\"true\">");
	for (size_t s = 0; s < e->n_series; s++) {
		ho_html__putf(plot->html, "<li><svg width=\"26\" height=\"10\"><g class=\"dots s%zu\">",
		              s % COLOURS + 1);
		ho_html__putf(plot->html, "<line class=\"line s%zu\" x1=\"0\" x2=\"26\" y1=\"5\" y2=\"5\"/>",
		              s % COLOURS + 1);
		ho_html__element(plot->html, "<circle cx=\"13\" cy=\"5\" r=\"3\"/></g></svg><span dir=\"auto\">",
		                 e->series[s].name, "</span></li>");
	}
	if (e->flags & HO_CHART_DIAGONAL)
		ho_html__put(plot->html,
		             "<li><svg width=\"26\" height=\"10\"><line class=\"diagonal\" x1=\"0\" x2=\"26\" y1=\"5\" "
		             "y2=\"5\"/></svg><span>perfect</span></li>");
	ho_html__put(plot->html, "</ul>");
}

static void figures_row(struct plot *plot, const struct ho_exhibit_series *s, const struct ho_exhibit_point *p)
{
	const struct ho_exhibit *e = plot->exhibit;
	ho_html__put(plot->html, "<tr>");
	if (e->n_series > 1)
		ho_html__element(plot->html, "<td dir=\"auto\">", s->name, "</td>");
	ho_html__element(plot->html, "<td class=\"r\">", ho_scale__value(x_kind(e), p->x).text, "</td>");
	ho_html__element(plot->html, "<td class=\"r\">", ho_scale__value(y_kind(e), p->y).text, "</td>");
	if (plot->has_intervals && !isnan(p->lo) && !isnan(p->hi)) {
		ho_html__element(plot->html, "<td class=\"r\">", ho_scale__value(y_kind(e), p->lo).text, " to ");
		ho_html__element(plot->html, "", ho_scale__value(y_kind(e), p->hi).text, "</td>");
	} else if (plot->has_intervals) {
		ho_html__put(plot->html, "<td></td>");
	}
	ho_html__put(plot->html, "</tr>");
}

static void figures(struct plot *plot)
{
	const struct ho_exhibit *e = plot->exhibit;
	size_t rows = 0, all = 0;
	ho_html__put(plot->html,
	             "<details class=\"figures\"><summary>The figures</summary><div class=\"wide\"><table><thead><tr>");
	ho_html__put(plot->html, e->n_series > 1 ? "<th scope=\"col\">line</th>" : "");
	ho_html__element(plot->html, "<th scope=\"col\" class=\"r\">", e->x_name, "</th>");
	ho_html__element(plot->html, "<th scope=\"col\" class=\"r\">", e->y_name, "</th>");
	ho_html__put(plot->html, plot->has_intervals ? "<th scope=\"col\" class=\"r\">95% interval</th>" : "");
	ho_html__put(plot->html, "</tr></thead><tbody>");
	for (size_t s = 0; s < e->n_series; s++)
		for (size_t i = 0; i < e->series[s].n; i++, all++)
			if (rows < FIGURES_MAX) {
				figures_row(plot, &e->series[s], &e->series[s].points[i]);
				rows++;
			}
	ho_html__put(plot->html, "</tbody></table></div>");
	if (rows < all)
		ho_html__putf(plot->html, "<p class=\"none\">%zu more are in the JSON.</p>", all - rows);
	ho_html__put(plot->html, "</details>");
}

void ho_html__lines(struct ho_html *html, const struct ho_exhibit *exhibit)
{
	struct plot plot = {.html = html,
	                    .exhibit = exhibit,
	                    .log_x = exhibit->flags & HO_CHART_LOG_X,
	                    .log_y = exhibit->flags & HO_CHART_LOG_Y};
	fit(&plot);
	if (plot.n == 0) {
		ho_html__put(html, "<p class=\"none\">Nothing to draw.</p>");
		return;
	}
	ho_html__element(html, "<p class=\"axis\">", exhibit->y_name, "</p>");
	ho_html__putf(html, "<svg class=\"plot m%u%s\" ", margin(&plot.y),
	              exhibit->flags & HO_CHART_DIAGONAL ? " square" : "");
	description(&plot);
	grid(&plot);
	stretched(&plot);
	dots(&plot);
	ho_html__put(html, "</svg>");
	ho_html__element(html, "<p class=\"axis x\">", exhibit->x_name, "</p>");
	legend(&plot);
	figures(&plot);
}
