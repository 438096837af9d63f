/* Reading tokenizer.json and vocab.txt. */
#include <jansson.h>

#include "base/alloc.h"
#include "encoder/wordpiece.h"

enum { PIECE_BYTES_MAX = 400 };
/* Of tokenizer.json or vocab.txt; parsed, a file takes some ten times its size. */
#define FILE_BYTES_MAX ((size_t)64 << 20)

void ho_wordpiece_release(struct ho_wordpiece *wordpiece)
{
	ho_map_release(&wordpiece->vocabulary);
	ho_arena_release(&wordpiece->arena);
	ho_free(wordpiece->ids);
	*wordpiece = (struct ho_wordpiece){.n_added = 0};
}

static void init(struct ho_wordpiece *wp)
{
	*wp = (struct ho_wordpiece){.word_chars_max = HO_PIECE_CHARS_MAX, .clean = true, .split_cjk = true};
	ho_map_init(&wp->vocabulary);
	ho_arena_init(&wp->arena, (size_t)1 << 20);
}

static enum ho_status add_piece(struct ho_wordpiece *wp, struct ho_slice piece, uint64_t id, struct ho_error *err)
{
	uint32_t index;
	if (piece.len > PIECE_BYTES_MAX || id >= HO_VOCABULARY_MAX)
		return ho_fail(err, HO_EFORMAT,
		               "its vocabulary has a piece of more than %d bytes or an id of %d and more",
		               PIECE_BYTES_MAX, HO_VOCABULARY_MAX);
	enum ho_status status = ho_map_add(&index, &wp->vocabulary, piece, err);
	if (status)
		return status;
	if (ho_grow(&wp->ids, &wp->ids_cap, (size_t)index + 1, sizeof *wp->ids))
		return ho_fail_nomem(err);
	/* In vocab.txt a piece may stand twice; the last line counts, as a dictionary has it. */
	wp->ids[index] = (uint32_t)id;
	wp->size = id >= wp->size ? (uint32_t)id + 1 : wp->size;
	wp->longest = piece.len > wp->longest ? piece.len : wp->longest;
	return HO_OK;
}

static enum ho_status need(uint32_t *id, const struct ho_wordpiece *wp, const char *piece, struct ho_error *err)
{
	uint32_t index = ho_map_find(&wp->vocabulary, ho_slice_str(piece));
	if (index == HO_MAP_NONE)
		return ho_fail(err, HO_EFORMAT, "its vocabulary lacks the token %s", piece);
	*id = wp->ids[index];
	return HO_OK;
}

static enum ho_status unsupported(struct ho_error *err, const char *what, const char *is, const char *wanted)
{
	return ho_fail(err, HO_EUNAVAIL, "its %s is %.40s; only %s is supported", what, is ? is : "missing", wanted);
}

static enum ho_status check_type(const json_t *root, const char *part, const char *wanted, struct ho_error *err)
{
	const char *type = json_string_value(json_object_get(json_object_get(root, part), "type"));
	return type && strcmp(type, wanted) == 0 ? HO_OK : unsupported(err, part, type, wanted);
}

static bool flag(const json_t *object, const char *name, bool missing)
{
	const json_t *value = json_object_get(object, name);
	return json_is_boolean(value) ? json_is_true(value) : missing;
}

static enum ho_status read_added(struct ho_wordpiece *wp, const json_t *list, struct ho_error *err)
{
	size_t i;
	json_t *entry;
	json_array_foreach((json_t *)list, i, entry)
	{
		const json_t *content = json_object_get(entry, "content"), *id = json_object_get(entry, "id");
		struct ho_added_token *added = &wp->added[wp->n_added];
		if (!json_string_length(content) || !json_is_integer(id) || json_integer_value(id) < 0 ||
		    json_integer_value(id) >= HO_VOCABULARY_MAX)
			return ho_fail(err, HO_EFORMAT, "its added token %zu has no content or no id", i + 1);
		if (wp->n_added == HO_ADDED_TOKENS_MAX)
			return unsupported(err, "number of added tokens", "larger", "64 at most");
		if (flag(entry, "lstrip", false) || flag(entry, "rstrip", false) || flag(entry, "single_word", false) ||
		    flag(entry, "normalized", false))
			return unsupported(err, "added token", "stripped, normalised or a single word",
			                   "one found as it stands");
		added->content =
		    ho_arena_copy(&wp->arena, ho_slice(json_string_value(content), json_string_length(content)));
		added->id = (uint32_t)json_integer_value(id);
		if (!added->content.ptr)
			return ho_fail_nomem(err);
		wp->n_added++;
		wp->size = added->id >= wp->size ? added->id + 1 : wp->size;
	}
	return HO_OK;
}

