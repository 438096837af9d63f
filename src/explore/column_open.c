/* Opening a column: its values, counted, and what kind of column that makes it. */
#include "explore/columns.h"

#include <math.h>
#include <strings.h>

#include "base/alloc.h"
#include "explore/association.h"
#include "explore/dates.h"
#include "text/language.h"

enum { NAME_MAX_BYTES = 60 };

const char *ho_explore__kind_name(enum explore_kind kind)
{
	static const char *const names[HO_KINDS] = {"empty",      "constant", "language code", "date",
	                                            "identifier", "number",   "category",      "text"};
	return names[kind];
}

static size_t special(const struct ho_table *t)
{
	return 1 + (t->label != NULL) + (t->id != NULL) + (t->group != NULL) + (t->time != NULL);
}

size_t ho_explore__column_count(const struct ho_table *table)
{
	return special(table) + table->column_count;
}

static enum explore_role role_of(const struct ho_table *t, size_t k)
{
	const struct {
		enum explore_role role;
		bool there;
	} order[] = {{HO_ROLE_TEXT, true},
	             {HO_ROLE_TARGET, t->label != NULL},
	             {HO_ROLE_ID, t->id != NULL},
	             {HO_ROLE_GROUP, t->group != NULL},
	             {HO_ROLE_TIME, t->time != NULL}};
	for (size_t i = 0; i < 5; i++)
		if (order[i].there && k-- == 0)
			return order[i].role;
	return HO_ROLE_OTHER;
}

static struct ho_slice name_of(const struct ho_table *t, size_t k, enum explore_role role)
{
	switch (role) {
	case HO_ROLE_TEXT:
		return t->text_name;
	case HO_ROLE_TARGET:
		return t->target_name;
	case HO_ROLE_ID:
		return ho_slice_str("id");
	case HO_ROLE_GROUP:
		return t->group_name;
	case HO_ROLE_TIME:
		return t->time_name;
	case HO_ROLE_OTHER:
	default:
		return t->columns[k - special(t)].name;
	}
}

static struct ho_slice value_at(const struct ho_table *t, size_t k, enum explore_role role, size_t i)
{
	const struct ho_slice none = {NULL, 0};
	switch (role) {
	case HO_ROLE_TEXT:
		return t->text[i];
	case HO_ROLE_TARGET:
		return t->label[i] == HO_LABEL_NONE ? none : t->labels[t->label[i]];
	case HO_ROLE_ID:
		return t->id[i];
	case HO_ROLE_GROUP:
		return t->group[i] == HO_GROUP_NONE ? none : t->groups[t->group[i]];
	case HO_ROLE_TIME:
		return t->time[i];
	case HO_ROLE_OTHER:
	default:
		return t->columns[k - special(t)].values[i];
	}
}

static bool number_of(struct ho_slice text, double *out)
{
	char room[48], *end;
	if (!text.len || text.len >= sizeof room || !strchr("+-.0123456789", text.ptr[0]))
		return false;
	memcpy(room, text.ptr, text.len);
	room[text.len] = '\0';
	*out = strtod(room, &end);
	return *end == '\0' && isfinite(*out);
}

static enum ho_status count_values(struct explore_column *c, struct ho_error *err)
{
	size_t cap = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct ho_slice v = c->values[i];
		c->value[i] = HO_VALUE_NONE;
		if (!v.len)
			continue;
		uint32_t known = c->map.n;
		enum ho_status status = ho_map_add(&c->value[i], &c->map, v, err);
		if (status)
			return status;
		if (ho_grow(&c->count, &cap, (size_t)c->value[i] + 1, sizeof *c->count))
			return ho_fail_nomem(err);
		c->count[c->value[i]] = c->value[i] < known ? c->count[c->value[i]] + 1 : 1;
		c->present++;
		c->bytes += v.len;
		c->with_blank += memchr(v.ptr, ' ', v.len) != NULL;
	}
	return HO_OK;
}

/* Numbers or dates, where nearly all values are such. */
static void read_numbers(struct explore_column *c, bool dates)
{
	size_t *n = dates ? &c->dates : &c->numbers;
	for (size_t i = 0; i < c->n; i++) {
		double x = NAN;
		if (c->values[i].len && (dates ? ho_explore__date(c->values[i], &x) : number_of(c->values[i], &x)))
			++*n;
		else
			x = NAN;
		c->number[i] = x;
	}
}

