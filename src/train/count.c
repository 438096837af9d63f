#include "train/count.h"

#include "base/alloc.h"
#include "base/pool.h"

enum { PARTS_MIN = 4, PARTS_MAX = 256 };
#define KEYS_PER_PART UINT64_C(4000000)

struct slot {
	uint64_t key;
	uint32_t items, last_item_plus_1;
};

struct ho_key_sink {
	struct slot *slots;
	uint64_t mask, used;
	uint64_t part, parts_mask;
	uint32_t item;
	bool out_of_memory;
};

struct job {
	ho_key_source source;
	void *context;
	const struct ho_progress *progress;
	size_t n, parts;
	uint32_t min_items;
	struct ho_key_count **found; /* [parts] */
	size_t *n_found;
};

static int grow(struct ho_key_sink *sink)
{
	uint64_t size = sink->slots ? (sink->mask + 1) * 2 : 1024;
	struct slot *slots = ho_calloc(size, sizeof *slots);
	if (!slots)
		return -1;
	for (uint64_t i = 0; sink->slots && i <= sink->mask; i++) {
		if (!sink->slots[i].items)
			continue;
		uint64_t at = sink->slots[i].key & (size - 1);
		while (slots[at].items)
			at = (at + 1) & (size - 1);
		slots[at] = sink->slots[i];
	}
	ho_free(sink->slots);
	sink->slots = slots;
	sink->mask = size - 1;
	return 0;
}

/* The upper bits choose the part, the lower ones the slot. */
void ho_key_sink_add(struct ho_key_sink *sink, uint64_t key)
{
	if (((key >> 48) & sink->parts_mask) != sink->part || sink->out_of_memory)
		return;
	if (sink->used * 10 >= (sink->mask + 1) * 6 && grow(sink)) {
		sink->out_of_memory = true;
		return;
	}
	uint64_t at = key & sink->mask;
	struct slot *slot = &sink->slots[at];
	while (slot->items && slot->key != key) {
		at = (at + 1) & sink->mask;
		slot = &sink->slots[at];
	}
	if (!slot->items) {
		slot->key = key;
		sink->used++;
	}
	if (slot->last_item_plus_1 != sink->item + 1) {
		slot->last_item_plus_1 = sink->item + 1;
		slot->items++;
	}
}

static int by_count(const void *a, const void *b)
{
	const struct ho_key_count *x = a, *y = b;
	if (x->items != y->items)
		return x->items < y->items ? 1 : -1;
	return (x->key > y->key) - (x->key < y->key);
}

void ho_sort_key_counts(struct ho_key_count *keys, size_t n)
{
	qsort(keys, n, sizeof *keys, by_count);
}

static enum ho_status keep_frequent(struct job *job, size_t part, const struct ho_key_sink *sink, struct ho_error *err)
{
	size_t n = 0;
	for (uint64_t i = 0; i <= sink->mask; i++)
		n += sink->slots[i].items >= job->min_items && sink->slots[i].items;
	struct ho_key_count *kept = ho_alloc(n, sizeof *kept);
	if (!kept)
		return ho_fail_nomem(err);
	job->found[part] = kept;
	for (uint64_t i = 0; i <= sink->mask; i++)
		if (sink->slots[i].items >= job->min_items && sink->slots[i].items)
			kept[job->n_found[part]++] = (struct ho_key_count){sink->slots[i].key, sink->slots[i].items};
	ho_sort_key_counts(kept, n);
	return HO_OK;
}

static enum ho_status count_part(void *context, size_t part, unsigned worker, struct ho_error *err)
{
	(void)worker;
	struct job *job = context;
	struct ho_key_sink sink = {.part = part, .parts_mask = job->parts - 1};
	enum ho_status status = grow(&sink) ? ho_fail_nomem(err) : HO_OK;
	for (size_t i = 0; i < job->n && status == HO_OK; i++) {
		sink.item = (uint32_t)i;
		job->source(job->context, i, &sink);
		if (sink.out_of_memory)
			status = ho_fail_nomem(err);
		else if (i % 4096 == 0)
			status = ho_progress_check(job->progress, err);
	}
	if (status == HO_OK)
		status = keep_frequent(job, part, &sink, err);
	ho_free(sink.slots);
	return status;
}

/* The part whose next key comes first; some part must have one. */
static size_t first_of(const struct job *job, const size_t *next)
{
	size_t best = 0;
	while (next[best] == job->n_found[best])
		best++;
	for (size_t p = best + 1; p < job->parts; p++)
		if (next[p] < job->n_found[p] && by_count(&job->found[p][next[p]], &job->found[best][next[best]]) < 0)
			best = p;
	return best;
}

/* Merge the sorted parts; there are few, so a look at each head will do. */
static enum ho_status gather(struct ho_key_count **out, size_t *n_out, const struct job *job, struct ho_error *err)
{
	size_t n = 0, next[PARTS_MAX] = {0};
	for (size_t p = 0; p < job->parts; p++)
		n += job->n_found[p];
	struct ho_key_count *all = ho_alloc(n, sizeof *all);
	if (!all)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		size_t best = first_of(job, next);
		all[i] = job->found[best][next[best]++];
	}
	*out = all;
	*n_out = n;
	return HO_OK;
}

enum ho_status ho_count_keys(struct ho_key_count **out, size_t *n_out, ho_key_source source, void *context, size_t n,
                             uint64_t expected, uint32_t min_items, unsigned threads,
                             const struct ho_progress *progress, struct ho_error *err)
{
	struct job job = {.source = source,
	                  .context = context,
	                  .progress = progress,
	                  .n = n,
	                  .parts = PARTS_MIN,
	                  .min_items = min_items};
	*out = NULL;
	*n_out = 0;
	/* The number of parts depends on the data only, never on the threads. */
	while (job.parts < PARTS_MAX && expected / job.parts > KEYS_PER_PART)
		job.parts *= 2;
	job.found = ho_calloc(job.parts, sizeof *job.found);
	job.n_found = ho_calloc(job.parts, sizeof *job.n_found);
	enum ho_status status = HO_OK;
	if (!job.found || !job.n_found)
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_parallel(count_part, &job, job.parts, threads, err);
	if (status == HO_OK)
		status = gather(out, n_out, &job, err);
	for (size_t p = 0; job.found && p < job.parts; p++)
		ho_free(job.found[p]);
	ho_free(job.found);
	ho_free(job.n_found);
	return status;
}

enum ho_status ho_key_index_build(struct ho_key_index *out, const struct ho_key_count *keys, size_t n,
                                  struct ho_error *err)
{
	uint64_t size = 64;
	while (size < n * 2)
		size *= 2;
	*out = (struct ho_key_index){.slots = ho_calloc(size, sizeof *out->slots), .mask = size - 1};
	if (!out->slots)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		uint64_t at = keys[i].key & out->mask;
		while (out->slots[at].index_plus_1)
			at = (at + 1) & out->mask;
		out->slots[at] = (struct ho_key_index_slot){keys[i].key, (uint32_t)i + 1};
	}
	return HO_OK;
}

void ho_key_index_release(struct ho_key_index *index)
{
	ho_free(index->slots);
	*index = (struct ho_key_index){.slots = NULL};
}
