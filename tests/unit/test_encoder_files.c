/* Tokens as `tokenizers` gives them, and files that are cut, forged or of another kind: refused by name. */
#include "base/alloc.h"
#include "encoder/safetensors.h"
#include "encoder/wordpiece.h"
#include "encoder_fixture.h"

static struct ho_slice vocabulary(char *room, size_t size)
{
	int len = 0;
	for (size_t i = 0; i < E_VOCABULARY; i++)
		len += snprintf(room + len, size - (size_t)len, "%s\n", e_pieces[i]);
	return ho_slice(room, (size_t)len);
}

static void words_become_pieces(void **state)
{
	(void)state;
	static const struct {
		const char *text, *pieces;
	} cases[] = {
	    {"the cards", "[CLS] the card ##s [SEP]"},
	    {"REFUND r\xc3\xa9"
	     "fund",
	     "[CLS] re ##fund re ##fund [SEP]"}, /* capitals and accents go */
	    {"unable!!", "[CLS] un ##able ! ! [SEP]"},
	    {"unabl", "[CLS] [UNK] [SEP]"},              /* a rest without a piece: the whole word is unknown */
	    {"lost losts", "[CLS] lost lost ##s [SEP]"}, /* longest first */
	    {"\xe6\x9d\xb1\xe4\xba\xac", "[CLS] \xe6\x9d\xb1 \xe4\xba\xac [SEP]"}, /* ideographs stand alone */
	    {"a\xe2\x80\x8b"
	     "is",
	     "[CLS] [UNK] [SEP]"}, /* a zero-width space goes: "ais" */
	    {"a\tis\xc2\xa0it\xe3\x80\x80the", "[CLS] a is it the [SEP]"},
	    {"a[SEP]is [sep]", "[CLS] a [SEP] is [UNK] [UNK] [UNK] [SEP]"},
	    {"it\x01is\xff.", "[CLS] [UNK] . [SEP]"}, /* controls and broken bytes go */
	    {"", "[CLS] [SEP]"},
	};
	char room[2000], got[400];
	struct ho_wordpiece wp;
	struct ho_piece_tokens out = {.n = 0};
	struct ho_error err;
	assert_ok(ho_wordpiece_read_vocabulary(&wp, vocabulary(room, sizeof room), true, &err), &err);
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		int len = 0;
		assert_ok(ho_wordpiece_tokenize(&out, &wp, ho_slice_str(cases[c].text), 0, true, &err), &err);
		for (size_t t = 0; t < out.n; t++) {
			assert_true(out.items[t].start <= out.items[t].end &&
			            out.items[t].end <= strlen(cases[c].text));
			len += snprintf(got + len, sizeof got - (size_t)len, "%s%s", t ? " " : "",
			                e_pieces[out.items[t].id]);
		}
		assert_string_equal(got, cases[c].pieces);
	}
	ho_piece_tokens_release(&out);
	ho_wordpiece_release(&wp);
}

static void pieces_know_their_bytes(void **state)
{
	(void)state;
	char room[2000];
	struct ho_wordpiece wp;
	struct ho_piece_tokens out = {.n = 0};
	struct ho_error err;
	static const char text[] = "  R\xc3\xa9"
	                           "funds lost";
	static const uint32_t bounds[][2] = {{2, 5}, {5, 9}, {9, 10}, {11, 15}};
	assert_ok(ho_wordpiece_read_vocabulary(&wp, vocabulary(room, sizeof room), true, &err), &err);
	assert_ok(ho_wordpiece_tokenize(&out, &wp, ho_slice_str(text), 0, false, &err), &err);
	assert_int_equal(out.n, 4);
	for (size_t t = 0; t < 4; t++) {
		assert_int_equal(out.items[t].start, bounds[t][0]);
		assert_int_equal(out.items[t].end, bounds[t][1]);
	}
	ho_piece_tokens_release(&out);
	ho_wordpiece_release(&wp);
}

static void long_texts_are_cut_and_long_words_unknown(void **state)
{
	(void)state;
	char room[2000], word[200];
	struct ho_wordpiece wp;
	struct ho_piece_tokens out = {.n = 0};
	struct ho_error err;
	assert_ok(ho_wordpiece_read_vocabulary(&wp, vocabulary(room, sizeof room), true, &err), &err);
	assert_ok(ho_wordpiece_tokenize(&out, &wp, ho_slice_str("the card is lost ?"), 4, true, &err), &err);
	assert_int_equal(out.n, 4);
	assert_int_equal(out.items[3].id, 3);
	memset(word, 'a', sizeof word); /* "a", then no "##a": unknown either way; a limit must not change that */
	assert_ok(ho_wordpiece_tokenize(&out, &wp, ho_slice(word, sizeof word), 0, false, &err), &err);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.items[0].id, 1);
	ho_piece_tokens_release(&out);
	ho_wordpiece_release(&wp);
}

