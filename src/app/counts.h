/** Names of the daily counts (struct ho_count.what): one list for those who add and those who read. */
#ifndef HO_APP_COUNTS_H
#define HO_APP_COUNTS_H

#define HO_COUNT_AUTO "auto"           /**< answered automatically; by model */
#define HO_COUNT_HUMAN "human."        /**< + reason: handed over; by model */
#define HO_COUNT_ANSWERED "answered"   /**< waiting items that a person answered */
#define HO_COUNT_NONE "none"           /**< of those: "none of these" */
#define HO_COUNT_AGREED "agreed"       /**< of those: the suggestion was right */
#define HO_COUNT_TOOK_MS "took_ms"     /**< summed time of people's answers that said how long they took */
#define HO_COUNT_TIMED "timed"         /**< how many did */
#define HO_COUNT_WAITED_MS "waited_ms" /**< summed time from arrival to a person's answer */
#define HO_COUNT_CORRECTED "corrected" /**< answers overruled or taken back after they went out */
#define HO_COUNT_EXPIRED "expired"
#define HO_COUNT_SUGGESTED "suggested" /**< due time passed: answered with the suggestion, marked */
#define HO_COUNT_ESCALATED "escalated"
#define HO_COUNT_AUDIT_DRAWN "audit.drawn" /**< by day of the draw */
#define HO_COUNT_AUDIT_RIGHT "audit.right" /**< by day of the verdict, as the two below */
#define HO_COUNT_AUDIT_WRONG "audit.wrong"
#define HO_COUNT_AUDIT_BY_ONE "audit.by_one" /**< of the wrong ones: one person gave both answers */
#define HO_COUNT_AUDIT_MISSING "audit.missing"
#define HO_COUNT_CHECKED "checked"                 /**< blind looks at automatic answers, first and second ones */
#define HO_COUNT_CERTIFY_MISSING "certify.missing" /**< nobody looked before the text was erased */
#define HO_COUNT_LABEL "label."                    /**< + label: answers by label, automatic ones */
#define HO_COUNT_REVIEWED "reviewed."              /**< + user: answers by person */
#define HO_COUNT_CALLBACK_SENT "callback.sent"
#define HO_COUNT_CALLBACK_FAILED "callback.failed" /**< given up */
/** Whole epoch of the monitor, not a day: day 0, model = epoch_at in decimal. */
#define HO_COUNT_EPOCH_AUTO "epoch.auto"
#define HO_COUNT_EPOCH_ALL "epoch.all"
#define HO_COUNT_EPOCH_DRAWN "epoch.drawn"
#define HO_COUNT_EPOCH_RIGHT "epoch.right"
#define HO_COUNT_EPOCH_WRONG "epoch.wrong"
#define HO_COUNT_EPOCH_MISSING "epoch.missing"
#define HO_COUNT_EPOCH_OPEN "epoch.open."    /**< + class of the audit probability (audit.c): drawn, without verdict */
#define HO_COUNT_EPOCH_WEIGHT "epoch.weight" /**< summed 1000 / audit probability of those with a verdict */
#define HO_COUNT_EPOCH_RATE "epoch.rate"     /**< 10^9 x the share of audits planned when the epoch began */
#define HO_COUNT_EPOCH_ALARM "epoch.alarm"   /**< 1: the alarm was raised */
/** Not of an epoch, day 0, model "0": audits that wait for a second look now. */
#define HO_COUNT_SECOND "second"
/** Not of an epoch, day 0, by model: it raised an alarm (alarm.c). */
#define HO_COUNT_ALARMED "alarmed"

#endif