static enum ho_status read_normalizer(struct ho_wordpiece *wp, const json_t *root, struct ho_error *err)
{
	const json_t *normalizer = json_object_get(root, "normalizer");
	enum ho_status status = check_type(root, "normalizer", "BertNormalizer", err);
	wp->clean = flag(normalizer, "clean_text", true);
	wp->split_cjk = flag(normalizer, "handle_chinese_chars", true);
	wp->lower_case = flag(normalizer, "lowercase", true);
	wp->strip_accents = flag(normalizer, "strip_accents", wp->lower_case);
	return status ? status : check_type(root, "pre_tokenizer", "BertPreTokenizer", err);
}

static enum ho_status read_model(struct ho_wordpiece *wp, const json_t *model, struct ho_error *err)
{
	const json_t *vocabulary = json_object_get(model, "vocab"),
	             *chars = json_object_get(model, "max_input_chars_per_word");
	const char *prefix = json_string_value(json_object_get(model, "continuing_subword_prefix")), *piece;
	const char *unknown = json_string_value(json_object_get(model, "unk_token"));
	json_t *id;
	if (!json_is_object(vocabulary) || json_object_size(vocabulary) == 0)
		return ho_fail(err, HO_EFORMAT, "it has no vocabulary");
	wp->prefix = ho_arena_copy(&wp->arena, ho_slice_str(prefix ? prefix : "##"));
	if (!wp->prefix.ptr)
		return ho_fail_nomem(err);
	if (wp->prefix.len > 16)
		return unsupported(err, "continuing_subword_prefix", "longer than 16 bytes", "a short one");
	if (json_is_integer(chars) && (json_integer_value(chars) < 1 || json_integer_value(chars) > 1000))
		return unsupported(err, "max_input_chars_per_word", "out of range", "1 to 1000");
	if (json_is_integer(chars))
		wp->word_chars_max = (unsigned)json_integer_value(chars);
	json_object_foreach((json_t *)vocabulary, piece, id)
	{
		if (!json_is_integer(id) || json_integer_value(id) < 0)
			return ho_fail(err, HO_EFORMAT, "its vocabulary has a piece without a whole number");
		enum ho_status status = add_piece(wp, ho_slice_str(piece), (uint64_t)json_integer_value(id), err);
		if (status)
			return status;
	}
	return need(&wp->unknown, wp, unknown ? unknown : "[UNK]", err);
}

/* The template of one text must be: begin, the text, end. */
static enum ho_status read_edges(struct ho_wordpiece *wp, const json_t *root, struct ho_error *err)
{
	const json_t *post = json_object_get(root, "post_processor"), *single = json_object_get(post, "single");
	const char *type = json_string_value(json_object_get(post, "type"));
	wp->has_edges = json_is_object(post);
	if (!wp->has_edges)
		return HO_OK;
	if (type && strcmp(type, "BertProcessing") == 0) {
		enum ho_status status = need(&wp->begin, wp, "[CLS]", err);
		return status ? status : need(&wp->end, wp, "[SEP]", err);
	}
	if (!type || strcmp(type, "TemplateProcessing") != 0)
		return unsupported(err, "post_processor", type, "TemplateProcessing");
	const char *begin =
	    json_string_value(json_object_get(json_object_get(json_array_get(single, 0), "SpecialToken"), "id"));
	const char *end =
	    json_string_value(json_object_get(json_object_get(json_array_get(single, 2), "SpecialToken"), "id"));
	if (json_array_size(single) != 3 || !begin || !end)
		return unsupported(err, "template", "of another form", "begin, text, end");
	enum ho_status status = need(&wp->begin, wp, begin, err);
	return status ? status : need(&wp->end, wp, end, err);
}

static enum ho_status read_root(struct ho_wordpiece *wp, const json_t *root, struct ho_error *err)
{
	if (!json_is_object(root))
		return ho_fail(err, HO_EFORMAT, "it is no JSON object");
	enum ho_status status = check_type(root, "model", "WordPiece", err);
	if (status == HO_OK)
		status = read_normalizer(wp, root, err);
	if (status == HO_OK)
		status = read_model(wp, json_object_get(root, "model"), err);
	if (status == HO_OK)
		status = read_added(wp, json_object_get(root, "added_tokens"), err);
	return status ? status : read_edges(wp, root, err);
}

