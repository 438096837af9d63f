#include "waiting.h"

#include <string.h>

void cli_waiting_begin(struct cli_waiting *waiting, const char *path, bool leaves_nothing)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	*waiting = (struct cli_waiting){.active = strcmp(path, "-") == 0 && leaves_nothing};
	if (!waiting->active)
		return;
	sigaction(SIGINT, &plain, &waiting->interrupt);
	sigaction(SIGTERM, &plain, &waiting->terminate);
}

void cli_waiting_end(struct cli_waiting *waiting)
{
	if (!waiting->active)
		return;
	sigaction(SIGINT, &waiting->interrupt, NULL);
	sigaction(SIGTERM, &waiting->terminate, NULL);
	waiting->active = false;
}
