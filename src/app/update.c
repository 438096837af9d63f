/* The message: its tasks, its forms. */
#include "app/labels.h"
#include "app/update_private.h"
#include "report/show.h"

/* Slack: a section holds 3,000 characters, a message 50 blocks, and is refused at about 13,000 characters altogether.
 */
enum { MESSAGE_MAX = 1 << 20, SECTION_MAX = 2900, BLOCKS_MAX = 48, SLACK_MAX = 12000, ARENA_MAX = 32 << 20 };

struct message {
	struct ho_buf out;
	enum ho_update_form form;
	bool blind;
	size_t blocks, left_out; /* of Slack */
};

/* A character with its escape; only ASCII ones have one. */
static const char *escape_of(enum ho_update_form form, char c)
{
	static const char *const markdown[] = {"\\\\", "\\`", "\\*", "\\_", "\\[", "\\]", "\\<", "\\>", "\\#", "\\|"};
	if (form == HO_UPDATE_SLACK)
		return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL;
	if (form == HO_UPDATE_MARKDOWN)
		for (size_t i = 0; i < sizeof markdown / sizeof markdown[0]; i++)
			if (c == markdown[i][1])
				return markdown[i];
	return NULL;
}

/* Escaped, and cut before `max` bytes with an ellipsis, never inside a character or an escape. */
static enum ho_status add_escaped(struct ho_buf *out, enum ho_update_form form, const char *text, size_t max,
                                  struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t used = 0;
	for (size_t i = 0; text[i] && status == HO_OK; i++) {
		const char *escape = escape_of(form, text[i]);
		size_t len = escape ? strlen(escape) : 1;
		bool begins = ((unsigned char)text[i] & 0xc0) != 0x80;
		if (begins && used + len + 8 > max)
			return ho_buf_add(out, "…", strlen("…"), err);
		status = ho_buf_add(out, escape ? escape : text + i, len, err);
		used += len;
	}
	return status;
}

static const char *mark_of(enum ho_update_form form)
{
	return form == HO_UPDATE_SLACK ? "• " : "- ";
}

static enum ho_status add_part(struct ho_buf *out, enum ho_update_form form, const char *name,
                               const struct ho_points *points, struct ho_error *err)
{
	static const char *const bold[] = {
	    [HO_UPDATE_PLAIN] = "", [HO_UPDATE_MARKDOWN] = "**", [HO_UPDATE_SLACK] = "*"};
	enum ho_status status = ho_buf_printf(out, err, "%s%s:%s\n%s", bold[form], name, bold[form],
	                                      form == HO_UPDATE_MARKDOWN ? "\n" : "");
	for (size_t i = 0; i < points->n && status == HO_OK; i++) {
		status = ho_buf_add(out, mark_of(form), strlen(mark_of(form)), err);
		if (status == HO_OK)
			status = add_escaped(out, form, points->items[i].text, 640, err);
		if (status == HO_OK)
			status = ho_buf_add(out, "\n", 1, err);
	}
	return status;
}

static enum ho_status add_title(struct ho_buf *out, enum ho_update_form form, const struct ho_update_figures *f,
                                struct ho_error *err)
{
	static const char *const before[] = {
	    [HO_UPDATE_PLAIN] = "", [HO_UPDATE_MARKDOWN] = "## ", [HO_UPDATE_SLACK] = "*"};
	enum ho_status status = ho_buf_printf(out, err, "%s", before[form]);
	if (status == HO_OK)
		status = add_escaped(out, form, f->title, 200, err);
	return status ? status
	              : ho_buf_printf(out, err, ", %s%s\n%s", ho_update__days(f->from, f->to).text,
	                              form == HO_UPDATE_SLACK ? "*" : "", form == HO_UPDATE_SLACK ? "" : "\n");
}

