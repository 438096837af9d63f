#include "report/findings_private.h"

static const char *const verdicts[] = {"broken", "weak", "unknown", "holds"};
static const char *const severities[] = {"info", "notice", "warning"};

enum ho_rank ho_findings__rank(const struct ho_finding *finding)
{
	for (int i = 0; finding->verdict && i < 4; i++)
		if (!strcmp(finding->verdict, verdicts[i]))
			return (enum ho_rank)(HO_RANK_BROKEN + i);
	if (finding->verdict)
		return HO_RANK_UNKNOWN;
	return finding->severity == HO_WARNING  ? HO_RANK_WARNING
	       : finding->severity == HO_NOTICE ? HO_RANK_NOTICE
	                                        : HO_RANK_INFO;
}

const char *ho_findings__word(const struct ho_finding *finding)
{
	return finding->verdict ? finding->verdict : severities[finding->severity];
}

bool ho_findings__are_verdicts(const struct ho_findings *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].verdict)
			return true;
	return false;
}

bool ho_findings__same_section(const struct ho_finding *a, const struct ho_finding *b)
{
	if (!a->section || !b->section)
		return a->section == b->section;
	return !strcmp(a->section, b->section);
}

bool ho_findings__opens_section(const struct ho_findings *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ho_findings__same_section(&list->items[k], &list->items[i]))
			return false;
	return true;
}

bool ho_findings__have_sections(const struct ho_findings *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].section)
			return true;
	return false;
}

size_t ho_findings__count(const struct ho_findings *list, enum ho_rank rank)
{
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++)
		n += ho_findings__rank(&list->items[i]) == rank;
	return n;
}
