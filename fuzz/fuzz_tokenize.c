/* Any bytes become tokens in order, with clean normal forms and hashes that depend on nothing else. */
#include "base/hash.h"
#include "fuzz.h"
#include "text/ngram.h"
#include "text/utf8.h"

static void check_grams(struct ho_slice word)
{
	struct ho_char_ngram grams[HO_CHAR_NGRAMS_MAX];
	size_t n = ho_char_ngrams(grams, word, 1, HO_CHAR_NGRAM_MAX);
	FUZZ_CHECK(n >= 1 && n <= HO_CHAR_NGRAMS_MAX);
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(grams[i].len >= 1 && grams[i].start + grams[i].len <= HO_CHAR_WORD_MAX + 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ho_tokens tokens;
	ho_tokens_init(&tokens);
	FUZZ_CHECK(ho_tokenize(&tokens, (const char *)data, size, NULL) == HO_OK);
	size_t end = 0, normal = 0;
	for (size_t t = 0; t < tokens.n; t++) {
		const struct ho_token *token = &tokens.items[t];
		struct ho_slice form = ho_token_normal(&tokens, t);
		FUZZ_CHECK(token->start >= end && token->start < token->end && token->end <= size);
		FUZZ_CHECK(token->normal == normal && form.len >= 1);
		FUZZ_CHECK(ho_utf8_is_clean(form));
		FUZZ_CHECK(token->hash == ho_hash(form.ptr, form.len, 0));
		end = token->end;
		normal += form.len;
		check_grams(form);
	}
	FUZZ_CHECK(normal == tokens.normal_len);
	ho_tokens_release(&tokens);
	return 0;
}
