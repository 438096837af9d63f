/**
 * handoff: classify texts, and hand over what is not sure.
 *
 * What flows: a model file (made by `handoff train` or ho_train_file()) is opened once, is immutable and
 * may be shared by any number of threads; each thread scores with a workspace of its own.
 *
 *     struct ho_error err;
 *     struct ho_model *model;
 *     struct ho_workspace *ws;
 *     struct ho_answer answer;
 *     if (ho_model_open(&model, "spam.handoff", &err) == HO_OK && ho_workspace_new(&ws, model, &err) == HO_OK &&
 *         ho_classify(&answer, ws, text, len, &err) == HO_OK)
 *         puts(answer.decision == HO_AUTO ? answer.label : "a person, please");
 *
 * Errors: fallible functions return HO_OK (0) or a negative status and, where `err` is not NULL, say in it what
 * happened, where, and what to do. Outputs are zero on failure. A message never quotes a user's text.
 * Memory: `_new`/`_open` pair with `_free`; `_free(NULL)` is allowed. What is borrowed says until when.
 */
#ifndef HANDOFF_HANDOFF_H
#define HANDOFF_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HO_PUBLIC __attribute__((visibility("default")))
#define HO_MUST_CHECK __attribute__((warn_unused_result))
#define HO_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define HO_PUBLIC
#define HO_MUST_CHECK
#define HO_PRINTF(fmt, args)
#endif

/** Result of a fallible function: HO_OK or one of the negatives. */
enum ho_status {
	HO_OK = 0,
	HO_EINVAL = -1,      /**< an argument or option is wrong */
	HO_ENOMEM = -2,      /**< out of memory */
	HO_EIO = -3,         /**< the system refused: disk full, no permission, read error */
	HO_EFORMAT = -4,     /**< the input is damaged or not what it claims to be */
	HO_ENOTFOUND = -5,   /**< no such file, column, label */
	HO_ECONFLICT = -6,   /**< exists already, or contradicts what is there */
	HO_EBUSY = -7,       /**< somebody else holds it; try again */
	HO_ELIMIT = -8,      /**< larger than a stated maximum */
	HO_EUNAVAIL = -9,    /**< not available in this build or on this machine */
	HO_ECANCELLED = -10, /**< stopped on request */
	HO_EBUG = -11        /**< an internal invariant broke; please report it */
};

/** What went wrong, owned by the caller; untouched on success. */
struct ho_error {
	enum ho_status code;
	char place[192];   /**< file, row, column or field: "tickets.csv, row 17, column 'text'"; may be empty */
	char message[448]; /**< one line, lower case, no full stop, says what to do; never a user's text */
};

/** Short English name of a status, for logs. Never NULL; static. */
HO_PUBLIC const char *ho_status_name(enum ho_status status);

/** Version of the library, "MAJOR.MINOR.PATCH"; static. */
HO_PUBLIC const char *ho_version(void);

struct ho_model;     /**< an opened model file: immutable, shareable */
struct ho_workspace; /**< what changes while scoring: one per thread */

/** Who answers. */
enum ho_decision { HO_AUTO = 0, HO_HUMAN = 1 };

/** Why a text goes to a person. (`handoff classify` prints one more, "unreadable", for a row that holds no text.) */
enum ho_reason {
	HO_REASON_NONE = 0,       /**< it does not: the decision is HO_AUTO */
	HO_REASON_UNSURE = 1,     /**< confidence not above the certified threshold */
	HO_REASON_NOVEL = 2,      /**< unlike the training texts, however confident the score */
	HO_REASON_NO_PROMISE = 3, /**< nothing is promised of answers with this label, or of any */
	HO_REASON_PAUSED = 4      /**< somebody paused automatic answers (service only) */
};

/** The answer to one text. Pointers are borrowed: label from the model, probabilities until the next ho_classify() on
 * the workspace. */
struct ho_answer {
	enum ho_decision decision;
	enum ho_reason reason;
	uint32_t label_index; /**< 0 .. ho_model_label_count()-1: the most probable label, also when handed over */
	const char *label;    /**< its name, UTF-8, NUL-terminated */
	double confidence;    /**< calibrated probability of that label, 0..1 */
	double novelty_p;     /**< conformal p-value of "like the training texts", (0, 1]; small = novel */
	bool novel;           /**< unlike the training texts: never HO_AUTO, whatever the reason says */
	const double *probabilities; /**< [K] calibrated, sum 1, in label order */
};

/**
 * Open a model file with mmap; checks structure and checksums before use.
 *
 * @param[out] out  the model; NULL on failure. Free with ho_model_free() after all its workspaces.
 * @param path      file name, NUL-terminated. The file stays mapped: replace it by renaming another one over it, never
 *                  write into it while the model is open.
 * @return HO_OK; HO_ENOTFOUND no such file, or the encoder it needs is not found; HO_EINVAL a folder, pipe or device;
 * HO_EFORMAT damaged, hostile or not a model; HO_EUNAVAIL written by a newer program or on a machine of other byte
 * order; HO_EIO; HO_ENOMEM.
 */
HO_PUBLIC HO_MUST_CHECK enum ho_status ho_model_open(struct ho_model **out, const char *path, struct ho_error *err);
HO_PUBLIC void ho_model_free(struct ho_model *model);

