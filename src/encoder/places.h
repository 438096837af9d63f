/** Where encoders that were fetched by name are kept: handoff/encoders/NAME under the user's data home (XDG). */
#ifndef HO_ENCODER_PLACES_H
#define HO_ENCODER_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/** Letters, digits, '.', '_' and '-', not beginning with '.' or '-', at most 100: safe as the name of a folder. */
bool ho_encoder_name_ok(const char *name);

/** What follows the last '/' of a path. */
const char *ho_last_part(const char *path);

/** $XDG_DATA_HOME/handoff/encoders, or ~/.local/share/handoff/encoders. HO_ENOTFOUND neither is known. */
HO_MUST_CHECK enum ho_status ho_encoder_home(char *out, size_t size, struct ho_error *err);

/**
 * The folder that a name or path on the command line means: a path that is a folder; else a name kept at home.
 *
 * @return HO_OK; HO_ENOTFOUND, saying how to fetch it; HO_EINVAL too long.
 */
HO_MUST_CHECK enum ho_status ho_encoder_locate(char *out, size_t size, const char *name_or_path, struct ho_error *err);

#endif
