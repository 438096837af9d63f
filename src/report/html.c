#include "report/html.h"

#include <math.h>

#include "base/clock.h"
#include "base/file.h"
#include "report/findings_private.h"
#include "report/html_private.h"

const char *ho_report_policy(void)
{
	return ho_report__policy;
}

static void document_head(struct ho_html *html, const struct ho_report_head *head)
{
	ho_html__put(html, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	                   "<meta http-equiv=\"Content-Security-Policy\" content=\"");
	ho_html__put(html, ho_report__policy);
	ho_html__put(html,
	             "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	             "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
	             "<meta name=\"color-scheme\" content=\"light dark\">\n");
	ho_html__element(html, "<title>", head->title, "</title>\n<style>");
	ho_html__put(html, ho_report__css);
	ho_html__put(html, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the findings</a>\n");
}

static void fact(struct ho_html *html, const char *name, const char *value)
{
	if (!value)
		return;
	ho_html__element(html, "<div><dt>", name, "</dt>");
	ho_html__element(html, "<dd><bdi>", value, "</bdi></dd></div>");
}

static void masthead(struct ho_html *html, const struct ho_report_head *head)
{
	ho_html__put(html, "<header class=\"masthead\">");
	if (head->kind)
		ho_html__element(html, "<p class=\"kind\">handoff ", head->kind, "</p>");
	ho_html__element(html, "<h1>", head->title, "</h1>");
	if (head->subtitle)
		ho_html__element(html, "<p class=\"subtitle\">", head->subtitle, "</p>");
	ho_html__put(html, "<dl class=\"facts\">");
	for (size_t i = 0; i < head->n_facts; i++)
		fact(html, head->facts[i].name, head->facts[i].value);
	if (head->made_at) {
		char time[HO_TIME_SIZE];
		ho_time_write(time, head->made_at);
		time[10] = ' ';
		time[16] = '\0';
		ho_html__element(html, "<div><dt>made</dt><dd>", time, " UTC</dd></div>");
	}
	fact(html, "version", "handoff " HO_VERSION);
	ho_html__put(html, "</dl>");
	if (head->command)
		ho_html__element(html, "<p class=\"command\"><code>", head->command, "</code></p>");
	ho_html__put(html, "</header>\n");
}

/* How many of each verdict or severity: the first thing that anybody wants to know. */
static void summary(struct ho_html *html, const struct ho_findings *list)
{
	static const char *const words[HO_RANKS][2] = {
	    {"broken", "broken"},    {"weak", "weak"},      {"unknown", "unknown"},     {"holds", "hold"},
	    {"warning", "warnings"}, {"notice", "notices"}, {"info", "for information"}};
	static const char *const classes[HO_RANKS] = {"bad", "warn", "plain", "good", "bad", "warn", "plain"};
	bool verdicts = ho_findings__are_verdicts(list);
	ho_html__put(html, "<ul class=\"summary\" aria-label=\"Summary\">");
	for (int rank = 0; rank < HO_RANKS; rank++) {
		size_t n = ho_findings__count(list, (enum ho_rank)rank);
		bool belongs = verdicts == (rank < HO_RANK_WARNING);
		if (n || belongs)
			ho_html__putf(html, "<li class=\"%s%s\"><b>%zu</b> %s</li>", classes[rank], n ? "" : " zero", n,
			              words[rank][n != 1]);
	}
	ho_html__put(html, "</ul>\n");
}

static bool has_finding(const struct ho_findings *list, const char *id)
{
	for (size_t i = 0; id && i < list->n; i++)
		if (!strcmp(list->items[i].id, id))
			return true;
	return false;
}

static void story(struct ho_html *html, const struct ho_findings *list)
{
	if (list->n_story == 0)
		return;
	ho_html__put(html, "<section class=\"story\" aria-labelledby=\"story\"><h2 id=\"story\">In short</h2><ol>");
	for (size_t i = 0; i < list->n_story; i++) {
		ho_html__element(html, "<li><span>", list->story[i], "</span>");
		if (has_finding(list, list->about[i])) {
			ho_html__element(html, "&nbsp;<a href=\"#f-", list->about[i], "\"");
			ho_html__element(html, " aria-label=\"Show: ", list->story[i], "\">show</a>");
		}
		ho_html__put(html, "</li>");
	}
	ho_html__put(html, "</ol></section>\n");
}

/* Every check on one line: what a reader of many reports looks at first. */
static void glance(struct ho_html *html, const struct ho_findings *list)
{
	ho_html__put(html, "<section aria-labelledby=\"glance\"><h2 id=\"glance\">All checks</h2><div class=\"wide\">"
	                   "<table class=\"glance\"><thead><tr><th scope=\"col\">verdict</th><th "
	                   "scope=\"col\">check</th><th scope=\"col\">measured</th>"
	                   "<th scope=\"col\" class=\"r\">figure [95% interval]</th></tr></thead><tbody>");
	for (int rank = 0; rank < HO_RANKS; rank++)
		for (size_t i = 0; i < list->n; i++) {
			const struct ho_finding *f = &list->items[i];
			if ((int)ho_findings__rank(f) != rank)
				continue;
			ho_html__put(html, "<tr><td>");
			ho_html__mark(html, f);
			ho_html__put(html, "</td><td><a href=\"#");
			ho_html__anchor(html, list, i);
			ho_html__put(html, "\">");
			ho_html__sentence(html, f->title);
			ho_html__put(html, "</a></td>");
			ho_html__element(html, "<td>", f->measure && !isnan(f->figure) ? f->measure : "",
			                 "</td><td class=\"r\">");
			ho_html__figure(html, f);
			ho_html__put(html, "</td></tr>");
		}
	ho_html__put(html, "</tbody></table></div></section>\n");
}

static const char *section_name(const struct ho_findings *list, size_t i)
{
	const char *name = list->items[i].section;
	return name ? name : ho_findings__have_sections(list) ? "Other findings" : "Findings";
}

static void contents_of(struct ho_html *html, const struct ho_findings *list, size_t first)
{
	ho_html__put(html, "<ul>");
	for (int rank = 0; rank < HO_RANKS; rank++)
		for (size_t i = first; i < list->n; i++) {
			const struct ho_finding *f = &list->items[i];
			if ((int)ho_findings__rank(f) != rank || !ho_findings__same_section(f, &list->items[first]))
				continue;
			ho_html__put(html, "<li><a href=\"#");
			ho_html__anchor(html, list, i);
			ho_html__put(html, "\">");
			ho_html__mark(html, f);
			ho_html__element(html, "<span>", f->title, "</span></a></li>");
		}
	ho_html__put(html, "</ul>");
}

static void contents(struct ho_html *html, const struct ho_findings *list)
{
	ho_html__put(html, "<nav class=\"contents\" aria-label=\"Contents\"><ol>");
	if (list->n_story)
		ho_html__put(html, "<li><a href=\"#story\">In short</a></li>");
	if (ho_findings__are_verdicts(list))
		ho_html__put(html, "<li><a href=\"#glance\">All checks</a></li>");
	for (size_t i = 0, number = 0; i < list->n; i++) {
		if (!ho_findings__opens_section(list, i))
			continue;
		ho_html__putf(html, "<li><a href=\"#s%zu\">", ++number);
		ho_html__element(html, "", section_name(list, i), "</a>");
		contents_of(html, list, i);
		ho_html__put(html, "</li>");
	}
	ho_html__put(html, "</ol></nav>\n");
}

static void section(struct ho_html *html, const struct ho_findings *list, size_t first, size_t number)
{
	ho_html__putf(html, "<section class=\"findings\" aria-labelledby=\"s%zu\"><h2 id=\"s%zu\">", number, number);
	ho_html__element(html, "", section_name(list, first), "</h2>");
	for (int rank = 0; rank < HO_RANKS; rank++)
		for (size_t i = first; i < list->n; i++)
			if ((int)ho_findings__rank(&list->items[i]) == rank &&
			    ho_findings__same_section(&list->items[i], &list->items[first]))
				ho_html__finding(html, list, i);
	ho_html__put(html, "</section>\n");
}

static void body(struct ho_html *html, const struct ho_findings *list, const struct ho_report_head *head)
{
	masthead(html, head);
	ho_html__put(html, "<div class=\"sheet\">\n");
	contents(html, list);
	ho_html__put(html, "<main id=\"main\">\n");
	summary(html, list);
	story(html, list);
	if (ho_findings__are_verdicts(list))
		glance(html, list);
	for (size_t i = 0, number = 0; i < list->n; i++)
		if (ho_findings__opens_section(list, i))
			section(html, list, i, ++number);
	ho_html__put(
	    html, "</main>\n</div>\n<footer><p>Square brackets hold 95% intervals. This page quotes texts of the data: "
	          "share it only with those who may read them.</p></footer>\n</body>\n</html>\n");
}

enum ho_status ho_report_html(struct ho_buf *out, const struct ho_findings *list, const struct ho_report_head *title,
                              struct ho_error *err)
{
	struct ho_html html = {.out = out};
	enum ho_status status = ho_findings_status(list, err);
	if (status == HO_OK) {
		document_head(&html, title);
		body(&html, list, title);
		status = html.status;
		if (status && err)
			*err = html.error;
	}
	if (status)
		ho_buf_reset(out);
	return status;
}

enum ho_status ho_report_write(const char *path, const struct ho_findings *list, const struct ho_report_head *head,
                               struct ho_error *err)
{
	struct ho_buf page;
	ho_buf_init(&page, HO_REPORT_MAX);
	enum ho_status status = ho_report_html(&page, list, head, err);
	if (status == HO_OK)
		status = ho_file_write(path, ho_buf_slice(&page), err);
	ho_buf_release(&page);
	return status;
}
