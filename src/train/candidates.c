/*
 * What the search tries. Figures behind the list are in docs/decisions/0007-features.md: idf times the square root of
 * the naive-Bayes ratio wins with few labels, plain idf with many; squared hinge is ahead of softmax mostly, and
 * cheaper.
 */
#include "train/search.h"

enum { FEW_LABELS = 10 };

static const struct ho_head few[] = {
    {"word 1-2 idf*ratio^.5, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0.5, 1, 0},
    {"word 1-2 idf*ratio^.5, C 0.3", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0.5, 0.3, 0},
    {"word 1-3 idf^1.5*ratio^.5, C 1", HO_VIEW_WORD3, HO_LEARN_HINGE, 1.5, 0.5, 1, 0},
    {"word 1-2 idf, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0, 1, 0},
    {"word 1-2 binary*ratio, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 0, 1, 1, 0},
    {"word 1-2 binary, C 0.5", HO_VIEW_WORD2, HO_LEARN_HINGE, 0, 0, 0.5, 0},
    {"word 1-2 idf, softmax C 10", HO_VIEW_WORD2, HO_LEARN_SOFTMAX, 1, 0, 10, 0},
    {"char 2-5 idf, C 0.5", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0, 0.5, 0},
    {"char 2-5 idf*ratio^.5, C 0.5", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0.5, 0.5, 0},
    {"naive Bayes, word 1-2", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
    {"naive Bayes, word 1-3", HO_VIEW_WORD3, HO_LEARN_BAYES, 0, 0, 0.3, 0},
};

static const struct ho_head many[] = {
    {"word 1-2 idf^.75, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 0.75, 0, 1, 0},
    {"word 1-2 idf^.75, C 2", HO_VIEW_WORD2, HO_LEARN_HINGE, 0.75, 0, 2, 0},
    {"word 1-3 idf, C 1", HO_VIEW_WORD3, HO_LEARN_HINGE, 1, 0, 1, 0},
    {"word 1-2 idf, softmax C 10", HO_VIEW_WORD2, HO_LEARN_SOFTMAX, 1, 0, 10, 0},
    {"char 2-5 idf, C 1", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0, 1, 0},
    {"char 2-5 idf, C 0.5", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0, 0.5, 0},
    {"naive Bayes, word 1-2", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
    {"naive Bayes, word 1-3", HO_VIEW_WORD3, HO_LEARN_BAYES, 0, 0, 0.3, 0},
};

/* Vectors of length 1 want a large C; how large grows with what the labels have to tell. */
static const struct ho_head encoded[] = {
    {"encoder, C 3", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 3, 0},
    {"encoder, C 20", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 20, 0},
    {"encoder, C 150", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 150, 0},
};

/* The same, drawn towards the labels' names: bench/few_labels.py on held-out parts of sst2, trec6 and banking77. */
static const struct ho_head named[] = {
    {"encoder and label names (16), C 3", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 3, 16},
    {"encoder and label names, C 3", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 3, 6},
    {"encoder and label names, C 20", HO_VIEW_COUNT, HO_LEARN_DENSE, 0, 0, 20, 6},
};

size_t ho_candidates(struct ho_head *out, uint32_t K, bool encoder, bool names)
{
	const struct ho_head *list = K <= FEW_LABELS ? few : many;
	size_t n = K <= FEW_LABELS ? sizeof few / sizeof *few : sizeof many / sizeof *many;
	memcpy(out, list, n * sizeof *out);
	if (!encoder)
		return n;
	memcpy(out + n, encoded, sizeof encoded);
	n += sizeof encoded / sizeof *encoded;
	if (!names)
		return n;
	memcpy(out + n, named, sizeof named);
	return n + sizeof named / sizeof *named;
}

unsigned ho_folds_for(size_t n)
{
	/* With eight labels of a kind eight folds hold out one of each, and no fold is short of one label. */
	return n < 100 ? 8 : n < 3000 ? 5 : 3;
}
