/** `handoff encoder distill`. */
#ifndef HO_CLI_ENCODER_DISTILL_H
#define HO_CLI_ENCODER_DISTILL_H

#include "data.h"

struct encoder_distill {
	const char *out;        /**< folder; NULL: not given, which is wrong usage */
	const char *dimensions; /**< a number; NULL: as many as usual */
	const char *vocabulary; /**< DATA, or NULL */
};

/** Make a static encoder of the one of that name or in that folder. Returns the exit status. */
int encoder_distill(struct cli *cli, const char *name, const struct encoder_distill *wanted, struct cli_data *data);

#endif
