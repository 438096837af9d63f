/**
 * Exhibits: what shows a finding — a table, a chart, or the texts behind it. An exhibit belongs to the last finding of
 * a list and is shown on the terminal as far as words can show it, in the HTML report with everything, and in JSON.
 *
 * An exhibit is built by starting it and then filling in the last one; as with findings, errors are sticky and every
 * string is copied. Calls that do not fit the last exhibit's kind are ignored.
 */
#ifndef HO_REPORT_EXHIBIT_H
#define HO_REPORT_EXHIBIT_H

#include "report/findings.h"

enum ho_exhibit_kind {
	HO_EXHIBIT_TABLE, /**< rows of cells, the first row names the columns */
	HO_EXHIBIT_BARS,  /**< one bar a name: counts or shares, with intervals if they are known */
	HO_EXHIBIT_LINES, /**< one line a series over a number: learning curves, reliability, months */
	HO_EXHIBIT_TEXTS  /**< texts of the data, each with its row, label and why it is shown */
};

/** How the numbers of a chart are to be read. */
enum ho_chart_flags {
	HO_CHART_SHARE_X = 1, /**< x in 0..1, shown as percent */
	HO_CHART_SHARE_Y = 2, /**< y in 0..1, shown as percent */
	HO_CHART_LOG_X = 4,
	HO_CHART_LOG_Y = 8,
	HO_CHART_DIAGONAL = 16, /**< draw y = x, where perfect figures would lie */
	HO_CHART_DOTS = 32,     /**< points alone, not joined */
	HO_CHART_MONTH_X = 64,  /**< x is 12 * year + month - 1, shown as "2024-05" */
	HO_CHART_DAY_X = 128    /**< the same with the part of the month that is over, shown as "2024-05-17" */
};

/** A bar or a point of a line. */
struct ho_exhibit_point {
	const char *name; /**< of a bar; NULL in a line */
	double x, y;      /**< x is not used by bars */
	double lo, hi;    /**< 95% interval of y; NaN: none */
};

struct ho_exhibit_series {
	const char *name;
	struct ho_exhibit_point *points; /**< [n] owned */
	size_t n, cap;
};

struct ho_exhibit_text {
	const char *id;    /**< the row's id, as in ho_table_id() */
	const char *label; /**< the given label; NULL: none */
	const char *note;  /**< why it is shown; NULL: said by the caption */
	const char *text;  /**< clean, cut at HO_EXHIBIT_TEXT_MAX code points */
};

/** Most code points shown of a text. */
enum { HO_EXHIBIT_TEXT_MAX = 600 };

struct ho_exhibit {
	enum ho_exhibit_kind kind;
	const char *caption;
	/* table */
	const char *align;  /**< 'l' or 'r' of each column */
	const char **cells; /**< [n_cells] row after row; owned */
	size_t n_cells, cells_cap;
	/* charts; bars have one series */
	const char *x_name, *y_name;
	unsigned flags; /**< enum ho_chart_flags */
	struct ho_exhibit_series *series;
	size_t n_series, series_cap;
	/* texts */
	struct ho_exhibit_text *texts;
	size_t n_texts, texts_cap;
};

/** A table with strlen(align) <= 15 columns, each 'l' or 'r'; the first row of cells is the header. */
void ho_exhibit_table(struct ho_findings *list, const char *align, const char *caption, ...) HO_PRINTF(3, 4);
/** The next cell of the last table. */
void ho_exhibit_cell(struct ho_findings *list, const char *format, ...) HO_PRINTF(2, 3);

/** A bar chart of `y_name` (static); flags: HO_CHART_SHARE_Y. */
void ho_exhibit_bars(struct ho_findings *list, const char *y_name, unsigned flags, const char *caption, ...)
    HO_PRINTF(4, 5);
/** The next bar; `lo`, `hi` NaN: no interval. `name` is somebody's text and is cleaned. */
void ho_exhibit_bar(struct ho_findings *list, struct ho_slice name, double y, double lo, double hi);

/** A line chart of `y_name` over `x_name` (both static). */
void ho_exhibit_lines(struct ho_findings *list, const char *x_name, const char *y_name, unsigned flags,
                      const char *caption, ...) HO_PRINTF(5, 6);
/** A further line of the last chart; the points that follow belong to it. */
void ho_exhibit_series(struct ho_findings *list, const char *name, ...) HO_PRINTF(2, 3);
void ho_exhibit_point(struct ho_findings *list, double x, double y, double lo, double hi);

/** A list of texts of the data. */
void ho_exhibit_texts(struct ho_findings *list, const char *caption, ...) HO_PRINTF(2, 3);
/** The next text. `label` len 0: none. The note may be NULL. All are somebody's text and are cleaned. */
void ho_exhibit_text(struct ho_findings *list, struct ho_slice id, struct ho_slice label, struct ho_slice text,
                     const char *note, ...) HO_PRINTF(5, 6);

#endif
