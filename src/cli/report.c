#include "report.h"

#include "base/clock.h"
#include "report/argument.h"

enum ho_status cli_report_command(struct ho_buf *out, const char *command, struct cli_words words, struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(out, err, "handoff %s", command);
	for (int i = 0; i < words.argc && status == HO_OK; i++) {
		status = ho_buf_add(out, " ", 1, err);
		if (status == HO_OK)
			status = ho_argument_add(out, ho_slice_str(words.argv[i]), err);
	}
	return status;
}

enum ho_status cli_report_write(struct cli *cli, const char *path, const struct ho_findings *findings,
                                struct ho_report_head head, struct cli_words words, struct ho_error *err)
{
	struct ho_buf command;
	ho_buf_init(&command, (size_t)1 << 20);
	enum ho_status status = cli_report_command(&command, cli->command, words, err);
	if (status == HO_OK) {
		head.kind = cli->command;
		head.command = command.data;
		head.made_at = ho_clock_ms();
		status = ho_report_write(path, findings, &head, err);
	}
	if (status == HO_OK)
		cli_note(cli, "the report is in %s; open it in a browser", path);
	ho_buf_release(&command);
	return status;
}
