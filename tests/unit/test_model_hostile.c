/* Files cut, flipped and forged: refused, or the model answers. */
#include "../../fuzz/model_repair.h"
#include "model_fixture.h"

/* A copy of exactly `len` bytes, so that reading past it is seen. */
static enum ho_status attach_copy(const char *bytes, size_t len, bool repair, bool use)
{
	char *copy = ho_alloc(len, 1);
	struct ho_model *model = ho_calloc(1, sizeof *model);
	struct ho_workspace *ws;
	struct ho_explanation e;
	struct ho_error err;
	static const char text[] = "refund the stolen card, please! Straße l'été login";
	assert_true(copy && model);
	memcpy(copy, bytes, len);
	if (repair)
		model_repair(copy, len);
	enum ho_status status = ho_model__attach(model, ho_slice(copy, len), &err);
	if (status == HO_OK && use) {
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_explain(&e, ws, text, sizeof text - 1, &err), &err);
		assert_true(e.answer.confidence >= 0 && e.answer.confidence <= 1 && e.answer.novelty_p > 0);
		assert_true(isfinite(e.total));
		ho_explanation_release(&e);
		ho_workspace_free(ws);
	}
	ho_model_free(model);
	ho_free(copy);
	return status;
}

static void cut_and_flipped_files_are_refused(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct fixture *f = fixture_new(K, true, 9, 2);
		struct ho_slice file = f->model->bytes;
		char *bytes = malloc(file.len + 1);
		memcpy(bytes, file.ptr, file.len);
		bytes[file.len] = 0;
		assert_int_equal(attach_copy(bytes, file.len, false, true), HO_OK);
		assert_int_equal(attach_copy(bytes, file.len + 1, false, false), HO_EFORMAT);
		for (size_t len = 0; len < file.len; len++)
			assert_int_equal(attach_copy(bytes, len, false, false), HO_EFORMAT);
		for (size_t at = 0; at < file.len; at++) {
			bytes[at] = (char)(bytes[at] ^ (1 << at % 8));
			assert_int_not_equal(attach_copy(bytes, file.len, false, false), HO_OK);
			bytes[at] = file.ptr[at];
		}
		free(bytes);
		fixture_free(f);
	}
}

static void forged_files_are_refused_or_answer(void **state)
{
	(void)state;
	static const uint32_t odd[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0x7f800000, 0x7fc00000, 0x7fefffff};
	int refused = 0, answered = 0;
	for (uint32_t kind = 0; kind < 4; kind++) {
		struct fixture *f = fixture_new(kind & 1 ? 5 : 2, kind & 2, 40, 6);
		struct ho_slice file = f->model->bytes;
		struct ho_rng rng = ho_rng_seed(kind, 4);
		char *bytes = malloc(file.len);
		for (int i = 0; i < 3000; i++) {
			memcpy(bytes, file.ptr, file.len);
			for (uint64_t m = 1 + ho_rng_below(&rng, 3); m > 0; m--) {
				size_t at = ho_rng_below(&rng, file.len - 4) / 4 * 4;
				uint32_t value = odd[ho_rng_below(&rng, sizeof odd / sizeof *odd)];
				if (ho_rng_below(&rng, 2))
					memcpy(bytes + at, &value, sizeof value);
				else
					bytes[at + ho_rng_below(&rng, 4)] = (char)ho_rng_below(&rng, 256);
			}
			*(attach_copy(bytes, file.len, true, true) ? &refused : &answered) += 1;
		}
		free(bytes);
		fixture_free(f);
	}
	assert_true(refused > 500 && answered > 500);
}

/* Change 4 bytes of a section and repair the checksums. */
static enum ho_status forge(const struct fixture *f, uint32_t id, size_t offset, const void *value, size_t len)
{
	struct ho_slice file = f->model->bytes;
	char *bytes = malloc(file.len);
	struct ho_file_header header;
	struct ho_section_record record;
	memcpy(bytes, file.ptr, file.len);
	memcpy(&header, bytes, sizeof header);
	for (uint32_t i = 0; i < header.sections; i++) {
		memcpy(&record, bytes + sizeof header + i * sizeof record, sizeof record);
		if (record.id == id)
			memcpy(bytes + record.offset + offset, value, len);
	}
	enum ho_status status = attach_copy(bytes, file.len, true, true);
	free(bytes);
	return status;
}