static void other_tokenizers_are_refused_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *json, *says;
	} cases[] = {
	    {"{\"model\": {\"type\": \"BPE\"}}", "BPE"},
	    {"{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[UNK]\": 0}}, \"normalizer\": {\"type\": "
	     "\"Lowercase\"}}",
	     "Lowercase"},
	    {"{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[UNK]\": 0}}, \"normalizer\": {\"type\": "
	     "\"BertNormalizer\"},"
	     "\"pre_tokenizer\": {\"type\": \"ByteLevel\"}}",
	     "ByteLevel"},
	    {"{\"model\": {\"type\": \"WordPiece\", \"vocab\": {}}, \"normalizer\": {\"type\": \"BertNormalizer\"},"
	     "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}}",
	     "vocabulary"},
	    {"{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": -1}}, \"normalizer\": {\"type\": "
	     "\"BertNormalizer\"},"
	     "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}}",
	     "whole number"},
	    {"[1]", "JSON object"},
	    {"{", "JSON object"},
	    {"", "JSON object"},
	};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct ho_wordpiece wp;
		struct ho_error err;
		assert_int_not_equal(ho_wordpiece_read_json(&wp, ho_slice_str(cases[c].json), &err), HO_OK);
		if (!strstr(err.message, cases[c].says))
			fail_msg("case %zu says: %s", c, err.message);
	}
}

/* A weights file of one tensor with this header and so many bytes of data. */
static enum ho_status read_forged(const char *header, size_t data, struct ho_error *err)
{
	size_t len = strlen(header), size = 8 + len + data;
	char *bytes = calloc(1, size ? size : 1);
	struct ho_safetensors file;
	bytes[0] = (char)(len & 255);
	bytes[1] = (char)(len >> 8);
	memcpy(bytes + 8, header, len);
	enum ho_status status = ho_safetensors_read(&file, ho_slice(bytes, size), err);
	if (status == HO_OK)
		ho_safetensors_close(&file);
	free(bytes);
	return status;
}

static void forged_weights_are_refused(void **state)
{
	(void)state;
	struct ho_error err;
	static const struct {
		const char *header;
		size_t data;
	} bad[] = {
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4},
	    {"{\"a\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}", 8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],"
	     "\"data_offsets\":[8,8]}}",
	     8},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],"
	     "\"data_offsets\":[4,12]}}",
	     12},
	    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 8},
	    {"[]", 0},
	    {"{}", 8},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (read_forged(bad[i].header, bad[i].data, &err) != HO_EFORMAT)
			fail_msg("header %zu was not refused", i);
	assert_ok(
	    read_forged(
	        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"__metadata__\":{\"x\":\"y\"}}   ", 8,
	        &err),
	    &err);
	assert_ok(read_forged("{\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]},\"b\":{\"dtype\":"
	                      "\"F32\",\"shape\":[0,5],\"data_offsets\":[2,2]}}",
	                      2, &err),
	          &err);
}

static void halves_become_floats(void **state)
{
	(void)state;
	static const unsigned char half[] = {0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x7c};
	static const unsigned char brain[] = {0x80, 0x3f, 0x00, 0xc0, 0xc0, 0x7f};
	struct ho_tensor t = {.dtype = HO_DTYPE_F16, .data = half, .bytes = sizeof half};
	struct ho_error err;
	float out[5];
	assert_ok(ho_tensor_floats(out, &t, 0, 4, &err), &err);
	assert_true(out[0] == 1 && out[1] == -2 && out[2] == 0x1p-24f && out[3] == 65504);
	assert_int_equal(ho_tensor_floats(out, &t, 0, 5, &err), HO_EFORMAT); /* infinity */
	t = (struct ho_tensor){.dtype = HO_DTYPE_BF16, .data = brain, .bytes = sizeof brain};
	assert_ok(ho_tensor_floats(out, &t, 0, 2, &err), &err);
	assert_true(out[0] == 1 && out[1] == -2);
	assert_int_equal(ho_tensor_floats(out, &t, 2, 1, &err), HO_EFORMAT); /* no number */
}

