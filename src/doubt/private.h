/**
 * Shared by the files of this module: what all checks look at, and how they report.
 *
 * A check is a file check_NAME.c with one `const struct doubt_check` (list them in checks.c). It runs in two steps, so
 * that no verdict is given before the p-values of all checks are known:
 *   measure()  computes everything into its state and hands its p-values to ho_doubt__test();
 *   tell()     adds exactly one finding by ho_doubt__find() (with evidence, exhibits, advice), asking
 *              ho_doubt__alarm() which of its tests survived the correction, and sentences for the story.
 */
#ifndef HO_DOUBT_PRIVATE_H
#define HO_DOUBT_PRIVATE_H

#include "base/map.h"
#include "doubt/doubt.h"
#include "judge/binomial.h"
#include "near/near.h"
#include "report/argument.h"
#include "report/exhibit.h"
#include "report/show.h"
#include "text/language.h"
#include "train/out_of_fold.h"

/* Headings in the report. */
#define DOUBT_ON_ACCURACY "Is it any good?"
#define DOUBT_ON_DATA "Is the score real?"
#define DOUBT_ON_PROMISE "Confidence and promise"
#define DOUBT_ON_BEHAVIOUR "How it behaves"

enum doubt_verdict { DOUBT_HOLDS, DOUBT_WEAK, DOUBT_BROKEN, DOUBT_UNKNOWN };

enum {
	DOUBT_CHECKS_MAX = 24,
	DOUBT_TEST_ROWS_MAX = 100000, /* rows of the test file that are looked at: a fair draw of them */
	DOUBT_LEAST = 20              /* fewer judged texts are no basis for a verdict */
};

/** What the model says of some texts: parallel arrays [n], owned. */
struct doubt_answers {
	size_t n;
	uint32_t *predicted; /* label of the model */
	double *confidence;  /* of it */
	double *p_truth;     /* probability of the true label; 0 if the model does not know it; NaN without truth */
	double *brier;       /* sum over labels of (p - [truth])^2; NaN without truth */
	uint8_t *wrong;      /* 0 without truth */
	uint8_t *automatic;  /* answered without a person */
	uint8_t *novel;
};

/** Labelled rows of a table, and what the model says of them. Arrays [n], owned. */
struct doubt_rows {
	const struct ho_table *table; /* NULL: there are none */
	size_t n;
	uint32_t *row;         /* in the table, ascending */
	struct ho_slice *text; /* borrowed from the table */
	uint32_t *truth;       /* index into doubt.labels */
	uint32_t *group;       /* group of duplicates within these rows, 0 .. groups-1 */
	size_t groups;
	uint8_t *unit;                /* 1: the row that counts for its group, drawn without a look at its label */
	struct doubt_answers answers; /* n = 0 until asked for */
};

/** One test of "all is well". */
struct doubt_test {
	size_t check;
	double p, adjusted;
};

struct doubt_check;

struct doubt {
	const struct ho_model *model;
	const struct ho_doubt_options *options;
	const struct ho_progress *progress;
	struct ho_findings *out;
	struct ho_map labels; /* names: those of the model (0 .. K-1), then what else the tables have */
	uint32_t K;           /* labels of the model */
	struct ho_languages languages;
	size_t train_seen; /* train rows that the model had in training (stored hashes) */
	struct doubt_rows train;
	struct doubt_rows test;       /* all of the test file (or a draw of DOUBT_TEST_ROWS_MAX) */
	struct ho_near_match *copies; /* [test.n] the train row (index into train) that each test row duplicates */
	uint8_t *seen;                /* [test.n] the model had this very text in training (stored hashes) */
	uint32_t *judged; /* [n_judged] rows of `test` that may judge: one a group, not seen, no copy of a train row */
	size_t n_judged;
	/* Calibrated out-of-fold probabilities of a quick model on train.table; `row` are rows of the table. Ask
	 * ho_doubt__out_of_fold() first. */
	struct ho_out_of_fold fold;
	uint32_t *fold_label; /* [fold.K] the labels of `fold` as indices into `labels` */
	bool has_fold;        /* false after asking: there is too little to learn from */
	/* the checks that run, and their state */
	const struct doubt_check *check[DOUBT_CHECKS_MAX];
	void *state[DOUBT_CHECKS_MAX];
	size_t n_checks, current; /* `current`: whose measure() or tell() runs */
	struct doubt_test *tests; /* [n_tests] owned */
	size_t n_tests, tests_cap;
	bool tests_lost;             /* memory was out: ho_doubt__correct() fails */
	struct doubt_sentence *told; /* [n_told] for the story; owned */
	size_t n_told, told_cap;
};

struct doubt_check {
	const char *id;      /* stable, for --only and machines: "calibration" */
	const char *title;   /* what is asked, for progress and help: "are the confidences honest?" */
	const char *section; /* heading in the report; static */
	bool (*applies)(const struct doubt *d); /* NULL: always; false: left out unless --only names it */
	size_t state; /* bytes of zeroed memory that measure() fills and tell() reads; 0: none */
	/* HO_ENOMEM, HO_ECANCELLED and whatever it calls. */
	enum ho_status (*measure)(struct doubt *d, void *state, struct ho_error *err);
	/* Adds one finding; errors of the findings are sticky. */
	void (*tell)(struct doubt *d, const void *state);
	void (*release)(void *state); /* NULL: nothing to free */
};

