/**
 * The promise, measured: which automatic answers are audited, what the audits say, and the alarm.
 *
 * Every automatic answer counts as right in the e-process the moment it is given; a confirmed error turns its factor
 * around later. So at any time the wealth is at most that of the true process over the answers given so far, whatever
 * the delay of the audits, and Ville's bound on false alarms holds (methods.md 3.11). The same is true of the answers
 * up to the end of any earlier day; the largest of these wealths counts, so that verdicts which are still to come hold
 * up nothing that earlier days have shown. The wealth depends only on the number of answers of each day in the epoch
 * and the audit probabilities of the confirmed errors: it is computed from the store, so that restarts and replicas
 * agree.
 */
#ifndef HO_APP_AUDIT_H
#define HO_APP_AUDIT_H

#include "app/workspace.h"
#include "judge/eprocess.h"

/**
 * Probability with which an automatic answer is audited: the task's share, raised to reach the floor of the day, a
 * tenth after the day's budget, larger near the threshold. Depends on the past only. In (0, 1] unless the share is 0.
 *
 * @param expected  automatic answers expected today.   @param drawn  audits drawn today.
 */
double ho_audit_probability(const struct ho_task_settings *settings, double confidence, double threshold,
                            double expected, uint64_t drawn);

/**
 * The share of confirmed errors that a kept promise allows: with people who err in `reviewer_error` of their answers,
 * independently, two of them find wrong what is wrong with (1 - e)^2 and what is right with e^2. Below a promise
 * of 1.5% (at e = 3%) their own slips alone would exceed it, so the larger of this share and `max_error` is tested
 * against.
 *
 * @param max_error  promised, in (0, 1).   @param reviewer_error  in [0, .1].
 */
double ho_audit_tested(double max_error, double reviewer_error);

/** What one promise is tested by: of all automatic answers, or of those with one label. */
struct ho_evidence {
	const char *label;         /**< NULL: one promise for all */
	double max_error, tested;  /**< promised; what the e-process tests against, ho_audit_tested() */
	uint64_t automatic, wrong; /**< answers of the epoch; confirmed errors */
	double log_wealth, p;      /**< of the e-process against "confirmed errors <= tested" */
	bool alarm;                /**< with n promises each may raise one with delta / n */
};

struct ho_monitor {
	int64_t since;                                  /**< beginning of the epoch */
	uint64_t automatic;                             /**< automatic answers in the epoch */
	uint64_t drawn, right, wrong, waiting, missing; /**< audits, by state */
	uint64_t second;                                /**< of the waiting: contested, a second person is to look */
	double max_error;                               /**< promised, the largest if per label; 0: none, then there
	                                                   is no e-process */
	double tested;                                  /**< what the e-process tests against: ho_audit_tested() */
	double error;                                   /**< inverse-probability estimate; NAN if no audit has ended */
	struct ho_interval sequence; /**< confidence sequence for the error: holds at all times together; audits that
	                                wait or are missing count as right below and as wrong above */
	double delta;                /**< chance of a false alarm, as set when the epoch had no verdict yet */
	double log_wealth, p;        /**< against "confirmed errors <= tested"; with n promises per label the strongest
	                                evidence, less ln n and times n: comparable with 1 / delta */
	uint32_t label;              /**< promises per label: the model's number of the label that it speaks against;
	                                UINT32_MAX: one promise, or no error yet */
	double label_max_error;      /**< promised for it */
	uint64_t label_wrong;        /**< its confirmed errors */
	bool alarm;
	double coverage; /**< automatic / all of the epoch's texts; NAN if none */
	struct ho_queue_figures queue;
};
/** The figures of a task now, through any handle. HO_ENOTFOUND. */
HO_MUST_CHECK enum ho_status ho_monitor_read(struct ho_monitor *out, struct ho_app *app, struct ho_store *store,
                                             const char *task, struct ho_error *err);
/** The evidence on each promise, in the model's order of labels. In the arena; none if nothing is promised.
 * HO_ENOTFOUND. */
HO_MUST_CHECK enum ho_status ho_monitor_evidence(struct ho_evidence **out, size_t *n, struct ho_app *app,
                                                 struct ho_store *store, const char *task, struct ho_arena *arena,
                                                 struct ho_error *err);
/** After an audit ended: recompute; at the first alarm of the epoch write journal and event, and pause if the task says
 * so. In a group. *alarmed: it was raised now. */
HO_MUST_CHECK enum ho_status ho_monitor_check(bool *alarmed, struct ho_app *app, struct ho_store *store,
                                              const char *task, struct ho_error *err);

#endif
