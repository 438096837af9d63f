#include "report_file.h"

#include "base/file.h"

enum ho_status cli_write_report(const struct ho_findings *findings, const struct ho_report_head *head, const char *path,
                                struct ho_error *err)
{
	struct ho_buf page;
	ho_buf_init(&page, HO_REPORT_MAX);
	enum ho_status status = ho_report_html(&page, findings, head, err);
	if (status == HO_OK)
		status = ho_file_write(path, ho_buf_slice(&page), err);
	ho_buf_release(&page);
	return status;
}
