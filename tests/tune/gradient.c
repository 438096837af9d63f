/*
 * For comparison with PyTorch (torch_check.py): vectors of an encoder, and the gradient of a loss by all its weights.
 *
 * Usage: tune-gradient FOLDER TEXTS OUT. TEXTS has lines LABEL<tab>TEXT; labels are 0, 1, 2. The loss is the mean of
 * the cross-entropy of every text and of the pair loss of each with the next one (target 1 for equal labels). OUT gets,
 * as 32-bit floats: the loss, vectors [n][dimensions], then the gradient of each tensor in the order printed, with
 * sizes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoder/encoder.h"
#include "tune/tuner.h"

enum { OUTPUTS = 3, TEXTS_MAX = 200 };

struct texts {
	struct ho_slice text[TEXTS_MAX];
	uint32_t label[TEXTS_MAX];
	size_t n;
};

static int die(const char *what, const struct ho_error *err)
{
	fprintf(stderr, "%s: %s %s\n", what, err ? err->place : "", err ? err->message : "");
	return 1;
}

static void read_texts(struct texts *t, FILE *file)
{
	static char lines[TEXTS_MAX][4096];
	while (t->n < TEXTS_MAX && fgets(lines[t->n], sizeof lines[t->n], file)) {
		char *line = lines[t->n], *tab = strchr(line, '\t');
		line[strcspn(line, "\n")] = '\0';
		t->label[t->n] = (uint32_t)(line[0] - '0') % OUTPUTS;
		t->text[t->n++] = ho_slice_str(tab ? tab + 1 : "");
	}
}

static size_t list(struct ho_example *examples, const struct texts *t)
{
	size_t n = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		examples[n++] = (struct ho_example){i, HO_NO_TEXT, t->label[i], 0};
		if (i + 1 < t->n)
			examples[n++] = (struct ho_example){i, i + 1, 0, t->label[i] == t->label[i + 1]};
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct ho_example examples[2 * TEXTS_MAX];
	struct texts texts = {.n = 0};
	struct ho_error err;
	struct ho_network *network;
	struct ho_encoder *encoder;
	struct ho_tuner *tuner;
	struct ho_token_rows rows;
	double loss;
	FILE *in = argc == 4 ? fopen(argv[2], "r") : NULL, *out = argc == 4 ? fopen(argv[3], "wb") : NULL;
	if (!in || !out)
		return die("tune-gradient FOLDER TEXTS OUT", NULL);
	read_texts(&texts, in);
	size_t n = list(examples, &texts);
	if (ho_encoder_open(&encoder, argv[1], 0, &err) || ho_network_open(&network, argv[1], OUTPUTS, &err) ||
	    ho_token_rows_make(&rows, network, texts.text, texts.n, NULL, &err) ||
	    ho_tuner_new(&tuner, network, 0, 2, &err))
		return die(argv[1], &err);
	/* A head that both sides can make: multiples of 1/64. */
	for (size_t i = 0; i < OUTPUTS * (network->facts.dimensions + 1); i++)
		network->w[network->head_w + i] = (float)(i * 37 % 129) / 64 - 1;
	const struct ho_pass pass = {.from = 0, .weight = 1 / (float)n};
	size_t d = network->facts.dimensions;
	float *vectors = malloc(texts.n * d * sizeof *vectors);
	if (!vectors || ho_encode(vectors, encoder, texts.text, texts.n, 1, NULL, &err) ||
	    ho_tuner_add(&loss, tuner, &rows, examples, n, &pass, &err))
		return die("gradient", &err);
	float first = (float)loss;
	fwrite(&first, sizeof first, 1, out);
	fwrite(vectors, sizeof *vectors, texts.n * d, out);
	fwrite(ho_tuner_gradient(tuner), sizeof(float), network->n, out);
	for (size_t i = 0; i < network->n_tensors; i++)
		printf("%s %zu\n", network->tensors[i].name,
		       (network->tensors[i].rows ? network->tensors[i].rows : 1) * network->tensors[i].columns);
	free(vectors);
	ho_tuner_free(tuner);
	ho_token_rows_release(&rows);
	ho_network_free(network);
	ho_encoder_free(encoder);
	fclose(in);
	return fclose(out) == 0 ? 0 : 1;
}
