#include "encoder_distill.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "encoder/distill.h"
#include "encoder/places.h"
#include "text/utf8.h"
#include "workspace.h"

static int print(struct cli *cli, const struct encoder_distill *wanted, const struct ho_distilled *made, double seconds)
{
	struct ho_page page;
	if (cli->json)
		return cli_json_finish(cli,
		                       json_pack("{so sI sI si sf}", "folder", cli_text_json(wanted->out), "tokens",
		                                 (json_int_t)made->tokens, "words", (json_int_t)made->words,
		                                 "dimensions", (int)made->dimensions, "seconds", seconds),
		                       CLI_OK);
	cli_page_init(&page);
	ho_page_text(&page, 0, 0,
	             "%s has vectors of %u numbers for %zu tokens, made in %.0f s; `handoff train ... "
	             "--encoder %s` uses them.",
	             wanted->out, made->dimensions, made->tokens, seconds, wanted->out);
	if (made->words)
		ho_page_text(&page, 0, 0, "%zu of the tokens are words of %s.", made->words, wanted->vocabulary);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* The last part of a path, for config.json. */
static const char *short_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *last = slash && slash[1] ? slash + 1 : name;
	return ho_utf8_is_clean(ho_slice_str(last)) ? last : "an encoder";
}

/* 0: not given; -1: no such number. */
static long dimensions_of(const char *text)
{
	double number;
	struct ho_error err;
	if (!text)
		return 0;
	return cli_number(&number, text, &err) == HO_OK && number >= 1 && number <= 65536 && number == floor(number)
	           ? (long)number
	           : -1;
}

static int make(struct cli *cli, const char *name, const struct encoder_distill *wanted, const struct ho_table *table)
{
	char folder[8192];
	struct ho_error err = {.code = HO_OK};
	struct ho_encoder *encoder;
	struct ho_distilled made;
	double began = ho_clock_seconds();
	struct ho_distill_options options = {.dimensions = (unsigned)dimensions_of(wanted->dimensions),
	                                     .texts = table->text,
	                                     .n_texts = table->n,
	                                     .name = short_name(name),
	                                     .threads = cli->threads,
	                                     .progress = &cli->progress};
	if (ho_encoder_locate(folder, sizeof folder, name, &err)) {
		ho_error_at(&err, "%s", name);
		return cli_fail(cli, &err);
	}
	if (ho_encoder_open(&encoder, folder, 0, &err))
		return cli_fail(cli, &err);
	enum ho_status status = ho_encoder_distill(&made, wanted->out, encoder, &options, &err);
	cli_progress_clear(cli);
	ho_encoder_free(encoder);
	return status ? cli_fail(cli, &err) : print(cli, wanted, &made, ho_clock_seconds() - began);
}

int encoder_distill(struct cli *cli, const char *name, const struct encoder_distill *wanted, struct cli_data *data)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table table = {.n = 0};
	if (!wanted->out)
		return cli_usage(cli, "-o FOLDER is missing: where the static encoder goes");
	if (dimensions_of(wanted->dimensions) < 0)
		return cli_usage(cli, "--dimensions must be a whole number from 1 to 65536, as in 256");
	if (wanted->vocabulary &&
	    cli_read_table(cli, &table, data, wanted->vocabulary, CLI_LABELS_IF_GIVEN, false, &err))
		return cli_fail(cli, &err);
	int done = make(cli, name, wanted, &table);
	ho_table_release(&table);
	return done;
}
