#include "train_print.h"

#include <math.h>

#include "report/show.h"

static double number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static uint64_t count_of(const json_t *object, const char *key)
{
	double value = number_of(object, key);
	return value > 0 ? (uint64_t)value : 0;
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : "";
}

/* "83.2% [81.0, 85.1]" from a figure and an interval beside it. */
static struct ho_shown interval_of(const json_t *object, const char *figure, const char *interval)
{
	const json_t *pair = json_object_get(object, interval);
	return ho_show_interval(number_of(object, figure), json_number_value(json_array_get(pair, 0)),
	                        json_number_value(json_array_get(pair, 1)));
}

/* The most frequent labels with their rows, in one line. */
static void print_labels(struct ho_page *page, const json_t *labels)
{
	enum { SHOWN = 8 };
	const char *name, *best[SHOWN + 1];
	double rows[SHOWN + 1];
	size_t n = 0;
	json_t *value;
	json_object_foreach((json_t *)labels, name, value)
	{
		size_t at = n;
		for (; at > 0 && rows[at - 1] < json_number_value(value); at--)
			rows[at] = rows[at - 1], best[at] = best[at - 1];
		rows[at] = json_number_value(value);
		best[at] = name;
		n = n < SHOWN ? n + 1 : SHOWN;
	}
	char line[1024] = "";
	size_t len = 0;
	for (size_t i = 0; i < n && len < 800; i++)
		len +=
		    (size_t)snprintf(line + len, sizeof line - len, "%s%s %s", i ? ", " : "",
		                     ho_show_short(ho_slice_str(best[i])).text, ho_show_count((uint64_t)rows[i]).text);
	if (json_object_size(labels) > n)
		snprintf(line + len, sizeof line - len, " and %zu more", json_object_size(labels) - n);
	ho_page_text(page, 2, 4, "%zu labels: %s.", json_object_size(labels), line);
}

static void print_data(struct ho_page *page, const json_t *r)
{
	const json_t *parts = json_object_get(r, "parts"), *duplicates = json_object_get(r, "duplicates");
	ho_page_heading(page, "Data");
	ho_page_text(page, 2, 4, "%s: %s to fit, %s to tune, %s to certify.",
	             ho_show_counted(count_of(r, "rows"), "row").text, ho_show_count(count_of(parts, "fit")).text,
	             ho_show_count(count_of(parts, "tune")).text, ho_show_count(count_of(parts, "certify")).text);
	print_labels(page, json_object_get(r, "labels"));
	if (count_of(duplicates, "exact") + count_of(duplicates, "near"))
		ho_page_text(page, 2, 4,
		             "%s exact and %s near copies of other rows; copies are always in the same part.",
		             ho_show_count(count_of(duplicates, "exact")).text,
		             ho_show_count(count_of(duplicates, "near")).text);
}

static const char *baseline_title(const char *name)
{
	static const char *const titles[][2] = {{"majority", "always the most frequent label"},
	                                        {"best_token", "the best single word"},
	                                        {"naive_bayes", "naive Bayes"},
	                                        {"tfidf_lr", "TF-IDF with logistic regression"}};
	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
		if (strcmp(titles[i][0], name) == 0)
			return titles[i][1];
	return name;
}

static void print_paired(struct ho_page *page, const json_t *r)
{
	const json_t *test = json_object_get(r, "paired_test"), *pair = json_object_get(test, "interval");
	if (!test)
		return;
	ho_page_text(page, 2, 4, "%s %s: %s on the same %s, p = %.2g.",
	             json_is_true(json_object_get(test, "better")) ? "It is better than"
	                                                           : "It is not shown to be better than",
	             baseline_title(string_of(test, "baseline")),
	             ho_show_points(number_of(test, "difference"), json_number_value(json_array_get(pair, 0)),
	                            json_number_value(json_array_get(pair, 1)))
	                 .text,
	             ho_show_counted(count_of(test, "n"), "text").text, number_of(test, "p_value"));
}

static void print_chosen(struct ho_page *page, const json_t *r)
{
	const json_t *chosen = json_object_get(r, "chosen");
	char line[600] = "";
	size_t len = 0, i;
	json_t *head;
	json_array_foreach((json_t *)chosen, i, head)
	{
		if (len < 400)
			len += (size_t)snprintf(line + len, sizeof line - len, "%s%.80s (%.2f)", i ? " + " : "",
			                        string_of(head, "head"), number_of(head, "weight"));
	}
	ho_page_text(page, 2, 4, "Chosen: %s.", line);
}

static void print_accuracy(struct ho_page *page, const json_t *r)
{
	struct ho_grid grid;
	const char *name;
	json_t *baseline;
	ho_page_heading(page, "Accuracy, with 95%% intervals");
	ho_grid_init(&grid, "lrl");
	ho_grid_cell(&grid, "this model");
	ho_grid_cell(&grid, "%s", interval_of(r, "accuracy", "accuracy_interval").text);
	ho_grid_cell(&grid, "%s",
	             strcmp(string_of(r, "accuracy_from"), "certify") ? "out of fold"
	                                                              : "on the certify part, read once");
	json_object_foreach((json_t *)json_object_get(r, "baselines"), name, baseline)
	{
		ho_grid_cell(&grid, "%s", baseline_title(name));
		ho_grid_cell(&grid, "%s", interval_of(baseline, "accuracy", "interval").text);
		if (json_is_string(json_object_get(baseline, "token")))
			ho_grid_cell(&grid, "'%s'", string_of(baseline, "token"));
		else
			ho_grid_cell(&grid, "%s", "");
	}
	ho_page_grid(page, 2, &grid, false);
	print_paired(page, r);
	print_chosen(page, r);
}

