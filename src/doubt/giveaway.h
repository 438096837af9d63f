/**
 * What may give the answer away, for check_giveaways.c: single words, names of labels in the texts, numbers and codes,
 * other columns. Each part measures on train rows (one a group of copies) and returns p-values of "this is ordinary";
 * what is ordinary was measured on public sets (docs/explanation/doubt.md).
 */
#ifndef HO_DOUBT_GIVEAWAY_H
#define HO_DOUBT_GIVEAWAY_H

#include "doubt/paired.h"
#include "doubt/refit.h"

enum { DOUBT_FEW_LABELS = 10, DOUBT_TELLTALES = 8 };

/** The rows that are looked at. Arrays [n], borrowed; labels below K. */
struct doubt_sample {
	const struct doubt *d;
	const uint32_t *row; /**< in d->train */
	const struct ho_slice *text;
	const uint32_t *label;
	size_t n;
	uint32_t K;
	const uint32_t *label_rows; /**< [K] */
	double majority;            /**< share of the most frequent label */
	const struct ho_corpus *corpus;
};

/** A word that tells a label: stands in `with` texts, `right` of them of the label. */
struct doubt_telltale {
	uint32_t type, label;
	uint32_t with, right, of_label;
	double gap; /**< share of the label's texts that have it, less the share of the others */
	double p;   /**< of "the gap is at most 0.6", corrected for having looked at all words */
};

struct doubt_words {
	struct doubt_telltale top[DOUBT_TELLTALES]; /**< by falling gap, one a label */
	size_t n_top;
	double p;                    /**< few labels: the least p of a word; else 1 */
	double covered, p_covered;   /**< many labels: texts told by their label's best word; p of "at most half" */
	uint64_t named, named_right; /**< texts that name a label; that name their own */
	double p_named;              /**< of "at most half of the texts name their own label" */
};

/** HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_doubt__words(struct doubt_words *out, const struct doubt_sample *s,
                                             struct ho_error *err);

/** Quick models with all words and without those that tell too much (p < 0.05), on the same folds. HO_ENOMEM,
 * HO_ELIMIT, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__without_words(struct doubt_drop *out, const struct doubt_words *words,
                                                     const struct doubt_sample *s, struct ho_error *err);

/** An order of texts, by a number or code in them or by a column: do neighbours have the same label? */
struct doubt_order {
	size_t n;         /**< rows that have a value */
	double agreement; /**< share of neighbours with the same label */
	double expected;  /**< if the order did not matter */
	double lookup;    /**< right if the label most frequent among the others with the same value is answered */
	double majority;  /**< right if the most frequent label is answered */
	double p; /**< of "agreement and lookup are less than half (columns, first and last words: four fifths) of the
	             way to 1" */
	size_t first, last; /**< rows of the sample with the lowest and the highest value */
};

/** A value of a row of the sample. */
struct doubt_value {
	struct ho_slice value;
	uint32_t row;
};

/** Judge an order; `values` [n] are sorted in place by ho_time_compare(). `way`: 0.5, 0.8. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__judge_order(struct doubt_order *out, struct doubt_value *values, size_t n,
                                                   const struct doubt_sample *s, double way, struct ho_error *err);

struct doubt_identifiers {
	struct doubt_order number; /**< first number of three digits or more */
	struct doubt_order code;   /**< first word of letters and digits, or with an at sign */
	struct doubt_order first;  /**< first word of the text: greetings, templates */
	struct doubt_order last;   /**< last word: signatures */
	double last_digit;         /**< right if the label most frequent for the number's last digit is answered */
	double p;
};

/** HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__identifiers(struct doubt_identifiers *out, const struct doubt_sample *s,
                                                   struct ho_error *err);

struct doubt_columns {
	size_t looked;
	size_t worst; /**< the column that tells most, an index into the table's columns */
	bool read;    /**< the model reads it: it is one of the text columns */
	struct doubt_order order;
	double p;
};

/** HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__columns(struct doubt_columns *out, const struct doubt_sample *s,
                                               struct ho_error *err);

#endif
