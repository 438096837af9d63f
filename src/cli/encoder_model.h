/** `encoder check MODEL` and `encoder embed MODEL`: the encoder that a model file needs or holds. */
#ifndef HO_CLI_ENCODER_MODEL_H
#define HO_CLI_ENCODER_MODEL_H

#include "cli.h"

/** Is this a file, and so a model rather than an encoder's folder? */
bool cli_is_file(const char *path);
/** Tell which encoder a model needs, where it is, and whether it opens. Returns the exit status. */
int cli_check_model(struct cli *cli, const char *path);
/** Put an encoder into a model file; `encoder` NULL: the one that the model finds; `out` NULL: in its place. */
int cli_embed(struct cli *cli, const char *model, const char *encoder, const char *out);

#endif
