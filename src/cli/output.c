#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "report/show.h"

int cli_exit_of(enum ho_status status)
{
	static const unsigned char table[] = {
	    [-HO_OK] = CLI_OK,           [-HO_EINVAL] = CLI_USAGE,           [-HO_ENOMEM] = CLI_SYSTEM,
	    [-HO_EIO] = CLI_SYSTEM,      [-HO_EFORMAT] = CLI_INPUT,          [-HO_ENOTFOUND] = CLI_INPUT,
	    [-HO_ECONFLICT] = CLI_INPUT, [-HO_EBUSY] = CLI_SYSTEM,           [-HO_ELIMIT] = CLI_INPUT,
	    [-HO_EUNAVAIL] = CLI_INPUT,  [-HO_ECANCELLED] = CLI_INTERRUPTED, [-HO_EBUG] = CLI_SYSTEM,
	};
	size_t i = (size_t) - (long)status;
	return i < sizeof table ? table[i] : CLI_SYSTEM;
}

/* One clean line on stderr. What cannot be printed there has nowhere else to go. */
static void stderr_line(struct cli *cli, const char *prefix, struct ho_slice text)
{
	struct ho_buf line;
	cli_progress_clear(cli);
	ho_buf_init(&line, 1 << 16);
	if (ho_buf_add(&line, prefix, strlen(prefix), NULL) == HO_OK && ho_show_clean(&line, text, 0, NULL) == HO_OK)
		fprintf(stderr, "%s\n", line.data);
	ho_buf_release(&line);
}

static void stderr_format(struct cli *cli, const char *prefix, const char *format, va_list args)
{
	char text[2048];
	vsnprintf(text, sizeof text, format, args);
	stderr_line(cli, prefix, ho_slice_str(text));
}

int cli_fail(struct cli *cli, const struct ho_error *err)
{
	char prefix[64];
	snprintf(prefix, sizeof prefix, "handoff%s%s: ", cli->command ? " " : "", cli->command ? cli->command : "");
	char text[sizeof err->place + sizeof err->message + 4];
	/* A message that begins with its place says it already: "due_s must be a whole number". */
	bool said = strncmp(err->message, err->place, strlen(err->place)) == 0;
	snprintf(text, sizeof text, "%s%s%s", said ? "" : err->place, said ? "" : ": ", err->message);
	stderr_line(cli, prefix, ho_slice_str(text));
	return cli_exit_of(err->code);
}

int cli_usage(struct cli *cli, const char *format, ...)
{
	struct ho_error err = {.code = HO_EINVAL};
	va_list args;
	va_start(args, format);
	vsnprintf(err.message, sizeof err.message, format, args);
	va_end(args);
	return cli_fail(cli, &err);
}

void cli_note(struct cli *cli, const char *format, ...)
{
	va_list args;
	if (cli->quiet)
		return;
	va_start(args, format);
	stderr_format(cli, "", format, args);
	va_end(args);
}

void cli_warn(struct cli *cli, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	stderr_format(cli, "handoff: ", format, args);
	va_end(args);
}

enum ho_status cli_write(const char *bytes, size_t len, struct ho_error *err)
{
	while (len > 0) {
		ssize_t done = write(STDOUT_FILENO, bytes, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return ho_fail_errno(err, HO_EIO, "cannot write the results to standard output");
		bytes += done;
		len -= (size_t)done;
	}
	return HO_OK;
}

/* A results page printed into a pipe whose reader left is nobody's loss. */
static int finish(struct cli *cli, const char *bytes, size_t len, int exit)
{
	struct ho_error err = {.code = HO_OK};
	cli_progress_clear(cli);
	errno = 0;
	if (cli_write(bytes, len, &err) == HO_OK || errno == EPIPE)
		return exit;
	return cli_fail(cli, &err);
}

static unsigned terminal_width(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col > 110 ? 110 : size.ws_col; /* longer lines are hard to read */
	return 100;
}

void cli_page_init(struct ho_page *page)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool colour = isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && !(term && strcmp(term, "dumb") == 0);
	ho_page_init(page, terminal_width(), colour);
}

int cli_page_finish(struct cli *cli, struct ho_page *page, int exit)
{
	struct ho_error err = {.code = HO_OK};
	if (ho_page_status(page, &err))
		exit = cli_fail(cli, &err);
	else
		exit = finish(cli, page->buf.data, page->buf.len, exit);
	ho_page_release(page);
	return exit;
}

int cli_json_finish(struct cli *cli, json_t *object, int exit)
{
	struct ho_error err = {.code = HO_OK};
	char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
	json_decref(object);
	if (!text) {
		(void)ho_fail_nomem(&err);
		return cli_fail(cli, &err);
	}
	size_t len = strlen(text);
	text[len] = '\n'; /* the NUL is not needed any more */
	exit = finish(cli, text, len + 1, exit);
	free(text);
	return exit;
}

int cli_list_finish(struct cli *cli, struct ho_page *page, struct ho_grid *grid, const char *name, json_t *list)
{
	if (cli->json) {
		ho_grid_release(grid);
		ho_page_release(page);
		return cli_json_finish(cli, json_pack("{so}", name, list), CLI_OK);
	}
	ho_page_grid(page, 0, grid, true);
	json_decref(list);
	return cli_page_finish(cli, page, CLI_OK);
}
