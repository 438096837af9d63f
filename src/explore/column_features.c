/* What of a column could give the label away: its values, bins of its numbers, and for identifiers what an id may
 * carry: its beginning, its ending, its length, its number. */
#include "explore/columns.h"

#include <math.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "explore/association.h"

enum { ROWS_A_BIN = 40, BINS_LEAST = 10, BINS_MOST = 100, LONGEST = 255 };

struct trial {
	struct explore_column_note *note;
	struct explore *e;
	const struct explore_column *c;
	uint32_t *value; /* [n] */
	double *number;  /* [n] */
	double delta;
};

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* The name of a file counts, not the folder, which may be where the label is from. */
static struct ho_slice leaf(const struct explore *e, struct ho_slice id)
{
	if (e->table->format != HO_FORMAT_FOLDER && e->table->format != HO_FORMAT_MAIL)
		return id;
	for (size_t i = id.len; i > 0; i--)
		if (id.ptr[i - 1] == '/')
			return ho_slice(id.ptr + i, id.len - i);
	return id;
}

static uint32_t key(struct ho_slice part)
{
	uint32_t h = (uint32_t)ho_hash(part.ptr, part.len, 0);
	return h == HO_VALUE_NONE ? 0 : h;
}

/* Everything before the first digit: "neg_" of "neg_0042". */
static uint32_t beginning(struct ho_slice s)
{
	size_t n = 0;
	while (n < s.len && !is_digit(s.ptr[n]))
		n++;
	return n < s.len ? key(ho_slice(s.ptr, n)) : key(ho_slice(s.ptr, s.len < 3 ? s.len : 3));
}

/* Everything before the last number: "a0-" of "a0-1234". */
static uint32_t stem(struct ho_slice s)
{
	size_t n = s.len;
	while (n && !is_digit(s.ptr[n - 1]))
		n--;
	while (n && is_digit(s.ptr[n - 1]))
		n--;
	return key(ho_slice(s.ptr, n));
}

/* Everything behind the last digit, or the last character. */
static uint32_t ending(struct ho_slice s)
{
	size_t n = 0;
	while (n < s.len && !is_digit(s.ptr[s.len - 1 - n]))
		n++;
	return n && n < s.len ? key(ho_slice(s.ptr + s.len - n, n)) : key(ho_slice(s.ptr + s.len - 1, 1));
}

static uint32_t length(struct ho_slice s)
{
	return s.len < LONGEST ? (uint32_t)s.len : LONGEST;
}

/* The first character, whatever it is. */
static uint32_t first(struct ho_slice s)
{
	return key(ho_slice(s.ptr, 1));
}

static double last_number(struct ho_slice s)
{
	double x = 0, scale = 1;
	size_t i = s.len;
	while (i > 0 && !is_digit(s.ptr[i - 1]))
		i--;
	if (!i)
		return NAN;
	for (; i > 0 && is_digit(s.ptr[i - 1]) && scale < 1e15; i--) {
		x += scale * (s.ptr[i - 1] - '0');
		scale *= 10;
	}
	return x;
}

/* Keep the association if it is the strongest so far. */
static enum ho_status attempt(struct trial *t, const char *feature, struct ho_error *err)
{
	struct explore_association a;
	enum ho_status status =
	    ho_explore__associate(&a, t->value, t->e->table->label, t->e->half, t->c->n, t->delta, err);
	if (status == HO_OK && (!t->note->best.n || a.lift > t->note->best.lift)) {
		t->note->best = a;
		t->note->feature = feature;
	}
	return status;
}

static enum ho_status by_number(struct trial *t, const double *number, const char *feature, struct ho_error *err)
{
	size_t bins = t->c->n / ROWS_A_BIN;
	bins = bins < BINS_LEAST ? BINS_LEAST : bins > BINS_MOST ? BINS_MOST : bins;
	if (ho_explore__bins(t->value, NULL, number, t->c->n, (uint32_t)bins) < 2)
		return HO_OK;
	return attempt(t, feature, err);
}

static enum ho_status by_part(struct trial *t, uint32_t (*part)(struct ho_slice), const char *feature,
                              struct ho_error *err)
{
	for (size_t i = 0; i < t->c->n; i++) {
		struct ho_slice s = leaf(t->e, t->c->values[i]);
		t->value[i] = s.len ? part(s) : HO_VALUE_NONE;
	}
	return attempt(t, feature, err);
}

static enum ho_status identifier(struct trial *t, struct ho_error *err)
{
	static const struct {
		uint32_t (*part)(struct ho_slice);
		const char *name;
	} parts[] = {{beginning, "its beginning"},
	             {stem, "what stands before its number"},
	             {first, "its first character"},
	             {ending, "its ending"},
	             {length, "its length"}};
	enum ho_status status = HO_OK;
	for (size_t k = 0; k < sizeof parts / sizeof *parts && status == HO_OK; k++)
		status = by_part(t, parts[k].part, parts[k].name, err);
	for (size_t i = 0; i < t->c->n; i++)
		t->number[i] = last_number(leaf(t->e, t->c->values[i]));
	return status ? status : by_number(t, t->number, "its number", err);
}

static enum ho_status try_all(struct trial *t, struct ho_error *err)
{
	const struct explore_column *c = t->c;
	enum ho_status status = HO_OK;
	memcpy(t->value, c->value, c->n * sizeof *t->value);
	if (c->kind == HO_KIND_CATEGORY || c->kind == HO_KIND_LANGUAGE || c->kind == HO_KIND_TEXT ||
	    (c->kind == HO_KIND_NUMBER && c->map.n * 2 < c->present))
		status = attempt(t, NULL, err);
	/* That a value is missing may say it too. */
	for (size_t i = 0; i < c->n; i++)
		t->value[i] = c->value[i] == HO_VALUE_NONE;
	if (status == HO_OK && c->present && c->present < c->n)
		status = attempt(t, "whether there is a value", err);
	if (status == HO_OK && c->number && (c->kind == HO_KIND_NUMBER || c->kind == HO_KIND_DATE))
		status = by_number(t, c->number, c->kind == HO_KIND_DATE ? "its period" : "its size", err);
	if (status == HO_OK && c->kind == HO_KIND_IDENTIFIER)
		status = identifier(t, err);
	return status;
}

enum ho_status ho_explore__column_associate(struct explore_column_note *note, struct explore *e,
                                            const struct explore_column *column, double delta, struct ho_error *err)
{
	struct trial t = {.note = note, .e = e, .c = column, .delta = delta};
	if (!e->table->label || e->table->label_count < 2 || column->role == HO_ROLE_TEXT ||
	    column->role == HO_ROLE_TARGET)
		return HO_OK;
	t.value = ho_alloc(column->n + 1, sizeof *t.value);
	t.number = ho_alloc(column->n + 1, sizeof *t.number);
	enum ho_status status = t.value && t.number ? try_all(&t, err) : ho_fail_nomem(err);
	ho_free(t.value);
	ho_free(t.number);
	return status;
}
