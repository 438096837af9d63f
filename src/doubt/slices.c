#include "doubt/slices.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/clusters.h"
#include "text/language.h"
#include "judge/shares.h"

enum {
	LENGTHS = 5,
	CLUSTERED_MAX = 4000,
	COLUMN_VALUES_MAX = 50,
	TEXTS_A_CLUSTER = 100,
	WORDS_KEPT = 8,
	NAME_MAX_BYTES = 256
};
#define NO_VALUE UINT32_MAX

struct finding {
	struct doubt_slices *out;
	const struct doubt *d;
	const struct doubt_texts *texts;
	struct ho_corpus corpus;
	struct ho_clusters clusters;
	uint32_t *value; /* [texts->n] of the dimension at hand */
	uint32_t edge[LENGTHS + 1];
};

static void add_to(struct doubt_tally *tally, const struct finding *f, size_t i)
{
	const struct doubt_answers *a = f->texts->answers;
	uint32_t row = f->texts->row[i];
	tally->n++;
	tally->wrong += a->wrong[row];
	tally->automatic += a->automatic[row];
	tally->automatic_wrong += a->automatic[row] && a->wrong[row];
}

static enum ho_status keep(struct finding *f, enum doubt_slice_kind kind, uint32_t value,
                           const struct doubt_tally half[2], struct ho_error *err, const char *name, ...)
    HO_PRINTF(6, 7);
static enum ho_status keep(struct finding *f, enum doubt_slice_kind kind, uint32_t value,
                           const struct doubt_tally half[2], struct ho_error *err, const char *name, ...)
{
	char line[NAME_MAX_BYTES];
	struct doubt_slices *out = f->out;
	va_list args;
	va_start(args, name);
	(void)vsnprintf(line, sizeof line, name, args);
	va_end(args);
	struct ho_slice copy = ho_arena_copy(&out->arena, ho_slice_str(line));
	if (!copy.ptr || ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(err);
	out->items[out->n++] =
	    (struct doubt_slice){.kind = kind, .value = value, .name = copy.ptr, .half = {half[0], half[1]}};
	return HO_OK;
}

/* Enough texts in the slice and outside of it to compare them, on both halves. */
static bool is_enough(const struct doubt_tally half[2], const struct doubt_slices *s)
{
	for (int h = 0; h < 2; h++)
		if (half[h].n < DOUBT_LEAST || s->all[h].n - half[h].n < DOUBT_LEAST)
			return false;
	return true;
}

/* A kind's value as words. */
typedef void (*name_fn)(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context);

/* Slices of the values that f->value holds, 0 .. values-1. */
static enum ho_status slice_by(struct finding *f, enum doubt_slice_kind kind, size_t values, name_fn name,
                               const void *context, struct ho_error *err)
{
	struct doubt_tally(*tally)[2] = ho_calloc(values, sizeof *tally);
	enum ho_status status = tally ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; tally && i < f->texts->n; i++)
		if (f->value[i] < values)
			add_to(&tally[f->value[i]][f->out->half[i]], f, i);
	for (uint32_t v = 0; v < values && status == HO_OK; v++) {
		char words[NAME_MAX_BYTES];
		if (!is_enough(tally[v], f->out))
			continue;
		name(words, f, v, context);
		status = keep(f, kind, v, tally[v], err, "%s", words);
	}
	ho_free(tally);
	return status;
}

static void name_label(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context)
{
	(void)snprintf(name, NAME_MAX_BYTES, (const char *)context ? "given the label '%s'" : "with the label '%s'",
	               ho_doubt__label(f->d, value).text);
}

static enum ho_status by_labels(struct finding *f, struct ho_error *err)
{
	for (size_t i = 0; i < f->texts->n; i++)
		f->value[i] = f->texts->rows->truth[f->texts->row[i]];
	enum ho_status status = slice_by(f, DOUBT_SLICE_LABEL, f->d->labels.n, name_label, NULL, err);
	for (size_t i = 0; i < f->texts->n; i++)
		f->value[i] = f->texts->answers->predicted[f->texts->row[i]];
	return status ? status : slice_by(f, DOUBT_SLICE_PREDICTED, f->d->K, name_label, "given", err);
}

