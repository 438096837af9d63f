/* The library's own door to training: a file in, a model file out. */
#include "base/buf.h"
#include "train/train.h"

enum { TEXT_COLUMNS_MAX = 16, NAMES_MAX = 1 << 16 };

void ho_train_settings_init(struct ho_train_settings *settings)
{
	struct ho_train_options options;
	ho_train_options_init(&options);
	*settings = (struct ho_train_settings){.max_error = options.max_error,
	                                       .confidence_level = options.confidence_level,
	                                       .cross_fit = options.cross_fit,
	                                       .time_limit = options.time_limit,
	                                       .seed = options.seed,
	                                       .threads = options.threads};
}

/* The columns as the model remembers them, so that it reads the same ones later: those chosen, by line feeds. */
static enum ho_status name_columns(struct ho_buf *text, struct ho_buf *target, const struct ho_train_settings *s,
                                   const struct ho_table *table, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < s->n_text_columns && status == HO_OK; i++)
		status = ho_buf_printf(text, err, "%s%s", i ? "\n" : "", s->text_columns[i]);
	if (status == HO_OK && s->n_text_columns == 0)
		status = ho_buf_add(text, table->text_name.ptr, table->text_name.len, err);
	if (status == HO_OK)
		status = ho_buf_add(target, table->target_name.ptr, table->target_name.len, err);
	if (status == HO_OK)
		status = ho_buf_add(text, "", 1, err);
	return status ? status : ho_buf_add(target, "", 1, err);
}

static enum ho_status train_table(const struct ho_table *table, const char *model_path,
                                  const struct ho_train_settings *s, const struct ho_progress *progress,
                                  struct ho_error *err)
{
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_buf text, target;
	ho_train_options_init(&options);
	ho_buf_init(&text, NAMES_MAX);
	ho_buf_init(&target, NAMES_MAX);
	enum ho_status status = name_columns(&text, &target, s, table, err);
	if (status == HO_OK) {
		options.max_error = s->max_error;
		options.confidence_level = s->confidence_level;
		options.cross_fit = s->cross_fit;
		options.time_limit = s->time_limit;
		options.seed = s->seed;
		options.threads = s->threads;
		options.text_columns = text.data;
		options.target = target.data;
		options.progress = progress;
		status = ho_train(&result, table, NULL, &options, model_path, err);
	}
	if (status == HO_OK)
		ho_train_result_release(&result);
	ho_buf_release(&text);
	ho_buf_release(&target);
	return status;
}

enum ho_status ho_train_file(const char *data, const char *model_path, const struct ho_train_settings *settings,
                             struct ho_error *err)
{
	struct ho_train_settings s;
	struct ho_table table;
	ho_train_settings_init(&s);
	s = settings ? *settings : s;
	if (s.n_text_columns > TEXT_COLUMNS_MAX)
		return ho_fail(err, HO_EINVAL, "more than %d text columns", TEXT_COLUMNS_MAX);
	struct ho_progress progress = {.step = s.step, .context = s.context, .stop = s.stop};
	struct ho_table_options reading = {
	    .rows = {.text = s.text_columns, .texts = s.n_text_columns, .target = s.target, .want_labels = true}};
	reading.rows.read.path = data;
	enum ho_status status = ho_table_read(&table, &reading, &progress, err);
	if (status)
		return status;
	status = train_table(&table, model_path, &s, &progress, err);
	ho_table_release(&table);
	return status;
}
