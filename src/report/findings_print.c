/* Findings on a terminal. A page and no dump: the graver a finding, the more of it is shown, and of exhibits their
 * beginnings only; the rest is in the HTML report and in JSON. */
#include <math.h>

#include "report/exhibit.h"
#include "report/findings_private.h"

static const enum ho_colour colours[HO_RANKS] = {HO_RED, HO_YELLOW, HO_DIM, HO_GREEN, HO_RED, HO_YELLOW, HO_DIM};

/* By detail and rank: most lines of evidence and exhibits of a finding that are printed, most rows of each exhibit, and
 * whether its advice is. */
static const struct {
	size_t lines, exhibits, rows;
	bool advice;
} rooms[2][HO_RANKS] = {[HO_IN_SHORT] = {[HO_RANK_BROKEN] = {3, 1, 3, true},
                                         [HO_RANK_WARNING] = {2, 0, 0, true},
                                         [HO_RANK_WEAK] = {2, 0, 0, true},
                                         [HO_RANK_NOTICE] = {1, 0, 0, true},
                                         [HO_RANK_UNKNOWN] = {0, 0, 0, true},
                                         [HO_RANK_HOLDS] = {0, 0, 0, false},
                                         [HO_RANK_INFO] = {0, 0, 0, false}},
                        [HO_IN_FULL] = {[HO_RANK_BROKEN] = {10, 2, 8, true},
                                        [HO_RANK_WARNING] = {10, 2, 8, true},
                                        [HO_RANK_WEAK] = {6, 1, 5, true},
                                        [HO_RANK_NOTICE] = {6, 1, 5, true},
                                        [HO_RANK_UNKNOWN] = {4, 0, 5, true},
                                        [HO_RANK_HOLDS] = {4, 0, 5, true},
                                        [HO_RANK_INFO] = {4, 0, 5, true}}};

/* What is being printed, and how. */
struct printing {
	struct ho_page *page;
	const struct ho_findings *list;
	enum ho_detail detail;
	bool more;   /* something was left out */
	bool opened; /* a heading or a finding of one line stands above: such findings follow one another closely */
};

const char *ho_findings__stop(const struct ho_finding *finding)
{
	size_t len = strlen(finding->title);
	return len > 0 && strchr(".?!:", finding->title[len - 1]) ? "" : ".";
}

/* Returns how many exhibits were printed. */
static size_t print_exhibits(struct printing *p, const struct ho_finding *f)
{
	enum ho_rank rank = ho_findings__rank(f);
	size_t most = rooms[p->detail][rank].exhibits, rows = rooms[p->detail][rank].rows, shown = 0;
	/* One that says nothing in words shows something at least. */
	most = most || p->detail == HO_IN_SHORT ? most : f->n_evidence == 0;
	for (size_t i = 0; i < f->n_exhibits && shown < most; i++)
		if (ho_findings__is_printable(&f->exhibits[i]) && !ho_findings__is_quoted(f, &f->exhibits[i])) {
			ho_findings__print_exhibit(p->page, &f->exhibits[i], rows);
			shown++;
		}
	return shown;
}

/* In short, information that is a list and no figure shows where the list begins. */
static size_t lines_of(const struct printing *p, const struct ho_finding *f)
{
	enum ho_rank rank = ho_findings__rank(f);
	return p->detail == HO_IN_SHORT && rank == HO_RANK_INFO && isnan(f->figure) ? 2 : rooms[p->detail][rank].lines;
}

/* In full, one line more than there is room for is printed: to say that it is there would take as much. */
static void print_evidence(struct printing *p, const struct ho_finding *f)
{
	size_t most = lines_of(p, f), shown = f->n_evidence;
	if (f->n_evidence > most + (p->detail == HO_IN_FULL))
		shown = most;
	for (size_t i = 0; i < shown; i++)
		ho_page_text(p->page, 9, 11, "%s", f->evidence[i]);
	if (shown < f->n_evidence && p->detail == HO_IN_FULL)
		ho_page_text(p->page, 9, 11, "... and %zu more", f->n_evidence - shown);
	p->more |= shown < f->n_evidence;
}

