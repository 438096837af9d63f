#include "encoder/shared.h"

#include <pthread.h>

#include "base/alloc.h"

struct ho_shared_encoder {
	struct ho_encoder *encoder; /* owned */
	uint64_t fingerprint;
	size_t references;               /* under list_lock */
	struct ho_vector_memory *memory; /* set once, under list_lock; owned */
	struct ho_shared_encoder *next;
};

static pthread_mutex_t open_lock = PTHREAD_MUTEX_INITIALIZER; /* held while one is opened; taken before list_lock */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct ho_shared_encoder *list;

static struct ho_shared_encoder *take(uint64_t fingerprint)
{
	(void)pthread_mutex_lock(&list_lock);
	struct ho_shared_encoder *at = list;
	while (at && at->fingerprint != fingerprint)
		at = at->next;
	if (at)
		at->references++;
	(void)pthread_mutex_unlock(&list_lock);
	return at;
}

static enum ho_status add(struct ho_shared_encoder **out, uint64_t fingerprint, ho_encoder_opener open, void *context,
                          struct ho_error *err)
{
	struct ho_shared_encoder *shared = ho_calloc(1, sizeof *shared);
	if (!shared)
		return ho_fail_nomem(err);
	enum ho_status status = open(&shared->encoder, context, err);
	if (status) {
		ho_free(shared);
		return status;
	}
	shared->fingerprint = fingerprint;
	shared->references = 1;
	(void)pthread_mutex_lock(&list_lock);
	shared->next = list;
	list = shared;
	(void)pthread_mutex_unlock(&list_lock);
	*out = shared;
	return HO_OK;
}

enum ho_status ho_encoder_share(struct ho_shared_encoder **out, uint64_t fingerprint, ho_encoder_opener open,
                                void *context, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = take(fingerprint);
	if (*out)
		return HO_OK;
	(void)pthread_mutex_lock(&open_lock);
	*out = take(fingerprint); /* another thread may have opened it meanwhile */
	if (!*out)
		status = add(out, fingerprint, open, context, err);
	(void)pthread_mutex_unlock(&open_lock);
	return status;
}

void ho_encoder_unshare(struct ho_shared_encoder *shared)
{
	if (!shared)
		return;
	(void)pthread_mutex_lock(&list_lock);
	bool last = --shared->references == 0;
	for (struct ho_shared_encoder **at = &list; last && *at; at = &(*at)->next)
		if (*at == shared) {
			*at = shared->next;
			break;
		}
	(void)pthread_mutex_unlock(&list_lock);
	if (!last)
		return;
	ho_vector_memory_free(shared->memory);
	ho_encoder_free(shared->encoder);
	ho_free(shared);
}

const struct ho_encoder *ho_shared_encoder(const struct ho_shared_encoder *shared)
{
	return shared->encoder;
}

enum ho_status ho_shared_encoder_remember(struct ho_shared_encoder *shared, size_t entries, struct ho_error *err)
{
	struct ho_vector_memory *memory;
	if (ho_shared_encoder_memory(shared))
		return HO_OK;
	enum ho_status status =
	    ho_vector_memory_new(&memory, ho_encoder_facts(shared->encoder)->dimensions, entries, err);
	if (status)
		return status;
	(void)pthread_mutex_lock(&list_lock);
	if (!shared->memory) {
		shared->memory = memory;
		memory = NULL;
	}
	(void)pthread_mutex_unlock(&list_lock);
	ho_vector_memory_free(memory); /* another thread was first */
	return HO_OK;
}

struct ho_vector_memory *ho_shared_encoder_memory(struct ho_shared_encoder *shared)
{
	(void)pthread_mutex_lock(&list_lock);
	struct ho_vector_memory *memory = shared->memory;
	(void)pthread_mutex_unlock(&list_lock);
	return memory;
}

void ho_shared_encoder_figures(struct ho_vector_figures *sum)
{
	*sum = (struct ho_vector_figures){.hits = 0};
	(void)pthread_mutex_lock(&list_lock);
	for (const struct ho_shared_encoder *at = list; at; at = at->next)
		if (at->memory)
			ho_vector_memory_figures(sum, at->memory);
	(void)pthread_mutex_unlock(&list_lock);
}

size_t ho_shared_encoders(void)
{
	size_t n = 0;
	(void)pthread_mutex_lock(&list_lock);
	for (const struct ho_shared_encoder *at = list; at; at = at->next)
		n++;
	(void)pthread_mutex_unlock(&list_lock);
	return n;
}