static uint32_t length_of(const struct finding *f, size_t i)
{
	return (uint32_t)(f->corpus.offsets[i + 1] - f->corpus.offsets[i]);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void name_length(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context)
{
	(void)context;
	uint32_t from = f->edge[value], to = f->edge[value + 1];
	if (value == 0)
		(void)snprintf(name, NAME_MAX_BYTES, "of less than %u words and marks", to);
	else if (value + 1 == LENGTHS)
		(void)snprintf(name, NAME_MAX_BYTES, "of %u words and marks or more", from);
	else
		(void)snprintf(name, NAME_MAX_BYTES, "of %u to %u words and marks", from, to - 1);
}

/* Fifths of the half that slices are found on. */
static enum ho_status by_length(struct finding *f, struct ho_error *err)
{
	size_t n = 0;
	uint32_t *length = ho_alloc(f->texts->n, sizeof *length);
	if (!length)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < f->texts->n; i++)
		if (f->out->half[i] == DOUBT_FOUND)
			length[n++] = length_of(f, i);
	qsort(length, n, sizeof *length, by_number);
	for (size_t e = 1; e < LENGTHS; e++)
		f->edge[e] = n ? length[e * n / LENGTHS] : 0;
	f->edge[LENGTHS] = UINT32_MAX;
	for (size_t i = 0; i < f->texts->n; i++) {
		f->value[i] = 0;
		while (f->value[i] + 1 < LENGTHS && length_of(f, i) >= f->edge[f->value[i] + 1])
			f->value[i]++;
	}
	ho_free(length);
	return slice_by(f, DOUBT_SLICE_LENGTH, LENGTHS, name_length, NULL, err);
}

static void name_language(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context)
{
	(void)f;
	(void)context;
	(void)snprintf(name, NAME_MAX_BYTES, "in %s",
	               value ? ho_language_name((enum ho_language)value) : "a language that cannot be told");
}

static enum ho_status by_language(struct finding *f, struct ho_error *err)
{
	for (size_t i = 0; i < f->texts->n; i++)
		f->value[i] = ho_language_of_text(&f->d->languages, f->texts->rows->text[f->texts->row[i]]);
	return slice_by(f, DOUBT_SLICE_LANGUAGE, HO_LANGUAGE_COUNT, name_language, NULL, err);
}

struct column {
	struct ho_slice name;
	const struct ho_map *values;
};

static void name_column(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context)
{
	const struct column *column = context;
	(void)f;
	(void)snprintf(name, NAME_MAX_BYTES, "with '%s' in column %s",
	               ho_doubt__shown(f->d, column->values->keys[value]).text,
	               ho_doubt__shown(f->d, column->name).text);
}

static enum ho_status by_column(struct finding *f, const struct ho_table_column *column, struct ho_error *err)
{
	struct ho_map values;
	enum ho_status status = HO_OK;
	ho_map_init(&values);
	for (size_t i = 0; i < f->texts->n && values.n <= COLUMN_VALUES_MAX && status == HO_OK; i++) {
		struct ho_slice value = column->values[f->texts->rows->row[f->texts->row[i]]];
		f->value[i] = NO_VALUE;
		if (value.len)
			status = ho_map_add(&f->value[i], &values, value, err);
	}
	struct column context = {column->name, &values};
	if (status == HO_OK && values.n > 1 && values.n <= COLUMN_VALUES_MAX)
		status = slice_by(f, DOUBT_SLICE_COLUMN, values.n, name_column, &context, err);
	ho_map_release(&values);
	return status;
}

static void name_topic(char name[NAME_MAX_BYTES], const struct finding *f, uint32_t value, const void *context)
{
	size_t len = (size_t)snprintf(name, NAME_MAX_BYTES, "about");
	(void)context;
	for (size_t w = 0; w < HO_CLUSTER_WORDS; w++) {
		uint32_t type = f->clusters.word[value][w];
		if (type != UINT32_MAX && len < NAME_MAX_BYTES - 48)
			len += (size_t)snprintf(name + len, NAME_MAX_BYTES - len, "%s '%.40s'", w ? "," : "",
			                        ho_doubt__word(f->d, f->corpus.types.keys[type]).text);
	}
}

static enum ho_status by_topic(struct finding *f, struct ho_error *err)
{
	uint8_t *found_on = ho_alloc(f->texts->n, 1);
	if (!found_on)
		return ho_fail_nomem(err);
	for (size_t i = 0, used = 0; i < f->texts->n; i++) {
		found_on[i] = f->out->half[i] == DOUBT_FOUND && used < CLUSTERED_MAX;
		used += found_on[i];
	}
	size_t want = f->out->all[DOUBT_FOUND].n / TEXTS_A_CLUSTER;
	enum ho_status status = ho_clusters_find(&f->clusters, &f->corpus, &f->d->languages, found_on,
	                                         want < 2 ? 2 : want, f->d->options->seed, err);
	ho_free(found_on);
	for (size_t i = 0; status == HO_OK && i < f->texts->n; i++)
		f->value[i] = f->clusters.of[i];
	return status ? status : slice_by(f, DOUBT_SLICE_TOPIC, f->clusters.n, name_topic, NULL, err);
}

