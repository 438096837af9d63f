/** A batch: its lines (batch_lines.c) and its course (batch.c). */
#ifndef HO_HTTP_BATCH_PRIVATE_H
#define HO_HTTP_BATCH_PRIVATE_H

#include "http/incoming.h"
#include "http/private.h"

/** Lines that are written, and then answered, together. */
enum { HO_BATCH_GROUP = 256 };

/** One line of the upload. */
struct ho_batch_line {
	uint64_t number;
	struct ho_item item;
	struct ho_slice answer; /**< in the arena */
	struct ho_idempotent first;
	bool usable, replayed, taken_back;
};

/** A batch on its way: the request and the thread that works on it own it together. */
struct ho_batch {
	struct ho_errand errand;
	struct ho_server *server;
	struct ho_request *rq; /**< only while it is suspended and waits for more */
	const struct ho_desk *desk;
	struct ho_buf body; /**< taken over from the request */
	size_t at;          /**< of the body: where the next line begins */
	uint64_t number;
	struct ho_idempotent key; /**< of the whole request; owned copy of its key */
	char *key_text;
	struct ho_arena arena;
	struct ho_batch_line *lines; /**< [HO_BATCH_GROUP] */
	size_t n;

	pthread_mutex_t lock; /**< guards what follows */
	struct ho_buf out;
	size_t held, fetched; /**< bytes of answers in memory; of these on their way to the client */
	bool done, waits, gone;
	unsigned owners; /**< the request and the errand */
};

/** Read and score the next lines, up to a group; lines that cannot be used hold their refusal. b->n 0: the end.
 * HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_http__batch_fill(struct ho_batch *b, struct ho_worker *worker, struct ho_error *err);
/** Write the group: a job of the committer; context is the batch. */
HO_MUST_CHECK enum ho_status ho_http__batch_write(void *context, struct ho_store *store, struct ho_error *err);
/** The answer of a line is what went wrong with it. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_http__batch_refuse(struct ho_batch_line *line, struct ho_batch *b, enum ho_status why,
                                                   const struct ho_error *problem, struct ho_error *err);

#endif
