/**
 * Figures as people read them: "83.2%", "1,234", "3 min 5 s". Each function returns a small value that can stand in
 * the arguments of a printf: `ho_show_percent(share).text`.
 *
 * Invariants: 1. no locale; 2. never longer than the room; 3. a share that is not 0 is never shown as 0%, and one that
 * is not 1 never as 100%, because "no errors" and "few errors" are different claims.
 */
#ifndef HO_REPORT_SHOW_H
#define HO_REPORT_SHOW_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/** A figure in characters: NUL-terminated UTF-8. */
struct ho_shown {
	char text[96];
};

/** A share 0..1 with one decimal: "83.2%", "0%", "< 0.1%", "> 99.9%", "100%"; "-" for NaN. Also for differences:
 * "-1.3%". */
struct ho_shown ho_show_percent(double share);
/** A share that somebody chose: up to three decimals and no more than needed: "5%", "0.5%", "99.9%". */
struct ho_shown ho_show_chosen(double share);
/** "83.2% [81.0, 85.1]". */
struct ho_shown ho_show_interval(double share, double lo, double hi);
/** Difference of shares in points with its interval: "+1.2 points [0.4, 2.0]". */
struct ho_shown ho_show_points(double difference, double lo, double hi);
/** "1,234,567". */
struct ho_shown ho_show_count(uint64_t n);
/** "3 rows", "1 row": the plural is the singular with an s. */
struct ho_shown ho_show_counted(uint64_t n, const char *singular);
/** "0.4 s", "12 s", "3 min 5 s", "2 h 4 min". Negative or NaN: "-". */
struct ho_shown ho_show_seconds(double seconds);
/** "812 bytes", "3.2 MB" (powers of ten). */
struct ho_shown ho_show_bytes(double bytes);
/** A bar of round(share * width) blocks, at least one if share > 0; width <= 30. */
struct ho_shown ho_show_bar(double share, unsigned width);

/**
 * Append `text` so that a terminal may print it: control characters, what steers direction or hides, and bytes that are
 * not UTF-8 become one blank or U+FFFD; runs of blanks become one. Somebody else wrote the text: an escape sequence in
 * it must not reach the terminal.
 *
 * @param max_points  cut after so many code points, with an ellipsis; 0: never.
 * @return HO_OK, HO_ENOMEM, HO_ELIMIT.
 */
struct ho_buf;
HO_MUST_CHECK enum ho_status ho_show_clean(struct ho_buf *out, struct ho_slice text, size_t max_points,
                                           struct ho_error *err);

/** A snippet of at most 36 code points and 93 bytes, clean, for tables and sentences (labels, words): of a longer text
 * both ends. */
struct ho_shown ho_show_short(struct ho_slice text);

/** Columns a clean UTF-8 text takes on a terminal: wide for CJK, none for combining marks; rough. */
size_t ho_show_width(struct ho_slice text);

#endif
