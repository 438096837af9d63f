#include "doubt/doubt.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "doubt/private.h"

static bool is_wanted(const struct ho_doubt_options *options, const char *id)
{
	bool wanted = options->n_only == 0;
	for (size_t i = 0; i < options->n_only; i++)
		wanted |= strcmp(options->only[i], id) == 0;
	return wanted;
}

static enum ho_status unknown_check(const char *name, struct ho_error *err)
{
	struct ho_buf list;
	ho_buf_init(&list, 400);
	for (size_t c = 0; c < ho_doubt__n_checks; c++)
		if (ho_buf_printf(&list, NULL, "%s%s", c ? ", " : "", ho_doubt__checks[c]->id))
			break;
	enum ho_status status =
	    ho_fail(err, HO_EINVAL, "there is no check '%.40s'; there are %s", name, list.len ? list.data : "none");
	ho_buf_release(&list);
	return status;
}

static enum ho_status check_names(const struct ho_doubt_options *options, struct ho_error *err)
{
	for (size_t i = 0; i < options->n_only; i++) {
		bool found = false;
		for (size_t c = 0; c < ho_doubt__n_checks; c++)
			found |= strcmp(options->only[i], ho_doubt__checks[c]->id) == 0;
		if (!found)
			return unknown_check(options->only[i], err);
	}
	return HO_OK;
}

static enum ho_status choose_checks(struct doubt *d, struct ho_error *err)
{
	for (size_t c = 0; c < ho_doubt__n_checks && d->n_checks < DOUBT_CHECKS_MAX; c++) {
		const struct doubt_check *check = ho_doubt__checks[c];
		bool applies = !check->applies || d->options->n_only || check->applies(d);
		if (!is_wanted(d->options, check->id) || !applies)
			continue;
		d->check[d->n_checks] = check;
		d->state[d->n_checks] = ho_calloc(1, check->state ? check->state : 1);
		if (!d->state[d->n_checks++])
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

static enum ho_status measure(struct doubt *d, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t c = 0; c < d->n_checks && status == HO_OK; c++) {
		d->current = c;
		ho_progress_step(d->progress, d->check[c]->title, (double)c / (double)d->n_checks);
		status = ho_progress_check(d->progress, err);
		if (status == HO_OK)
			status = d->check[c]->measure(d, d->state[c], err);
	}
	return status;
}

static void tell_odd_train(struct doubt *d)
{
	if (d->train_seen * 10 >= d->train.n * 9)
		return;
	ho_doubt__say(d, 99, "The model had only %s of the %s in training: is %s the file that it was made from?",
	              ho_show_count(d->train_seen).text, ho_show_counted(d->train.n, "training row").text,
	              d->options->train_name ? d->options->train_name : "this");
}

static enum ho_status run(struct doubt *d, const struct ho_table *train, const struct ho_table *test,
                          struct ho_error *err)
{
	enum ho_status status = check_names(d->options, err);
	if (status == HO_OK && d->options->directions)
		status = ho_doubt__check_directions(d, err);
	if (status == HO_OK)
		status = ho_doubt__look(d, train, test, err);
	if (status == HO_OK)
		status = choose_checks(d, err);
	if (status == HO_OK)
		status = measure(d, err);
	if (status == HO_OK)
		status = ho_doubt__correct(d, err);
	for (size_t c = 0; c < d->n_checks && status == HO_OK; c++) {
		d->current = c;
		d->check[c]->tell(d, d->state[c]);
	}
	d->current = d->n_checks; /* what is said from here on is about no check */
	tell_odd_train(d);
	return status ? status : ho_doubt__story(d, err);
}

static void finish(struct doubt *d)
{
	for (size_t c = 0; c < d->n_checks; c++) {
		if (d->state[c] && d->check[c]->release)
			d->check[c]->release(d->state[c]);
		ho_free(d->state[c]);
	}
	ho_doubt__release(d);
	ho_free(d);
}

enum ho_status ho_doubt(struct ho_findings *out, const struct ho_model *model, const struct ho_table *train,
                        const struct ho_table *test, const struct ho_doubt_options *options,
                        const struct ho_progress *progress, struct ho_error *err)
{
	ho_findings_init(out);
	if (!train->label || (test && !test->label))
		return ho_fail(err, HO_EFORMAT, "no labels in the %s data; name the label column with --target",
		               train->label ? "test" : "training");
	struct doubt *d = ho_calloc(1, sizeof *d);
	if (!d)
		return ho_fail_nomem(err);
	d->model = model;
	d->options = options;
	d->progress = progress;
	d->out = out;
	ho_map_init(&d->labels);
	enum ho_status status = run(d, train, test, err);
	finish(d);
	if (status)
		ho_findings_release(out);
	return status;
}

bool ho_doubt_check_name(const char **id, const char **title, size_t i)
{
	if (i >= ho_doubt__n_checks)
		return false;
	*id = ho_doubt__checks[i]->id;
	*title = ho_doubt__checks[i]->title;
	return true;
}
