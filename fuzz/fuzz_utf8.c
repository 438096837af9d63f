/* UTF-8 repair and the decoder: what comes out is clean, whatever the bytes and however they are cut into blocks. */
#include "base/alloc.h"
#include "fuzz.h"
#include "text/encoding.h"
#include "text/utf8.h"

static void check_repair(struct ho_slice bytes)
{
	struct ho_buf once, twice;
	size_t repairs = 0, again = 0;
	ho_buf_init(&once, SIZE_MAX / 2);
	ho_buf_init(&twice, SIZE_MAX / 2);
	FUZZ_CHECK(ho_utf8_repair(&once, bytes, &repairs, NULL) == HO_OK);
	FUZZ_CHECK(ho_utf8_is_clean(ho_buf_slice(&once)));
	FUZZ_CHECK(ho_utf8_is_clean(bytes) == (repairs == 0));
	FUZZ_CHECK(once.len <= 3 * bytes.len);
	FUZZ_CHECK(ho_utf8_repair(&twice, ho_buf_slice(&once), &again, NULL) == HO_OK);
	FUZZ_CHECK(again == 0 && ho_slice_equal(ho_buf_slice(&once), ho_buf_slice(&twice)));
	ho_buf_reset(&twice);
	FUZZ_CHECK(ho_utf8_fold(&twice, ho_buf_slice(&once), NULL) == HO_OK);
	FUZZ_CHECK(ho_utf8_is_clean(ho_buf_slice(&twice)));
	ho_buf_release(&once);
	ho_buf_release(&twice);
}

/* Feed in blocks of `block` bytes as a reader of streams does. */
static void decode(struct ho_buf *out, struct ho_slice bytes, const char *name, size_t block)
{
	struct ho_decoder decoder;
	size_t used, from = 0, to = 0;
	FUZZ_CHECK(ho_decoder_open(&decoder, name, NULL) == HO_OK);
	do {
		to = bytes.len - to > block ? to + block : bytes.len;
		FUZZ_CHECK(ho_decoder_add(&decoder, out, bytes.ptr + from, to - from, to == bytes.len, &used, NULL) ==
		           HO_OK);
		FUZZ_CHECK(used <= to - from && to - from - used <= HO_DECODER_KEEP_MAX);
		from += used;
	} while (to < bytes.len);
	FUZZ_CHECK(from == bytes.len);
	FUZZ_CHECK(ho_utf8_is_clean(ho_buf_slice(out)));
	ho_decoder_close(&decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {NULL, "UTF-8", "UTF-16", "UTF-7", "ISO-2022-JP", "GB18030"};
	struct ho_slice bytes = ho_slice((const char *)data, size);
	struct ho_buf whole, pieces;
	if (size == 0)
		return 0;
	check_repair(bytes);
	ho_buf_init(&whole, SIZE_MAX / 2);
	ho_buf_init(&pieces, SIZE_MAX / 2);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ho_buf_reset(&whole);
		ho_buf_reset(&pieces);
		decode(&whole, bytes, names[i], bytes.len);
		decode(&pieces, bytes, names[i], 1 + data[0] % 7);
		/* Guessing may decide otherwise with less to look at; for the rest the blocks must not show. */
		FUZZ_CHECK(i != 1 || ho_slice_equal(ho_buf_slice(&whole), ho_buf_slice(&pieces)));
	}
	ho_buf_release(&whole);
	ho_buf_release(&pieces);
	return 0;
}
