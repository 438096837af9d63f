/* Layers in fewer bits than fp32, and the products with them. */
#include "base/alloc.h"
#include "base/hash.h"
#include "encoder/private.h"

static const char *const names[] = {
    [HO_PRECISION_FP32] = "fp32", [HO_PRECISION_BF16] = "bf16", [HO_PRECISION_INT8] = "int8"};

const char *ho_precision_name(enum ho_precision precision)
{
	return names[precision];
}

bool ho_precision_find(enum ho_precision *out, const char *name)
{
	for (unsigned p = 0; p < sizeof names / sizeof *names; p++)
		if (strcmp(names[p], name) == 0) {
			*out = (enum ho_precision)p;
			return true;
		}
	return false;
}

/* Memory for numbers of any type, aligned to 64. */
static void *room(size_t bytes)
{
	return ho_encoder__floats((bytes + sizeof(float) - 1) / sizeof(float));
}

/* Bytes that a layer takes in fewer bits. */
static size_t lowered_bytes(const struct encoder_dense *d, enum ho_precision precision)
{
	size_t outputs = ho_packed_size(d->out, 1);
	if (precision == HO_PRECISION_BF16)
		return ho_weight_room_share(ho_bf16_packed_size(d->out, d->in) * sizeof *d->bf16);
	return ho_weight_room_share(ho_int8_packed_size(d->out, d->in)) +
	       ho_weight_room_share(outputs * sizeof *d->int8.scale) +
	       ho_weight_room_share(outputs * sizeof *d->int8.sums);
}

/* From fp32; there is room. */
static void lower(struct encoder_dense *d, enum ho_precision precision, struct ho_weight_room *room)
{
	size_t outputs = ho_packed_size(d->out, 1);
	if (precision == HO_PRECISION_BF16) {
		d->bf16 = ho_weight_room_take(room, ho_bf16_packed_size(d->out, d->in) * sizeof *d->bf16);
		ho_bf16_pack(d->bf16, d->packed, d->out, d->in);
	} else {
		d->int8 =
		    (struct ho_int8_weights){.packed = ho_weight_room_take(room, ho_int8_packed_size(d->out, d->in)),
		                             .scale = ho_weight_room_take(room, outputs * sizeof *d->int8.scale),
		                             .sums = ho_weight_room_take(room, outputs * sizeof *d->int8.sums),
		                             .out = d->out,
		                             .in = d->in};
		ho_int8_pack(&d->int8, d->packed);
	}
	d->packed = NULL;
}

enum ho_status ho_encoder_lower(struct ho_encoder *e, enum ho_precision precision, struct ho_error *err)
{
	if (precision == HO_PRECISION_FP32)
		return HO_OK;
	if (e->facts.kind != HO_ENCODER_BERT)
		return ho_fail(err, HO_EUNAVAIL,
		               "a static encoder looks its vectors up and multiplies nothing; leave "
		               "--encoder-precision out");
	size_t n = 4 * (size_t)e->facts.layers, bytes = 0;
	struct ho_weight_room lowered;
	for (size_t i = 0; i < n; i++)
		bytes += lowered_bytes(ho_encoder__dense(e, i), precision);
	if (!ho_weight_room_init(&lowered, bytes))
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct encoder_dense *d = ho_encoder__dense(e, i);
		const float *end = d->packed + ho_packed_size(d->out, d->in);
		lower(d, precision, &lowered);
		ho_weight_room_forget(&e->room, end); /* so that both are never there in full */
	}
	ho_weight_room_release(&e->room);
	e->room = lowered;
	uint64_t parts[] = {e->facts.fingerprint, precision}, older[] = {e->facts.older_fingerprint, precision};
	e->facts.precision = precision;
	e->facts.fingerprint = ho_hash(parts, sizeof parts, 0);
	e->facts.older_fingerprint = ho_hash(older, sizeof older, 0);
	return HO_OK;
}

bool ho_encoder__make_lowered(struct encoder_scratch *s, const struct ho_encoder *e, size_t rows)
{
	size_t widest = e->facts.inner > e->facts.hidden ? e->facts.inner : e->facts.hidden;
	size_t codes = rows * ho_int8_stride(widest), scales = rows * sizeof(float);
	ho_encoder__release_floats(s->lowered);
	s->lowered = NULL;
	if (e->facts.precision == HO_PRECISION_FP32)
		return true;
	s->lowered =
	    room(e->facts.precision == HO_PRECISION_BF16 ? rows * ho_bf16_row_bytes(widest) : codes + 2 * scales);
	char *bytes = (char *)s->lowered;
	if (!bytes || e->facts.precision == HO_PRECISION_BF16)
		return bytes != NULL;
	s->int8 = (struct ho_int8_rows){
	    .scale = s->lowered, .zero = (int32_t *)(void *)(bytes + scales), .codes = (uint8_t *)bytes + 2 * scales};
	return true;
}

void ho_encoder__multiply(float *y, struct encoder_scratch *s, const struct ho_encoder *e, const float *x,
                          const struct encoder_dense *d, size_t rows, enum ho_epilogue epilogue)
{
	const struct ho_kernels *k = e->kernels;
	switch (e->facts.precision) {
	case HO_PRECISION_FP32:
		k->multiply(y, d->out, x, d->in, d->packed, d->bias, rows, d->out, d->in, epilogue);
		return;
	case HO_PRECISION_BF16:
		k->bf16->round(s->lowered, x, d->in, rows, d->in);
		k->bf16->multiply(y, d->out, s->lowered, d->bf16, d->bias, rows, d->out, d->in, epilogue);
		return;
	case HO_PRECISION_INT8:
		k->int8->quantise(&s->int8, x, d->in, rows, d->in);
		k->int8->multiply(y, d->out, &s->int8, &d->int8, d->bias, rows, epilogue);
		return;
	}
}
