/* What a label is really about: groups of texts within it, named by the words that tell them from the label's others.
 */
#include "base/alloc.h"
#include "base/pool.h"
#include "explore/groups.h"

enum { LABELS_MAX = 12, ROWS_MIN = 60, ROWS_MAX = 1500, WORDS = 4, LINES = 6 };

struct cluster_label {
	uint32_t label;
	const uint32_t *rows; /* [n] of the view */
	size_t n;
	struct explore_groups groups;
	struct explore_telling words[HO_GROUPS_MAX][WORDS];
	size_t n_words[HO_GROUPS_MAX];
};

struct clustering {
	struct explore *e;
	struct cluster_label labels[LABELS_MAX];
	size_t n;
};

/* The words of group g against those of the label's other texts. */
static enum ho_status name_group(struct cluster_label *c, unsigned g, const struct explore_view *view,
                                 struct ho_error *err)
{
	uint32_t *rows = ho_alloc(c->n, sizeof *rows);
	size_t here = 0, there = c->n;
	if (!rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < c->n; i++)
		if (c->groups.of[i] == g)
			rows[here++] = c->rows[i];
		else
			rows[--there] = c->rows[i];
	enum ho_status status =
	    ho_explore__tell_apart(c->words[g], &c->n_words[g], WORDS, view, rows, here, rows + here, c->n - here, err);
	ho_free(rows);
	return status;
}

static enum ho_status cluster(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct clustering *all = context;
	struct cluster_label *c = &all->labels[task];
	(void)worker;
	enum ho_status status = ho_progress_check(all->e->progress, err);
	if (status == HO_OK)
		status =
		    ho_explore__groups(&c->groups, all->e->view, c->rows, c->n, all->e->options.seed + c->label, err);
	for (unsigned g = 0; g < c->groups.k && status == HO_OK; g++)
		status = name_group(c, g, all->e->view, err);
	/* What no word tells from the rest is no group that anybody could make something of. */
	unsigned named = 0;
	for (unsigned g = 0; g < c->groups.k; g++)
		named += c->n_words[g] > 0;
	if (status == HO_OK && named < 2)
		c->groups.k = 0;
	return status;
}

static void words_of(char *out, size_t room, const struct explore_view *view, const struct cluster_label *c, unsigned g)
{
	size_t len = (size_t)snprintf(out, room, "%s", c->n_words[g] ? "" : "(the rest)");
	for (size_t w = 0; w < c->n_words[g] && len + 128 < room; w++)
		len += (size_t)snprintf(out + len, room - len, "%s%s", w ? ", " : "",
		                        ho_explore__feature(view, c->words[g][w].id).text);
}

static void line_of(struct explore *e, const struct cluster_label *c)
{
	char text[1024], words[512];
	size_t len = 0;
	for (unsigned g = 0; g < c->groups.k && len + 256 < sizeof text; g++) {
		words_of(words, 200, e->view, c, g);
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s (%s)", g ? "; " : "", words,
		                        ho_show_percent((double)c->groups.size[g] / (double)c->n).text);
	}
	ho_findings_evidence(e->out, "%s: %s", ho_explore__label(e, c->label).text, text);
}

static void show(struct explore *e, const struct clustering *all)
{
	char words[512];
	const char *const head[] = {"label", "group", "texts", "words that tell it from the label's other texts"};
	ho_exhibit_table(e->out, "llrl", "groups within labels");
	for (int i = 0; i < 4; i++)
		ho_exhibit_cell(e->out, "%s", head[i]);
	for (size_t l = 0; l < all->n; l++)
		for (unsigned g = 0; g < all->labels[l].groups.k; g++) {
			const struct cluster_label *c = &all->labels[l];
			words_of(words, sizeof words, e->view, c, g);
			ho_exhibit_cell(e->out, "%s", ho_explore__label(e, c->label).text);
			ho_exhibit_cell(e->out, "%u", g + 1);
			ho_exhibit_cell(e->out, "%s", ho_show_percent((double)c->groups.size[g] / (double)c->n).text);
			ho_exhibit_cell(e->out, "%s", words);
		}
	ho_exhibit_texts(e->out, "the text in the middle of each group");
	for (size_t l = 0; l < all->n; l++)
		for (unsigned g = 0; g < all->labels[l].groups.k; g++) {
			const struct cluster_label *c = &all->labels[l];
			words_of(words, sizeof words, e->view, c, g);
			ho_explore__show_row(e, e->view->row[c->rows[c->groups.middle[g]]], words);
		}
}

static void tell(struct explore *e, const struct clustering *all)
{
	size_t with = 0, lines = 0;
	for (size_t l = 0; l < all->n; l++)
		with += all->labels[l].groups.k > 0;
	if (!with) {
		ho_findings_add(e->out, "clusters", HO_INFO, "no groups stand out within the labels");
		ho_findings_figure(e->out, 0);
	} else {
		ho_findings_add(e->out, "clusters", HO_INFO,
		                "%s of %zu looked at %s of groups of texts with words of their own",
		                ho_show_counted(with, "label").text, all->n, with == 1 ? "consists" : "consist");
		ho_findings_figure(e->out, (double)with);
	}
	ho_findings_measure(e->out, "labels that fall into groups", HO_UNIT_NUMBER);
	for (size_t l = 0; l < all->n; l++)
		if (all->labels[l].groups.k && lines < LINES) {
			line_of(e, &all->labels[l]);
			lines++;
		}
	if (with > lines)
		ho_findings_evidence(e->out, "... and %zu more labels", with - lines);
	ho_findings_evidence(
	    e->out,
	    "spherical k-means on weighted words, up to %d texts a label; 2 to %d groups by the largest silhouette, "
	    "and only where it is above that of the same words dealt out at random",
	    ROWS_MAX, HO_GROUPS_MAX);
	if (with)
		show(e, all);
}

enum ho_status ho_explore__clusters(struct explore *e, struct ho_error *err)
{
	struct clustering all = {.e = e};
	if (!e->table->label || !e->table->label_count)
		return HO_OK;
	enum ho_status status = ho_explore__view(e, err);
	for (uint32_t i = 0; i < e->table->label_count && all.n < LABELS_MAX && status == HO_OK; i++) {
		const uint32_t *start = e->view->start + e->by_size[i];
		size_t n = start[1] - start[0];
		if (n < ROWS_MIN)
			break; /* the others have fewer */
		all.labels[all.n++] = (struct cluster_label){
		    .label = e->by_size[i], .rows = e->view->listed + start[0], .n = n < ROWS_MAX ? n : ROWS_MAX};
	}
	if (!all.n)
		return status;
	ho_progress_step(e->progress, "looking for groups", 0);
	status = ho_parallel(cluster, &all, all.n, e->options.threads, err);
	if (status == HO_OK)
		tell(e, &all);
	for (size_t l = 0; l < all.n; l++)
		ho_free(all.labels[l].groups.of);
	return status;
}
