#include "doubt/probes.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/rng.h"

enum { GIBBERISH = 100, KEYBOARD = 60, LONG = 4, LONG_WORDS = 12500, MADE_MAX = 1 << 20 };

const char *ho_probe_kind_name(enum ho_probe_kind kind)
{
	static const char *const names[HO_PROBE_COUNT] = {
	    [HO_PROBE_LANGUAGE] = "other languages",         [HO_PROBE_TOPIC] = "other topics",
	    [HO_PROBE_GIBBERISH] = "made-up words",          [HO_PROBE_KEYBOARD] = "keyboard noise",
	    [HO_PROBE_EMPTY] = "empty or marks only",        [HO_PROBE_ADDRESS] = "a web address only",
	    [HO_PROBE_LONG] = "very long and of everything",
	};
	return names[kind];
}

static enum ho_status add(struct ho_probes *out, struct ho_probe probe, struct ho_error *err)
{
	if (!probe.text.ptr || ho_grow(&out->items, &out->cap, out->n + 1, sizeof *out->items))
		return ho_fail_nomem(err);
	out->items[out->n++] = probe;
	return HO_OK;
}

static enum ho_status add_sentences(struct ho_probes *out, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	const char *topic = NULL, *text;
	for (int l = 1; l < HO_LANGUAGE_COUNT; l++)
		for (size_t i = 0; status == HO_OK && (text = ho_probe_sentence((enum ho_language)l, i)); i++)
			status = add(out,
			             (struct ho_probe){HO_PROBE_LANGUAGE, (enum ho_language)l,
			                               ho_language_name((enum ho_language)l), ho_slice_str(text)},
			             err);
	for (size_t i = 0; status == HO_OK && (text = ho_probe_topic_sentence(&topic, i)); i++)
		status =
		    add(out, (struct ho_probe){HO_PROBE_TOPIC, HO_LANGUAGE_ENGLISH, topic, ho_slice_str(text)}, err);
	return status;
}

static enum ho_status add_fixed(struct ho_probes *out, struct ho_error *err)
{
	static const char *const empty[] = {
	    "",    " ",    "\n\n\t",           ".",           "...", "?", "?!", "!!!", "-", "--- --- ---", "()",
	    "***", "\"\"", "\xf0\x9f\x98\x80", "\xe2\x80\x8b"};
	static const char *const address[] = {"https://www.example.org/",
	                                      "http://example.com/a/b/c.html?x=1&y=2",
	                                      "www.example.net",
	                                      "https://example.org/downloads/report-final-v2.pdf",
	                                      "https://maps.example.com/place/48.2,16.37",
	                                      "https://ex.example/x7Gq2"};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < sizeof empty / sizeof *empty && status == HO_OK; i++)
		status =
		    add(out, (struct ho_probe){HO_PROBE_EMPTY, HO_LANGUAGE_UNKNOWN, "nothing", ho_slice_str(empty[i])},
		        err);
	for (size_t i = 0; i < sizeof address / sizeof *address && status == HO_OK; i++)
		status = add(
		    out,
		    (struct ho_probe){HO_PROBE_ADDRESS, HO_LANGUAGE_UNKNOWN, "an address", ho_slice_str(address[i])},
		    err);
	return status;
}

/* A word as nobody writes it, and yet of letters alone. */
static enum ho_status made_up_word(struct ho_buf *buf, struct ho_rng *rng, struct ho_error *err)
{
	char word[12];
	size_t len = 4 + (size_t)ho_rng_below(rng, 8);
	for (size_t i = 0; i < len; i++)
		word[i] = (char)('a' + ho_rng_below(rng, 26));
	return ho_buf_add(buf, word, len, err);
}

/* Runs along a row of keys, keys held down, pairs repeated. */
static enum ho_status keyboard_word(struct ho_buf *buf, struct ho_rng *rng, struct ho_error *err)
{
	static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
	const char *row = rows[ho_rng_below(rng, 3)];
	char word[16];
	size_t width = strlen(row), at = (size_t)ho_rng_below(rng, width - 3), len = 3 + (size_t)ho_rng_below(rng, 10);
	uint64_t way = ho_rng_below(rng, 3);
	for (size_t i = 0; i < len; i++)
		word[i] = row[way == 0 ? (at + i) % width : way == 1 ? at : at + i % 2];
	return ho_buf_add(buf, word, len, err);
}

typedef enum ho_status (*word_fn)(struct ho_buf *buf, struct ho_rng *rng, struct ho_error *err);

static enum ho_status add_noise(struct ho_probes *out, enum ho_probe_kind kind, const char *what, word_fn word,
                                size_t n, struct ho_rng *rng, struct ho_error *err)
{
	struct ho_buf buf;
	enum ho_status status = HO_OK;
	ho_buf_init(&buf, MADE_MAX);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		size_t words = 2 + (size_t)ho_rng_below(rng, 12);
		ho_buf_reset(&buf);
		for (size_t w = 0; w < words && status == HO_OK; w++) {
			if (w)
				status = ho_buf_add(&buf, " ", 1, err);
			if (status == HO_OK)
				status = word(&buf, rng, err);
		}
		if (status == HO_OK)
			status = add(out,
			             (struct ho_probe){kind, HO_LANGUAGE_UNKNOWN, what,
			                               ho_arena_copy(&out->arena, ho_buf_slice(&buf))},
			             err);
	}
	ho_buf_release(&buf);
	return status;
}

/* Sentences on everything with made-up words between them. */
static enum ho_status add_long(struct ho_probes *out, struct ho_rng *rng, struct ho_error *err)
{
	struct ho_buf buf;
	enum ho_status status = HO_OK;
	ho_buf_init(&buf, MADE_MAX);
	for (size_t i = 0; i < LONG && status == HO_OK; i++) {
		const char *topic, *text;
		ho_buf_reset(&buf);
		for (size_t words = 0, s = i; words < LONG_WORDS && status == HO_OK; words += 12, s++) {
			text = ho_probe_topic_sentence(&topic, s % 60);
			status = text ? ho_buf_add(&buf, text, strlen(text), err) : HO_OK;
			if (status == HO_OK)
				status = ho_buf_add(&buf, " ", 1, err);
			if (status == HO_OK)
				status = made_up_word(&buf, rng, err);
			if (status == HO_OK)
				status = ho_buf_add(&buf, " ", 1, err);
		}
		if (status == HO_OK)
			status = add(out,
			             (struct ho_probe){HO_PROBE_LONG, HO_LANGUAGE_UNKNOWN, "of everything",
			                               ho_arena_copy(&out->arena, ho_buf_slice(&buf))},
			             err);
	}
	ho_buf_release(&buf);
	return status;
}

enum ho_status ho_probes_make(struct ho_probes *out, uint64_t seed, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(seed, 0x9405e);
	*out = (struct ho_probes){.n = 0};
	ho_arena_init(&out->arena, SIZE_MAX);
	enum ho_status status = add_sentences(out, err);
	if (status == HO_OK)
		status = add_fixed(out, err);
	if (status == HO_OK)
		status = add_noise(out, HO_PROBE_GIBBERISH, "made-up words", made_up_word, GIBBERISH, &rng, err);
	if (status == HO_OK)
		status = add_noise(out, HO_PROBE_KEYBOARD, "keyboard noise", keyboard_word, KEYBOARD, &rng, err);
	if (status == HO_OK)
		status = add_long(out, &rng, err);
	if (status)
		ho_probes_release(out);
	return status;
}

void ho_probes_release(struct ho_probes *probes)
{
	ho_free(probes->items);
	ho_arena_release(&probes->arena);
	*probes = (struct ho_probes){.n = 0};
}
