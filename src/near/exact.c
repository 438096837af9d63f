#include "near/exact.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "near/near.h"
#include "near/scan.h"

enum { ROWS_PER_TASK = 64 };

static struct near_normal begin(struct ho_slice text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	return (struct near_normal){.p = p, .end = text.len ? p + text.len : p};
}

uint64_t ho_near_fingerprint(struct ho_slice text)
{
	unsigned char piece[NEAR_PIECE_ROOM];
	struct near_normal state = begin(text);
	size_t used = ho_near__normalise(&state, piece);
	uint64_t hash = ho_hash(piece, used, 0);
	while (used == NEAR_PIECE && (used = ho_near__normalise(&state, piece)) > 0)
		hash = ho_hash(piece, used, hash);
	return hash;
}

bool ho_near__same(struct ho_slice a, struct ho_slice b)
{
	unsigned char x[NEAR_PIECE_ROOM], y[NEAR_PIECE_ROOM];
	size_t used = NEAR_PIECE;
	if (ho_slice_equal(a, b))
		return true;
	struct near_normal sa = begin(a), sb = begin(b);
	while (used == NEAR_PIECE) {
		used = ho_near__normalise(&sa, x);
		if (used != ho_near__normalise(&sb, y) || memcmp(x, y, used) != 0)
			return false;
	}
	return true;
}

struct printing {
	const struct ho_slice *texts;
	size_t n;
	uint64_t *prints;
	const struct ho_progress *progress;
};

static enum ho_status print_rows(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct printing *p = context;
	size_t last = (task + 1) * ROWS_PER_TASK < p->n ? (task + 1) * ROWS_PER_TASK : p->n;
	(void)worker;
	for (size_t i = task * ROWS_PER_TASK; i < last; i++)
		p->prints[i] = ho_near_fingerprint(p->texts[i]);
	return ho_progress_check(p->progress, err);
}

/** Open addressing over fingerprints; slots hold the number of a distinct text + 1, 0 = empty; at most half full. */
static void number_rows(struct near_distinct *out, const struct printing *p, uint32_t *slots, size_t mask)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t at = ho_mix64(p->prints[i]) & mask;
		for (; slots[at]; at = (at + 1) & mask) {
			uint32_t first = out->rows[slots[at] - 1];
			if (p->prints[first] == p->prints[i] && ho_near__same(p->texts[first], p->texts[i]))
				break;
		}
		if (!slots[at]) {
			out->rows[out->n++] = (uint32_t)i;
			slots[at] = (uint32_t)out->n;
		}
		out->of[i] = slots[at] - 1;
	}
}

enum ho_status ho_near__distinct(struct near_distinct *out, const struct ho_slice *texts, size_t n, unsigned threads,
                                 const struct ho_progress *progress, struct ho_error *err)
{
	struct printing p = {texts, n, ho_alloc(n, sizeof *p.prints), progress};
	size_t size = 16;
	while (size < 2 * n)
		size *= 2;
	uint32_t *slots = ho_calloc(size, sizeof *slots);
	*out = (struct near_distinct){.rows = ho_alloc(n, sizeof *out->rows), .of = ho_alloc(n, sizeof *out->of)};
	enum ho_status status = HO_ENOMEM;
	if (!p.prints || !slots || !out->rows || !out->of)
		ho_fail_nomem(err);
	else
		status = ho_parallel(print_rows, &p, (n + ROWS_PER_TASK - 1) / ROWS_PER_TASK, threads, err);
	if (!status)
		number_rows(out, &p, slots, size - 1);
	else
		ho_near__distinct_release(out);
	ho_free(slots);
	ho_free(p.prints);
	return status;
}

void ho_near__distinct_release(struct near_distinct *distinct)
{
	ho_free(distinct->rows);
	ho_free(distinct->of);
	*distinct = (struct near_distinct){0};
}
