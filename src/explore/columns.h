/** The columns of a table, one view for all of them: text, target, id, group, time and whatever else stands there. */
#ifndef HO_EXPLORE_COLUMNS_H
#define HO_EXPLORE_COLUMNS_H

#include "explore/association.h"
#include "explore/dirty.h"
#include "explore/private.h"

enum explore_role { HO_ROLE_OTHER, HO_ROLE_TEXT, HO_ROLE_TARGET, HO_ROLE_ID, HO_ROLE_GROUP, HO_ROLE_TIME };

enum explore_kind {
	HO_KIND_EMPTY,
	HO_KIND_CONSTANT,
	HO_KIND_LANGUAGE, /**< codes of languages */
	HO_KIND_DATE,
	HO_KIND_IDENTIFIER, /**< a value of its own in nearly every row */
	HO_KIND_NUMBER,
	HO_KIND_CATEGORY,
	HO_KIND_TEXT,
	HO_KINDS
};

/** "category"; static. */
const char *ho_explore__kind_name(enum explore_kind kind);

/** A column that is open: its values, counted. */
struct explore_column {
	struct ho_slice name;
	enum explore_role role;
	enum explore_kind kind;
	struct ho_slice *values; /**< [n] trimmed; len 0 where the row has none; owned */
	size_t n;
	struct ho_map map; /**< distinct values in order of appearance */
	uint32_t *value;   /**< [n] index into map, HO_VALUE_NONE; owned */
	uint32_t *count;   /**< [map.n] rows of each value; owned */
	double *number;    /**< [n] numbers, or days of dates; NaN: none; owned; NULL unless most values are such */
	size_t present, numbers, dates;
	size_t with_blank; /**< values of two words and more */
	size_t bytes;      /**< of all values */
};

/** How many columns there are. */
size_t ho_explore__column_count(const struct ho_table *table);

/**
 * Open column k: the text first, then target, id, group, time, then the others in the order of the file.
 * @return HO_OK; HO_ENOMEM: zeroed.
 */
HO_MUST_CHECK enum ho_status ho_explore__column_open(struct explore_column *out, const struct ho_table *table, size_t k,
                                                     struct ho_error *err);
void ho_explore__column_close(struct explore_column *column);

/** Index of the most frequent value, the earliest of equals; map.n > 0. */
uint32_t ho_explore__column_top(const struct explore_column *column);
/** A value, clean and short. */
struct ho_shown ho_explore__column_value(const struct explore_column *column, uint32_t value);

/** What is known of a column after it was closed. */
struct explore_column_note {
	char name[96];
	enum explore_role role;
	enum explore_kind kind;
	size_t missing, distinct, mean_bytes;
	bool timeline;                   /**< the labels were looked at along it */
	char about[160];                 /**< the commonest values, or the range */
	struct explore_association best; /**< of its values or features with the label */
	struct explore_dirt dirt;        /**< of categories and of the target */
	const char *feature;             /**< which feature that was; NULL: the values themselves; static */
};

/** The strongest association of a column with the label, of its values and of features of them (bins, beginnings,
 * endings). `delta` as in association.h. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_explore__column_associate(struct explore_column_note *note, struct explore *e,
                                                          const struct explore_column *column, double delta,
                                                          struct ho_error *err);

/** Telling of [n] columns, the text first, then the target if there is one. */
void ho_explore__columns_table(struct explore *e, const struct explore_column_note *notes, size_t n);
void ho_explore__columns_useless(struct explore *e, const struct explore_column_note *notes, size_t n);
void ho_explore__columns_dirty(struct explore *e, const struct explore_column_note *notes, size_t n);
void ho_explore__columns_leaks(struct explore *e, const struct explore_column_note *notes, size_t n);

/** Findings of the column of times: labels that change with it, labels that stand in one period only. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_explore__timeline(struct explore *e, const struct explore_column *column,
                                                  struct ho_error *err);

#endif
