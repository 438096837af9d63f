#include "encoder/memory.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/hash.h"

struct place {
	uint64_t key[2];
	uint64_t used; /* by the memory's own count; 0: empty */
};

struct ho_vector_memory {
	pthread_mutex_t lock;
	size_t dimensions, sets;
	struct place *places; /* [sets][HO_VECTOR_WAYS] */
	float *vectors;       /* [sets][HO_VECTOR_WAYS][dimensions] */
	uint64_t count;
	struct ho_vector_figures figures;
};

enum ho_status ho_vector_memory_new(struct ho_vector_memory **out, size_t dimensions, size_t entries,
                                    struct ho_error *err)
{
	*out = NULL;
	struct ho_vector_memory *m = ho_calloc(1, sizeof *m);
	if (!m)
		return ho_fail_nomem(err);
	m->dimensions = dimensions;
	m->sets = (entries + HO_VECTOR_WAYS - 1) / HO_VECTOR_WAYS;
	m->figures.room = m->sets * HO_VECTOR_WAYS;
	m->places = ho_calloc(m->sets * HO_VECTOR_WAYS, sizeof *m->places);
	m->vectors = ho_calloc(m->sets * HO_VECTOR_WAYS * dimensions, sizeof *m->vectors);
	if (!m->places || !m->vectors || pthread_mutex_init(&m->lock, NULL)) {
		ho_free(m->places);
		ho_free(m->vectors);
		ho_free(m);
		return ho_fail_nomem(err);
	}
	*out = m;
	return HO_OK;
}

void ho_vector_memory_free(struct ho_vector_memory *memory)
{
	if (!memory)
		return;
	(void)pthread_mutex_destroy(&memory->lock);
	ho_free(memory->places);
	ho_free(memory->vectors);
	ho_free(memory);
}

/* The place of a key, or else the oldest that it may take. */
static size_t find(const struct ho_vector_memory *m, const uint64_t key[2], bool *is_there)
{
	size_t first = key[0] % m->sets * HO_VECTOR_WAYS, oldest = first;
	for (size_t i = first; i < first + HO_VECTOR_WAYS; i++) {
		const struct place *p = &m->places[i];
		*is_there = p->used && p->key[0] == key[0] && p->key[1] == key[1];
		if (*is_there)
			return i;
		oldest = p->used < m->places[oldest].used ? i : oldest;
	}
	return oldest;
}

static void set_key(uint64_t key[2], struct ho_slice text)
{
	key[0] = ho_hash(text.ptr, text.len, 0x6b65);
	key[1] = ho_hash(text.ptr, text.len, 0x7973);
}

bool ho_vector_memory_get(float *out, struct ho_vector_memory *m, struct ho_slice text)
{
	uint64_t key[2];
	bool is_there;
	set_key(key, text);
	(void)pthread_mutex_lock(&m->lock);
	size_t at = find(m, key, &is_there);
	if (is_there) {
		memcpy(out, m->vectors + at * m->dimensions, m->dimensions * sizeof *out);
		m->places[at].used = ++m->count;
		m->figures.hits++;
	} else {
		m->figures.misses++;
	}
	(void)pthread_mutex_unlock(&m->lock);
	return is_there;
}

void ho_vector_memory_put(struct ho_vector_memory *m, struct ho_slice text, const float *vector)
{
	uint64_t key[2];
	bool is_there;
	set_key(key, text);
	(void)pthread_mutex_lock(&m->lock);
	size_t at = find(m, key, &is_there);
	m->figures.kept += m->places[at].used == 0;
	m->places[at] = (struct place){{key[0], key[1]}, ++m->count};
	memcpy(m->vectors + at * m->dimensions, vector, m->dimensions * sizeof *vector);
	(void)pthread_mutex_unlock(&m->lock);
}

void ho_vector_memory_figures(struct ho_vector_figures *sum, struct ho_vector_memory *m)
{
	(void)pthread_mutex_lock(&m->lock);
	sum->hits += m->figures.hits;
	sum->misses += m->figures.misses;
	sum->kept += m->figures.kept;
	sum->room += m->figures.room;
	(void)pthread_mutex_unlock(&m->lock);
}
