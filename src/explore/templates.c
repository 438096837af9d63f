/* Templates: beginnings, endings and lines that many texts share, and those that stand with one label only. */
#include "explore/templates.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "judge/binomial.h"

enum { FOUND = 12, FEW = 10 };

/* What is looked for: the first or last words of a text, or whole lines. `share` of the texts must have it for a
 * template; with one label a part of that label's texts is enough, since chance is then held against it. */
static const struct {
	enum explore_piece piece;
	unsigned words;
	double share, recall;
	const char *name;
} kinds[] = {
    {HO_PIECE_LINE, 0, 0.02, 0.1, "line"},   {HO_PIECE_START, 12, 0.01, 0.2, "beginning"},
    {HO_PIECE_END, 12, 0.01, 0.2, "ending"}, {HO_PIECE_START, 6, 0.02, 0.3, "beginning"},
    {HO_PIECE_END, 6, 0.02, 0.3, "ending"},  {HO_PIECE_START, 3, 0.2, 0.8, "beginning"},
    {HO_PIECE_END, 3, 0.2, 0.8, "ending"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct template
{
	struct ho_slice text; /* as its first text has it */
	size_t kind, n;       /* texts with it, copies counted once */
	uint32_t label, k;    /* most frequent label and its texts among them */
	bool frequent, gives_away;
};

struct templates {
	struct template found[FOUND];
	size_t n;
};

/* A longer piece that was found already says the same. */
static bool is_known(const struct templates *t, struct ho_slice text, size_t n)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct template *o = &t->found[i];
		bool inside = memmem(o->text.ptr, o->text.len, text.ptr, text.len) ||
		              memmem(text.ptr, text.len, o->text.ptr, o->text.len);
		if (inside && n * 10 < o->n * 15)
			return true;
	}
	return false;
}

/* A line of dashes is no template. */
static bool has_letters(struct ho_slice s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += ((s.ptr[i] | 32) >= 'a' && (s.ptr[i] | 32) <= 'z') || (unsigned char)s.ptr[i] >= 0x80;
	return n >= 4;
}

/* The most frequent first. */
static void add(struct templates *t, struct template one)
{
	size_t at = t->n;
	if (!has_letters(one.text) || is_known(t, one.text, one.n))
		return;
	while (at > 0 && t->found[at - 1].n < one.n)
		at--;
	if (at == FOUND)
		return;
	t->n += t->n < FOUND;
	memmove(t->found + at + 1, t->found + at, (t->n - at - 1) * sizeof *t->found);
	t->found[at] = one;
}

/* Texts of one hash: how many of each label. */
static void weigh(struct explore *e, struct templates *t, const struct explore_pieces *p, size_t from, size_t to,
                  size_t kind, uint32_t *room, const uint32_t *of_label)
{
	const struct ho_table *table = e->table;
	struct template one = {.text = ho_piece_text(p, e, from), .kind = kind, .n = to - from, .label = HO_LABEL_NONE};
	for (size_t i = from; i < to && table->label; i++) {
		uint32_t l = table->label[p->items[i].row];
		if (l != HO_LABEL_NONE && ++room[l] > one.k) {
			one.k = room[l];
			one.label = l;
		}
	}
	for (size_t i = from; i < to && table->label; i++)
		if (table->label[p->items[i].row] != HO_LABEL_NONE)
			room[table->label[p->items[i].row]] = 0;
	one.frequent = one.n >= FEW && (double)one.n >= kinds[kind].share * (double)e->near.n_groups;
	if (one.label != HO_LABEL_NONE && table->label_count > 1 && one.n >= FEW) {
		double share = (double)of_label[one.label] / (double)e->near.n_groups;
		double delta = 0.01 / (((double)p->n / FEW + 1) * KINDS * table->label_count);
		/* Surely more often with this label than the label's own share, and nearly always. */
		one.gives_away = (double)one.k >= 0.95 * (double)one.n &&
		                 ho_binomial_lower(one.k, one.n, delta) > share + (1 - share) / 3 &&
		                 (double)one.k >= kinds[kind].recall * (double)of_label[one.label];
	}
	if (one.frequent || one.gives_away)
		add(t, one);
}

static enum ho_status look(struct explore *e, struct templates *t, uint32_t *room, const uint32_t *of_label,
                           struct ho_error *err)
{
	struct explore_pieces p;
	enum ho_status status = HO_OK;
	for (size_t kind = 0; kind < KINDS && status == HO_OK; kind++) {
		status = ho_pieces_cut(&p, e, kinds[kind].piece, kinds[kind].words, err);
		for (size_t i = 0, end; i < p.n && status == HO_OK; i = end) {
			for (end = i; end < p.n && p.items[end].hash == p.items[i].hash;)
				end++;
			if (end - i >= FEW)
				weigh(e, t, &p, i, end, kind, room, of_label);
		}
		ho_pieces_release(&p);
	}
	return status;
}

/* A template as it is shown: each number stands for any (pieces.c), and is not that of one text. */
static struct explore_snippet piece(struct ho_slice text)
{
	struct explore_snippet out = ho_explore__snippet(text);
	char *to = out.text;
	for (const char *from = out.text; *from;) {
		size_t digits = strspn(from, "0123456789");
		*to++ = digits ? '#' : *from;
		from += digits ? digits : 1;
	}
	*to = '\0';
	return out;
}

