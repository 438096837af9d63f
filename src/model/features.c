#include "model/explain_private.h"

/* Strongest first; equals by view, then by their bytes, so that the list does not depend on the layout of the table. */
static bool is_before(const struct ho_feature *a, const struct ho_feature *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	int order = strcmp(b->view, a->view);
	return order ? order < 0 : ho_slice_compare(a->text, b->text) < 0;
}

/* Put a feature where it belongs among the n best so far. */
static size_t insert(struct ho_feature *out, size_t n, size_t max, struct ho_feature feature)
{
	if (n == max && !is_before(&feature, &out[n - 1]))
		return n;
	size_t at = n < max ? n++ : n - 1;
	for (; at > 0 && is_before(&feature, &out[at - 1]); at--)
		out[at] = out[at - 1];
	out[at] = feature;
	return n;
}

static size_t add_view(struct ho_feature *out, size_t n, size_t max, const struct ho_model *model,
                       const struct ho_view *view, const char *name, uint32_t label)
{
	for (uint64_t s = 0; s <= view->mask; s++) {
		const struct ho_slot *slot = &view->slots[s];
		if (!slot->fingerprint)
			continue;
		double weight = ho_model__weight(model, view, slot, label);
		uint32_t from = view->string_offsets[s], to = view->string_offsets[s + 1];
		if (weight > 0)
			n = insert(out, n, max,
			           (struct ho_feature){ho_slice(view->strings + from, to - from), name, weight});
	}
	return n;
}

size_t ho_model_top_features(struct ho_feature *out, size_t max, const struct ho_model *model, uint32_t label)
{
	if (max == 0 || label >= model->core->K)
		return 0;
	size_t n = add_view(out, 0, max, model, &model->word, "word", label);
	if (model->core->char_max)
		n = add_view(out, n, max, model, &model->chars, "char", label);
	return n;
}
