/* From blended heads to an image: each view is cut to its own size, and no label is overlooked when the cut is chosen.
 */
#include "unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/rng.h"
#include "model/format.h"
#include "model/image.h"
#include "train/assemble.h"
#include "train/search.h"

enum { LABELS = 200, EACH = 5, ROWS = LABELS * EACH, WORDS = 8, POOL = 2000, ROOM = WORDS * 8 };

/* Random words of seven letters from a small pool: few word features, and ten times as many of characters. */
struct texts {
	char pool[POOL][8], bytes[ROWS][ROOM + 1];
	struct ho_slice text[ROWS], names[LABELS];
	char name[LABELS][8];
	uint32_t label[ROWS], row[ROWS];
};

static void fill(struct texts *t)
{
	struct ho_rng rng = ho_rng_seed(4, 4);
	for (size_t w = 0; w < POOL; w++)
		for (size_t i = 0; i < 7; i++)
			t->pool[w][i] = (char)('a' + ho_rng_below(&rng, 26));
	for (uint32_t k = 0; k < LABELS; k++) {
		(void)snprintf(t->name[k], sizeof t->name[k], "l%u", k);
		t->names[k] = ho_slice_str(t->name[k]);
	}
	for (uint32_t i = 0; i < ROWS; i++) {
		t->row[i] = i;
		t->label[i] = i % LABELS;
		for (size_t w = 0; w < WORDS; w++) {
			size_t own = (i % LABELS) * 7 + ho_rng_below(&rng, 7), any = ho_rng_below(&rng, POOL);
			memcpy(t->bytes[i] + w * 8, t->pool[w < 3 ? own : any], 7);
			t->bytes[i][w * 8 + 7] = ' ';
		}
		t->text[i] = ho_slice(t->bytes[i], ROOM);
	}
}

/* Weights stored of a view: the size of its section, from the table of the file. */
static size_t entries_of(const char *path, uint32_t section)
{
	struct ho_mapping file;
	struct ho_file_header header;
	struct ho_section_record record = {.id = 0};
	struct ho_error err;
	assert_ok(ho_mapping_open(&file, path, &err), &err);
	memcpy(&header, file.bytes.ptr, sizeof header);
	for (uint32_t s = 0; s < header.sections && record.id != section; s++)
		memcpy(&record, file.bytes.ptr + sizeof header + s * sizeof record, sizeof record);
	assert_int_equal(record.id, section);
	ho_mapping_close(&file);
	return record.size / sizeof(struct ho_entry);
}

static void each_view_is_cut_to_its_own_size(void **state)
{
	(void)state;
	char path[] = "/tmp/ho_assemble_XXXXXX";
	struct texts *t = calloc(1, sizeof *t);
	struct ho_corpus corpus;
	struct ho_search search = {.n_rungs = 0};
	struct ho_image *image;
	struct ho_error err;
	size_t bytes;
	int fd = mkstemp(path);
	assert_true(fd >= 0 && close(fd) == 0);
	fill(t);
	assert_ok(ho_corpus_build(&corpus, t->text, ROWS, 2, NULL, &err), &err);
	struct ho_lesson lesson = {.corpus = &corpus,
	                           .rows = t->row,
	                           .n = ROWS,
	                           .n_learn = ROWS,
	                           .labels = t->label,
	                           .K = LABELS,
	                           .seed = 1,
	                           .threads = 2};
	search.heads[0] = (struct ho_head){"words", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0};
	search.heads[1] = (struct ho_head){"characters", HO_VIEW_CHAR, HO_LEARN_BAYES, 0, 0, 0.3, 0};
	search.blend = (struct ho_blend){.n_heads = 2, .weight = {1, 1}};
	struct ho_assembly assembly = {.labels = t->names};
	for (int h = 0; h < 2; h++)
		assert_ok(ho_lesson_need(&lesson, search.heads[h].view, &err), &err);
	size_t words = lesson.designs[HO_VIEW_WORD2].D, chars = lesson.designs[HO_VIEW_CHAR].D;
	assert_true(words * LABELS < 2000000 && chars * LABELS > 3000000);
	assert_ok(ho_assemble(&image, &lesson, &search, &assembly, &err), &err);
	assert_ok(ho_image_write(&bytes, image, path, &err), &err);
	/* Words have room for all; the far more characters are cut to two million. */
	size_t kept = entries_of(path, HO_SECTION_CHAR_ENTRIES);
	assert_true(kept > 1500000 && kept < 2400000);
	assert_true(entries_of(path, HO_SECTION_WORD_ENTRIES) > words);
	ho_image_free(image);
	ho_lesson_release(&lesson);
	ho_corpus_release(&corpus);
	(void)unlink(path);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_view_is_cut_to_its_own_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