static bool is_nearly_all(size_t n, const struct explore_column *c)
{
	return c->present && n * 20 >= c->present * 19;
}

static bool are_languages(const struct explore_column *c)
{
	size_t known = 0;
	if (c->map.n > 200 || c->map.n < 2)
		return false;
	for (uint32_t v = 0; v < c->map.n; v++) {
		struct ho_slice s = c->map.keys[v];
		bool found = false;
		if (s.len < 2 || (s.len > 2 && s.ptr[2] != '-' && s.ptr[2] != '_'))
			return false;
		for (unsigned l = 1; l < HO_LANGUAGE_COUNT && !found; l++)
			found = strncasecmp(ho_language_code(l), s.ptr, 2) == 0;
		known += found;
	}
	return known * 10 >= (size_t)c->map.n * 8;
}

static enum explore_kind kind_of(const struct explore_column *c)
{
	double each = c->present ? (double)c->map.n / (double)c->present : 0;
	double bytes = c->present ? (double)c->bytes / (double)c->present : 0;
	if (!c->present)
		return HO_KIND_EMPTY;
	if (c->map.n == 1 && c->n > 1)
		return HO_KIND_CONSTANT;
	if (c->role == HO_ROLE_TEXT)
		return HO_KIND_TEXT;
	if (c->role == HO_ROLE_TARGET)
		return HO_KIND_CATEGORY;
	if (are_languages(c))
		return HO_KIND_LANGUAGE;
	if (is_nearly_all(c->dates, c))
		return HO_KIND_DATE;
	bool whole = is_nearly_all(c->numbers, c);
	for (size_t i = 0; i < c->n && whole; i++)
		whole = !(c->values[i].len && memchr(c->values[i].ptr, '.', c->values[i].len));
	if (c->role == HO_ROLE_ID || (each >= 0.95 && c->present >= 20 && c->with_blank * 10 < c->present &&
	                              bytes <= 80 && (whole || !is_nearly_all(c->numbers, c))))
		return HO_KIND_IDENTIFIER;
	if (is_nearly_all(c->numbers, c) && (c->map.n > 20 || !whole))
		return HO_KIND_NUMBER;
	if (c->map.n <= 50 || each <= 0.2)
		return HO_KIND_CATEGORY;
	return c->with_blank * 2 > c->present || bytes > 60 ? HO_KIND_TEXT : HO_KIND_CATEGORY;
}

enum ho_status ho_explore__column_open(struct explore_column *out, const struct ho_table *table, size_t k,
                                       struct ho_error *err)
{
	enum explore_role role = role_of(table, k);
	*out = (struct explore_column){.name = name_of(table, k, role), .role = role, .n = table->n};
	ho_map_init(&out->map);
	out->values = ho_calloc(table->n + 1, sizeof *out->values);
	out->value = ho_calloc(table->n + 1, sizeof *out->value);
	out->number = ho_calloc(table->n + 1, sizeof *out->number);
	if (!out->values || !out->value || !out->number) {
		ho_explore__column_close(out);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < table->n; i++)
		out->values[i] = ho_slice_trim(value_at(table, k, role, i));
	enum ho_status status = count_values(out, err);
	if (status) {
		ho_explore__column_close(out);
		return status;
	}
	read_numbers(out, true);
	bool dates = is_nearly_all(out->dates, out);
	if (!dates)
		read_numbers(out, false);
	out->kind = kind_of(out);
	if (!dates && !is_nearly_all(out->numbers, out)) {
		ho_free(out->number);
		out->number = NULL;
	}
	return HO_OK;
}

void ho_explore__column_close(struct explore_column *column)
{
	ho_free(column->values);
	ho_free(column->value);
	ho_free(column->number);
	ho_free(column->count);
	ho_map_release(&column->map);
	*column = (struct explore_column){.n = 0};
}

uint32_t ho_explore__column_top(const struct explore_column *column)
{
	uint32_t top = 0;
	for (uint32_t v = 1; v < column->map.n; v++)
		if (column->count[v] > column->count[top])
			top = v;
	return top;
}

struct ho_shown ho_explore__column_value(const struct explore_column *column, uint32_t value)
{
	struct ho_shown out = {""};
	struct explore_snippet clean = ho_explore__snippet(column->map.keys[value]);
	(void)snprintf(out.text, sizeof out.text, "%s", ho_show_short(ho_slice_str(clean.text)).text);
	return out;
}
