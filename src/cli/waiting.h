/**
 * Ctrl-C while the program waits for standard input. Elsewhere Ctrl-C sets a flag that work looks at; a read that waits
 * for a person or a pipe looks at nothing, so there the signal must end the program by itself.
 */
#ifndef HO_CLI_WAITING_H
#define HO_CLI_WAITING_H

#include <signal.h>
#include <stdbool.h>

struct cli_waiting {
	struct sigaction interrupt, terminate; /**< what was in force before */
	bool active;
};

/**
 * From here on SIGINT and SIGTERM end the program at once, if `path` is "-" and `leaves_nothing`: no temporary file is
 * open that would be left behind.
 */
void cli_waiting_begin(struct cli_waiting *waiting, const char *path, bool leaves_nothing);
/** Back to what was in force before. */
void cli_waiting_end(struct cli_waiting *waiting);

#endif