static enum ho_status add_section(struct message *m, const struct ho_buf *text, struct ho_error *err)
{
	struct ho_slice slice = ho_slice_trim(ho_buf_slice(text));
	if (slice.len > SECTION_MAX)
		return ho_fail(err, HO_EBUG, "a section of the message is too long for Slack");
	enum ho_status status = ho_buf_printf(
	    &m->out, err, "%s{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":", m->blocks ? "," : "");
	if (status == HO_OK)
		status = ho_json_string(&m->out, slice, err);
	m->blocks++;
	return status ? status : ho_buf_add(&m->out, "}}", 2, err);
}

static enum ho_status add_slack(struct message *m, const struct ho_update_figures *f, const struct ho_points *happened,
                                const struct ho_points *next, struct ho_error *err)
{
	struct ho_buf text;
	if (m->blocks + 2 > BLOCKS_MAX || m->out.len > SLACK_MAX - 2 * SECTION_MAX) {
		m->left_out++;
		return HO_OK;
	}
	ho_buf_init(&text, 64 << 10);
	enum ho_status status = add_title(&text, HO_UPDATE_SLACK, f, err);
	if (status == HO_OK)
		status = add_part(&text, HO_UPDATE_SLACK, "Update", happened, err);
	if (status == HO_OK)
		status = add_section(m, &text, err);
	ho_buf_reset(&text);
	if (status == HO_OK)
		status = add_part(&text, HO_UPDATE_SLACK, "Next", next, err);
	if (status == HO_OK)
		status = add_section(m, &text, err);
	ho_buf_release(&text);
	return status;
}

static enum ho_status add_text(struct message *m, const struct ho_update_figures *f, const struct ho_points *happened,
                               const struct ho_points *next, struct ho_error *err)
{
	enum ho_status status = m->out.len ? ho_buf_add(&m->out, "\n", 1, err) : HO_OK;
	if (status == HO_OK)
		status = add_title(&m->out, m->form, f, err);
	if (status == HO_OK)
		status = add_part(&m->out, m->form, "Update", happened, err);
	if (status == HO_OK)
		status = ho_buf_add(&m->out, "\n", 1, err);
	return status ? status : add_part(&m->out, m->form, "Next", next, err);
}

static enum ho_status add_task(struct message *m, struct ho_app *app, struct ho_store *reader, const char *task,
                               int64_t since, struct ho_error *err)
{
	struct ho_update_figures figures;
	struct ho_arena arena;
	ho_arena_init(&arena, ARENA_MAX);
	struct ho_points happened = {.arena = &arena}, next = {.arena = &arena};
	enum ho_status status = ho_update__figures(&figures, app, reader, task, since, &arena, err);
	if (status == HO_OK && m->blind) /* who labels is told of no text that it is an audit, nor how many are */
		figures.monitor.queue.audits = figures.second = 0;
	if (status == HO_OK) {
		ho_update__happened(&happened, &figures);
		ho_update__next(&next, &figures);
		if (happened.failed || next.failed)
			status = ho_fail_nomem(err);
	}
	if (status == HO_OK)
		status = m->form == HO_UPDATE_SLACK ? add_slack(m, &figures, &happened, &next, err)
		                                    : add_text(m, &figures, &happened, &next, err);
	ho_arena_release(&arena);
	return status;
}

static enum ho_status begin(struct message *m, struct ho_error *err)
{
	static const char slack[] = "{\"text\":\"Update and Next\",\"blocks\":[";
	ho_buf_init(&m->out, MESSAGE_MAX);
	return m->form == HO_UPDATE_SLACK ? ho_buf_add(&m->out, slack, sizeof slack - 1, err) : HO_OK;
}

static enum ho_status end(struct message *m, bool any, struct ho_error *err)
{
	struct ho_buf text;
	enum ho_status status = HO_OK;
	ho_buf_init(&text, 1 << 10);
	if (!any)
		status = ho_buf_printf(&text, err, "There is no task yet.\n");
	else if (m->left_out)
		status = ho_buf_printf(&text, err, "%s more; `handoff update` shows all.",
		                       ho_show_counted(m->left_out, "task").text);
	if (status == HO_OK && text.len && m->form == HO_UPDATE_SLACK)
		status = add_section(m, &text, err);
	else if (status == HO_OK && text.len)
		status = ho_buf_add(&m->out, text.data, text.len, err);
	if (status == HO_OK && m->form == HO_UPDATE_SLACK)
		status = ho_buf_add(&m->out, "]}", 2, err);
	ho_buf_release(&text);
	return status;
}

static enum ho_status add_tasks(struct message *m, bool *any, struct ho_app *app, struct ho_store *reader,
                                int64_t since, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task *tasks = NULL;
	size_t n = 0;
	enum ho_status status = reader->ops->task_list(&tasks, &n, reader, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = add_task(m, app, reader, tasks[i].name, since, err);
	*any = n > 0;
	return status;
}

enum ho_status ho_update_write(const char **out, struct ho_app *app, struct ho_store *reader, const char *task,
                               int64_t since, enum ho_update_form form, struct ho_arena *arena, struct ho_error *err)
{
	struct message m = {.form = form & 3u, .blind = form & HO_UPDATE_BLIND};
	bool any = true;
	*out = NULL;
	enum ho_status status = begin(&m, err);
	if (status == HO_OK)
		status = task ? add_task(&m, app, reader, task, since, err)
		              : add_tasks(&m, &any, app, reader, since, arena, err);
	if (status == HO_OK)
		status = end(&m, any, err);
	if (status == HO_OK) {
		*out = ho_arena_copy(arena, ho_buf_slice(&m.out)).ptr;
		status = *out ? HO_OK : ho_fail_nomem(err);
	}
	ho_buf_release(&m.out);
	return status;
}
