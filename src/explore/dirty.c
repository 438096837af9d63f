/* Values that are one and the same but for their spelling: by normal form, and by one slip of the finger. */
#include "explore/dirty.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "report/show.h"
#include "text/utf8.h"

enum { VALUES_MAX = 2000, LEAST = 5, RARER = 10 };

struct entry {
	struct ho_slice key;
	uint32_t value;
};

struct dirt {
	const struct ho_slice *values;
	const uint32_t *count;
	struct entry *entries; /* [n] sorted by key */
	uint32_t n;
	struct ho_arena arena;
	struct ho_buf buf;
	bool beyond_case;
	struct explore_dirt *out;
};

/* Lower case, without blanks and marks: "N.Y." and "ny " meet. */
static enum ho_status make_key(struct dirt *d, struct ho_slice *out, struct ho_slice value, struct ho_error *err)
{
	char *key;
	size_t n = 0;
	ho_buf_reset(&d->buf);
	enum ho_status status = ho_utf8_fold(&d->buf, value, err);
	if (status)
		return status;
	key = ho_arena_alloc(&d->arena, d->buf.len + 1, 1);
	if (!key)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < d->buf.len; i++) {
		char c = d->buf.data[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 || c == '+' ||
		            c == '#';
		/* -1 and 1 are different values. */
		if (word || (c == '-' && i == 0))
			key[n++] = c;
	}
	*out = ho_slice(key, n);
	return HO_OK;
}

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = ho_slice_compare(x->key, y->key);
	return c ? c : (x->value > y->value) - (x->value < y->value);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One letter more, less, another, or two exchanged; digits must be the same, since they are meant. */
static bool is_slip(struct ho_slice a, struct ho_slice b)
{
	size_t i = 0, j = 0;
	if (a.len < b.len) {
		struct ho_slice t = a;
		a = b;
		b = t;
	}
	if (b.len < LEAST || a.len > b.len + 1)
		return false;
	while (i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	while (j < b.len - i && a.ptr[a.len - 1 - j] == b.ptr[b.len - 1 - j])
		j++;
	for (size_t k = i; k < a.len - j; k++)
		if (is_digit(a.ptr[k]))
			return false;
	for (size_t k = i; k < b.len - j; k++)
		if (is_digit(b.ptr[k]))
			return false;
	size_t rest = b.len - i - j;
	if (a.len > b.len)
		return rest == 0;
	return rest == 1 || (rest == 2 && a.ptr[i] == b.ptr[i + 1] && a.ptr[i + 1] == b.ptr[i]);
}

static void add(struct dirt *d, uint32_t a, uint32_t b)
{
	bool more = d->count[a] > d->count[b] || (d->count[a] == d->count[b] && a < b);
	uint32_t often = more ? a : b, rare = more ? b : a;
	struct explore_dirt *out = d->out;
	if (out->n_pairs == HO_DIRT_SHOWN)
		return;
	out->pairs[out->n_pairs++] = (struct explore_dirt_pair){
	    ho_show_short(d->values[often]), ho_show_short(d->values[rare]), d->count[often], d->count[rare]};
}

/* Do they differ by case and blanks only? Reading the labels has told of that. */
static enum ho_status by_case(struct dirt *d, bool *yes, uint32_t a, uint32_t b, struct ho_error *err)
{
	struct ho_buf other;
	ho_buf_init(&other, SIZE_MAX);
	ho_buf_reset(&d->buf);
	enum ho_status status = ho_utf8_fold(&d->buf, d->values[a], err);
	if (status == HO_OK)
		status = ho_utf8_fold(&other, d->values[b], err);
	*yes = status == HO_OK && ho_slice_equal(ho_buf_slice(&d->buf), ho_buf_slice(&other));
	ho_buf_release(&other);
	return status;
}

static enum ho_status same_forms(struct dirt *d, struct ho_error *err)
{
	for (uint32_t i = 1; i < d->n; i++) {
		uint32_t a = d->entries[i - 1].value, b = d->entries[i].value;
		bool known = false;
		if (!d->entries[i].key.len || !ho_slice_equal(d->entries[i].key, d->entries[i - 1].key))
			continue;
		enum ho_status status = d->beyond_case ? by_case(d, &known, a, b, err) : HO_OK;
		if (status)
			return status;
		if (known)
			continue;
		add(d, a, b);
		d->out->same_form++;
	}
	return HO_OK;
}

/* A slip is rare beside what was meant. */
static void slips(struct dirt *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		for (uint32_t j = i + 1; j < d->n; j++) {
			uint32_t a = d->entries[i].value, b = d->entries[j].value;
			uint32_t most = d->count[a] > d->count[b] ? d->count[a] : d->count[b];
			uint32_t least = d->count[a] > d->count[b] ? d->count[b] : d->count[a];
			if ((uint64_t)least * RARER > most || ho_slice_equal(d->entries[i].key, d->entries[j].key) ||
			    !is_slip(d->entries[i].key, d->entries[j].key))
				continue;
			add(d, a, b);
			d->out->slips++;
		}
}

enum ho_status ho_explore__dirty(struct explore_dirt *out, const struct ho_slice *values, const uint32_t *count,
                                 uint32_t n, bool beyond_case, struct ho_error *err)
{
	struct dirt d = {.values = values, .count = count, .n = n, .beyond_case = beyond_case, .out = out};
	enum ho_status status = HO_OK;
	*out = (struct explore_dirt){.n_pairs = 0};
	if (n < 2 || n > VALUES_MAX)
		return HO_OK;
	d.entries = ho_calloc(n, sizeof *d.entries);
	if (!d.entries)
		return ho_fail_nomem(err);
	ho_arena_init(&d.arena, SIZE_MAX);
	ho_buf_init(&d.buf, SIZE_MAX);
	for (uint32_t i = 0; i < n && status == HO_OK; i++) {
		d.entries[i].value = i;
		status = make_key(&d, &d.entries[i].key, values[i], err);
	}
	if (status == HO_OK) {
		qsort(d.entries, n, sizeof *d.entries, by_key);
		status = same_forms(&d, err);
	}
	if (status == HO_OK)
		slips(&d);
	ho_free(d.entries);
	ho_buf_release(&d.buf);
	ho_arena_release(&d.arena);
	return status;
}
