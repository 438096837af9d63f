/* Findings on a terminal. A page and no dump: the graver a finding, the more of it is shown, and of exhibits their
 * beginnings only; the rest is in the HTML report and in JSON. */
#include "report/exhibit.h"
#include "report/findings_private.h"

static const enum ho_colour colours[HO_RANKS] = {HO_RED, HO_YELLOW, HO_DIM, HO_GREEN, HO_RED, HO_YELLOW, HO_DIM};

/* By rank: most lines of evidence and exhibits of a finding that are printed, and most rows of each exhibit. */
static const struct {
	size_t lines, exhibits, rows;
} room[HO_RANKS] = {[HO_RANK_BROKEN] = {10, 2, 8}, [HO_RANK_WARNING] = {10, 2, 8}, [HO_RANK_WEAK] = {6, 1, 5},
                    [HO_RANK_NOTICE] = {6, 1, 5},  [HO_RANK_UNKNOWN] = {4, 0, 5},  [HO_RANK_HOLDS] = {4, 0, 5},
                    [HO_RANK_INFO] = {4, 0, 5}};

const char *ho_findings__stop(const struct ho_finding *finding)
{
	size_t len = strlen(finding->title);
	return len > 0 && strchr(".?!:", finding->title[len - 1]) ? "" : ".";
}

/* Returns how many exhibits were printed. */
static size_t print_exhibits(struct ho_page *page, const struct ho_finding *f)
{
	enum ho_rank rank = ho_findings__rank(f);
	/* One that says nothing in words shows something at least. */
	size_t most = room[rank].exhibits ? room[rank].exhibits : f->n_evidence == 0, shown = 0;
	for (size_t i = 0; i < f->n_exhibits && shown < most; i++)
		if (ho_findings__is_printable(&f->exhibits[i]) && !ho_findings__is_quoted(f, &f->exhibits[i])) {
			ho_findings__print_exhibit(page, &f->exhibits[i], room[rank].rows);
			shown++;
		}
	return shown;
}

/* One line more than there is room for is printed: to say that it is there would take as much. */
static void print_evidence(struct ho_page *page, const struct ho_finding *f, bool *more)
{
	size_t most = room[ho_findings__rank(f)].lines, shown = f->n_evidence <= most + 1 ? f->n_evidence : most;
	for (size_t i = 0; i < shown; i++)
		ho_page_text(page, 9, 11, "%s", f->evidence[i]);
	if (shown < f->n_evidence)
		ho_page_text(page, 9, 11, "... and %zu more", f->n_evidence - shown);
	*more |= shown < f->n_evidence;
}

static void print_one(struct ho_page *page, const struct ho_finding *f, bool *more)
{
	char mark[16];
	snprintf(mark, sizeof mark, "%-7s", ho_findings__word(f));
	ho_page_blank(page);
	ho_page_marked(page, colours[ho_findings__rank(f)], mark, "%s%s", f->title, ho_findings__stop(f));
	print_evidence(page, f, more);
	size_t shown = print_exhibits(page, f);
	*more |= shown < f->n_exhibits;
	if (f->advice)
		ho_page_text(page, 9, 12, "-> %s", f->advice);
}

/* Those for which `section` is NULL or their own, by rank. */
static void print_ranked(struct ho_page *page, const struct ho_findings *list, const struct ho_finding *section,
                         bool *more)
{
	for (int rank = 0; rank < HO_RANKS; rank++)
		for (size_t i = 0; i < list->n; i++)
			if ((int)ho_findings__rank(&list->items[i]) == rank &&
			    (!section || ho_findings__same_section(section, &list->items[i])))
				print_one(page, &list->items[i], more);
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

void ho_findings_print(struct ho_page *page, const struct ho_findings *list)
{
	bool verdicts = ho_findings__are_verdicts(list), sections = ho_findings__have_sections(list), more = false;
	if (verdicts)
		print_counts(page, list);
	for (size_t i = 0; i < list->n_story; i++)
		ho_page_text(page, 0, 0, "%s", list->story[i]);
	/* Checks stand by verdict, whatever they are about: what is broken must not be looked for. */
	if (verdicts || !sections)
		print_ranked(page, list, NULL, &more);
	for (size_t i = 0; i < list->n && sections && !verdicts; i++)
		if (ho_findings__opens_section(list, i)) {
			ho_page_heading(page, "%s", list->items[i].section ? list->items[i].section : "Other");
			print_ranked(page, list, &list->items[i], &more);
		}
	if (more) {
		ho_page_blank(page);
		ho_page_text(page, 0, 0,
		             "There is more behind these findings, tables, charts and texts: --html FILE writes them "
		             "as a page, --json for machines.");
	}
}
