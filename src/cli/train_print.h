/** The report of a training in words. */
#ifndef HO_CLI_TRAIN_PRINT_H
#define HO_CLI_TRAIN_PRINT_H

#include <jansson.h>

#include "report/page.h"

/** Print the report of ho_train() (its JSON object) on a page; `path` is the model's file. What is missing is passed
 * over. */
void cli_train_print(struct ho_page *page, const json_t *report, const char *path);

#endif
