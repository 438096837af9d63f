/**
 * Bytes of a file, of standard input or of memory, unpacked: gzip and zstd are told by their first bytes, never by the
 * name. Internal to src/table.
 */
#ifndef HO_TABLE_SOURCE_H
#define HO_TABLE_SOURCE_H

#include "base/slice.h"
#include "base/status.h"

struct ho_source;

/** Open a file ("-": standard input). HO_ENOTFOUND, HO_EIO, HO_ENOMEM, all with the path as place. */
HO_MUST_CHECK enum ho_status ho_source_open(struct ho_source **out, const char *path, struct ho_error *err);
/** Read from memory (borrowed until close). HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_source_open_bytes(struct ho_source **out, struct ho_slice bytes, struct ho_error *err);
void ho_source_close(struct ho_source *source);
/**
 * Read up to `room` unpacked bytes. Returns what there is without waiting for more, so that a pipe can be followed.
 *
 * @param[out] got  bytes put into `buffer`; 0 only at the end.
 * @return HO_OK; HO_EIO; HO_EFORMAT compressed data are damaged or cut.
 */
HO_MUST_CHECK enum ho_status ho_source_read(struct ho_source *source, char *buffer, size_t room, size_t *got,
                                            struct ho_error *err);
/** Share of the packed bytes consumed, 0..1; negative for pipes. */
double ho_source_fraction(const struct ho_source *source);

#endif
