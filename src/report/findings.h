/**
 * Findings: what a command has to say about data or a model, one statement each, the same for terminal and machines.
 *
 * A finding is built by adding it and then filling in the last one; errors are sticky (ho_findings_status()). All
 * strings are copied into the list's arena.
 */
#ifndef HO_REPORT_FINDINGS_H
#define HO_REPORT_FINDINGS_H

#include <jansson.h>

#include "report/page.h"

struct ho_exhibit;

enum ho_severity { HO_INFO = 0, HO_NOTICE = 1, HO_WARNING = 2 };

/** How a finding's figure is read. */
enum ho_unit {
	HO_UNIT_NUMBER = 0, /**< "0.0312", "1,204" */
	HO_UNIT_SHARE,      /**< 0..1, "3.1%" */
	HO_UNIT_POINTS,     /**< a difference of shares, "-1.3 points" */
	HO_UNIT_SECONDS
};

struct ho_finding {
	const char *id; /**< stable name for machines, unique in a list: "duplicates" */
	enum ho_severity severity;
	const char *verdict; /**< holds, weak, broken, unknown; NULL: the severity counts */
	const char *title;   /**< one sentence without full stop */
	double figure;       /**< the number behind it; NaN: none */
	double lo, hi;       /**< its 95% interval; NaN: none */
	const char *measure; /**< what the figure is, "accuracy"; static; NULL: the title says it */
	enum ho_unit unit;
	const char **evidence; /**< [n_evidence] lines */
	size_t n_evidence, cap;
	const char *advice;          /**< what to do; NULL: nothing */
	const char *section;         /**< heading it stands under in a report; static; NULL: none */
	struct ho_exhibit *exhibits; /**< [n_exhibits] tables, charts and texts that show it: report/exhibit.h; owned */
	size_t n_exhibits, exhibits_cap;
};

struct ho_findings {
	struct ho_finding *items; /**< [n] owned */
	size_t n, cap;
	const char *section; /**< of the findings that are added next; static */
	const char **story;  /**< [n_story] sentences, the most important first; owned */
	const char **about;  /**< [n_story] id of the finding a sentence is about; NULL: none; owned */
	size_t n_story, story_cap, about_cap;
	struct ho_arena arena;
	enum ho_status status;
	struct ho_error error;
};

/** Most bytes of all strings of a list. */
#define HO_FINDINGS_MAX ((size_t)16 << 20)

void ho_findings_init(struct ho_findings *list);
void ho_findings_release(struct ho_findings *list);
/** HO_OK, or what went wrong first, copied to `err`. HO_ENOMEM or whatever came first. */
HO_MUST_CHECK enum ho_status ho_findings_status(const struct ho_findings *list, struct ho_error *err);

/** Start a finding; the title is formatted. `id` must be static. */
void ho_findings_add(struct ho_findings *list, const char *id, enum ho_severity severity, const char *title, ...)
    HO_PRINTF(4, 5);
/** Findings added from here on stand under this heading (static). */
void ho_findings_section(struct ho_findings *list, const char *section);
/** The last finding's number. */
void ho_findings_figure(struct ho_findings *list, double figure);
/** The last finding's 95% interval. */
void ho_findings_interval(struct ho_findings *list, double lo, double hi);
/** What the last finding's figure is (static, as it stands in a sentence: "share of texts that are copies") and how it
 * is read. */
void ho_findings_measure(struct ho_findings *list, const char *measure, enum ho_unit unit);
/** One more line of evidence of the last finding. */
void ho_findings_evidence(struct ho_findings *list, const char *format, ...) HO_PRINTF(2, 3);
/** The last finding's advice. */
void ho_findings_advice(struct ho_findings *list, const char *format, ...) HO_PRINTF(2, 3);
/** One more sentence of the story, with full stop. */
void ho_findings_tell(struct ho_findings *list, const char *format, ...) HO_PRINTF(2, 3);
/** The same, about the finding of this id (static), which may be added later. */
void ho_findings_tell_about(struct ho_findings *list, const char *id, const char *format, ...) HO_PRINTF(3, 4);

/** How much of the findings is printed. */
enum ho_detail {
	HO_IN_SHORT, /**< a page to read: titles, advice, a line or two of evidence where something is the matter */
	HO_IN_FULL   /**< all that a terminal can show in reason */
};

/**
 * Print story and findings.
 *
 * Warnings come first, then notices, then the rest, under the headings of their sections if there are any. A list of
 * checks begins with how many hold and goes by verdict instead: broken, weak, unknown, holds. The graver a finding, the
 * more of it is printed. In short: of what is broken three lines of evidence and an exhibit, of a warning or what is
 * weak two lines, of a notice one, of the rest the title. In full: of what is broken or a warning ten lines of evidence
 * and two exhibits, of what is weak or a notice six and one, of the rest four, and an exhibit only where there is no
 * evidence. Exhibits are shortened. If anything was left out, a last line says where it is.
 */
void ho_findings_print(struct ho_page *page, const struct ho_findings *list, enum ho_detail detail);

/** As JSON, docs/reference/json.md; NULL when memory is out. */
json_t *ho_findings_json(const struct ho_findings *list);

/** A JSON string of any bytes, repaired where they are not UTF-8; NULL when memory is out. */
json_t *ho_json_text(struct ho_slice text);
/** A JSON number, null for NaN and infinities. */
json_t *ho_json_number(double number);

#endif
