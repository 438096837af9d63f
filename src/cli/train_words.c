#include "train_words.h"

#include <math.h>

#include "report/show.h"

/* NaN where there is no such number. */
static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static uint64_t count(const json_t *object, const char *key)
{
	double value = number(object, key);
	return value > 0 ? (uint64_t)value : 0;
}

static const char *string(const json_t *object, const char *key, const char *otherwise)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : otherwise;
}

/* "83.2% [81.0, 85.1]", or without the interval where there is none. */
static struct ho_shown with_interval(double share, const json_t *interval)
{
	const json_t *lo = json_array_get(interval, 0), *hi = json_array_get(interval, 1);
	return json_is_number(lo) && json_is_number(hi)
	           ? ho_show_interval(share, json_number_value(lo), json_number_value(hi))
	           : ho_show_percent(share);
}

static const char *was_or_were(uint64_t n)
{
	return n == 1 ? "was" : "were";
}

static void print_data(struct ho_page *page, const json_t *report)
{
	const json_t *parts = json_object_get(report, "parts"), *copies = json_object_get(report, "duplicates");
	if (json_is_true(json_object_get(report, "from_names"))) {
		ho_page_text(page, 0, 0, "%s, told apart by their names alone.",
		             ho_show_counted(json_object_size(json_object_get(report, "labels")), "label").text);
		return;
	}
	ho_page_text(page, 0, 0, "%s with %s.", ho_show_counted(count(report, "rows"), "row").text,
	             ho_show_counted(json_object_size(json_object_get(report, "labels")), "label").text);
	if (parts && count(parts, "certify") == 0)
		ho_page_text(page, 0, 0,
		             "All of them were used for everything, each scored by a model that had not seen it.");
	else if (parts)
		ho_page_text(page, 0, 0,
		             "%s %s learnt from, %s tuned the confidence, and %s %s used for the promise alone.",
		             ho_show_count(count(parts, "fit")).text, was_or_were(count(parts, "fit")),
		             ho_show_count(count(parts, "tune")).text, ho_show_count(count(parts, "certify")).text,
		             was_or_were(count(parts, "certify")));
	if (count(copies, "exact") + count(copies, "near"))
		ho_page_text(page, 0, 0,
		             "Copies of an earlier text: %s exact, %s near; all copies of a text stayed in one part.",
		             ho_show_count(count(copies, "exact")).text, ho_show_count(count(copies, "near")).text);
	if (count(copies, "exact") + count(copies, "near"))
		ho_page_text(page, 0, 0, "They count once where the model is judged.");
}

static void print_tuning(struct ho_page *page, const json_t *tuning)
{
	if (!json_is_object(tuning))
		return;
	const char *left_out = json_string_value(json_object_get(tuning, "left_out"));
	if (left_out) {
		ho_page_text(page, 0, 0, "The encoder was not fine-tuned: %s.", left_out);
		return;
	}
	const char *by = strcmp(string(tuning, "judged_by", ""), "cross-tuning") == 0
	                     ? "each by an encoder that had not seen it"
	                     : "kept from it";
	ho_page_text(page, 0, 0, "%s, on %s; whether it helps was seen on %s, %s.",
	             json_is_true(json_object_get(tuning, "used")) ? "The encoder was fine-tuned"
	                                                           : "The encoder was fine-tuned, which did not help",
	             ho_show_counted(count(tuning, "rows"), "row").text,
	             ho_show_counted(count(tuning, "rows_that_judged_it"), "row").text, by);
	if (count(tuning, "tunings") > 1 && json_is_true(json_object_get(tuning, "used")))
		ho_page_text(page, 0, 0, "Its weights are the mean of %zu tunings.", count(tuning, "tunings"));
}

static void print_chosen(struct ho_page *page, const json_t *report)
{
	const json_t *chosen = json_object_get(report, "chosen"), *head;
	size_t i, tried = json_array_size(json_object_get(report, "search"));
	ho_page_heading(page, "Model");
	if (json_is_string(chosen))
		ho_page_text(page, 0, 0, "Chosen: %s.", json_string_value(chosen));
	json_array_foreach(chosen, i, head)
	    ho_page_text(page, 2, 4, "%s, weight %.2f", string(head, "head", "?"), number(head, "weight"));
	if (tried)
		ho_page_text(page, 0, 0, "%s in the search.", ho_show_counted(tried, "trial").text);
	print_tuning(page, json_object_get(report, "fine_tuning"));
	double accuracy = number(report, "accuracy");
	if (!isnan(accuracy))
		ho_page_text(page, 0, 0, "Accuracy: %s (95%% interval), on texts it had not learnt from.",
		             with_interval(accuracy, json_object_get(report, "accuracy_interval")).text);
}

