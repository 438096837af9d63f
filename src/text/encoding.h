/**
 * Bytes of any encoding -> clean UTF-8, block by block, so that endless input can be read.
 *
 * Guessing (name == NULL): a byte order mark decides (UTF-8, UTF-16 LE or BE). Without one the text counts as UTF-8;
 * the first block that is not well-formed decides: if ill-formed bytes outnumber the well-formed sequences seen so far
 * it is Windows-1252 (of which Latin-1 is a part), else it is UTF-8 with damage, and the damage is repaired to U+FFFD
 * and counted. A text once seen to be UTF-8 stays UTF-8: one bad byte does not turn a large file into mojibake.
 */
#ifndef HO_TEXT_ENCODING_H
#define HO_TEXT_ENCODING_H

#include "base/buf.h"
#include "base/status.h"

enum ho_encoding {
	HO_ENCODING_UNKNOWN = 0, /**< nothing but ASCII so far */
	HO_ENCODING_UTF8,
	HO_ENCODING_UTF8_BOM, /**< UTF-8 after a byte order mark, which is dropped */
	HO_ENCODING_UTF16LE,
	HO_ENCODING_UTF16BE,
	HO_ENCODING_WINDOWS_1252,
	HO_ENCODING_NAMED /**< by the caller's name, through iconv */
};

struct ho_decoder {
	enum ho_encoding encoding;
	const char *name;               /**< the caller's, borrowed; or NULL */
	void *iconv;                    /**< iconv_t of UTF-16 and named encodings, or NULL */
	size_t replaced;                /**< U+FFFD put in so far, NUL bytes included */
	size_t well_formed, ill_formed; /**< multi-byte sequences seen while guessing */
	bool started;                   /**< the place of a byte order mark is behind us */
};

/**
 * Start decoding.
 *
 * @param name  encoding as iconv knows it ("ISO-8859-15", "UTF-16"), borrowed until close; NULL guesses.
 * @return HO_OK; HO_EINVAL a name that iconv does not know.
 */
HO_MUST_CHECK enum ho_status ho_decoder_open(struct ho_decoder *out, const char *name, struct ho_error *err);

/** A caller of ho_decoder_add() has to keep at most this many unused bytes. */
#define HO_DECODER_KEEP_MAX 32

/**
 * Append the clean UTF-8 of the next block.
 *
 * @param bytes      [len] the next bytes of the input.
 * @param last       no more bytes follow: a cut sequence is damage.
 * @param[out] used  bytes dealt with; the caller gives the rest (a cut sequence, at most HO_DECODER_KEEP_MAX bytes)
 *                   again in front of the next block. Always len if `last`.
 * @return HO_OK; HO_ELIMIT past out->max; HO_ENOMEM. Never fails on content.
 */
HO_MUST_CHECK enum ho_status ho_decoder_add(struct ho_decoder *decoder, struct ho_buf *out, const char *bytes,
                                            size_t len, bool last, size_t *used, struct ho_error *err);

void ho_decoder_close(struct ho_decoder *decoder);

/** What the input turned out to be: "UTF-8", "UTF-16LE", "Windows-1252", the caller's name ... Static or borrowed. */
const char *ho_decoder_encoding_name(const struct ho_decoder *decoder);

/** All at once: clean UTF-8 of `bytes`, appended. `name` as above. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_decode_all(struct ho_buf *out, struct ho_slice bytes, const char *name,
                                           struct ho_error *err);

#endif
