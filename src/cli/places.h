/** Where results are written: never over what is read, and known to be writable places before the work begins. */
#ifndef HO_CLI_PLACES_H
#define HO_CLI_PLACES_H

#include "base/status.h"

/** A file that a command reads or will write, as the user named it. */
struct cli_place {
	const char *what; /**< "-o", "--rejects", "DATA": named in the message */
	const char *path; /**< NULL: not given; an input "-" is standard input */
};

/**
 * Check outputs before anything is opened: none may be a folder, a device, one of the inputs (also by another name or
 * link) or one of the other outputs, and the folder they go to must exist.
 *
 * @param outputs, inputs  [n_outputs], [n_inputs]; entries without a path are passed over.
 * @return HO_OK; HO_EINVAL, naming both options; HO_EIO no such folder.
 */
HO_MUST_CHECK enum ho_status cli_check_places(const struct cli_place *outputs, size_t n_outputs,
                                              const struct cli_place *inputs, size_t n_inputs, struct ho_error *err);

#endif