static void print_baselines(struct ho_page *page, const json_t *report)
{
	static const struct {
		const char *key, *name;
	} rows[] = {{"majority", "always the commonest label"},
	            {"best_token", "the best single word"},
	            {"naive_bayes", "naive Bayes"},
	            {"tfidf_lr", "tf-idf and logistic regression"}};
	const json_t *baselines = json_object_get(report, "baselines"), *test = json_object_get(report, "paired_test");
	struct ho_grid grid;
	if (!json_object_size(baselines))
		return;
	ho_page_heading(page, "Compared with simple methods");
	ho_grid_init(&grid, "lr");
	ho_grid_cell(&grid, "method");
	ho_grid_cell(&grid, "accuracy");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const json_t *one = json_object_get(baselines, rows[i].key);
		if (!one)
			continue;
		ho_grid_cell(&grid, "%s", rows[i].name);
		ho_grid_cell(&grid, "%s",
		             with_interval(number(one, "accuracy"), json_object_get(one, "interval")).text);
	}
	const json_t *interval = json_object_get(test, "interval"), *best = NULL;
	if (json_is_object(test))
		best = json_object_get(baselines, string(test, "baseline", "?"));
	if (best) {
		ho_grid_cell(&grid, "this model");
		ho_grid_cell(&grid, "%s", ho_show_percent(number(best, "accuracy") + number(test, "difference")).text);
		ho_page_text(page, 0, 0, "On %s that none of them had learnt from.",
		             ho_show_counted((size_t)number(test, "n"), "text").text);
	}
	ho_page_grid(page, 2, &grid, true);
	if (!best)
		return;
	const char *name = string(test, "baseline", "?");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		name = strcmp(name, rows[i].key) == 0 ? rows[i].name : name;
	ho_page_text(page, 0, 0, "Against the best of the others (%s): %s, p = %.2g%s.", name,
	             ho_show_points(number(test, "difference"), json_number_value(json_array_get(interval, 0)),
	                            json_number_value(json_array_get(interval, 1)))
	                 .text,
	             number(test, "p_value"), number(test, "p_value") < 0.05 ? "" : ": the difference may be chance");
}

static void print_kind(struct ho_page *page, const json_t *promise)
{
	const char *kind = string(promise, "kind", "exact");
	ho_page_text(page, 0, 0, "Backed by %s%s: %s accepted, %s wrong.",
	             strcmp(kind, "cross-fit") == 0
	                 ? "an approximate certificate (cross-fit: models that had not seen the texts stood in for "
	                   "this one)"
	                 : "an exact test on labels used for nothing else",
	             !isnan(number(promise, "review_share")) ? ", for the share of texts that was to be reviewed" : "",
	             ho_show_counted(count(promise, "n"), "text").text, ho_show_count(count(promise, "k")).text);
}

/* Two digits: an estimate of this kind has no more. */
static uint64_t roughly(uint64_t n)
{
	uint64_t step = 1;
	while (n / step >= 100)
		step *= 10;
	return (n + step - 1) / step * step;
}

/* There cannot be a promise with so few texts, whatever they are. */
static void print_least(struct ho_page *page, const json_t *report)
{
	uint64_t rows = count(report, "rows"), least = count(report, "labels_needed_at_least");
	ho_page_marked(page, HO_YELLOW, "none     ",
	               "With %s no such promise is possible, however good the model: it takes at least %s that only "
	               "judge. So all of them were learnt from, and the model hands every text over to a person.",
	               ho_show_counted(rows, "labelled text").text,
	               ho_show_counted(count(report, "labels_for_judging_at_least"), "text").text);
	ho_page_text(page, 0, 0,
	             "At least %s are needed for one; an approximate promise may take fewer (--promise cross-fit).",
	             ho_show_counted(least > rows ? least - rows : 1, "more checked answer").text);
}

/* How many more labels the promise of `object` would need, if that is known. */
static void print_need(struct ho_page *page, unsigned first, unsigned rest, const json_t *object)
{
	const json_t *help = json_object_get(object, "more_labels_help");
	if (count(object, "labels_more"))
		ho_page_text(page, first, rest, "About %s of the same kind would probably do.",
		             ho_show_counted(roughly(count(object, "labels_more")), "more labelled text").text);
	else if (json_is_false(help))
		ho_page_text(page, first, rest,
		             "More labels alone would probably not do: even where it is surest, the model is wrong too "
		             "often. Look at the labels themselves.");
	else
		ho_page_text(page, first, rest,
		             "Too few texts were left for judging to say how many more labels it would take.");
}