static void impossible_values_are_refused(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(5, true, 40, 6), *two = fixture_new(2, false, 40, 6);
	const double nan_value = NAN, huge = 1e300, minus = -1;
	const uint32_t big = 9, all = UINT32_MAX;
	const float inf = INFINITY;
	const uint16_t label = 5;
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, K), &big, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, word_n_max), &big, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, char_max), &big, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, chosen), &big, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, slope), &nan_value, 8), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CORE, offsetof(struct ho_core, scale.evidence_sd), &minus, 8), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_NUMBERS, 0, &huge, 8), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_NUMBERS, 8 * 10, &minus, 8), HO_EFORMAT); /* max_error */
	assert_int_equal(forge(f, HO_SECTION_WORD_ENTRIES, 0, &label, 2), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_CHAR_ROWS, 4, &all, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_WORD_STRINGS, 4, &all, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_NOVELTY, 4, &inf, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_SEEN, 12, &all, 4), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_TESTED, 8, &huge, 8), HO_EFORMAT); /* p */
	assert_int_equal(forge(f, HO_SECTION_TESTED, 20, &all, 4), HO_EFORMAT); /* k > n */
	assert_int_equal(forge(f, HO_SECTION_LABELS, 3, "x", 1), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_LABELS, 1, "\xff", 1), HO_EFORMAT);
	assert_int_equal(forge(f, HO_SECTION_REPORT, 2, "x", 1), HO_EFORMAT);
	const struct ho_slot *slots = two->model->word.slots;
	size_t used = 0;
	while (!slots[used].fingerprint)
		used++;
	assert_int_equal(forge(two, HO_SECTION_WORD_SLOTS, used * 8 + 4, &inf, 4), HO_EFORMAT);
	slots = f->model->word.slots;
	for (used = f->model->word.mask; !slots[used].fingerprint;)
		used--;
	assert_int_equal(forge(f, HO_SECTION_WORD_STRINGS, (f->model->word.mask + 2) * 4, "\xc3", 1), HO_EFORMAT);
	const uint32_t first = 0; /* a row that another slot has already */
	assert_int_equal(forge(f, HO_SECTION_WORD_SLOTS, used * 8 + 4, &first, 4), HO_EFORMAT);
	fixture_free(f);
	fixture_free(two);
}

/* A model whose word table has `taken` slots in a row, from slot `from` of 2,048 on. */
static enum ho_status open_clotted(size_t taken, uint64_t from)
{
	enum { MOST = 1400 };
	static uint64_t keys[MOST];
	static float weights[MOST];
	static struct ho_slice names[MOST];
	const struct ho_slice labels[] = {{"a", 1}, {"b", 1}};
	const double bias = 0;
	struct ho_image_parts parts = {.K = 2, .labels = labels, .word_n_max = 1, .bias = &bias};
	struct ho_image *image;
	struct ho_model *model;
	struct ho_error err;
	for (size_t j = 0; j < MOST; j++) {
		/* The others stand alone, far apart, so that the table has 2,048 slots whatever is taken. */
		keys[j] = UINT64_C(1) << 40 | (j < taken ? (from + j) % 2048 : (from + taken + 1 + 2 * j) % 2048);
		weights[j] = 1;
		names[j] = ho_slice("x", 1);
	}
	parts.word = (struct ho_image_view){taken > 717 ? taken : 717, keys, weights, NULL, names, 0};
	assert_ok(ho_image_new(&image, &parts, &err), &err);
	enum ho_status status = ho_image_open(&model, image, &err);
	ho_model_free(model);
	ho_image_free(image);
	return status;
}

static void clotted_and_full_tables_are_refused(void **state)
{
	(void)state;
	assert_int_equal(open_clotted(1024, 3), HO_OK);
	assert_int_equal(open_clotted(1025, 3), HO_EFORMAT);
	assert_int_equal(open_clotted(1025, 2048 - 400), HO_EFORMAT); /* across the end of the table */
	struct fixture *f = fixture_new(2, false, 40, 6);
	size_t slots = f->model->word.mask + 1;
	struct ho_slot *full = calloc(slots, sizeof *full);
	for (size_t i = 0; i < slots; i++)
		full[i] = (struct ho_slot){.fingerprint = i % 6 ? 7 : 0, .weight = 1};
	assert_int_equal(forge(f, HO_SECTION_WORD_SLOTS, 0, full, slots * sizeof *full), HO_EFORMAT);
	for (size_t i = 0; i < slots; i++)
		full[i] = (struct ho_slot){.fingerprint = i % 4 ? 7 : 0, .weight = 1};
	assert_int_equal(forge(f, HO_SECTION_WORD_SLOTS, 0, full, slots * sizeof *full), HO_OK);
	free(full);
	fixture_free(f);
}

static void other_versions_and_files_are_told_apart(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(2, false, 9, 2);
	struct ho_slice file = f->model->bytes;
	char *bytes = malloc(file.len);
	memcpy(bytes, file.ptr, file.len);
	bytes[8] = 4; /* no version yet */
	assert_int_equal(attach_copy(bytes, file.len, false, false), HO_EUNAVAIL);
	bytes[8] = 1;
	memcpy(bytes + 12, "\x01\x02\x03\x04", 4);
	assert_int_equal(attach_copy(bytes, file.len, false, false), HO_EUNAVAIL);
	struct ho_model *model;
	assert_int_equal(ho_model_open(&model, "/nowhere/at/all", NULL), HO_ENOTFOUND);
	assert_int_equal(ho_model_open(&model, "/dev/null", NULL), HO_EINVAL);
	assert_int_equal(ho_model_open(&model, "/tmp", NULL), HO_EINVAL);
	assert_null(model);
	free(bytes);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cut_and_flipped_files_are_refused),
	    cmocka_unit_test(forged_files_are_refused_or_answer),
	    cmocka_unit_test(impossible_values_are_refused),
	    cmocka_unit_test(clotted_and_full_tables_are_refused),
	    cmocka_unit_test(other_versions_and_files_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
