/** The files of a folder, in a stable order. Internal to src/table. */
#ifndef HO_TABLE_LISTING_H
#define HO_TABLE_LISTING_H

#include "base/arena.h"
#include "base/status.h"

struct ho_listed {
	struct ho_slice path; /**< relative to the folder, NUL-terminated: the id */
	const char *trouble; /**< NULL; or why nothing can be read: a sub-folder that cannot be opened (in the arena) */
	struct ho_slice label; /**< name of the sub-folder below the root; empty for files in the root itself */
};

struct ho_listing {
	struct ho_listed *files; /**< [n] in byte order of their paths, label by label */
	size_t n, cap;
	size_t passed; /**< files that were there but not taken */
	bool maildir;  /**< the folder is a Maildir: cur and new are no labels, and tmp is passed over */
	bool labelled; /**< the files are in sub-folders, whose names are labels */
	struct ho_arena arena;
};

/**
 * List a folder recursively (links to folders are followed at the first level only; hidden folders never).
 *
 * @param glob  see struct ho_reader_options; NULL for its default.
 * @param maildir  look whether it is a Maildir.
 * @return HO_OK; HO_EFORMAT no file fits; HO_EIO the folder cannot be read, or no file but a sub-folder that cannot be;
 * HO_ELIMIT too deep or more than 20 million files; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_listing_open(struct ho_listing *out, const char *folder, const char *glob, bool maildir,
                                             struct ho_error *err);
void ho_listing_close(struct ho_listing *listing);

#endif
