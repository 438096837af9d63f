/**
 * Bytes of a file, of standard input or of memory, unpacked: gzip and zstd are told by their first bytes, never by the
 * name. Internal to src/table.
 */
#ifndef HO_TABLE_SOURCE_H
#define HO_TABLE_SOURCE_H

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"

struct ho_source;

/**
 * Open a file, a FIFO, a device ("-": standard input). Whatever may keep its reader waiting is waited for in a way that
 * a cancellation ends.
 *
 * @param progress  who may cancel, borrowed until close; NULL: nobody.
 * @return HO_OK; HO_ENOTFOUND, HO_EIO, HO_ENOMEM, all with the path as place; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_source_open(struct ho_source **out, const char *path,
                                            const struct ho_progress *progress, struct ho_error *err);
/** Read from memory (borrowed until close). HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_source_open_bytes(struct ho_source **out, struct ho_slice bytes, struct ho_error *err);
void ho_source_close(struct ho_source *source);
/**
 * Read up to `room` unpacked bytes. Returns what there is without waiting for more, so that a pipe can be followed.
 *
 * @param[out] got  bytes put into `buffer`; 0 only at the end.
 * @return HO_OK; HO_EIO; HO_EFORMAT compressed data are damaged or cut; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_source_read(struct ho_source *source, char *buffer, size_t room, size_t *got,
                                            struct ho_error *err);
/** From here on remember what is read, so that ho_source_rewind() can go back: a pipe cannot be opened twice. */
void ho_source_record(struct ho_source *source);
/** Back to where ho_source_record() was called; the bytes are read once more, and not remembered again. */
void ho_source_rewind(struct ho_source *source);
/** There will be no ho_source_rewind(): free what was remembered. */
void ho_source_forget(struct ho_source *source);
/** Would reading wait: it is no regular file, and nothing is there right now? */
bool ho_source_idle(const struct ho_source *source);
/** May reading wait: is it a pipe, a FIFO, a terminal? Such an input has no name of its own and is read but once. */
bool ho_source_waits(const struct ho_source *source);
/** Share of the packed bytes consumed, 0..1; negative for pipes. */
double ho_source_fraction(const struct ho_source *source);

#endif
