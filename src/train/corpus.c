#include "train/corpus.h"

#include "base/alloc.h"
#include "base/pool.h"

/* Texts are tokenised block by block on all cores and interned in order by one, so that numbers never depend on
 * threads. */
enum { BLOCKS = 16, BLOCK_TEXTS = 256 };

struct block {
	struct ho_tokens scratch;
	char *normal; /* normal forms of all tokens of the block */
	size_t normal_len, normal_cap;
	struct ho_token *tokens;
	size_t n, cap;
	uint32_t counts[BLOCK_TEXTS]; /* tokens per text */
};

struct job {
	const struct ho_slice *texts;
	size_t first, n; /* texts of this round */
	struct block *blocks;
};

static enum ho_status keep_tokens(struct block *block, struct ho_error *err)
{
	struct ho_tokens *from = &block->scratch;
	if (ho_grow(&block->tokens, &block->cap, block->n + from->n, sizeof *block->tokens) ||
	    ho_grow(&block->normal, &block->normal_cap, block->normal_len + from->normal_len, 1))
		return ho_fail_nomem(err);
	if (block->normal_len + from->normal_len > UINT32_MAX)
		return ho_fail(err, HO_ELIMIT, "%d texts together are longer than 4 GiB", BLOCK_TEXTS);
	for (size_t i = 0; i < from->n; i++) {
		block->tokens[block->n] = from->items[i];
		block->tokens[block->n++].normal += (uint32_t)block->normal_len;
	}
	if (from->normal_len)
		memcpy(block->normal + block->normal_len, from->normal, from->normal_len);
	block->normal_len += from->normal_len;
	return HO_OK;
}

static enum ho_status tokenize_block(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	struct job *job = context;
	struct block *block = &job->blocks[task];
	size_t first = task * BLOCK_TEXTS;
	block->n = block->normal_len = 0;
	for (size_t i = first; i < first + BLOCK_TEXTS && i < job->n; i++) {
		struct ho_slice text = job->texts[job->first + i];
		enum ho_status status = ho_tokenize(&block->scratch, text.ptr, text.len, err);
		if (status == HO_OK)
			status = keep_tokens(block, err);
		if (status)
			return status;
		block->counts[i - first] = (uint32_t)block->scratch.n;
	}
	return HO_OK;
}

static enum ho_status intern(struct ho_corpus *out, const struct block *block, size_t texts, size_t first,
                             struct ho_error *err)
{
	uint64_t at = out->offsets[first];
	if (ho_grow(&out->ids, &out->ids_cap, at + block->n, sizeof *out->ids))
		return ho_fail_nomem(err);
	for (size_t i = 0; i < block->n; i++) {
		const struct ho_token *token = &block->tokens[i];
		uint32_t before = out->types.n;
		enum ho_status status = ho_map_add(&out->ids[at + i], &out->types,
		                                   ho_slice(block->normal + token->normal, token->normal_len), err);
		if (status)
			return status;
		if (out->types.n == before)
			continue;
		if (ho_grow(&out->hashes, &out->hashes_cap, out->types.n, sizeof *out->hashes) ||
		    ho_grow(&out->kinds, &out->kinds_cap, out->types.n, sizeof *out->kinds))
			return ho_fail_nomem(err);
		out->hashes[before] = token->hash;
		out->kinds[before] = (uint8_t)token->kind;
	}
	for (size_t i = 0; i < texts; i++)
		out->offsets[first + i + 1] = out->offsets[first + i] + block->counts[i];
	return HO_OK;
}

static enum ho_status run_rounds(struct ho_corpus *out, struct job *job, size_t n, unsigned threads,
                                 const struct ho_progress *progress, struct ho_error *err)
{
	enum { ROUND = BLOCKS * BLOCK_TEXTS };
	for (job->first = 0; job->first < n; job->first += ROUND) {
		enum ho_status status = ho_progress_check(progress, err);
		job->n = n - job->first < ROUND ? n - job->first : ROUND;
		size_t blocks = (job->n + BLOCK_TEXTS - 1) / BLOCK_TEXTS;
		if (status == HO_OK)
			status = ho_parallel(tokenize_block, job, blocks, threads, err);
		for (size_t b = 0; b < blocks && status == HO_OK; b++) {
			size_t texts = job->n - b * BLOCK_TEXTS < BLOCK_TEXTS ? job->n - b * BLOCK_TEXTS : BLOCK_TEXTS;
			status = intern(out, &job->blocks[b], texts, job->first + b * BLOCK_TEXTS, err);
		}
		if (status)
			return status;
		ho_progress_step(progress, "reading words", (double)(job->first + job->n) / (double)n);
	}
	return HO_OK;
}

enum ho_status ho_corpus_build(struct ho_corpus *out, const struct ho_slice *texts, size_t n, unsigned threads,
                               const struct ho_progress *progress, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	struct job job = {.texts = texts, .blocks = ho_calloc(BLOCKS, sizeof *job.blocks)};
	*out = (struct ho_corpus){.n = n, .offsets = ho_calloc(n + 1, sizeof *out->offsets)};
	ho_map_init(&out->types);
	if (!out->offsets || !job.blocks)
		status = ho_fail_nomem(err);
	else
		status = run_rounds(out, &job, n, threads, progress, err);
	for (size_t b = 0; job.blocks && b < BLOCKS; b++) {
		ho_tokens_release(&job.blocks[b].scratch);
		ho_free(job.blocks[b].normal);
		ho_free(job.blocks[b].tokens);
	}
	ho_free(job.blocks);
	if (status)
		ho_corpus_release(out);
	return status;
}

void ho_corpus_release(struct ho_corpus *corpus)
{
	ho_free(corpus->offsets);
	ho_free(corpus->ids);
	ho_free(corpus->hashes);
	ho_free(corpus->kinds);
	ho_map_release(&corpus->types);
	*corpus = (struct ho_corpus){.n = 0};
	ho_map_init(&corpus->types);
}
