/* The notebook: one line an event. */
#include "app/journal.h"

enum ho_status ho_journal_write(struct ho_app *app, struct ho_store *store, const char *actor, const char *kind,
                                const char *task, const char *words, const char *figures, struct ho_error *err)
{
	const struct ho_journal_entry entry = {
	    .at = ho_app_now(app), .actor = actor, .kind = kind, .task = task, .words = words, .figures = figures};
	return store->ops->journal_add(store, &entry, err);
}
