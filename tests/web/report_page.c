/* Writes a made report to standard output, for the browser: `checks` with verdicts, or `findings` with what hardly can
 * be shown. */
#include <stdio.h>
#include <string.h>

#include "report/html.h"
#include "unit/report_fixture.h"

int main(int argc, char **argv)
{
	const struct ho_report_fact facts[] = {{"model", "urgent.handoff, trained on 8,000 texts"},
	                                       {"training data", "t.train.jsonl, 8,000 rows"},
	                                       {"labels", HOSTILE}};
	const struct ho_report_head head = {
	    .kind = "doubt",
	    .title = "Does the result hold?",
	    .subtitle = "What was tried to break it, and what came of it",
	    .command = "handoff doubt urgent.handoff t.train.jsonl --test t.test.jsonl --html doubt.html",
	    .made_at = 1778745600000,
	    .facts = facts,
	    .n_facts = 3};
	struct ho_error err = {.code = HO_OK};
	struct ho_findings list;
	struct ho_buf page;
	ho_findings_init(&list);
	if (argc > 1 && !strcmp(argv[1], "findings"))
		made_findings(&list);
	else
		made_checks(&list);
	ho_buf_init(&page, HO_REPORT_MAX);
	int failed = ho_report_html(&page, &list, &head, &err) || fwrite(page.data, 1, page.len, stdout) != page.len;
	if (failed)
		fprintf(stderr, "%s\n", err.message);
	ho_buf_release(&page);
	ho_findings_release(&list);
	return failed;
}
