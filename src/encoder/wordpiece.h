/**
 * WordPiece: texts to the numbers that a BERT-family encoder was trained on, the same numbers that Hugging Face's
 * `tokenizers` gives for BertNormalizer + BertPreTokenizer + WordPiece.
 *
 * Steps, in this order: special tokens standing in the text are taken out; control characters go, white space becomes a
 * blank; CJK ideographs stand alone; accents go (canonical decomposition, nonspacing marks dropped), then lower case;
 * words are split at blanks and around each punctuation mark; each word into the longest pieces of the vocabulary from
 * the left, or the unknown token if a rest has none.
 */
#ifndef HO_ENCODER_WORDPIECE_H
#define HO_ENCODER_WORDPIECE_H

#include <stdint.h>

#include "base/map.h"
#include "encoder/files.h"

enum { HO_PIECE_CHARS_MAX = 100, HO_ADDED_TOKENS_MAX = 64, HO_VOCABULARY_MAX = 1000000 };

/** A token that is taken out of the text as it stands, before anything else. */
struct ho_added_token {
	struct ho_slice content; /**< not empty */
	uint32_t id;
	bool left_strip, right_strip, single_word;
};

struct ho_wordpiece {
	struct ho_map vocabulary; /**< pieces; index -> id by ids[] */
	uint32_t *ids;            /**< [vocabulary.n] owned */
	size_t ids_cap;
	uint32_t size;                /**< ids are below this */
	size_t longest;               /**< bytes of the longest piece */
	uint32_t unknown, begin, end; /**< [UNK], [CLS], [SEP] */
	bool has_edges;               /**< begin and end are put around a text */
	struct ho_slice prefix;       /**< of pieces inside a word: "##" */
	unsigned word_chars_max;      /**< longer words are unknown */
	bool clean, split_cjk, strip_accents, lower_case;
	struct ho_added_token added[HO_ADDED_TOKENS_MAX];
	size_t n_added;
	struct ho_arena arena; /**< prefix and contents */
};

/** Read `tokenizer.json`, or else `vocab.txt`, of an encoder. What is not supported (another kind of model, say) is
 * refused by name. HO_ENOTFOUND, HO_EFORMAT, HO_EUNAVAIL, HO_EIO, HO_ENOMEM. Release with ho_wordpiece_release(). */
HO_MUST_CHECK enum ho_status ho_wordpiece_open(struct ho_wordpiece *out, struct ho_encoder_files *files,
                                               struct ho_error *err);
/** From the bytes of a tokenizer.json. */
HO_MUST_CHECK enum ho_status ho_wordpiece_read_json(struct ho_wordpiece *out, struct ho_slice bytes,
                                                    struct ho_error *err);
/** From the lines of a vocab.txt; lower_case as tokenizer_config.json says. */
HO_MUST_CHECK enum ho_status ho_wordpiece_read_vocabulary(struct ho_wordpiece *out, struct ho_slice bytes,
                                                          bool lower_case, struct ho_error *err);
void ho_wordpiece_release(struct ho_wordpiece *wordpiece);

/** A token of a text. The edges have start = end. */
struct ho_piece_token {
	uint32_t id;
	uint32_t start, end; /**< bytes of the text that it comes from */
};

/** Tokens of one text; reused from text to text. */
struct ho_piece_tokens {
	struct ho_piece_token *items; /**< [n] owned */
	size_t n, cap;
	char *word;            /**< the word being collected, normalised; owned */
	uint32_t *word_source; /**< [word_len + 1] byte of the text each byte comes from; owned */
	size_t word_len, word_cap, source_cap;
	unsigned word_chars;
	uint32_t word_end;
};

void ho_piece_tokens_release(struct ho_piece_tokens *tokens);

/**
 * Tokenise a text of at most 2^31 bytes; ill-formed UTF-8 counts as U+FFFD and is dropped like it.
 *
 * @param max  most tokens with the edges, >= 2; the rest of the text is left out (the end token stays). 0: no limit.
 * @param edges  put begin and end around, if the model has them.
 * @return HO_OK, HO_ELIMIT (text too long), HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_wordpiece_tokenize(struct ho_piece_tokens *out, const struct ho_wordpiece *wordpiece,
                                                   struct ho_slice text, size_t max, bool edges, struct ho_error *err);

#endif
