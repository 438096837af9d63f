/*
 * The file of an interrupted run: a head (what it is, of which run, where it stands), then weights, best weights and
 * the optimiser's means, then a hash of all before. It is read back by the program that wrote it on the same kind of
 * machine; with anything else it does not fit, and the run starts anew.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "tune/run.h"

static const char magic[16] = "handoff tuning 2";

struct head {
	char magic[16];
	uint64_t fingerprint, floats;
	struct tune_state state;
};

enum { ARRAYS = 4 };

static size_t floats_of(const struct tune_run *run)
{
	return run->network->n - run->network->begin[run->recipe->lowest];
}

static void arrays_of(float *arrays[ARRAYS], const struct tune_run *run)
{
	arrays[0] = run->network->w + run->network->begin[run->recipe->lowest];
	arrays[1] = run->best;
	arrays[2] = run->optimiser.m;
	arrays[3] = run->optimiser.v;
}

/* Field by field: a struct may have holes. */
static uint64_t recipe_hash(const struct ho_tune_recipe *r)
{
	const double numbers[] = {r->epochs, r->rate,  r->head_rate, r->factor, r->unfreeze,
	                          r->cut,    r->ratio, r->decay,     r->clip,   r->drop};
	const uint64_t counts[] = {r->batch, r->lowest, r->looks, r->patience, r->seed};
	return ho_hash(counts, sizeof counts, ho_hash(numbers, sizeof numbers, 0));
}

static uint64_t examples_hash(const struct ho_example *examples, size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t parts[] = {examples[i].text, examples[i].other, examples[i].label, 0};
		memcpy(&parts[3], &examples[i].target, sizeof parts[3]);
		seed = ho_hash(parts, sizeof parts, seed);
	}
	return seed;
}

uint64_t ho_tune__fingerprint(const struct tune_run *run)
{
	const struct ho_network *n = run->network;
	const struct ho_token_rows *rows = run->task->rows;
	const uint64_t settings[] = {n->facts.layers, n->facts.heads, (uint64_t)n->facts.pooling, n->facts.normalise,
	                             n->bf16};
	uint64_t hash = recipe_hash(run->recipe);
	hash = ho_hash(settings, sizeof settings, hash);
	hash = ho_hash(&n->epsilon, sizeof n->epsilon, hash);
	hash = ho_hash(n->w, n->n * sizeof *n->w, hash);
	hash = ho_hash(n->kernels->name, strlen(n->kernels->name), hash);
	hash = ho_hash(rows->begin, (rows->n + 1) * sizeof *rows->begin, hash);
	hash = ho_hash(rows->ids, rows->begin[rows->n] * sizeof *rows->ids, hash);
	hash = examples_hash(run->task->examples, run->task->n, hash);
	return examples_hash(run->task->held, run->task->n_held, hash);
}

/* Hash and write at once. */
static enum ho_status put(struct ho_writer *writer, uint64_t *hash, const void *bytes, size_t n, struct ho_error *err)
{
	*hash = ho_hash(bytes, n, *hash);
	return ho_writer_add(writer, bytes, n, err);
}

enum ho_status ho_tune__checkpoint_write(const struct tune_run *run, struct ho_error *err)
{
	struct ho_writer writer;
	struct head head;
	float *arrays[ARRAYS];
	size_t bytes = floats_of(run) * sizeof(float);
	uint64_t hash = 0;
	memset(&head, 0, sizeof head);
	memcpy(head.magic, magic, sizeof magic);
	head.fingerprint = run->fingerprint;
	head.floats = floats_of(run);
	head.state = run->state;
	arrays_of(arrays, run);
	enum ho_status status = ho_writer_open(&writer, run->task->checkpoint, err);
	if (status)
		return status;
	status = put(&writer, &hash, &head, sizeof head, err);
	for (int i = 0; i < ARRAYS && status == HO_OK; i++)
		status = put(&writer, &hash, arrays[i], bytes, err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, &hash, sizeof hash, err);
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	return status;
}

static bool is_ours(const struct tune_run *run, struct ho_slice file)
{
	struct head head;
	size_t bytes = floats_of(run) * sizeof(float);
	uint64_t hash = 0, there;
	if (file.len != sizeof head + ARRAYS * bytes + sizeof hash)
		return false;
	memcpy(&head, file.ptr, sizeof head);
	if (memcmp(head.magic, magic, sizeof magic) != 0 || head.fingerprint != run->fingerprint ||
	    head.floats != floats_of(run) || head.state.result.n_looks > HO_TUNE_LOOKS_MAX)
		return false;
	hash = ho_hash(file.ptr, sizeof head, hash);
	for (int i = 0; i < ARRAYS; i++)
		hash = ho_hash(file.ptr + sizeof head + (size_t)i * bytes, bytes, hash);
	memcpy(&there, file.ptr + file.len - sizeof there, sizeof there);
	return hash == there;
}

enum ho_status ho_tune__checkpoint_read(struct tune_run *run, struct ho_error *err)
{
	struct ho_mapping file;
	struct head head;
	float *arrays[ARRAYS];
	size_t bytes = floats_of(run) * sizeof(float);
	if (!run->task->checkpoint || ho_mapping_open(&file, run->task->checkpoint, NULL) != HO_OK)
		return HO_OK;
	bool ours = is_ours(run, file.bytes);
	if (ours) {
		memcpy(&head, file.bytes.ptr, sizeof head);
		run->state = head.state;
		run->state.result.resumed = true;
		arrays_of(arrays, run);
		for (int i = 0; i < ARRAYS; i++)
			memcpy(arrays[i], file.bytes.ptr + sizeof head + (size_t)i * bytes, bytes);
	}
	ho_mapping_close(&file);
	return ours ? ho_network_pack(run->network, run->recipe->lowest ? run->recipe->lowest : 1, run->task->threads,
	                              err)
	            : HO_OK;
}