static void line(struct explore *e, const struct template *t, const uint32_t *of_label)
{
	if (t->gives_away)
		ho_findings_evidence(e->out, "%s \"%s\": %s, of them %s '%s', which is %s of that label",
		                     kinds[t->kind].name, piece(t->text).text, ho_show_counted(t->n, "text").text,
		                     t->k == t->n ? "all" : ho_show_percent((double)t->k / (double)t->n).text,
		                     ho_explore__label(e, t->label).text,
		                     ho_show_percent((double)t->k / of_label[t->label]).text);
	else
		ho_findings_evidence(e->out, "%s \"%s\": %s", kinds[t->kind].name, piece(t->text).text,
		                     ho_show_counted(t->n, "text").text);
}

static const struct template *best_of(const struct templates *t, bool away)
{
	const struct template *best = NULL;
	for (size_t i = 0; i < t->n; i++)
		if ((away ? t->found[i].gives_away : t->found[i].frequent && !t->found[i].gives_away) &&
		    (!best || t->found[i].n > best->n))
			best = &t->found[i];
	return best;
}

/* An ending, but a line. */
static const char *n_of(const struct template *t)
{
	return kinds[t->kind].name[0] == 'e' ? "n" : "";
}

static void gives_away(struct explore *e, const struct templates *t, const uint32_t *of_label)
{
	const struct template *best = best_of(t, true);
	if (!best)
		return;
	struct ho_interval in = ho_binomial_interval(best->k, best->n, 0.95);
	double recall = (double)best->k / of_label[best->label];
	bool leak = recall >= 0.5;
	ho_findings_add(e->out, "template-label", leak ? HO_WARNING : HO_NOTICE,
	                "a%s %s that %s share stands with label '%s' only: \"%s\"", n_of(best), kinds[best->kind].name,
	                ho_show_counted(best->n, "text").text, ho_explore__label(e, best->label).text,
	                piece(best->text).text);
	ho_findings_figure(e->out, (double)best->k / (double)best->n);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of its texts that have the label", HO_UNIT_SHARE);
	for (size_t i = 0; i < t->n; i++)
		if (t->found[i].gives_away)
			line(e, &t->found[i], of_label);
	ho_findings_advice(
	    e->out,
	    "if it came into the texts with the label, take it out: new texts will not have it, or have it whatever "
	    "their label is");
	ho_explore__tell(e, leak ? 88 : 51, "A%s %s that %s share stands with label '%s' only: \"%.120s\".", n_of(best),
	                 kinds[best->kind].name, ho_show_counted(best->n, "text").text,
	                 ho_explore__label(e, best->label).text, piece(best->text).text);
}

static void shared(struct explore *e, const struct templates *t, const uint32_t *of_label)
{
	const struct template *best = best_of(t, false);
	if (!best)
		return;
	ho_findings_add(e->out, "templates", HO_NOTICE, "%s the same %s: \"%s\"",
	                ho_explore__count(best->n, e->near.n_groups, "text", "have").text, kinds[best->kind].name,
	                piece(best->text).text);
	ho_findings_figure(e->out, (double)best->n / (double)e->near.n_groups);
	ho_findings_measure(e->out, "share of the different texts", HO_UNIT_SHARE);
	for (size_t i = 0; i < t->n; i++)
		if (t->found[i].frequent && !t->found[i].gives_away)
			line(e, &t->found[i], of_label);
	ho_findings_advice(
	    e->out, "harmless if new texts have it too; otherwise take it out, since it makes unlike texts alike");
	ho_explore__tell(e, 38, "%s the same %s: \"%.120s\".",
	                 ho_explore__count(best->n, e->near.n_groups, "text", "have").text, kinds[best->kind].name,
	                 piece(best->text).text);
}

/* Was it set before? It is now; a count would wrap. */
static bool already(uint8_t *flag)
{
	bool was = *flag;
	*flag = 1;
	return was;
}

/* Texts of each label, copies counted once. */
static enum ho_status count_labels(const struct explore *e, uint32_t *of_label, struct ho_error *err)
{
	uint8_t *done = ho_calloc(e->near.n_groups + 1, 1);
	if (!done)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < e->table->n && e->table->label; i++)
		if (!already(&done[e->near.group[i]]) && e->table->label[i] != HO_LABEL_NONE)
			of_label[e->table->label[i]]++;
	ho_free(done);
	return HO_OK;
}

enum ho_status ho_explore__templates(struct explore *e, struct ho_error *err)
{
	size_t labels = (size_t)e->table->label_count + 1;
	struct templates t = {.n = 0};
	uint32_t *room = ho_calloc(labels, sizeof *room), *of_label = ho_calloc(labels, sizeof *of_label);
	enum ho_status status;
	if (room && of_label) {
		status = count_labels(e, of_label, err);
		if (status == HO_OK)
			status = look(e, &t, room, of_label, err);
		if (status == HO_OK) {
			gives_away(e, &t, of_label);
			shared(e, &t, of_label);
		}
	} else {
		status = ho_fail_nomem(err);
	}
	ho_free(room);
	ho_free(of_label);
	return status;
}
