#include "encoder_model.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>

#include "encoder/places.h"
#include "model/model.h"
#include "report/show.h"
#include "workspace.h"

bool cli_is_file(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int print_json(struct cli *cli, const char *path, const struct ho_model_encoder *e)
{
	char fingerprint[17];
	(void)snprintf(fingerprint, sizeof fingerprint, "%016llx", (unsigned long long)e->fingerprint);
	json_t *encoder =
	    e->folder ? json_pack("{so ss sI sI ss sb}", "folder", cli_text_json(e->folder), "fingerprint", fingerprint,
	                          "dimensions", (json_int_t)e->dimensions, "max_tokens", (json_int_t)e->max_tokens,
	                          "precision", e->precision, "within", (int)e->within)
	              : json_null();
	return cli_json_finish(cli, json_pack("{so so}", "model", cli_text_json(path), "encoder", encoder), CLI_OK);
}

static int print_words(struct cli *cli, const char *path, const struct ho_model_encoder *e)
{
	struct ho_page page;
	cli_page_init(&page);
	if (!e->folder)
		ho_page_text(&page, 0, 0, "%s needs no encoder.", path);
	else if (e->within)
		ho_page_text(&page, 0, 0, "%s holds its encoder, %s, and answers wherever it is copied to.", path,
		             e->folder);
	else
		ho_page_text(&page, 0, 0,
		             "%s needs the encoder %s, which it finds on this machine; `handoff encoder embed` puts it "
		             "into the model file.",
		             path, e->folder);
	if (e->folder)
		ho_page_text(&page, 0, 0, "%u dimensions in %s, texts of up to %u tokens, fingerprint %016llx.",
		             e->dimensions, e->precision, e->max_tokens, (unsigned long long)e->fingerprint);
	return cli_page_finish(cli, &page, CLI_OK);
}

int cli_check_model(struct cli *cli, const char *path)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model;
	struct ho_model_encoder encoder;
	if (ho_model_open(&model, path, &err))
		return cli_fail(cli, &err);
	ho_model_encoder(&encoder, model);
	int exit = cli->json ? print_json(cli, path, &encoder) : print_words(cli, path, &encoder);
	ho_model_free(model);
	return exit;
}

int cli_embed(struct cli *cli, const char *model, const char *encoder, const char *out)
{
	static char folder[8192];
	struct ho_error err = {.code = HO_OK};
	struct ho_page page;
	size_t bytes = 0;
	out = out ? out : model;
	enum ho_status status = encoder ? ho_encoder_locate(folder, sizeof folder, encoder, &err) : HO_OK;
	if (status == HO_OK)
		status = ho_model_embed(&bytes, model, encoder ? folder : NULL, out, &err);
	if (status)
		return cli_fail(cli, &err);
	if (cli->json)
		return cli_json_finish(
		    cli, json_pack("{so sI}", "model", cli_text_json(out), "bytes", (json_int_t)bytes), CLI_OK);
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s (%s) holds its encoder and answers wherever it is copied to.", out,
	             ho_show_bytes((double)bytes).text);
	return cli_page_finish(cli, &page, CLI_OK);
}
