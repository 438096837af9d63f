#include "near/shingle.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "near/exact.h"
#include "near/near.h"
#include "near/scan.h"

enum { SHINGLES_FIRST = 4096 }; /* 32 KiB: enough for 2,000 words without looking for repetitions */

/* Offset and prime of FNV-1a with 64 bits (Fowler, Noll & Vo); every word's value is finished with ho_mix64(). */
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)
#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

void ho_near__scratch_release(struct near_scratch *scratch)
{
	ho_free(scratch->a.hashes);
	ho_free(scratch->b.hashes);
	ho_free(scratch->slots);
	*scratch = (struct near_scratch){0};
}

/** An empty table with room for `n` hashes, at most half full; *mask + 1 slots of it are in use. HO_ENOMEM: *mask is 0.
 */
static enum ho_status empty_table(size_t *mask, struct near_scratch *s, size_t n, struct ho_error *err)
{
	size_t size = 64;
	*mask = 0;
	while (size < 2 * n)
		size *= 2;
	if (size > s->n_slots) {
		uint64_t *slots = ho_alloc(size, sizeof *slots);
		if (!slots)
			return ho_fail_nomem(err);
		ho_free(s->slots);
		s->slots = slots;
		s->n_slots = size;
	}
	memset(s->slots, 0, size * sizeof *s->slots);
	*mask = size - 1;
	return HO_OK;
}

/** The slot of `hash`: empty, or holding it (the lowest bit, a mark, aside). */
static inline uint64_t *slot_of(struct near_scratch *s, size_t mask, uint64_t hash)
{
	size_t at = (size_t)(hash >> 1) & mask;
	while (s->slots[at] && (s->slots[at] & ~UINT64_C(1)) != hash)
		at = (at + 1) & mask;
	return &s->slots[at];
}

/** Keep the first of each. */
static enum ho_status drop_repeated(struct near_shingles *set, struct near_scratch *s, struct ho_error *err)
{
	size_t mask = 0, kept = 0;
	enum ho_status status = empty_table(&mask, s, set->n, err);
	if (status)
		return status;
	for (size_t i = 0; i < set->n; i++) {
		uint64_t *slot = slot_of(s, mask, set->hashes[i]);
		if (!*slot)
			set->hashes[kept++] = *slot = set->hashes[i];
	}
	set->n = kept;
	return HO_OK;
}

static void sample(struct near_shingles *set)
{
	size_t kept = 0;
	set->below >>= 1;
	for (size_t i = 0; i < set->n; i++)
		if (set->hashes[i] < set->below)
			set->hashes[kept++] = set->hashes[i];
	set->n = kept;
}

/** Make room: drop repetitions, then grow, then sample. Afterwards at most half of `cap` is used. */
static enum ho_status make_room(struct near_shingles *set, struct near_scratch *s, struct ho_error *err)
{
	enum ho_status status = set->n ? drop_repeated(set, s, err) : HO_OK;
	if (status)
		return status;
	while (set->cap == NEAR_SHINGLES_MAX && set->n > NEAR_SHINGLES_MAX / 2)
		sample(set);
	if (set->cap && set->n <= set->cap / 2)
		return HO_OK;
	size_t cap = set->cap ? 2 * set->cap : SHINGLES_FIRST;
	uint64_t *moved = ho_realloc(set->hashes, cap, sizeof *moved);
	if (!moved)
		return ho_fail_nomem(err);
	set->hashes = moved;
	set->cap = cap;
	return HO_OK;
}

static inline void add(struct near_shingles *set, uint64_t hash)
{
	hash = (hash & ~UINT64_C(1)) | (hash < 2 ? 2 : 0);
	set->hashes[set->n] = hash;
	set->n += hash < set->below;
}

/** A word ended: it and its pair with the word before. Pairs are ordered; before the first word there is none. */
static inline enum ho_status add_word(struct near_shingles *set, struct near_scratch *s, uint64_t word,
                                      uint64_t *before, struct ho_error *err)
{
	word = ho_mix64(word);
	if (set->n + 2 > set->cap) {
		enum ho_status status = make_room(set, s, err);
		if (status)
			return status;
	}
	add(set, word);
	if (*before)
		add(set, ho_mix64(*before * GOLDEN + word));
	*before = word | 1;
	return HO_OK;
}

static enum ho_status scan_words(struct near_shingles *set, struct near_scratch *s, struct ho_slice text,
                                 struct ho_error *err)
{
	const unsigned char *p = (const unsigned char *)text.ptr, *end = text.len ? p + text.len : p;
	uint64_t word = 0, before = 0; /* 0: between words */
	enum ho_status status = HO_OK;
	while (p < end && !status) {
		uint32_t code = near_lower(*p);
		unsigned class, len = 1;
		if (*p < 0x80) {
			class = ho_near__ascii[*p];
		} else {
			struct near_char c = ho_near__decode(p, end);
			code = c.code, class = c.class, len = c.len;
		}
		if (class != NEAR_LETTER && word) {
			status = add_word(set, s, word, &before, err);
			word = 0;
		}
		if (class == NEAR_LETTER)
			word = ((word ? word : FNV_OFFSET) ^ code) * FNV_PRIME;
		else if (class == NEAR_SINGLE && !status)
			status = add_word(set, s, (FNV_OFFSET ^ code) * FNV_PRIME, &before, err);
		p += len;
	}
	return word && !status ? add_word(set, s, word, &before, err) : status;
}

enum ho_status ho_near__shingles(struct near_shingles *set, struct near_scratch *s, struct ho_slice text,
                                 struct ho_error *err)
{
	set->n = 0;
	set->below = UINT64_MAX;
	enum ho_status status = scan_words(set, s, text, err);
	if (status)
		set->n = 0;
	return status;
}

enum ho_status ho_near__similarity(double *out, struct near_scratch *s, struct ho_error *err)
{
	size_t mask = 0, both = 0, any = 0;
	uint64_t below = s->a.below < s->b.below ? s->a.below : s->b.below;
	*out = 0;
	enum ho_status status = empty_table(&mask, s, s->a.n + s->b.n, err);
	if (status)
		return status;
	for (size_t i = 0; i < s->a.n; i++) {
		uint64_t hash = s->a.hashes[i], *slot = slot_of(s, mask, hash);
		if (hash < below && !*slot)
			*slot = hash, any++;
	}
	for (size_t i = 0; i < s->b.n; i++) {
		uint64_t hash = s->b.hashes[i], *slot = slot_of(s, mask, hash);
		if (hash >= below)
			continue;
		any += *slot == 0;
		both += *slot == hash; /* of `a`, and met in `b` for the first time */
		*slot = hash | 1;
	}
	*out = any ? (double)both / (double)any : 0;
	return HO_OK;
}

enum ho_status ho_near_jaccard(double *out, struct ho_slice a, struct ho_slice b, struct ho_error *err)
{
	struct near_scratch s = {0};
	*out = 0;
	enum ho_status status = ho_near__shingles(&s.a, &s, a, err);
	if (!status)
		status = ho_near__shingles(&s.b, &s, b, err);
	if (!status)
		status = ho_near__similarity(out, &s, err);
	if (!status && s.a.n + s.b.n == 0)
		*out = ho_near__same(a, b) ? 1 : 0;
	ho_near__scratch_release(&s);
	return status;
}
