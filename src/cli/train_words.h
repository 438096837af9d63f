/** A training report in words. */
#ifndef HO_CLI_TRAIN_WORDS_H
#define HO_CLI_TRAIN_WORDS_H

#include <jansson.h>

#include "report/page.h"

/**
 * Print what is there of a report (the object of `train --json`); what is missing is passed over.
 *
 * @param asked  the error that was asked for, 0..1, for the case that there is no promise; 0: none in particular.
 */
void cli_train_words(struct ho_page *page, const json_t *report, double asked);

#endif