/** Number of labels K >= 2. */
HO_PUBLIC uint32_t ho_model_label_count(const struct ho_model *model);
/** Name of label `index`, NUL-terminated UTF-8; borrowed from the model. NULL if index >= K. */
HO_PUBLIC const char *ho_model_label(const struct ho_model *model, uint32_t index);
/** What holds for automatic answers with one label. */
struct ho_promise {
	bool made;        /**< false: answers with this label are never automatic; the other fields are then 0 */
	bool approximate; /**< cross-fit: tested on scores of other models than the one that answers */
	bool per_label;   /**< the bound holds for the automatic answers with this label; else for all together */
	double max_error; /**< at most this share of them is wrong, for texts like the training texts */
	double confidence_level; /**< the chance, over the draw of labels that it was tested on, that this is true */
	double threshold;        /**< answers are automatic if their confidence is above this */
};

/** What is promised of automatic answers with label `index`; nothing (made = false) if index >= K. */
HO_PUBLIC void ho_model_promise(struct ho_promise *out, const struct ho_model *model, uint32_t index);

/** Everything the model says of itself (options, search, certificate, baselines) as one JSON object, NUL-terminated;
 * borrowed. */
HO_PUBLIC const char *ho_model_report_json(const struct ho_model *model);

/** Make a workspace: the scratch memory of one thread. Free with ho_workspace_free() before the model. HO_ENOMEM. */
HO_PUBLIC HO_MUST_CHECK enum ho_status ho_workspace_new(struct ho_workspace **out, const struct ho_model *model,
                                                        struct ho_error *err);
HO_PUBLIC void ho_workspace_free(struct ho_workspace *ws);

/**
 * Classify one text.
 *
 * @param[out] out  the answer; zeroed on failure.
 * @param text      [len] bytes, any encoding errors are repaired (U+FFFD); need not be NUL-terminated; borrowed.
 * @return HO_OK; HO_ELIMIT text longer than HO_TEXT_MAX; HO_ENOMEM.
 * Memory: no allocation after warm-up. Threads: one thread per workspace.
 */
HO_PUBLIC HO_MUST_CHECK enum ho_status ho_classify(struct ho_answer *out, struct ho_workspace *ws, const char *text,
                                                   size_t len, struct ho_error *err);

/** Longest text that is scored, in bytes: 64 MiB. */
#define HO_TEXT_MAX ((size_t)64 << 20)

/**
 * Explain one text: the JSON object of `handoff explain --json` (label, confidence, decision, reason, pieces, bias,
 * total, words). The weights of the pieces and the bias sum to `total`, the score of the label before calibration.
 *
 * @param[out] out  NUL-terminated JSON, freed by the caller with ho_string_free(); NULL on failure.
 * @return HO_OK; HO_ELIMIT text longer than HO_TEXT_MAX; HO_ENOMEM.
 */
HO_PUBLIC HO_MUST_CHECK enum ho_status ho_explain_json(char **out, struct ho_workspace *ws, const char *text,
                                                       size_t len, struct ho_error *err);
HO_PUBLIC void ho_string_free(char *string);

/** How ho_train_file() trains; start from ho_train_settings_init(), which sets the defaults of `handoff train`. */
struct ho_train_settings {
	const char *target;              /**< label column; NULL (default) guesses it */
	const char *const *text_columns; /**< [n_text_columns] joined in this order; borrowed */
	size_t n_text_columns;           /**< 0 (default) guesses one; at most 16 */
	double max_error;        /**< promised share of wrong automatic answers, alpha in (0, 1); default 0.05 */
	double confidence_level; /**< of the promise, in (0.5, 1); default 0.95 */
	bool cross_fit;          /**< all rows learn, the promise is approximate; default false */
	double time_limit; /**< seconds for the search; 0 (default): none. A search cut short depends on the machine */
	uint64_t seed;     /**< default 1; same data, settings and seed: the same file */
	unsigned threads;  /**< 0 (default): all cores; the file does not depend on it */
	/** Called on the calling thread when a stage begins or goes on; `fraction` 0..1 of the stage, negative when
	 * unknown; `stage` is borrowed. May be NULL. */
	void (*step)(void *context, const char *stage, double fraction);
	/** Asked often and from several threads at once: true ends training with HO_ECANCELLED. May be NULL. */
	bool (*stop)(void *context);
	void *context; /**< handed to both */
};
HO_PUBLIC void ho_train_settings_init(struct ho_train_settings *settings);

/**
 * Train a model from a file of labelled texts. Open it and ask ho_model_promise() for what could be promised.
 *
 * @param data        any file or folder that `handoff train` reads.
 * @param model_path  where to write the model; replaced atomically, untouched on failure.
 * @param settings    NULL: the defaults.
 * @return HO_OK also when nothing can be promised (the model then hands everything over); HO_EINVAL a setting out of
 *         range, or model_path is no regular file; HO_ENOTFOUND no such file or column; HO_EFORMAT data that cannot be
 *         read or learnt from; HO_ELIMIT, HO_EIO, HO_ENOMEM; HO_ECANCELLED.
 */
HO_PUBLIC HO_MUST_CHECK enum ho_status ho_train_file(const char *data, const char *model_path,
                                                     const struct ho_train_settings *settings, struct ho_error *err);

#ifdef __cplusplus
}
#endif
#endif
