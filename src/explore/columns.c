/* The columns: what each one is, why text and target are taken for that, and which give the answer away. */
#include "explore/columns.h"

#include <math.h>

#include "base/alloc.h"
#include "explore/association.h"
#include "explore/dates.h"

enum { FEATURES = 8, VALUES_SHOWN = 3 };

static void about(struct explore_column_note *note, const struct explore_column *c)
{
	size_t len = 0;
	if (!c->map.n)
		return;
	if (c->kind == HO_KIND_NUMBER || c->kind == HO_KIND_DATE) {
		double lo = INFINITY, hi = -INFINITY;
		char from[HO_DATE_ROOM], to[HO_DATE_ROOM];
		for (size_t i = 0; i < c->n; i++) {
			lo = fmin(lo, c->number[i]);
			hi = fmax(hi, c->number[i]);
		}
		if (c->kind == HO_KIND_DATE) {
			ho_explore__date_text(from, lo);
			ho_explore__date_text(to, hi);
			(void)snprintf(note->about, sizeof note->about, "%s to %s", from, to);
		} else {
			(void)snprintf(note->about, sizeof note->about, "%g to %g", lo, hi);
		}
		return;
	}
	if (c->kind == HO_KIND_TEXT || c->kind == HO_KIND_CONSTANT) {
		(void)snprintf(note->about, sizeof note->about, "%.*s", (int)sizeof note->about - 1,
		               ho_explore__snippet(c->map.keys[0]).text);
		return;
	}
	uint32_t done[VALUES_SHOWN];
	bool counts = c->kind != HO_KIND_IDENTIFIER;
	for (size_t k = 0; k < VALUES_SHOWN && k < c->map.n && len < 100; k++) {
		uint32_t best = HO_VALUE_NONE;
		for (uint32_t v = 0; v < c->map.n; v++) {
			bool shown = false;
			for (size_t d = 0; d < k; d++)
				shown |= done[d] == v;
			if (!shown && (best == HO_VALUE_NONE || c->count[v] > c->count[best]))
				best = v;
			if (!counts && best != HO_VALUE_NONE)
				break;
		}
		done[k] = best;
		len += (size_t)snprintf(note->about + len, sizeof note->about - len, "%s%.40s", k ? ", " : "",
		                        ho_explore__column_value(c, best).text);
		if (counts && len < sizeof note->about - 16)
			len += (size_t)snprintf(note->about + len, sizeof note->about - len, " (%.12s)",
			                        ho_show_count(c->count[best]).text);
	}
}

/* One column: noted, compared with the label, and looked through for dirt. */
static enum ho_status one_column(struct explore *e, struct explore_column_note *note, size_t k, double delta,
                                 struct ho_error *err)
{
	struct explore_column c;
	enum ho_status status = ho_explore__column_open(&c, e->table, k, err);
	if (status)
		return status;
	*note = (struct explore_column_note){.mean_bytes = c.present ? c.bytes / c.present : 0,
	                                     .role = c.role,
	                                     .kind = c.kind,
	                                     .missing = c.n - c.present,
	                                     .distinct = c.map.n};
	(void)snprintf(note->name, sizeof note->name, "%s", ho_show_short(c.name).text);
	about(note, &c);
	status = ho_explore__column_associate(note, e, &c, delta, err);
	if (status == HO_OK && (c.kind == HO_KIND_CATEGORY || c.kind == HO_KIND_LANGUAGE))
		status = ho_explore__dirty(&note->dirt, c.map.keys, c.count, c.map.n, c.role == HO_ROLE_TARGET, err);
	if (status == HO_OK && c.kind == HO_KIND_DATE && !e->has_times) {
		e->has_times = note->timeline = true;
		status = ho_explore__timeline(e, &c, err);
	}
	ho_explore__column_close(&c);
	return status;
}

enum ho_status ho_explore__columns(struct explore *e, struct ho_error *err)
{
	size_t n = ho_explore__column_count(e->table);
	struct explore_column_note *notes = ho_calloc(n, sizeof *notes);
	enum ho_status status = HO_OK;
	if (!notes)
		return ho_fail_nomem(err);
	for (size_t k = 0; k < n && status == HO_OK; k++)
		status = one_column(e, &notes[k], k, 0.05 / (double)(n * FEATURES), err);
	if (status == HO_OK) {
		ho_explore__columns_table(e, notes, n);
		ho_explore__columns_useless(e, notes, n);
		ho_explore__columns_dirty(e, notes, n);
		ho_explore__columns_leaks(e, notes, n);
	}
	ho_free(notes);
	return status;
}
