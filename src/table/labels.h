/** The labels of a table: sorted, checked, compared. Internal to src/table. */
#ifndef HO_TABLE_LABELS_H
#define HO_TABLE_LABELS_H

#include "table/table.h"

/** Put the names found (order of appearance) into table->labels in byte order and renumber table->label. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_labels_sort(struct ho_table *table, const struct ho_map *found, struct ho_error *err);

/** Is this a label column at all? HO_EINVAL if not, see ho_table_read(). `bytes` is what is read, or NULL:
 * options->read.path. */
HO_MUST_CHECK enum ho_status ho_labels_check(const struct ho_table *table, const struct ho_rows_options *options,
                                             const struct ho_slice *bytes, struct ho_error *err);

/** Refuse the target column, with the columns that look better. HO_EINVAL. */
HO_MUST_CHECK enum ho_status ho_labels_refuse(const struct ho_rows_options *options, const struct ho_slice *bytes,
                                              struct ho_slice name, const char *why, struct ho_error *err);

/** Tell of labels that differ only by case or blanks from a more frequent one, at most twenty; each note counts the
 * rows of the rarer label. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_labels_tell_lookalikes(struct ho_table *table, struct ho_error *err);

#endif