static void print_strictest(struct ho_page *page, unsigned first, unsigned rest, const json_t *object)
{
	double strictest = number(object, "strictest_possible");
	if (strictest > 0 && strictest < 0.5)
		ho_page_text(page, first, rest,
		             "Where the model is surest, these labels would certify an error of about %s.",
		             ho_show_percent(strictest).text);
}

static void print_each_label(struct ho_page *page, const json_t *labels)
{
	json_t *one;
	const char *name;
	json_object_foreach((json_t *)labels, name, one)
	{
		struct ho_shown label = ho_show_short(ho_slice_str(name)),
		                error = ho_show_chosen(number(one, "max_error"));
		if (!isnan(number(one, "threshold"))) {
			ho_page_text(page, 2, 4, "'%s': at most %s are wrong.", label.text, error.text);
			continue;
		}
		ho_page_text(page, 2, 4, "'%s': at most %s wrong cannot be promised; all are handed over.", label.text,
		             error.text);
		print_strictest(page, 4, 4, one);
		print_need(page, 4, 4, one);
	}
}

static void print_label_promises(struct ho_page *page, const json_t *promise)
{
	ho_page_text(page, 0, 0, "With %s confidence, for texts like these, of the texts answered automatically with",
	             ho_show_chosen(number(promise, "confidence_level")).text);
	print_each_label(page, json_object_get(promise, "per_label"));
	ho_page_text(page, 0, 0, "It answers %s of the texts.", ho_show_percent(number(promise, "coverage")).text);
}

static void print_no_promise(struct ho_page *page, const json_t *report, double asked)
{
	const json_t *labels = json_object_get(report, "per_label");
	if (json_is_true(json_object_get(report, "from_names"))) {
		ho_page_marked(
		    page, HO_YELLOW, "none     ",
		    "Nothing is promised without a labelled text: the model hands every text over to a person, "
		    "mostly the least sure guesses first. `handoff labels` has the answers, and `handoff train` learns "
		    "from them.");
		return;
	}
	if (json_object_get(report, "labels_needed_at_least")) {
		print_least(page, report);
		return;
	}
	if (asked > 0 && !labels)
		ho_page_marked(page, HO_YELLOW, "none     ",
		               "At most %s wrong cannot be promised: the labels do not show it. The model hands "
		               "every text over to a person.",
		               ho_show_chosen(asked).text);
	else
		ho_page_marked(page, HO_YELLOW, "none     ",
		               "What was asked for cannot be promised: the labels do not show it. The model "
		               "hands every text over to a person.");
	if (labels) {
		print_each_label(page, labels);
		return;
	}
	print_strictest(page, 0, 0, report);
	print_need(page, 0, 0, report);
}

static void print_promise(struct ho_page *page, const json_t *report, double asked)
{
	const json_t *promise = json_object_get(report, "promise");
	ho_page_heading(page, "Promise");
	if (!json_is_object(promise)) {
		print_no_promise(page, report, asked);
		return;
	}
	if (json_object_get(promise, "per_label"))
		print_label_promises(page, promise);
	else
		ho_page_marked(page, HO_GREEN, "promised ",
		               "Of the texts it answers automatically at most %s are wrong, with %s confidence, for "
		               "texts like these; it answers %s of them.",
		               ho_show_chosen(number(promise, "max_error")).text,
		               ho_show_chosen(number(promise, "confidence_level")).text,
		               ho_show_percent(number(promise, "coverage")).text);
	print_kind(page, promise);
}

static void print_forecast(struct ho_page *page, const json_t *report)
{
	const json_t *ahead = json_object_get(report, "forecast");
	if (!json_is_object(ahead))
		return;
	ho_page_heading(page, "More labels");
	ho_page_text(page, 0, 0,
	             "With %s rows the accuracy would be about %s, if the learning curve goes on like this.",
	             ho_show_count(count(ahead, "rows")).text,
	             with_interval(number(ahead, "accuracy"), json_object_get(ahead, "interval")).text);
}

static void print_warnings(struct ho_page *page, const json_t *report)
{
	const json_t *list = json_object_get(report, "warnings"), *one;
	size_t i;
	if (!json_array_size(list))
		return;
	ho_page_heading(page, "Warnings");
	json_array_foreach(list, i, one)
	    ho_page_marked(page, HO_YELLOW, "warning  ", "%s", json_is_string(one) ? json_string_value(one) : "?");
}

void cli_train_words(struct ho_page *page, const json_t *report, double asked)
{
	print_data(page, report);
	print_chosen(page, report);
	print_baselines(page, report);
	print_promise(page, report, asked);
	print_forecast(page, report);
	print_warnings(page, report);
}
