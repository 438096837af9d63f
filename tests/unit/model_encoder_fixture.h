/** A model with a tiny encoder beside it, and the same model without one. */
#ifndef HO_TESTS_MODEL_ENCODER_FIXTURE_H
#define HO_TESTS_MODEL_ENCODER_FIXTURE_H

#include "encoder_fixture.h"
#include "model_fixture.h"

static const char *const rig_texts[] = {"refund the stolen card, please!",
                                        "the card is lost",
                                        "unable to login: help",
                                        "Straße",
                                        "the the the the",
                                        "pay it"};
enum { RIG_TEXTS = sizeof rig_texts / sizeof *rig_texts };

struct rig {
	struct fixture *plain; /* the same model without an encoder */
	struct e_fixture *files;
	struct ho_encoder *encoder;
	struct ho_vector_cache cache;
	float dense[FIXTURE_K * E_HIDDEN];
	int8_t near_values[RIG_TEXTS / 2 * E_HIDDEN]; /* of the first half of the texts */
	float near_scales[RIG_TEXTS / 2];
	struct ho_neighbours neighbours;
	struct ho_image *image;
	char path[200];
};

/* The vectors of the first half of the texts, to be kept in the model. */
static inline void rig_keep(struct rig *r)
{
	struct ho_error err;
	r->neighbours = (struct ho_neighbours){RIG_TEXTS / 2, E_HIDDEN, r->near_scales, r->near_values};
	for (size_t i = 0; i < RIG_TEXTS / 2; i++) {
		float vector[E_HIDDEN];
		struct ho_slice text = ho_slice_str(rig_texts[i]);
		assert_ok(ho_encode(vector, r->encoder, &text, 1, 1, NULL, &err), &err);
		r->near_scales[i] = ho_neighbour_pack(r->near_values + i * E_HIDDEN, vector, E_HIDDEN);
	}
}

/* As BertModel's own files have them: with "bert." before the names. Then the model asks for the encoder by the
 * fingerprint that models had first, which counted such things. */
static inline void rig_age(struct rig *r)
{
	struct ho_error err;
	for (size_t i = 0; i < r->files->n; i++) {
		struct e_tensor *t = &r->files->tensors[i];
		char longer[sizeof t->name + 5];
		(void)snprintf(longer, sizeof longer, "bert.%s", t->name);
		memcpy(t->name, longer, sizeof t->name);
	}
	e_write_weights(r->files);
	ho_encoder_free(r->encoder);
	assert_ok(ho_encoder_open(&r->encoder, r->files->folder, 0, &err), &err);
	struct ho_encoder_facts *facts = (struct ho_encoder_facts *)(uintptr_t)ho_encoder_facts(r->encoder);
	assert_true(facts->fingerprint != facts->older_fingerprint);
	facts->fingerprint = facts->older_fingerprint;
}

static inline void rig_make_in(struct rig *r, uint32_t K, bool cls, bool near, bool older, enum ho_precision precision)
{
	static const struct ho_slice labels[] = {{"ham", 3}, {"spam", 4}, {"mail", 4}, {"été", 5}, {"x", 1}};
	struct ho_error err;
	struct ho_rng rng = ho_rng_seed(K, 21);
	r->plain = fixture_new(K, K > 2, 60, 3);
	r->files = e_new(11 + K, cls);
	assert_ok(ho_encoder_open(&r->encoder, r->files->folder, 0, &err), &err);
	if (older)
		rig_age(r);
	assert_ok(ho_encoder_lower(r->encoder, precision, &err), &err);
	ho_vector_cache_init(&r->cache, r->encoder);
	for (size_t i = 0; i < (size_t)r->plain->columns * E_HIDDEN; i++)
		r->dense[i] = (float)(ho_rng_uniform(&rng) - 0.5);
	struct ho_image_parts parts = fixture_parts(r->plain, labels);
	parts.vectors = &r->cache;
	parts.encoder_folder = r->files->folder;
	parts.dense = r->dense;
	r->neighbours.rows = 0;
	if (near)
		rig_keep(r);
	parts.neighbours = &r->neighbours;
	assert_ok(ho_image_new(&r->image, &parts, &err), &err);
	struct ho_image_findings findings = r->plain->findings;
	findings.distance = (struct ho_distance_record){.mean = 0.4, .sd = 0.2, .weight = 0.5};
	assert_ok(ho_image_set(r->image, &findings, &err), &err);
	(void)snprintf(r->path, sizeof r->path, "%s.handoff", r->files->folder);
}

static inline void rig_make_with(struct rig *r, uint32_t K, bool cls, bool near)
{
	rig_make_in(r, K, cls, near, false, HO_PRECISION_FP32);
}

static inline void rig_make(struct rig *r, uint32_t K, bool cls)
{
	rig_make_with(r, K, cls, false);
}

static inline void rig_release(struct rig *r)
{
	unlink(r->path);
	ho_image_free(r->image);
	ho_vector_cache_release(&r->cache);
	ho_encoder_free(r->encoder);
	e_free(r->files);
	fixture_free(r->plain);
}

static inline void rig_write(struct rig *r)
{
	struct ho_error err;
	size_t bytes;
	assert_ok(ho_image_write(&bytes, r->image, r->path, &err), &err);
}

static inline struct ho_model *rig_open(struct rig *r)
{
	struct ho_error err;
	struct ho_model *model;
	rig_write(r);
	assert_ok(ho_model_open(&model, r->path, &err), &err);
	return model;
}

#endif
