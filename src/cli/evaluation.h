/** How good a model is on labelled texts that it has not seen: the figures of `evaluate` and `train --test`. */
#ifndef HO_CLI_EVALUATION_H
#define HO_CLI_EVALUATION_H

#include "judge/binomial.h"
#include "judge/metrics.h"
#include "scoring.h"

/** Is the promise kept on these texts? */
enum cli_kept { CLI_KEPT_UNKNOWN = 0, CLI_KEPT, CLI_BROKEN };

/** Texts of one label that were given another. */
struct cli_confused {
	uint32_t truth, predicted;
	uint64_t n;
};

enum { CLI_CONFUSED_MAX = 5, CLI_COVERAGES = 3 };

struct cli_evaluation {
	const struct ho_model *model; /**< borrowed */
	struct cli_scores scores;     /**< owned; scores.n rows were not seen in training */
	size_t seen;                  /**< rows left out */
	uint64_t errors;
	struct ho_interval accuracy;
	double macro_f1, log_loss, brier, aurc;
	struct ho_ece ece;
	struct ho_label_metrics *labels;                   /**< [scores.names.n] owned */
	uint64_t *label_automatic, *label_automatic_wrong; /**< [scores.known] by predicted label; owned */
	uint64_t automatic, automatic_wrong;
	struct ho_interval automatic_error;      /**< exact, 95% */
	double coverage_at_error[CLI_COVERAGES]; /**< at 1, 2 and 5% */
	double asked_error;                      /**< another one that the user asked for; 0: none */
	double coverage_at_asked;
	struct ho_model_certificate certificate;
	enum cli_kept kept;
	struct cli_confused confused[CLI_CONFUSED_MAX]; /**< the most frequent first */
	size_t n_confused;
};

/**
 * Score what the model has not seen of a labelled table, and compute all figures.
 *
 * @param[out] out  zeroed on failure; release with cli_evaluation_release(). All rows seen: scores.n = 0, figures 0.
 * @param asked_error  also tell the coverage at this share of errors, 0..1; 0: none
 */
HO_MUST_CHECK enum ho_status cli_evaluate(struct cli_evaluation *out, struct cli *cli, const struct ho_model *model,
                                          const struct ho_table *table, double asked_error, struct ho_error *err);
/** Take the vectors of a table's texts from a file, and add those that it lacks: ho_model_know_vectors(), told in a
 * note. */
HO_MUST_CHECK enum ho_status cli_know_vectors(struct cli *cli, struct ho_model *model, const char *path,
                                              const struct ho_table *table, struct ho_error *err);
/** Say that a model knows none of a table's labels: the wrong column or the wrong file. Returns HO_EFORMAT. */
enum ho_status cli_refuse_labels(const struct ho_model *model, const struct ho_table *table, struct ho_error *err);
void cli_evaluation_release(struct cli_evaluation *evaluation);

/** The object of `evaluate --json` without the reader's notes; NULL when memory is out. */
json_t *cli_evaluation_json(const struct cli_evaluation *evaluation);
/** The same in words. */
void cli_evaluation_print(struct ho_page *page, const struct cli_evaluation *evaluation);

/** Set a label's entry; a NULL value or a full memory shows as a failure of the whole object: returns false. */
bool cli_json_set(json_t *object, struct ho_slice name, json_t *value);
/** [lo, hi]. */
json_t *cli_json_interval(struct ho_interval interval);

#endif