static void print_one(struct printing *p, const struct ho_finding *f)
{
	char mark[16];
	enum ho_rank rank = ho_findings__rank(f);
	bool advice = f->advice && rooms[p->detail][rank].advice;
	bool one_line = p->detail == HO_IN_SHORT && !advice && !(lines_of(p, f) && f->n_evidence);
	snprintf(mark, sizeof mark, "%-7s", ho_findings__word(f));
	if (!one_line || !p->opened)
		ho_page_blank(p->page);
	ho_page_marked(p->page, colours[rank], mark, "%s%s", f->title, ho_findings__stop(f));
	print_evidence(p, f);
	p->more |= print_exhibits(p, f) < f->n_exhibits || (f->advice && !advice);
	if (advice)
		ho_page_text(p->page, 9, 12, "-> %s", f->advice);
	p->opened = one_line;
}

/* Those for which `section` is NULL or their own, by rank. */
static void print_ranked(struct printing *p, const struct ho_finding *section)
{
	const struct ho_findings *list = p->list;
	for (int rank = 0; rank < HO_RANKS; rank++)
		for (size_t i = 0; i < list->n; i++)
			if ((int)ho_findings__rank(&list->items[i]) == rank &&
			    (!section || ho_findings__same_section(section, &list->items[i])))
				print_one(p, &list->items[i]);
}

static void print_counts(struct ho_page *page, const struct ho_findings *list)
{
	static const char *const words[][2] = {
	    {"is broken", "are broken"}, {"is weak", "are weak"}, {"is unknown", "are unknown"}, {"holds", "hold"}};
	char line[256];
	size_t used = 0, all = 0, counts[4];
	for (int rank = HO_RANK_BROKEN; rank <= HO_RANK_HOLDS; rank++)
		all += counts[rank] = ho_findings__count(list, (enum ho_rank)rank);
	used += (size_t)snprintf(line, sizeof line, "Of %zu check%s %s", all, all == 1 ? "" : "s",
	                         counts[0] ? "" : "none is broken, ");
	for (int rank = HO_RANK_BROKEN; rank <= HO_RANK_HOLDS; rank++)
		if (counts[rank])
			used += (size_t)snprintf(line + used, sizeof line - used, "%zu %s, ", counts[rank],
			                         words[rank][counts[rank] != 1]);
	line[used - 2] = '\0';
	ho_page_text(page, 0, 0, "%s.", line);
}

static void print_all(struct printing *p, bool by_section)
{
	const struct ho_findings *list = p->list;
	if (!by_section)
		print_ranked(p, NULL);
	for (size_t i = 0; i < list->n && by_section; i++)
		if (ho_findings__opens_section(list, i)) {
			ho_page_heading(p->page, "%s", list->items[i].section ? list->items[i].section : "Other");
			p->opened = p->detail == HO_IN_SHORT;
			print_ranked(p, &list->items[i]);
		}
}

void ho_findings_print(struct ho_page *page, const struct ho_findings *list, enum ho_detail detail)
{
	struct printing p = {.page = page, .list = list, .detail = detail};
	bool verdicts = ho_findings__are_verdicts(list);
	if (verdicts)
		print_counts(page, list);
	for (size_t i = 0; i < list->n_story; i++)
		ho_page_text(page, 0, 0, "%s", list->story[i]);
	/* Checks stand by verdict, whatever they are about: what is broken must not be looked for. */
	print_all(&p, !verdicts && ho_findings__have_sections(list));
	if (p.more) {
		ho_page_blank(page);
		ho_page_text(
		    page, 0, 0, "%s",
		    detail == HO_IN_SHORT
		        ? "There is more behind these findings: --all prints it, --html FILE writes it as a page "
		          "with charts and texts, --json for machines."
		        : "There is more behind these findings, tables, charts and texts: --html FILE writes "
		          "them as a page, --json for machines.");
	}
}
