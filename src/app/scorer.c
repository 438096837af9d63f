/* A workspace per model for one thread. A model whose desks are gone is let go of at the next text. */
#include "app/scorer.h"

#include "base/alloc.h"

struct entry {
	struct app_model *model;
	struct ho_workspace *ws;
};

struct ho_scorer {
	struct ho_app *app;
	struct entry *entries;
	size_t n, cap;
	uint64_t generation; /* of the desks when retired models were last looked for */
};

enum ho_status ho_scorer_new(struct ho_scorer **out, struct ho_app *app, struct ho_error *err)
{
	*out = ho_calloc(1, sizeof **out);
	if (!*out)
		return ho_fail_nomem(err);
	(*out)->app = app;
	return HO_OK;
}

struct ho_app *ho_app__scorer_app(const struct ho_scorer *scorer)
{
	return scorer->app;
}

static void drop(struct ho_scorer *scorer, size_t i)
{
	ho_workspace_free(scorer->entries[i].ws);
	ho_app__model_release(scorer->entries[i].model);
	scorer->entries[i] = scorer->entries[--scorer->n];
}

void ho_scorer_free(struct ho_scorer *scorer)
{
	if (!scorer)
		return;
	while (scorer->n)
		drop(scorer, 0);
	ho_free(scorer->entries);
	ho_free(scorer);
}

static void forget_retired(struct ho_scorer *scorer)
{
	uint64_t generation = atomic_load_explicit(&scorer->app->generation, memory_order_acquire);
	if (generation == scorer->generation)
		return;
	scorer->generation = generation;
	for (size_t i = scorer->n; i-- > 0;)
		if (atomic_load(&scorer->entries[i].model->desks) == 0)
			drop(scorer, i);
}

enum ho_status ho_app__scorer_workspace(struct ho_workspace **out, struct ho_scorer *scorer, struct app_model *model,
                                        struct ho_error *err)
{
	forget_retired(scorer);
	for (size_t i = 0; i < scorer->n; i++)
		if (scorer->entries[i].model == model) {
			*out = scorer->entries[i].ws;
			return HO_OK;
		}
	if (ho_grow(&scorer->entries, &scorer->cap, scorer->n + 1, sizeof *scorer->entries))
		return ho_fail_nomem(err);
	enum ho_status status = ho_workspace_new(out, model->model, err);
	if (status)
		return status;
	ho_app__model_share(model);
	scorer->entries[scorer->n++] = (struct entry){model, *out};
	return HO_OK;
}
