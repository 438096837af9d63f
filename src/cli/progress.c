#include <unistd.h>

#include "base/clock.h"
#include "cli.h"
#include "report/show.h"

/* Seconds between two lines on a terminal, and elsewhere. */
#define TERMINAL_PAUSE 0.1
#define PLAIN_PAUSE 10.0

void cli_progress_clear(struct cli *cli)
{
	if (cli->lines.open)
		fputs("\r\x1b[K", stderr);
	cli->lines.open = false;
}

/* "fitting  43%  about 5 s left" */
static void compose(char *out, size_t room, const struct cli_progress *lines, double fraction, double now)
{
	double elapsed = now - lines->stage_began, gained = fraction - lines->first;
	if (!(fraction >= 0))
		snprintf(out, room, "%s ...", lines->stage);
	else if (gained > 0.02 && elapsed > 1 && elapsed * (1 - fraction) / gained >= 0.5)
		snprintf(out, room, "%s %2.0f%%, about %.40s left", lines->stage, 100 * fraction,
		         ho_show_seconds(elapsed * (1 - fraction) / gained).text);
	else
		snprintf(out, room, "%s %2.0f%%", lines->stage, 100 * fraction);
}

static void step(void *context, const char *stage, double fraction)
{
	struct cli *cli = context;
	struct cli_progress *lines = &cli->lines;
	double now = ho_clock_seconds();
	char text[160];
	/* A stage may come again, and work that goes on from a checkpoint does not begin at nought. */
	bool fresh = strncmp(stage, lines->stage, sizeof lines->stage - 1) != 0 || fraction < lines->last;
	lines->last = fraction;
	if (fresh) {
		snprintf(lines->stage, sizeof lines->stage, "%s", stage);
		lines->stage_began = now;
		lines->first = fraction > 0 ? fraction : 0;
	}
	if (lines->quiet || (!fresh && now - lines->shown_at < (lines->terminal ? TERMINAL_PAUSE : PLAIN_PAUSE)))
		return;
	/* A stage that is over at once is not worth a plain line. */
	if (!lines->terminal && fresh) {
		lines->shown_at = now - PLAIN_PAUSE + 1;
		return;
	}
	compose(text, sizeof text, lines, fraction > 1 ? 1 : fraction, now);
	fprintf(stderr, lines->terminal ? "\r\x1b[K%s" : "%s\n", text);
	fflush(stderr);
	lines->open = lines->terminal;
	lines->shown_at = now;
}

static void note(void *context, const char *line)
{
	cli_note(context, "%s", line);
}

void cli_progress_init(struct cli *cli, const atomic_bool *cancel)
{
	cli->lines = (struct cli_progress){.quiet = cli->quiet, .terminal = isatty(STDERR_FILENO)};
	cli->progress = (struct ho_progress){.step = step, .note = note, .context = cli, .cancel = cancel};
}
