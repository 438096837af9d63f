/* Validation: after ho_model__attach() every offset, count and string that scoring follows has been checked once. */
#include <math.h>

#include "base/alloc.h"
#include "model/private.h"
#include "model/sections.h"
#include "text/utf8.h"

/* Of one feature; 2^31 of them still add up to a finite float. */
static const double weight_max = 1e20;

/* A forged table must not make the search for a feature slow: how full it may be, and how many slots in a row may be
 * taken. Training fills at most 7 of 10, where the longest of 2^31 slots' rows is about 400. */
enum { LOAD_TENTHS_MAX = 8, TAKEN_RUN_MAX = 1024 };

static enum ho_status damaged(struct ho_error *err, const char *what)
{
	return ho_sections_damaged(err, what);
}

static bool in_range(double x, double low, double high)
{
	return x >= low && x <= high; /* false for NaN */
}

static enum ho_status check_core(struct ho_model *model, const struct ho_sections *sections, struct ho_error *err)
{
	struct ho_slice core = sections->of[HO_SECTION_CORE], numbers = sections->of[HO_SECTION_NUMBERS];
	if (core.len != sizeof *model->core)
		return damaged(err, "core has the wrong size");
	const struct ho_core *c = model->core = (const void *)core.ptr;
	if (c->K < 2 || c->K > HO_LABEL_COUNT_MAX || c->columns != (c->K == 2 ? 1 : c->K) || c->word_n_max < 1 ||
	    c->word_n_max > HO_WORD_NGRAM_MAX || c->char_max > HO_CHAR_NGRAM_MAX || c->char_min > c->char_max ||
	    (c->char_max > 0 && c->char_min == 0))
		return damaged(err, "core values out of range");
	if (c->promise_kind > HO_PROMISE_REVIEW_SHARE || (c->promise_labels != 1 && c->promise_labels != c->K))
		return damaged(err, "certificate out of range");
	if (!in_range(c->novelty_level, 0, 1) || !in_range(c->confidence_level, 0, 1) || !in_range(c->bound, 0, 1) ||
	    !in_range(c->slope, 0, 1e9) || !in_range(c->word_scale, 0, 1e9) || !in_range(c->char_scale, 0, 1e9) ||
	    !in_range(c->scale.unknown_mean, -1e9, 1e9) || !in_range(c->scale.evidence_mean, -1e9, 1e9) ||
	    !in_range(c->scale.unknown_sd, 0, 1e9) || !in_range(c->scale.evidence_sd, 0, 1e9))
		return damaged(err, "core values out of range");
	size_t count = (size_t)c->columns + c->K + 2 * (size_t)c->promise_labels;
	if (numbers.len != count * sizeof(double))
		return damaged(err, "numbers have the wrong size");
	model->bias = (const void *)numbers.ptr;
	/* Bounds far above what training makes, so that no sum or product of a score can leave the range of a double.
	 */
	for (size_t i = 0; i < count; i++)
		if (!in_range(model->bias[i], -1e9, 1e9))
			return damaged(err, "a number is out of range");
	model->offset = model->bias + c->columns;
	model->max_error = model->offset + c->K;
	model->threshold = model->max_error + c->promise_labels;
	for (uint32_t i = 0; i < c->promise_labels; i++)
		if (!in_range(model->max_error[i], 0, 1))
			return damaged(err, "certificate out of range");
	return HO_OK;
}

/* Point out[0..n) at n strings of UTF-8 that fill the section, each ended by NUL. */
static bool read_strings(const char **out, size_t n, struct ho_slice body)
{
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		const char *end = at < body.len ? memchr(body.ptr + at, '\0', body.len - at) : NULL;
		if (!end || !ho_utf8_is_clean(ho_slice(body.ptr + at, (size_t)(end - body.ptr) - at)))
			return false;
		out[i] = body.ptr + at;
		at = (size_t)(end - body.ptr) + 1;
	}
	return at == body.len;
}