/* Every cut of the weights, and settings that contradict them. */
static void damaged_folders_are_refused(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(1, false);
	struct ho_encoder *e;
	struct ho_error err;
	char path[200];
	(void)snprintf(path, sizeof path, "%s/model.safetensors", f->folder);
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	for (off_t len = info.st_size; len >= 0; len -= 997) {
		e_write_weights(f);
		assert_int_equal(truncate(path, len), 0);
		assert_int_equal(ho_encoder_open(&e, f->folder, 0, &err), len == info.st_size ? HO_OK : HO_EFORMAT);
		ho_encoder_free(e);
	}
	e_write_weights(f);
	static const char *const settings[] = {
	    "{\"model_type\": \"roberta\"}",
	    "{\"model_type\": \"bert\"}",
	    "{}",
	    "",
	    "{\"model_type\": 3}",
	    "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"hidden_size\": 27, \"intermediate_size\": 37, "
	    "\"max_position_embeddings\": 40,"
	    "\"num_attention_heads\": 3, \"num_hidden_layers\": 3, \"type_vocab_size\": 2, \"vocab_size\": 27}",
	    "{\"model_type\": \"bert\", \"hidden_act\": \"relu\", \"hidden_size\": 27, \"intermediate_size\": 37, "
	    "\"max_position_embeddings\": 40,"
	    "\"num_attention_heads\": 3, \"num_hidden_layers\": 2, \"type_vocab_size\": 2, \"vocab_size\": 27}",
	    "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"hidden_size\": 27, \"intermediate_size\": 37, "
	    "\"max_position_embeddings\": 40,"
	    "\"num_attention_heads\": 4, \"num_hidden_layers\": 2, \"type_vocab_size\": 2, \"vocab_size\": 27}"};
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		e_write(f, "config.json", settings[i], strlen(settings[i]));
		enum ho_status status = ho_encoder_open(&e, f->folder, 0, &err);
		assert_true(status == HO_EFORMAT || status == HO_EUNAVAIL);
		assert_null(e);
	}
	e_free(f);
}

/* Token vectors [27][2], and factors [27], of these types. */
static enum ho_status open_static(const struct e_fixture *f, const char *table, const char *factors)
{
	static const char config[] = "{\"model_type\": \"model2vec\"}";
	static char bytes[2000];
	struct ho_encoder *e;
	struct ho_error err;
	size_t size = strcmp(table, "F32") == 0 ? 216 : 54, more = strcmp(factors, "F32") == 0 ? 108 : 27;
	memset(bytes, 0, sizeof bytes);
	int len = snprintf(bytes + 8, sizeof bytes - 8,
	                   "{\"embeddings\": {\"dtype\": \"%s\", \"shape\": [27, 2], \"data_offsets\": [0, %zu]},"
	                   "\"weights\": {\"dtype\": \"%s\", \"shape\": [27], \"data_offsets\": [%zu, %zu]}}",
	                   table, size, factors, size, size + more);
	bytes[0] = (char)(len & 255);
	bytes[1] = (char)(len >> 8);
	memset(bytes + 8 + len, 0, size + more);
	e_write(f, "config.json", config, sizeof config - 1);
	e_write(f, "model.safetensors", bytes, 8 + (size_t)len + size + more);
	enum ho_status status = ho_encoder_open(&e, f->folder, 0, &err);
	ho_encoder_free(e);
	return status;
}

/* A table that no text could be encoded with is refused when it is opened, not at the first text. */
static void static_tables_of_other_types_are_refused(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(1, false);
	assert_int_equal(open_static(f, "F32", "F32"), HO_OK);
	assert_int_equal(open_static(f, "I8", "F32"), HO_EFORMAT);
	assert_int_equal(open_static(f, "F32", "U8"), HO_EFORMAT);
	e_free(f);
}

/* Every allocation fails once: an error, and nothing lost or leaked (seen by the sanitizers). */
static void memory_runs_out_anywhere(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(2, false);
	struct ho_slice text = ho_slice_str("the cards are lost");
	long nth = 1;
	for (;; nth++) {
		struct ho_encoder *e = NULL;
		float vector[E_HIDDEN];
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_encoder_open(&e, f->folder, 0, NULL);
		if (status == HO_OK)
			status = ho_encode(vector, e, &text, 1, 1, NULL, NULL);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		ho_encoder_free(e);
		if (!failed)
			break;
		assert_int_equal(status, HO_ENOMEM);
	}
	assert_true(nth > 40);
	e_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_become_pieces),
	                                   cmocka_unit_test(pieces_know_their_bytes),
	                                   cmocka_unit_test(long_texts_are_cut_and_long_words_unknown),
	                                   cmocka_unit_test(other_tokenizers_are_refused_by_name),
	                                   cmocka_unit_test(forged_weights_are_refused),
	                                   cmocka_unit_test(halves_become_floats),
	                                   cmocka_unit_test(damaged_folders_are_refused),
	                                   cmocka_unit_test(static_tables_of_other_types_are_refused),
	                                   cmocka_unit_test(memory_runs_out_anywhere)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
