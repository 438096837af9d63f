/* A tokeniser from a stranger: refused, or its tokens lie inside the text. Input: one byte with the length of a text,
 * the text, then a tokenizer.json, or the lines of a vocab.txt. */
#include "encoder/wordpiece.h"
#include "fuzz.h"

static void use(const struct ho_wordpiece *wp, struct ho_slice text, size_t max, bool edges)
{
	struct ho_piece_tokens tokens = {.n = 0};
	FUZZ_CHECK(ho_wordpiece_tokenize(&tokens, wp, text, max, edges, NULL) == HO_OK);
	FUZZ_CHECK(!max || tokens.n <= max);
	for (size_t i = 0; i < tokens.n; i++) {
		FUZZ_CHECK(tokens.items[i].id < wp->size);
		FUZZ_CHECK(tokens.items[i].start <= tokens.items[i].end && tokens.items[i].end <= text.len);
	}
	ho_piece_tokens_release(&tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ho_wordpiece wp;
	if (size < 1 || size - 1 < data[0])
		return 0;
	struct ho_slice text = ho_slice((const char *)data + 1, data[0]);
	struct ho_slice rest = ho_slice(text.ptr + text.len, size - 1 - text.len);
	enum ho_status status = rest.len && rest.ptr[0] == '{' ? ho_wordpiece_read_json(&wp, rest, NULL)
	                                                       : ho_wordpiece_read_vocabulary(&wp, rest, true, NULL);
	if (status)
		return 0;
	use(&wp, text, 0, true);
	use(&wp, text, 5, true);
	use(&wp, text, 3, false);
	ho_wordpiece_release(&wp);
	return 0;
}