static enum ho_status check_names(struct ho_model *model, const struct ho_sections *sections, struct ho_error *err)
{
	const char *names[2];
	model->labels = ho_calloc(model->core->K, sizeof *model->labels);
	if (!model->labels)
		return ho_fail_nomem(err);
	if (!read_strings(model->labels, model->core->K, sections->of[HO_SECTION_LABELS]) ||
	    !read_strings(names, 2, sections->of[HO_SECTION_NAMES]))
		return damaged(err, "label names");
	model->text_columns = names[0];
	model->target = names[1];
	struct ho_slice report = sections->of[HO_SECTION_REPORT];
	if (!read_strings(&model->report, 1, report))
		return damaged(err, "report");
	return HO_OK;
}

/* Weights of an encoder's vector stand in the file if, and only if, it says which encoder. */
static enum ho_status check_encoder(struct ho_model *model, const struct ho_sections *sections, struct ho_error *err)
{
	struct ho_slice body = sections->of[HO_SECTION_ENCODER], dense = sections->of[HO_SECTION_DENSE];
	const struct ho_encoder_record *record = (const void *)body.ptr;
	bool any = false;
	if ((sections->version >= HO_MODEL_VERSION_ENCODER) != (body.len > 0) || (body.len > 0) != (dense.len > 0))
		return damaged(err, "encoder");
	if (!body.len)
		return HO_OK;
	if (body.len <= sizeof *record || record->dimensions < 1 || record->dimensions > 65536 ||
	    dense.len != sizeof(float) * record->dimensions * (size_t)model->core->columns)
		return damaged(err, "encoder out of range");
	if (!read_strings(&model->encoder_folder, 1, ho_slice(body.ptr + sizeof *record, body.len - sizeof *record)))
		return damaged(err, "encoder's folder");
	model->encoder_record = record;
	for (uint32_t i = 0; i < HO_ENCODER_FILES; i++)
		if (sections->present >> (HO_SECTION_ENCODER_FILES + i) & 1) {
			struct ho_slice file = sections->of[HO_SECTION_ENCODER_FILES + i];
			model->encoder_files.bytes[i] = ho_slice(file.ptr ? file.ptr : "", file.len);
			any = true;
		}
	if (any && (!ho_model__has_files(model) || !model->encoder_files.bytes[HO_ENCODER_CONFIG].ptr))
		return damaged(err, "its encoder lacks weights or settings");
	model->dense = (const void *)dense.ptr;
	for (size_t i = 0; i < dense.len / sizeof(float); i++)
		if (!in_range((double)model->dense[i], -1e9, 1e9))
			return damaged(err, "a weight of the encoder is out of range");
	return HO_OK;
}

/* Neighbours are there if, and only if, the version says so. */
static enum ho_status check_neighbours(struct ho_model *model, const struct ho_sections *sections, struct ho_error *err)
{
	struct ho_slice body = sections->of[HO_SECTION_DISTANCE], rows = sections->of[HO_SECTION_NEIGHBOURS];
	const struct ho_distance_record *record = (const void *)body.ptr;
	if ((sections->version == HO_MODEL_VERSION_DISTANCE) != (body.len > 0) || (body.len > 0) != (rows.len > 0))
		return damaged(err, "neighbours");
	if (!body.len)
		return HO_OK;
	size_t dimensions = model->encoder_record->dimensions;
	if (body.len != sizeof *record || record->rows < 1 || record->rows > HO_NEIGHBOURS_MAX || record->zero ||
	    rows.len != record->rows * (sizeof(float) + dimensions) || !in_range(record->mean, -1e9, 1e9) ||
	    !in_range(record->sd, 0, 1e9) || !in_range(record->weight, 0, 1e9))
		return damaged(err, "neighbours out of range");
	model->distance = record;
	model->neighbours = (struct ho_neighbours){record->rows, (uint32_t)dimensions, (const void *)rows.ptr,
	                                           (const int8_t *)rows.ptr + record->rows * sizeof(float)};
	for (size_t i = 0; i < record->rows; i++)
		if (!in_range((double)model->neighbours.scale[i], 0, 1))
			return damaged(err, "a neighbour is out of range");
	return HO_OK;
}

