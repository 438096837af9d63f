/**
 * Rows in, answers out: many threads, in order, in bounded memory.
 *
 * The calling thread reads rows into blocks; workers answer blocks; whoever finishes the block that is next in order
 * writes it (and those behind it that are ready). Blocks are reused, so at most 2 * threads + 2 of them exist.
 * A block that is not full is taken when a worker has been idle for a moment: a slow pipe gets its answers at once.
 *
 * Invariants: 1. lines come out in the order of the rows, whatever the number of threads; 2. every row read gives one
 * line, also one that could not be answered; 3. after a failure nothing more is written.
 */
#ifndef HO_CLI_STREAM_H
#define HO_CLI_STREAM_H

#include "answer_line.h"

struct cli_stream;

/** Where finished bytes go: HO_OK, or what ends the stream. */
typedef enum ho_status (*cli_sink_fn)(const char *bytes, size_t len, struct ho_error *err);

/**
 * Start the workers.
 *
 * @param threads  >= 1; with 1 and `inline_` no thread is started: the caller answers block by block itself.
 * @return HO_OK; HO_ENOMEM; HO_EIO no thread can be started.
 */
HO_MUST_CHECK enum ho_status cli_stream_open(struct cli_stream **out, const struct cli_lines *lines, cli_sink_fn sink,
					     unsigned threads, bool inline_, struct ho_error *err);
/**
 * Add a row; text and id are copied.
 *
 * @param problem  NULL: answer the text. Else the line says this instead; static or alive until the stream is closed.
 * @return HO_OK; the failure of any earlier block (its error is told by cli_stream_finish()); HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status cli_stream_add(struct cli_stream *stream, struct ho_slice text, struct ho_slice id,
					    const char *problem, struct ho_error *err);
/** Answer and write what is left, end the workers. The first failure, if any. */
HO_MUST_CHECK enum ho_status cli_stream_finish(struct cli_stream *stream, struct ho_error *err);
/** Free; ends the workers first if that was not done. NULL is allowed. */
void cli_stream_close(struct cli_stream *stream);

#endif
