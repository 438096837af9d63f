/** Shared inside the module: the opened model and the workspace. */
#ifndef HO_MODEL_PRIVATE_H
#define HO_MODEL_PRIVATE_H

#include "base/file.h"
#include "base/keyset.h"
#include "encoder/cache.h"
#include "encoder/files.h"
#include "encoder/shared.h"
#include "model/format.h"
#include "model/model.h"
#include "model/neighbours.h"
#include "text/ngram.h"
#include "text/tokenize.h"

/** One view, pointing into the file. */
struct ho_view {
	const struct ho_slot *slots; /**< [mask + 1]; NULL if the model lacks the view */
	uint64_t mask;
	const uint32_t *rows; /**< [n_rows + 1], K > 2 */
	uint32_t n_rows;
	const struct ho_entry *entries;
	const uint32_t *string_offsets; /**< [mask + 2] */
	const char *strings;
	float scale;
};

/** A mapped file; the model and, where it lies within, its encoder hold it, which other models may go on using. */
struct ho_model_file {
	struct ho_mapping mapping;
	_Atomic unsigned references;
};
/** Let go of it; NULL is allowed. */
void ho_model__file_release(void *file);

struct ho_model {
	struct ho_model_file *file; /**< NULL: it was not opened from one */
	struct ho_slice bytes;
	const struct ho_core *core;
	const double *bias, *offset, *max_error, *threshold;
	const char **labels; /**< [K] owned array of borrowed names */
	const char *text_columns, *target;
	struct ho_view word, chars;
	const float *novelty;
	size_t n_novelty;
	const uint64_t *seen;
	size_t n_seen;
	struct ho_tested *tested; /**< owned */
	uint32_t n_tested;
	const char *report;
	const struct ho_encoder_record *encoder_record; /**< NULL: the model has no encoder */
	const char *encoder_folder; /**< where it stood when the model was trained; its name, if it is within */
	struct ho_encoder_files encoder_files;     /**< within the file; no weights: it is elsewhere */
	const float *dense;                        /**< [columns][dimensions] */
	struct ho_neighbours neighbours;           /**< rows 0: none */
	const struct ho_distance_record *distance; /**< NULL: none */
	const struct ho_encoder *encoder;          /**< set before the first workspace is made */
	struct ho_shared_encoder *shared;          /**< what holds it open, if the model has opened it */
	const struct ho_vector_cache *vectors;     /**< vectors that are known; else NULL; borrowed, or `known` */
	struct ho_vector_cache *known;             /**< of ho_model_know_vectors(); NULL; owned */
};

/** What a word adds through the char view, remembered: a direct-mapped cache of words. */
struct ho_word_sum {
	uint64_t hash;  /**< token hash; entry valid if grams > 0 */
	float sum;      /**< two labels; for more see word_vectors */
	uint16_t grams; /**< n-grams of the word + 1; 0 = empty entry */
	bool known;     /**< at least one n-gram of the word is a feature, even if the sum is 0 */
};

/** Entries of the cache, and the most bytes of its vectors: with more labels there are fewer entries, and none if not
 * even WORD_CACHE_MIN fit. */
enum { HO_WORD_CACHE_MAX = 1 << 14, HO_WORD_CACHE_MIN = 1 << 8, HO_WORD_VECTOR_BYTES = 4 << 20 };

struct ho_workspace {
	const struct ho_model *model;
	struct ho_tokens tokens;
	uint64_t *hashes; /**< [hashes_cap] token hashes of the text */
	size_t hashes_cap;
	struct ho_keyset seen;
	struct ho_char_ngram *grams;           /**< [HO_CHAR_NGRAMS_MAX] */
	struct ho_word_sum *word_sums;         /**< [word_cache]; NULL without a cache */
	float *word_vectors;                   /**< [word_cache][columns] for more than two labels, else NULL */
	size_t word_cache;                     /**< a power of two */
	float *sums;                           /**< [columns] one view's sum */
	double *scores;                        /**< [columns] margins of the last text */
	double *probabilities;                 /**< [K] */
	struct ho_encoder_workspace *encoding; /**< NULL without an encoder */
	float *vector;                         /**< [dimensions] */
	struct ho_vector_memory *memory;       /**< vectors of earlier texts; NULL: none; borrowed */
	int8_t *packed;                        /**< [dimensions] the same in 8 bits */
	float *ahead;                          /**< [n_ahead][dimensions] vectors of texts to come; owned */
	struct ho_slice *ahead_texts;          /**< [n_ahead] the texts, borrowed from the caller; the array owned */
	size_t n_ahead, next_ahead, ahead_cap, ahead_texts_cap;
};

/** What scoring found besides the scores. */
struct ho_text_score {
	size_t tokens, words, unknown_words; /**< words: distinct tokens that are no marks */
	double distance;                     /**< to the nearest neighbour, if the model has any */
	bool any_known;                      /**< at least one feature of the text is in the model */
};

/** Slot of a key, or NULL. */
static inline const struct ho_slot *ho_view_find(const struct ho_view *view, uint64_t key)
{
	uint32_t fingerprint = ho_slot_fingerprint(key);
	for (uint64_t at = key & view->mask;; at = (at + 1) & view->mask) {
		if (view->slots[at].fingerprint == fingerprint)
			return &view->slots[at];
		if (!view->slots[at].fingerprint)
			return NULL;
	}
}

/** What the confidence of an answer with this label must exceed; 1 where nothing is promised, so that none does. */
static inline double ho_model__threshold(const struct ho_model *model, uint32_t label)
{
	if (model->core->promise_kind == HO_PROMISE_NONE)
		return 1;
	return model->threshold[model->core->promise_labels > 1 ? label : 0];
}

/** Score a text: ws->scores. HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_model__score(struct ho_text_score *out, struct ho_workspace *ws, const char *text,
                                             size_t len, struct ho_error *err);
/** From ws->scores to the answer. */
void ho_model__answer(struct ho_answer *out, struct ho_workspace *ws, const struct ho_text_score *scored);

/** The vector of a text: known from training, foreseen, remembered, or computed now. Borrowed until the next text.
 * HO_ELIMIT, HO_EFORMAT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_model__vector(const float **out, struct ho_workspace *ws, struct ho_slice text,
                                              struct ho_error *err);

/** The vector of a text of the last ho_workspace_foresee(), or NULL. */
const float *ho_model__foreseen(struct ho_workspace *ws, struct ho_slice text);

/** Does the model file hold its encoder? */
static inline bool ho_model__has_files(const struct ho_model *model)
{
	return model->encoder_files.bytes[HO_ENCODER_WEIGHTS].ptr != NULL;
}

/** Open the encoder that the model asks for, if any: the one within, or one that is found from `path`, where the model
 * stands or will stand. HO_ENOTFOUND, HO_EFORMAT if it is another one; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_model__open_encoder(struct ho_model *model, const char *path, struct ho_error *err);

/** The encoder of these files, if it is the model's; its bytes are borrowed from them. HO_EFORMAT: another one. */
HO_MUST_CHECK enum ho_status ho_model__open_files(struct ho_encoder **out, const struct ho_model *model,
                                                  struct ho_encoder_files *files, struct ho_error *err);
/** The folder that ho_model__open_encoder() would take it from. The model does not hold it. */
HO_MUST_CHECK enum ho_status ho_model__locate_encoder(char *folder, size_t size, const struct ho_model *model,
                                                      const char *path, struct ho_error *err);

/** Check `bytes` and point the model into them; nothing is copied. HO_EFORMAT, HO_EUNAVAIL, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_model__attach(struct ho_model *model, struct ho_slice bytes, struct ho_error *err);

#endif
