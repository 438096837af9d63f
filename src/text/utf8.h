/**
 * UTF-8: check, repair (base/utf8.h decodes). Repair never fails on content: every ill-formed piece (overlong forms,
 * encoded surrogates as in CESU-8, values above U+10FFFF, cut sequences) becomes U+FFFD, one per maximal subpart
 * (Unicode 15, section 3.9, "substitution of maximal subparts"), and so does a NUL byte, because texts end up in
 * C strings, JSON and databases which do not like it. "Clean" below means: well-formed and without NUL.
 */
#ifndef HO_TEXT_UTF8_H
#define HO_TEXT_UTF8_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/utf8.h"

/** Encode a scalar value (others become U+FFFD) into out[0..4); returns the bytes written, 1..4. */
size_t ho_utf8_encode(char out[4], uint32_t code);

/** Length in bytes of the longest prefix of text[0..len) that is clean; `len` if all of it is. */
size_t ho_utf8_clean_prefix(const char *text, size_t len);

/** Is all of it well-formed UTF-8 without NUL? */
static inline bool ho_utf8_is_clean(struct ho_slice text)
{
	return ho_utf8_clean_prefix(text.ptr, text.len) == text.len;
}

/**
 * Length of a sequence at the end of text[0..len) that is well-formed so far but cut: 0..3 bytes. What a reader of
 * blocks must keep back until it has more.
 */
size_t ho_utf8_cut_tail(const char *text, size_t len);

/**
 * Append a clean copy of `text`.
 *
 * @param[in,out] repairs  raised by the number of U+FFFD put in; may be NULL.
 * @return HO_OK; HO_ELIMIT past out->max (a repaired text is at most three times as long); HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_utf8_repair(struct ho_buf *out, struct ho_slice text, size_t *repairs,
                                            struct ho_error *err);

/**
 * Append a key that is equal for strings which differ only in case or in blanks: simple lower case (utf8proc), runs of
 * white space to one blank, none at the ends. For telling people of look-alikes, not for tokens.
 *
 * @param text  clean UTF-8.
 * @return HO_OK; HO_ELIMIT; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_utf8_fold(struct ho_buf *out, struct ho_slice text, struct ho_error *err);

#endif