/* Tallies of the texts that have each word; a text counts a word once. */
static enum ho_status tally_words(struct doubt_tally (*tally)[2], const struct finding *f, struct ho_error *err)
{
	const struct ho_corpus *c = &f->corpus;
	uint32_t *last = ho_calloc(c->types.n, sizeof *last);
	if (!last)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < c->n; i++)
		for (uint64_t t = c->offsets[i]; t < c->offsets[i + 1]; t++) {
			uint32_t type = c->ids[t];
			if (last[type] != i + 1)
				add_to(&tally[type][f->out->half[i]], f, i);
			last[type] = (uint32_t)i + 1;
		}
	ho_free(last);
	return HO_OK;
}

struct ranked {
	double p;
	uint32_t type;
};

/* The words whose texts have most errors beyond chance in the half that slices are found on. */
static enum ho_status by_word(struct finding *f, struct ho_error *err)
{
	struct ranked best[WORDS_KEPT];
	size_t n = 0, types = f->corpus.types.n;
	struct doubt_tally(*tally)[2] = ho_calloc(types, sizeof *tally);
	enum ho_status status = tally ? tally_words(tally, f, err) : ho_fail_nomem(err);
	for (uint32_t t = 0; t < types && status == HO_OK; t++) {
		struct doubt_slice slice = {.half = {tally[t][0], tally[t][1]}};
		if (!is_enough(tally[t], f->out) || 2 * tally[t][0].n > f->out->all[0].n)
			continue;
		double p = ho_doubt__slice_p(f->out, &slice, DOUBT_FOUND);
		size_t at = n;
		while (at > 0 && best[at - 1].p > p)
			at--;
		if (at == WORDS_KEPT)
			continue;
		n += n < WORDS_KEPT;
		for (size_t b = n - 1; b > at; b--)
			best[b] = best[b - 1];
		best[at] = (struct ranked){p, t};
	}
	for (size_t b = 0; b < n && status == HO_OK; b++)
		status = keep(f, DOUBT_SLICE_WORD, best[b].type, tally[best[b].type], err, "with '%s'",
		              ho_doubt__word(f->d, f->corpus.types.keys[best[b].type]).text);
	ho_free(tally);
	return status;
}

static enum ho_status halve(struct finding *f, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(f->d->options->seed, 0x51c3);
	f->out->half = ho_alloc(f->texts->n, 1);
	f->value = ho_alloc(f->texts->n, sizeof *f->value);
	if (!f->out->half || !f->value)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < f->texts->n; i++) {
		f->out->half[i] = (uint8_t)ho_rng_below(&rng, 2);
		add_to(&f->out->all[f->out->half[i]], f, i);
	}
	return HO_OK;
}

static enum ho_status read_texts(struct finding *f, struct ho_error *err)
{
	struct ho_slice *text = ho_alloc(f->texts->n, sizeof *text);
	if (!text)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < f->texts->n; i++)
		text[i] = f->texts->rows->text[f->texts->row[i]];
	enum ho_status status =
	    ho_corpus_build(&f->corpus, text, f->texts->n, f->d->options->threads, f->d->progress, err);
	ho_free(text);
	return status;
}

static enum ho_status find_all(struct finding *f, struct ho_error *err)
{
	const struct ho_table *table = f->texts->rows->table;
	enum ho_status status = halve(f, err);
	if (status == HO_OK)
		status = read_texts(f, err);
	if (status == HO_OK)
		status = by_labels(f, err);
	if (status == HO_OK)
		status = by_length(f, err);
	if (status == HO_OK)
		status = by_language(f, err);
	for (size_t c = 0; c < table->column_count && status == HO_OK; c++)
		status = by_column(f, &table->columns[c], err);
	if (status == HO_OK)
		status = by_topic(f, err);
	return status ? status : by_word(f, err);
}

enum ho_status ho_doubt__slices_find(struct doubt_slices *out, const struct doubt *d, const struct doubt_texts *texts,
                                     struct ho_error *err)
{
	struct finding f = {.out = out, .d = d, .texts = texts};
	*out = (struct doubt_slices){.n = 0};
	ho_arena_init(&out->arena, SIZE_MAX);
	ho_map_init(&f.corpus.types);
	enum ho_status status = find_all(&f, err);
	ho_corpus_release(&f.corpus);
	ho_clusters_release(&f.clusters);
	ho_free(f.value);
	if (status)
		ho_doubt__slices_release(out);
	return status;
}

void ho_doubt__slices_release(struct doubt_slices *slices)
{
	ho_free(slices->items);
	ho_free(slices->half);
	ho_arena_release(&slices->arena);
	*slices = (struct doubt_slices){.n = 0};
}

double ho_doubt__slice_p(const struct doubt_slices *slices, const struct doubt_slice *slice, int half)
{
	const struct doubt_tally *part = &slice->half[half], *all = &slices->all[half];
	return ho_fisher_upper(part->wrong, part->n, all->wrong - part->wrong, all->n - part->n);
}