extern const struct doubt_check *const ho_doubt__checks[];
extern const size_t ho_doubt__n_checks;

/* --- verdicts (verdict.c) --- */

/** Register a p-value of "all is well" of the check that runs; returns its number for ho_doubt__alarm(). Each check
 * has the same weight in the correction, shared by its tests. */
size_t ho_doubt__test(struct doubt *d, double p);
/** Did the test survive the correction over all tests (adjusted p <= HO_DOUBT_LEVEL)? Only in tell(). */
bool ho_doubt__alarm(const struct doubt *d, size_t test);
/** Its corrected p-value. */
double ho_doubt__adjusted(const struct doubt *d, size_t test);
/** Weighted Holm (1979, section 3) over all tests; called once between the two steps. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__correct(struct doubt *d, struct ho_error *err);
/** Start the finding of the check that runs; everything else is added by the functions of report/findings.h. */
void ho_doubt__find(struct doubt *d, enum doubt_verdict verdict, const char *title, ...) HO_PRINTF(3, 4);
/** "p = 0.003 (corrected 0.04)" as a line of evidence. */
void ho_doubt__show_test(struct doubt *d, const char *what, size_t test);

/* --- the story (story.c) --- */

/** A sentence for the story; the weightiest are told. 0..100; broken 80 and more, weak 40 and more, holds below. */
void ho_doubt__say(struct doubt *d, int weight, const char *format, ...) HO_PRINTF(3, 4);
/** Tell the story; after all findings. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__story(struct doubt *d, struct ho_error *err);
void ho_doubt__story_release(struct doubt *d);

/* --- what the checks look at (rows.c, answers.c) --- */

/** Can the directional tests of the options be read? Asked before the work begins. HO_EFORMAT, HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__check_directions(const struct doubt *d, struct ho_error *err);
/** Labels, rows, duplicate groups, copies, judged rows and the answers to the test rows. HO_EFORMAT labels that the
 * model does not know; HO_ELIMIT, HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__look(struct doubt *d, const struct ho_table *train, const struct ho_table *test,
                                            struct ho_error *err);
void ho_doubt__release(struct doubt *d);
/** Classify texts on all cores; the result does not depend on their number. `truth` may be NULL. Release with
 * ho_doubt__answers_release(). HO_ELIMIT, HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__answer(struct doubt_answers *out, const struct doubt *d,
                                              const struct ho_slice *text, const uint32_t *truth, size_t n,
                                              struct ho_error *err);
void ho_doubt__answers_release(struct doubt_answers *answers);
/** The model's answers to the train rows (it learnt from most of them), computed once. As
 * ho_doubt__answer(). */
HO_MUST_CHECK enum ho_status ho_doubt__answer_train(struct doubt *d, struct ho_error *err);
/** d->fold, computed once; d->has_fold stays false where nothing can be learnt. HO_ELIMIT, HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__out_of_fold(struct doubt *d, struct ho_error *err);

/* --- words --- */

/** Somebody's word, name or value, short and clean, with options->redact personal data masked. */
struct ho_shown ho_doubt__shown(const struct doubt *d, struct ho_slice text);
/** A word of the texts (its normal form), shown like this: '#' for the digits of long numbers. */
struct ho_shown ho_doubt__word(const struct doubt *d, struct ho_slice word);
/** Name of a label, shown like this. */
struct ho_shown ho_doubt__label(const struct doubt *d, uint32_t label);
/** The command line with the names that the caller gave: "handoff doubt m.handoff train.csv". */
struct doubt_command {
	char text[1600];
};
struct doubt_command ho_doubt__command(const struct doubt *d, bool with_test);
/** A name as a word of a command, quoted; `otherwise` ("COLUMN") if it cannot be shown or would be masked. */
struct ho_argument ho_doubt__argument(const struct doubt *d, struct ho_slice name, const char *otherwise);
/** The training file as a word of a command: its name, or TRAIN. */
struct ho_argument ho_doubt__train(const struct doubt *d);
/** Add row i of `rows` to the last exhibit of texts; with options->redact personal data are masked. */
void ho_doubt__show_row(struct doubt *d, const struct doubt_rows *rows, size_t i, const char *note, ...)
    HO_PRINTF(4, 5);
/** The same with another text in place of the row's: a changed one. */
void ho_doubt__show_text(struct doubt *d, const struct doubt_rows *rows, size_t i, struct ho_slice text,
                         const char *note, ...) HO_PRINTF(5, 6);
/** "no labelled texts that the model has not seen" and how to give some: the finding of a check that needs them.
 * Returns true if it was added. */
bool ho_doubt__needs_test(struct doubt *d, const char *what);

#endif
