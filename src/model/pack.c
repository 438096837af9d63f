#include "model/pack.h"

#include <math.h>

#include "base/alloc.h"

static size_t slots_for(size_t features)
{
	size_t slots = 16;
	while (slots * 7 / 10 < features + 1)
		slots *= 2;
	return slots;
}

/* Which feature sits in which slot; index + 1, 0 = empty. Features are placed in order, so the layout is reproducible.
 */
static uint32_t *place(const struct ho_image_view *view, size_t slots)
{
	uint32_t *at = ho_calloc(slots, sizeof *at);
	for (size_t j = 0; at && j < view->D; j++) {
		if (view->keep && !view->keep[j])
			continue;
		size_t s = view->keys[j] & (slots - 1);
		while (at[s])
			s = (s + 1) & (slots - 1);
		at[s] = (uint32_t)j + 1;
	}
	return at;
}

static enum ho_status pack_row(struct ho_buf *entries, const float *weights, uint32_t K, double min_weight,
                               double scale, struct ho_error *err)
{
	for (uint32_t k = 0; k < K; k++) {
		double w = (double)weights[k];
		if (fabs(w) < min_weight)
			continue;
		struct ho_entry entry = {(uint16_t)k, (int16_t)lrint(w / scale)};
		if (entry.quanta == 0)
			continue;
		enum ho_status status = ho_buf_add(entries, &entry, sizeof entry, err);
		if (status)
			return status;
	}
	return HO_OK;
}

static double largest(const struct ho_image_view *view, uint32_t columns)
{
	double top = 0;
	for (size_t j = 0; j < view->D; j++)
		if (!view->keep || view->keep[j])
			for (uint32_t k = 0; k < columns; k++)
				top = fmax(top, fabs((double)view->weights[j * columns + k]));
	return top > 0 ? top : 1;
}

struct packing {
	const struct ho_image_view *view;
	const uint32_t *placed;
	size_t slots;
	uint32_t columns;
	double scale;
};

static enum ho_status pack_slots(struct ho_buf *sections, int first, const struct packing *p, struct ho_error *err)
{
	struct ho_buf *slots = &sections[first], *rows = &sections[first + 2];
	struct ho_buf *entries = &sections[first + 4];
	uint32_t n_rows = 0, end = 0;
	enum ho_status status = ho_buf_reserve(slots, p->slots * sizeof(struct ho_slot), err);
	if (status == HO_OK && p->columns > 1)
		status = ho_buf_add(rows, &end, sizeof end, err);
	for (size_t s = 0; s < p->slots && status == HO_OK; s++) {
		struct ho_slot slot = {0, {0}};
		if (p->placed[s]) {
			size_t j = p->placed[s] - 1;
			slot.fingerprint = ho_slot_fingerprint(p->view->keys[j]);
			if (p->columns == 1) {
				slot.weight = p->view->weights[j];
			} else {
				slot.row = n_rows++;
				status = pack_row(entries, p->view->weights + j * p->columns, p->columns,
				                  p->view->min_weight, p->scale, err);
				end = (uint32_t)(entries->len / sizeof(struct ho_entry));
				if (status == HO_OK)
					status = ho_buf_add(rows, &end, sizeof end, err);
			}
		}
		if (status == HO_OK)
			status = ho_buf_add(slots, &slot, sizeof slot, err);
	}
	return status;
}

static enum ho_status pack_strings(struct ho_buf *sections, int first, const struct packing *p, struct ho_error *err)
{
	struct ho_buf *strings = &sections[first + 6];
	uint32_t offset = 0;
	enum ho_status status = ho_buf_add(strings, &offset, sizeof offset, err);
	for (size_t s = 0; s < p->slots && status == HO_OK; s++) {
		if (p->placed[s])
			offset += (uint32_t)p->view->names[p->placed[s] - 1].len;
		status = ho_buf_add(strings, &offset, sizeof offset, err);
	}
	for (size_t s = 0; s < p->slots && status == HO_OK; s++)
		if (p->placed[s]) {
			struct ho_slice name = p->view->names[p->placed[s] - 1];
			status = ho_buf_add(strings, name.ptr, name.len, err);
		}
	return status;
}

enum ho_status ho_pack_view(double *scale, struct ho_buf *sections, int first, const struct ho_image_view *view,
                            uint32_t columns, struct ho_error *err)
{
	size_t kept = 0;
	for (size_t j = 0; j < view->D; j++)
		kept += !view->keep || view->keep[j];
	if (kept >= (size_t)1 << 30)
		return ho_fail(err, HO_ELIMIT, "more than %d features", 1 << 30);
	size_t slots = slots_for(kept);
	uint32_t *placed = place(view, slots);
	if (!placed)
		return ho_fail_nomem(err);
	*scale = columns == 1 ? 1 : largest(view, columns) / INT16_MAX;
	struct packing p = {view, placed, slots, columns, *scale};
	enum ho_status status = pack_slots(sections, first, &p, err);
	if (status == HO_OK)
		status = pack_strings(sections, first, &p, err);
	ho_free(placed);
	return status;
}