static void print_curve(struct ho_page *page, const json_t *r)
{
	const json_t *curve = json_object_get(r, "learning_curve"), *ahead = json_object_get(r, "forecast");
	struct ho_grid grid;
	size_t i;
	json_t *point;
	if (json_array_size(curve) == 0)
		return;
	ho_page_heading(page, "Learning curve");
	ho_grid_init(&grid, "rr");
	json_array_foreach((json_t *)curve, i, point)
	{
		ho_grid_cell(&grid, "%s rows", ho_show_count(count_of(point, "rows")).text);
		ho_grid_cell(&grid, "%s", ho_show_percent(number_of(point, "accuracy")).text);
	}
	ho_page_grid(page, 2, &grid, false);
	if (json_is_object(ahead))
		ho_page_text(page, 2, 4, "With %s about %s may be expected, if the curve goes on as it did.",
		             ho_show_counted(count_of(ahead, "rows"), "row").text,
		             interval_of(ahead, "accuracy", "interval").text);
}

static void print_no_promise(struct ho_page *page, const json_t *r)
{
	double strictest = number_of(r, "strictest_possible");
	uint64_t needed = count_of(r, "labels_needed");
	ho_page_marked(page, HO_YELLOW, "  none",
	               "Nothing can be promised from these labels, so the model hands every text to a person.");
	if (strictest > 0 && strictest < 1)
		ho_page_text(page, 8, 8, "The strictest error that could have been promised is %s.",
		             ho_show_percent(strictest).text);
	if (needed)
		ho_page_text(
		    page, 8, 8,
		    "The wanted one needs about %s to certify, by a rough estimate; a third of the rows or so certify.",
		    ho_show_counted(needed, "label").text);
	else
		ho_page_text(
		    page, 8, 8,
		    "More labels of this kind would probably not be enough for the wanted one: the error is above it "
		    "however sure the model is. Contradicting labels are a usual cause; `handoff explore` looks for "
		    "them.");
}

static void print_per_label(struct ho_page *page, const json_t *promise)
{
	const char *name;
	json_t *one;
	json_object_foreach((json_t *)json_object_get(promise, "per_label"), name, one)
	{
		if (json_is_number(json_object_get(one, "threshold")))
			ho_page_marked(
			    page, HO_GREEN, "  promise", "Of the automatic answers '%s' at most %s are wrong.",
			    ho_show_short(ho_slice_str(name)).text, ho_show_chosen(number_of(one, "max_error")).text);
		else
			ho_page_marked(page, HO_YELLOW, "  none   ",
			               "For '%s' %s cannot be promised: texts that get this label go to a person.",
			               ho_show_short(ho_slice_str(name)).text,
			               ho_show_chosen(number_of(one, "max_error")).text);
	}
}

static void print_promise(struct ho_page *page, const json_t *r)
{
	const json_t *p = json_object_get(r, "promise");
	const char *kind = string_of(p, "kind");
	ho_page_heading(page, "The promise");
	if (!json_is_object(p)) {
		print_no_promise(page, r);
		return;
	}
	if (json_is_object(json_object_get(p, "per_label"))) {
		print_per_label(page, p);
		ho_page_text(
		    page, 11, 11,
		    "All of this holds together with %s confidence, for texts like these; it answers %s of them.",
		    ho_show_chosen(number_of(p, "confidence_level")).text,
		    ho_show_percent(number_of(p, "coverage")).text);
	} else {
		ho_page_marked(page, HO_GREEN, "  promise",
		               "Of the texts it answers automatically at most %s are wrong, with %s confidence, for "
		               "texts like these; it "
		               "answers %s of them.",
		               ho_show_chosen(number_of(p, "max_error")).text,
		               ho_show_chosen(number_of(p, "confidence_level")).text,
		               ho_show_percent(number_of(p, "coverage")).text);
		ho_page_text(page, 11, 11,
		             "Behind it: %s wrong among the %s with confidence above %.4f in the certify part.",
		             ho_show_count(count_of(p, "k")).text, ho_show_counted(count_of(p, "n"), "answer").text,
		             number_of(p, "threshold"));
	}
	if (strcmp(kind, "cross-fit") == 0)
		ho_page_text(page, 11, 11,
		             "It is cross-fitted: approximate, because the rows that back it also taught the model.");
	if (strcmp(kind, "review-share") == 0)
		ho_page_text(page, 11, 11,
		             "The threshold was set by the share to review, and this is the bound that holds there.");
}

static void print_warnings(struct ho_page *page, const json_t *r)
{
	size_t i;
	json_t *warning;
	const json_t *list = json_object_get(r, "warnings");
	if (json_array_size(list))
		ho_page_blank(page);
	json_array_foreach((json_t *)list, i, warning)
	{
		ho_page_marked(page, HO_RED, "warning", "%s.", json_string_value(warning));
	}
}

void cli_train_print(struct ho_page *page, const json_t *r, const char *path)
{
	print_data(page, r);
	print_accuracy(page, r);
	print_curve(page, r);
	print_promise(page, r);
	print_warnings(page, r);
	ho_page_blank(page);
	ho_page_text(page, 0, 0, "Written: %s, %s, in %s with %.0f MB of memory.", path,
	             ho_show_bytes(number_of(r, "model_bytes")).text, ho_show_seconds(number_of(r, "seconds")).text,
	             number_of(r, "peak_rss_mb"));
}
