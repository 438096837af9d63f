/** The figures of `handoff evaluate`, from answered rows to everything that is printed. */
#ifndef HO_CLI_FIGURES_H
#define HO_CLI_FIGURES_H

#include "judge/metrics.h"
#include "judge/significance.h"
#include "run_model.h"

/** Errors among the automatic answers of one promise. */
struct cli_kept {
	double max_error, threshold;
	uint64_t n, wrong;
	double error;                /**< NaN if n = 0 */
	struct ho_interval interval; /**< exact, 95% */
	int kept;                    /**< 1 yes, 0 no, -1 not shown either way */
};

struct cli_figures {
	uint64_t n, seen; /**< rows counted, rows that training had */
	uint64_t unknown; /**< rows of n whose label the model does not know */
	uint64_t right, automated, automated_wrong;
	uint64_t by_reason[5]; /**< rows handed over, by enum ho_reason */
	double accuracy, macro_f1, log_loss, brier;
	struct ho_interval accuracy_interval;
	struct ho_ece ece;
	struct ho_aurc aurc;
	double coverage_at[3];              /**< at 1%, 2%, 5% error, in hindsight */
	uint32_t K, labels;                 /**< labels of the model; with those that it does not know */
	const char **names;                 /**< [labels] NUL-terminated; the first K borrowed from the model */
	char *unknown_names;                /**< owned */
	struct ho_label_metrics *per_label; /**< [labels] owned */
	uint64_t *confusion; /**< [(K + 1)^2] row: truth (K = not known to the model), column: predicted; owned */
	struct ho_model_certificate certificate;
	struct cli_kept automatic; /**< all automatic answers */
	struct cli_kept *promises; /**< [n_promises] one per promise: 0, 1 or K; owned */
	uint32_t n_promises;
	int kept; /**< of all promises together */
};

/** Error shares of cli_figures.coverage_at. */
extern const double cli_hindsight[3];

/**
 * Count everything.
 *
 * @param rows  [table->n] of cli_score().   @param truth  [label_count] of cli_match_labels().
 * @param model  must outlive the figures: they borrow its names and its certificate.
 * @return HO_OK; HO_EFORMAT no row is left; HO_ENOMEM. Release with cli_figures_release().
 */
HO_MUST_CHECK enum ho_status cli_figures(struct cli_figures *out, const struct ho_model *model,
                                         const struct ho_table *table, const struct cli_scored *rows,
                                         const uint32_t *truth, struct ho_error *err);
void cli_figures_release(struct cli_figures *figures);

/** The JSON object of `evaluate --json`; NULL when memory is out. */
json_t *cli_figures_json(const struct cli_figures *figures);
/** The same in words. */
void cli_figures_print(struct ho_page *page, const struct cli_figures *figures);

/** Read, answer and count: what evaluate does, and train with --test. */
HO_MUST_CHECK enum ho_status cli_evaluate(struct cli_figures *out, const struct ho_model *model,
                                          const struct ho_table *table, const struct cli *cli, struct ho_error *err);

#endif
