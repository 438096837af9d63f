/** A file of labels, for a model made without labelled texts. */
#ifndef HO_CLI_LABEL_FILE_H
#define HO_CLI_LABEL_FILE_H

#include "base/map.h"
#include "train/label_names.h"

enum { LABEL_FILE_BYTES_MAX = 1 << 20, LABEL_BYTES_MAX = 1000 };

struct label_file {
	struct ho_map labels;           /**< names, in the order of the file */
	struct ho_described *described; /**< [n] owned; texts in the arena */
	size_t n, cap;
	struct ho_arena arena;
};

/**
 * Read it: one label a line; behind a tab, if there is one, what it means in words. A label may stand on several lines,
 * each with another description. Empty lines count for nothing.
 *
 * @return HO_OK; HO_ENOTFOUND; HO_EFORMAT fewer than two labels, a line that is no UTF-8 or too long, a description
 *         without a label; HO_EIO; HO_ENOMEM. Release with label_file_release() in any case.
 */
HO_MUST_CHECK enum ho_status label_file_read(struct label_file *out, const char *path, struct ho_error *err);
void label_file_release(struct label_file *file);

#endif
