/**
 * A page of words for a terminal: headings, wrapped paragraphs, aligned tables, built in memory and printed by src/cli.
 *
 * Invariants:
 *  1. Errors are sticky: after the first failure every call does nothing; ask ho_page_status() once at the end.
 *  2. Everything added passes through the cleaner of show.h, so that nothing but the page's own colours can steer the
 *     terminal, whatever the caller puts in.
 *  3. No line is wider than `width` columns unless a single word or a table is.
 */
#ifndef HO_REPORT_PAGE_H
#define HO_REPORT_PAGE_H

#include "base/arena.h"
#include "base/buf.h"

enum ho_colour { HO_PLAIN = 0, HO_BOLD, HO_DIM, HO_GREEN, HO_YELLOW, HO_RED };

struct ho_page {
	struct ho_buf buf;
	unsigned width; /**< columns, 40..200 */
	bool colour;    /**< may use ANSI colours */
	enum ho_status status;
	struct ho_error error;
};

/** Most bytes of a page. */
#define HO_PAGE_MAX ((size_t)64 << 20)

/** Start an empty page; `width` is brought into 40..200 (0: 80). Release with ho_page_release(). */
void ho_page_init(struct ho_page *page, unsigned width, bool colour);
void ho_page_release(struct ho_page *page);
/** HO_OK, or what went wrong first, copied to `err`. HO_ENOMEM or whatever came first. */
HO_MUST_CHECK enum ho_status ho_page_status(const struct ho_page *page, struct ho_error *err);

/** An empty line; not at the start of the page, and never two in a row. */
void ho_page_blank(struct ho_page *page);
/** A heading on a line of its own, after an empty line. */
void ho_page_heading(struct ho_page *page, const char *format, ...) HO_PRINTF(2, 3);
/** A wrapped paragraph: `indent` columns before the first line, `hang` before the others. */
void ho_page_text(struct ho_page *page, unsigned indent, unsigned hang, const char *format, ...) HO_PRINTF(4, 5);
/** As ho_page_text(), led by a coloured mark on the first line ("warning  ..."); the text hangs under itself. */
void ho_page_marked(struct ho_page *page, enum ho_colour colour, const char *mark, const char *format, ...)
    HO_PRINTF(4, 5);

/** A table being filled, row by row. */
struct ho_grid {
	struct ho_arena arena;
	struct ho_slice *cells; /**< [n] row after row; owned */
	size_t n, cap, columns;
	char align[16]; /**< 'l' or 'r' of each column */
	enum ho_status status;
	struct ho_error error;
};

/** Start a table with strlen(align) <= 15 columns, each 'l' or 'r'. Errors are sticky and go to the page. */
void ho_grid_init(struct ho_grid *grid, const char *align);
void ho_grid_release(struct ho_grid *grid);
/** The next cell, cleaned and cut at 80 characters. */
void ho_grid_cell(struct ho_grid *grid, const char *format, ...) HO_PRINTF(2, 3);
/** Print the table, columns two blanks apart, and release it. With `header` the first row is dim. */
void ho_page_grid(struct ho_page *page, unsigned indent, struct ho_grid *grid, bool header);

#endif
