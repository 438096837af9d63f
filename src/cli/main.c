/* The program: a table of commands, signals, --version and --help. */
#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli.h"

static const struct cli_command commands[] = {
    {"explore", "what the data say: a short story, then findings", cmd_explore},
    {"split", "put a test part aside; no duplicate on both sides", cmd_split},
    {"train", "make a model, and promise what can be promised", cmd_train},
    {"evaluate", "how good a model is on texts that it has not seen", cmd_evaluate},
    {"classify", "answer texts, one JSON object a line", cmd_classify},
    {"explain", "why one text got its answer", cmd_explain},
    {"doubt", "try to break a result before somebody else does", cmd_doubt},
    {"compare", "is one model better than another, or is it luck?", cmd_compare},
    {"encoder", "fetch, check and distill pretrained encoders for `train --encoder`", cmd_encoder},
    {"deploy", "put a model into a workspace, and let it answer", cmd_deploy},
    {"serve", "the service: answers over HTTP, the review page, callbacks", cmd_serve},
    {"task", "show and change a task; pause, resume, promote, go back", cmd_task},
    {"user", "the people who may log in", cmd_user},
    {"key", "what programs identify themselves with", cmd_key},
    {"labels", "what people answered, as JSONL that `train` reads", cmd_labels},
    {"update", "what happened and what follows, for the team's channel", cmd_update},
    {"log", "the journal: what was done and why", cmd_log},
    {"note", "write a sentence of your own into the journal", cmd_note},
    {"backup", "copy the workspace while it is in use", cmd_backup},
    {"forget", "erase texts for good, keeping the counts", cmd_forget},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* The mutable globals of the program: a signal handler can reach nothing else. `wake` is for whoever waits in poll(),
 * because the signal may come to another thread, or just before it waits. */
static atomic_bool interrupted;
static int wake;

static void on_interrupt(int number)
{
	const uint64_t one = 1;
	int saved = errno;
	if (atomic_exchange(&interrupted, true)) {
		signal(number, SIG_DFL); /* a second time: at once */
		raise(number);
	}
	ssize_t ignored = wake > 0 ? write(wake, &one, sizeof one) : 0;
	(void)ignored;
	errno = saved;
}

/* SA_RESTART spares every write() and fsync() the thought of a signal; what may wait for ever waits in poll(), which is
 * never restarted. */
static void catch_signals(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wake = fd > 0 ? fd : 0;
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN; /* a reader that goes away shows up as EPIPE */
	sigaction(SIGPIPE, &action, NULL);
}

static const char *command_name(const void *context, size_t i)
{
	(void)context;
	return i < COMMANDS ? commands[i].name : NULL;
}

static int help(struct cli *cli)
{
	struct ho_page page;
	cli_page_init(&page);
	ho_page_text(&page, 0, 0,
	             "handoff %s classifies texts. It answers where it can promise an error rate, and hands the "
	             "other texts to a person.",
	             ho_version());
	ho_page_heading(&page, "Commands");
	for (size_t i = 0; i < COMMANDS; i++) {
		char name[16];
		snprintf(name, sizeof name, "  %-10s", commands[i].name);
		ho_page_marked(&page, HO_PLAIN, name, "%s", commands[i].summary);
	}
	ho_page_heading(&page, "Examples");
	ho_page_text(&page, 2, 4, "handoff explore tickets.csv");
	ho_page_text(&page, 2, 4, "handoff split tickets.csv --test 0.2 -o t");
	ho_page_text(&page, 2, 4, "handoff train t.train.jsonl --target urgent --max-error 0.02 -o urgent.handoff");
	ho_page_text(&page, 2, 4, "handoff evaluate urgent.handoff t.test.jsonl");
	ho_page_text(&page, 2, 4, "handoff doubt urgent.handoff t.train.jsonl --test t.test.jsonl");
	ho_page_text(&page, 2, 4, "handoff classify urgent.handoff new.csv > answers.jsonl");
	ho_page_text(&page, 2, 4, "handoff deploy urgent.handoff --workspace desk --task urgent");
	ho_page_text(&page, 2, 4, "handoff serve --workspace desk");
	ho_page_blank(&page);
	ho_page_text(
	    &page, 0, 0,
	    "`handoff COMMAND --help` tells more of each; `handoff --version` prints the version. DATA is a CSV, "
	    "TSV, JSONL or fastText file, a folder with one sub-folder per label, or mails; plain, .gz or .zst.");
	return cli_page_finish(cli, &page, CLI_OK);
}

static int version(struct cli *cli)
{
	struct ho_page page;
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "handoff %s", ho_version());
	return cli_page_finish(cli, &page, CLI_OK);
}

static int dispatch(struct cli *cli, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	if (!word)
		return cli_usage(cli, "a command is missing; `handoff --help` lists them");
	char flag[] = "--help", *command_help[] = {argv[0], argc > 2 ? argv[2] : NULL, flag};
	if (strcmp(word, "help") == 0 && argc > 2)
		return dispatch(cli, 3, command_help);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		return help(cli);
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		return version(cli);
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(word, commands[i].name) == 0) {
			cli->command = commands[i].name;
			return commands[i].run(cli, argc - 2, argv + 2);
		}
	}
	const char *near = cli_nearest(word, command_name, NULL);
	if (near)
		return cli_usage(cli, "there is no command '%.40s'; did you mean '%s'?", word, near);
	return cli_usage(cli, "there is no command '%.40s'; `handoff --help` lists those there are", word);
}

int main(int argc, char **argv)
{
	struct cli cli = {.seed = 1};
	catch_signals();
	cli_progress_init(&cli, &interrupted);
	cli.progress.wake = wake;
	return dispatch(&cli, argc, argv);
}