static enum ho_status check_rows(struct ho_view *view, struct ho_slice rows, struct ho_slice entries, uint32_t K,
                                 struct ho_error *err)
{
	size_t n_entries = entries.len / sizeof *view->entries;
	if (rows.len < 4 || rows.len % 4 || rows.len / 4 > UINT32_MAX || entries.len % sizeof *view->entries)
		return damaged(err, "weights have the wrong size");
	view->rows = (const void *)rows.ptr;
	view->n_rows = (uint32_t)(rows.len / 4 - 1);
	view->entries = (const void *)entries.ptr;
	if (view->rows[0] != 0 || view->rows[view->n_rows] != n_entries)
		return damaged(err, "weights out of range");
	for (uint32_t r = 0; r < view->n_rows; r++)
		if (view->rows[r] > view->rows[r + 1])
			return damaged(err, "weights out of order");
	for (size_t i = 0; i < n_entries; i++)
		if (view->entries[i].label >= K)
			return damaged(err, "a weight has no label");
	return HO_OK;
}

/* The longest search for a feature that is not there ends at an empty slot; the last slot is followed by the first. */
static enum ho_status check_probes(const struct ho_view *view, struct ho_error *err)
{
	uint64_t used = 0, run = 0, longest = 0;
	for (uint64_t i = 0; i <= view->mask; i++)
		used += view->slots[i].fingerprint != 0;
	if (used * 10 > (view->mask + 1) * LOAD_TENTHS_MAX)
		return damaged(err, "the feature table is too full");
	for (uint64_t i = 0; i <= view->mask + TAKEN_RUN_MAX && longest <= TAKEN_RUN_MAX; i++) {
		run = view->slots[i & view->mask].fingerprint ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest <= TAKEN_RUN_MAX ? HO_OK : damaged(err, "the feature table is clotted");
}

/* Rows are numbered in the order of the slots: a row that many slots shared could make scoring arbitrarily slow. */
static enum ho_status check_slots(const struct ho_view *view, uint32_t columns, struct ho_error *err)
{
	uint32_t row = 0;
	for (uint64_t i = 0; i <= view->mask; i++) {
		const struct ho_slot *slot = &view->slots[i];
		if (!slot->fingerprint)
			continue;
		if (columns == 1 ? !in_range((double)slot->weight, -weight_max, weight_max)
		                 : row >= view->n_rows || slot->row != row++)
			return damaged(err, "a feature points nowhere");
	}
	if (columns > 1 && row != view->n_rows)
		return damaged(err, "weights without a feature");
	return check_probes(view, err);
}

/* Each string is UTF-8 if all of them together are and none begins inside a character. */
static enum ho_status check_strings(struct ho_view *view, struct ho_slice strings, size_t n, struct ho_error *err)
{
	if (strings.len < (n + 1) * 4)
		return damaged(err, "feature strings are cut short");
	struct ho_slice bytes = ho_slice(strings.ptr + (n + 1) * 4, strings.len - (n + 1) * 4);
	view->string_offsets = (const void *)strings.ptr;
	view->strings = bytes.ptr;
	if (view->string_offsets[0] != 0 || view->string_offsets[n] != bytes.len)
		return damaged(err, "feature strings out of range");
	for (size_t i = 0; i < n; i++)
		if (view->string_offsets[i] > view->string_offsets[i + 1])
			return damaged(err, "feature strings out of order");
	if (!ho_utf8_is_clean(bytes))
		return damaged(err, "feature strings are no UTF-8");
	for (size_t i = 0; i < n; i++)
		if (view->string_offsets[i] < bytes.len && (bytes.ptr[view->string_offsets[i]] & 0xc0) == 0x80)
			return damaged(err, "a feature string cuts a character");
	return HO_OK;
}

static enum ho_status check_view(struct ho_view *view, const struct ho_sections *sections, int first, double scale,
                                 const struct ho_core *core, struct ho_error *err)
{
	struct ho_slice slots = sections->of[first], strings = sections->of[first + 6];
	size_t n = slots.len / sizeof *view->slots;
	if (slots.len % sizeof *view->slots || n == 0 || (n & (n - 1)) || n > (size_t)1 << 31)
		return damaged(err, "the feature table has an impossible size");
	view->slots = (const void *)slots.ptr;
	view->mask = n - 1;
	view->scale = (float)scale;
	if (core->columns > 1) {
		enum ho_status status =
		    check_rows(view, sections->of[first + 2], sections->of[first + 4], core->K, err);
		if (status)
			return status;
	}
	enum ho_status status = check_strings(view, strings, n, err);
	return status ? status : check_slots(view, core->columns, err);
}

static enum ho_status check_rest(struct ho_model *model, const struct ho_sections *sections, struct ho_error *err)
{
	struct ho_slice novelty = sections->of[HO_SECTION_NOVELTY], seen = sections->of[HO_SECTION_SEEN];
	struct ho_slice tested = sections->of[HO_SECTION_TESTED];
	if (novelty.len % sizeof *model->novelty || seen.len % sizeof *model->seen ||
	    tested.len % sizeof(struct ho_tested_record) || tested.len / sizeof(struct ho_tested_record) > UINT32_MAX)
		return damaged(err, "a list has the wrong size");
	model->novelty = (const void *)novelty.ptr;
	model->n_novelty = novelty.len / sizeof *model->novelty;
	model->seen = (const void *)seen.ptr;
	model->n_seen = seen.len / sizeof *model->seen;
	for (size_t i = 0; i < model->n_novelty; i++)
		if (isnan(model->novelty[i]) || (i && model->novelty[i] < model->novelty[i - 1]))
			return damaged(err, "novelty scores out of order");
	for (size_t i = 1; i < model->n_seen; i++)
		if (model->seen[i] < model->seen[i - 1])
			return damaged(err, "fingerprints out of order");
	model->n_tested = (uint32_t)(tested.len / sizeof(struct ho_tested_record));
	if (model->core->chosen > model->n_tested)
		return damaged(err, "the chosen threshold was never tested");
	model->tested = ho_calloc(model->n_tested, sizeof *model->tested);
	if (!model->tested)
		return ho_fail_nomem(err);
	for (uint32_t i = 0; i < model->n_tested; i++) {
		struct ho_tested_record record;
		memcpy(&record, tested.ptr + i * sizeof record, sizeof record);
		if (!isfinite(record.threshold) || !in_range(record.p, 0, 1) || record.k > record.n ||
		    record.label >= model->core->K || record.zero)
			return damaged(err, "a tested threshold is impossible");
		model->tested[i] = (struct ho_tested){record.threshold, record.n, record.k, record.p};
	}
	return HO_OK;
}

enum ho_status ho_model__attach(struct ho_model *model, struct ho_slice bytes, struct ho_error *err)
{
	struct ho_sections sections;
	model->bytes = bytes;
	enum ho_status status = ho_sections_read(&sections, bytes, err);
	if (status == HO_OK)
		status = check_core(model, &sections, err);
	if (status == HO_OK)
		status = check_names(model, &sections, err);
	if (status == HO_OK)
		status = check_encoder(model, &sections, err);
	if (status == HO_OK)
		status = check_neighbours(model, &sections, err);
	if (status == HO_OK)
		status = check_view(&model->word, &sections, HO_SECTION_WORD_SLOTS, model->core->word_scale,
		                    model->core, err);
	if (status == HO_OK && model->core->char_max > 0)
		status = check_view(&model->chars, &sections, HO_SECTION_CHAR_SLOTS, model->core->char_scale,
		                    model->core, err);
	if (status == HO_OK)
		status = check_rest(model, &sections, err);
	return status;
}
