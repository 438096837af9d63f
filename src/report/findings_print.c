#include <math.h>

#include "report/findings.h"
#include "report/show.h"

static const char *const marks[] = {"info   ", "notice ", "warning"};
static const enum ho_colour colours[] = {HO_DIM, HO_YELLOW, HO_RED};

static void print_one(struct ho_page *page, const struct ho_finding *f)
{
	ho_page_blank(page);
	ho_page_marked(page, colours[f->severity], f->verdict ? f->verdict : marks[f->severity], "%s.", f->title);
	for (size_t i = 0; i < f->n_evidence; i++)
		ho_page_text(page, 9, 11, "%s", f->evidence[i]);
	if (f->advice)
		ho_page_text(page, 9, 12, "-> %s", f->advice);
}

void ho_findings_print(struct ho_page *page, const struct ho_findings *list)
{
	for (size_t i = 0; i < list->n_story; i++)
		ho_page_text(page, 0, 0, "%s", list->story[i]);
	for (int severity = HO_WARNING; severity >= HO_INFO; severity--)
		for (size_t i = 0; i < list->n; i++)
			if ((int)list->items[i].severity == severity)
				print_one(page, &list->items[i]);
}

json_t *ho_json_text(struct ho_slice text)
{
	json_t *string = json_stringn(text.len ? text.ptr : "", text.len);
	if (string)
		return string;
	struct ho_buf clean;
	ho_buf_init(&clean, HO_PAGE_MAX);
	if (ho_show_clean(&clean, text, 0, NULL) == HO_OK)
		string = json_stringn(clean.len ? clean.data : "", clean.len);
	ho_buf_release(&clean);
	return string;
}

json_t *ho_json_number(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *lines_json(const char *const *lines, size_t n)
{
	json_t *array = json_array();
	for (size_t i = 0; array && i < n; i++)
		if (json_array_append_new(array, ho_json_text(ho_slice_str(lines[i])))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *finding_json(const struct ho_finding *f)
{
	static const char *const names[] = {"info", "notice", "warning"};
	bool has_interval = isfinite(f->lo) && isfinite(f->hi);
	json_t *interval = has_interval ? json_pack("[ff]", f->lo, f->hi) : json_null();
	return json_pack("{ss ss so so so so so}", "id", f->id, f->verdict ? "verdict" : "severity",
	                 f->verdict ? f->verdict : names[f->severity], "title", ho_json_text(ho_slice_str(f->title)),
	                 "figure", ho_json_number(f->figure), "interval", interval, "evidence",
	                 lines_json((const char *const *)f->evidence, f->n_evidence), "advice",
	                 f->advice ? ho_json_text(ho_slice_str(f->advice)) : json_null());
}

json_t *ho_findings_json(const struct ho_findings *list)
{
	json_t *findings = json_array(), *story = lines_json(list->story, list->n_story);
	int failed = !findings || !story;
	for (size_t i = 0; !failed && i < list->n; i++)
		failed = json_array_append_new(findings, finding_json(&list->items[i]));
	json_t *object = failed ? NULL : json_pack("{sO sO}", "story", story, "findings", findings);
	json_decref(findings);
	json_decref(story);
	return object;
}