enum ho_status ho_wordpiece_read_json(struct ho_wordpiece *out, struct ho_slice bytes, struct ho_error *err)
{
	init(out);
	json_t *root = json_loadb(bytes.len ? bytes.ptr : "", bytes.len, JSON_REJECT_DUPLICATES, NULL);
	enum ho_status status = read_root(out, root, err);
	json_decref(root);
	if (status)
		ho_wordpiece_release(out);
	return status;
}

static enum ho_status read_lines(struct ho_wordpiece *wp, struct ho_slice bytes, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (uint64_t line = 0; bytes.len && status == HO_OK; line++) {
		const char *feed = memchr(bytes.ptr, '\n', bytes.len);
		size_t len = feed ? (size_t)(feed - bytes.ptr) : bytes.len;
		struct ho_slice piece = ho_slice(bytes.ptr, len && bytes.ptr[len - 1] == '\r' ? len - 1 : len);
		status = add_piece(wp, piece, line, err);
		len += feed ? 1 : 0;
		bytes = ho_slice(bytes.ptr + len, bytes.len - len);
	}
	return status;
}

static enum ho_status add_specials(struct ho_wordpiece *wp, struct ho_error *err)
{
	static const char *const names[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
	enum ho_status status = need(&wp->unknown, wp, "[UNK]", err);
	if (status == HO_OK)
		status = need(&wp->begin, wp, "[CLS]", err);
	if (status == HO_OK)
		status = need(&wp->end, wp, "[SEP]", err);
	for (size_t i = 0; i < sizeof names / sizeof *names && status == HO_OK; i++) {
		uint32_t index = ho_map_find(&wp->vocabulary, ho_slice_str(names[i]));
		if (index != HO_MAP_NONE)
			wp->added[wp->n_added++] =
			    (struct ho_added_token){.content = wp->vocabulary.keys[index], .id = wp->ids[index]};
	}
	return status;
}

enum ho_status ho_wordpiece_read_vocabulary(struct ho_wordpiece *out, struct ho_slice bytes, bool lower_case,
                                            struct ho_error *err)
{
	init(out);
	out->lower_case = out->strip_accents = lower_case;
	out->has_edges = true;
	out->prefix = ho_slice_str("##");
	enum ho_status status = read_lines(out, bytes, err);
	if (status == HO_OK)
		status = add_specials(out, err);
	if (status)
		ho_wordpiece_release(out);
	return status;
}

/* do_lower_case of tokenizer_config.json; true where nothing is said, as BERT's tokenisers have it. */
static bool says_lower_case(struct ho_encoder_files *files)
{
	struct ho_slice bytes;
	if (ho_encoder_files_read(&bytes, files, HO_ENCODER_TOKENIZER_CONFIG, NULL, NULL))
		return true;
	json_t *root = bytes.len < FILE_BYTES_MAX ? json_loadb(bytes.ptr, bytes.len, 0, NULL) : NULL;
	bool lower = flag(root, "do_lower_case", true);
	json_decref(root);
	return lower;
}

enum ho_status ho_wordpiece_open(struct ho_wordpiece *out, struct ho_encoder_files *files, struct ho_error *err)
{
	struct ho_slice bytes;
	enum ho_encoder_file which = HO_ENCODER_TOKENIZER;
	*out = (struct ho_wordpiece){.n_added = 0};
	enum ho_status status = ho_encoder_files_read(&bytes, files, which, NULL, err);
	if (status == HO_ENOTFOUND)
		status = ho_encoder_files_read(&bytes, files, which = HO_ENCODER_VOCABULARY, NULL, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND,
		               "%s has neither tokenizer.json nor vocab.txt; is it the folder of an encoder?",
		               files->folder ? files->folder : "the model file");
	if (status)
		return status;
	if (bytes.len > FILE_BYTES_MAX)
		status = ho_fail(err, HO_EFORMAT, "it has more than 64 MiB, far too much for a vocabulary");
	else
		status = which == HO_ENCODER_TOKENIZER
		             ? ho_wordpiece_read_json(out, bytes, err)
		             : ho_wordpiece_read_vocabulary(out, bytes, says_lower_case(files), err);
	if (status)
		ho_encoder_files_at(err, files, which);
	return status;
}
