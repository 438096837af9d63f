/*
 * Does a single word, a number or code, the label's own name or another column give the answer away? And what is the
 * score without such words?
 *
 * Words that tell labels apart are what classification lives on. Suspicious is a word that is in most texts of a label
 * and in hardly any other (giveaway.h says from where on), and tells the label better than all other words together do:
 * a topic has many words, a stamp only itself.
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/giveaway.h"
#include "doubt/paired.h"
#include "text/label_word.h"

enum { SHOWN = 5 };

struct giveaways {
	bool known;
	struct doubt_words words;
	char word[DOUBT_TELLTALES][96];
	struct doubt_identifiers identifiers;
	struct doubt_columns columns;
	size_t test_word, test_covered, test_named, test_identifier, test_column;
	bool removed; /* quick models were fitted without the words that tell much */
	struct doubt_without without;
	uint32_t *example; /* [n_examples] train rows that have the first word; owned */
	size_t n_examples;
};

/* Owned arrays behind a sample. */
struct sample {
	struct doubt_sample s;
	uint32_t *row, *label, *label_rows;
	struct ho_slice *text;
};

static enum ho_status draw(struct sample *out, const struct doubt *d, struct ho_error *err)
{
	size_t n;
	uint32_t most = 0;
	enum ho_status status = ho_doubt__draw_units(&out->row, &n, d, DOUBT_REFIT_ROWS, err);
	if (status)
		return status;
	out->label = ho_alloc(n, sizeof *out->label);
	out->text = ho_alloc(n, sizeof *out->text);
	out->label_rows = ho_calloc(d->labels.n, sizeof *out->label_rows);
	if (!out->label || !out->text || !out->label_rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		out->text[i] = d->train.text[out->row[i]];
		out->label[i] = d->train.truth[out->row[i]];
		uint32_t rows = ++out->label_rows[out->label[i]];
		most = rows > most ? rows : most;
	}
	out->s = (struct doubt_sample){.d = d,
	                               .row = out->row,
	                               .text = out->text,
	                               .label = out->label,
	                               .n = n,
	                               .K = d->labels.n,
	                               .label_rows = out->label_rows,
	                               .majority = n ? (double)most / (double)n : 1};
	return HO_OK;
}

static void release_sample(struct sample *sample)
{
	ho_free(sample->row);
	ho_free(sample->label);
	ho_free(sample->text);
	ho_free(sample->label_rows);
}

static enum ho_status keep_examples(struct giveaways *g, const struct doubt_sample *s, struct ho_error *err)
{
	g->example = ho_alloc(SHOWN, sizeof *g->example);
	if (!g->example)
		return ho_fail_nomem(err);
	for (size_t w = 0; w < g->words.n_top; w++)
		(void)snprintf(g->word[w], sizeof g->word[w], "%s",
		               ho_doubt__word(s->d, s->corpus->types.keys[g->words.top[w].type]).text);
	for (size_t i = 0; i < s->n && g->n_examples < SHOWN && g->words.n_top; i++)
		for (uint64_t a = s->corpus->offsets[i]; a < s->corpus->offsets[i + 1]; a++)
			if (s->corpus->ids[a] == g->words.top[g->without.worst].type) {
				g->example[g->n_examples++] = s->row[i];
				break;
			}
	return HO_OK;
}

static enum ho_status look(struct giveaways *g, struct doubt *d, struct sample *sample, struct ho_error *err)
{
	struct ho_corpus corpus;
	struct doubt_sample *s = &sample->s;
	enum ho_status status = ho_corpus_build(&corpus, s->text, s->n, d->options->threads, d->progress, err);
	if (status)
		return status;
	s->corpus = &corpus;
	status = ho_doubt__words(&g->words, s, err);
	if (status == HO_OK)
		status = ho_doubt__identifiers(&g->identifiers, s, err);
	if (status == HO_OK)
		status = ho_doubt__columns(&g->columns, s, err);
	g->without.p = g->without.p_covered = 1;
	if (status == HO_OK && fmin(g->words.p, g->words.p_covered) < 0.05) {
		status = ho_doubt__without_words(&g->without, &g->words, s, err);
		g->removed = status == HO_OK;
	}
	if (status == HO_OK)
		status = keep_examples(g, s, err);
	ho_corpus_release(&corpus);
	s->corpus = NULL;
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct giveaways *g = state;
	struct sample sample = {.row = NULL};
	enum ho_status status = draw(&sample, d, err);
	if (status == HO_OK && sample.s.n >= DOUBT_LEAST) {
		status = look(g, d, &sample, err);
		g->known = status == HO_OK;
	}
	release_sample(&sample);
	if (!g->known)
		return status;
	g->test_word = ho_doubt__test(d, g->without.p);
	g->test_covered = ho_doubt__test(d, g->without.p_covered);
	g->test_named = ho_doubt__test(d, g->words.p_named);
	g->test_identifier = ho_doubt__test(d, g->identifiers.p);
	g->test_column = ho_doubt__test(d, g->columns.read ? g->columns.p : 1);
	return status;
}

static void show_words(const struct giveaways *g, struct doubt *d)
{
	const struct doubt_words *w = &g->words;
	if (!w->n_top)
		return;
	ho_exhibit_table(d->out, "llrrr", "The word that tells a label best, of the most easily told labels");
	ho_exhibit_cell(d->out, "word");
	ho_exhibit_cell(d->out, "label");
	ho_exhibit_cell(d->out, "texts with it");
	ho_exhibit_cell(d->out, "of them of the label");
	ho_exhibit_cell(d->out, "of the label's texts");
	for (size_t i = 0; i < w->n_top; i++) {
		const struct doubt_telltale *t = &w->top[i];
		ho_exhibit_cell(d->out, "%s", g->word[i]);
		ho_exhibit_cell(d->out, "%s", ho_doubt__label(d, t->label).text);
		ho_exhibit_cell(d->out, "%s", ho_show_count(t->with).text);
		ho_exhibit_cell(d->out, "%s", ho_show_percent((double)t->right / t->with).text);
		ho_exhibit_cell(d->out, "%s", ho_show_percent((double)t->right / t->of_label).text);
	}
	ho_findings_evidence(
	    d->out, "the most telling word, '%s': %s of its %s are '%s', and it is in %s of that label's texts",
	    g->word[0], ho_show_percent((double)w->top[0].right / w->top[0].with).text,
	    ho_show_counted(w->top[0].with, "text").text, ho_doubt__label(d, w->top[0].label).text,
	    ho_show_percent((double)w->top[0].right / w->top[0].of_label).text);
}

static void show_rest(const struct giveaways *g, struct doubt *d)
{
	const struct doubt_without *w = &g->without;
	const struct doubt_rest *one = &w->word[w->worst];
	if (one->n)
		ho_findings_evidence(
		    d->out, "of the %s of '%s' or with '%s', the word is right about %s, the other words about %s",
		    ho_show_counted(one->n, "text").text, ho_doubt__label(d, g->words.top[w->worst].label).text,
		    g->word[w->worst], ho_show_percent((double)one->word / (double)one->n).text,
		    ho_show_percent((double)one->others / (double)one->n).text);
	ho_findings_evidence(d->out, "quick models are right in %s with such words and in %s without them",
	                     ho_show_percent(w->drop.before).text, ho_show_percent(w->drop.after).text);
}

static void show(const struct giveaways *g, struct doubt *d)
{
	show_words(g, d);
	if (g->removed)
		show_rest(g, d);
	ho_findings_evidence(d->out, "one word a label, beside the label's own name, tells %s of all texts",
	                     ho_show_percent(g->words.covered).text);
	if (g->words.named)
		ho_findings_evidence(d->out, "%s name a label; %s of these their own",
		                     ho_show_counted(g->words.named, "text").text,
		                     ho_show_percent((double)g->words.named_right / (double)g->words.named).text);
	if (g->columns.looked && g->columns.order.majority > 0)
		ho_findings_evidence(d->out,
		                     "of %s the most telling, '%s', is right in %s if its value alone is looked up",
		                     ho_show_counted(g->columns.looked, "other column").text,
		                     ho_doubt__shown(d, d->train.table->columns[g->columns.worst].name).text,
		                     ho_show_percent(g->columns.order.lookup).text);
	ho_doubt__show_test(d, "no word tells a label that the other words do not tell as well", g->test_word);
	ho_doubt__show_test(d, "one word a label tells at most half of the texts, or the others tell as much",
	                    g->test_covered);
	ho_doubt__show_test(d, "numbers, codes, first and last words do not tell it", g->test_identifier);
	if (g->n_examples && g->words.p < 0.05) {
		const char *word = g->word[g->without.worst];
		ho_exhibit_texts(d->out, "Training texts with '%s'", word);
		for (size_t i = 0; i < g->n_examples; i++)
			ho_doubt__show_row(d, &d->train, g->example[i], "has '%s'", word);
	}
}

static void tell_word(const struct giveaways *g, struct doubt *d)
{
	const struct doubt_telltale *t = &g->words.top[g->without.worst];
	const char *word = g->word[g->without.worst];
	ho_doubt__find(d, DOUBT_BROKEN,
	               "the word '%s' gives the answer away: %s of its texts are '%s', and it is in %s of that label's",
	               word, ho_show_percent((double)t->right / t->with).text, ho_doubt__label(d, t->label).text,
	               ho_show_percent((double)t->right / t->of_label).text);
	ho_doubt__say(d, 92,
	              "The word '%s' alone gives '%s' away (right in %s of its texts); without such words quick models "
	              "are right in %s.",
	              word, ho_doubt__label(d, t->label).text, ho_show_percent((double)t->right / t->with).text,
	              ho_show_percent(g->without.drop.after).text);
	ho_findings_advice(d->out,
	                   "will '%s' be there when the label is not yet known? if not, take it out of the texts "
	                   "and train again",
	                   word);
	ho_findings_figure(d->out, (double)t->right / t->with);
	struct ho_interval in = ho_binomial_interval(t->right, t->with, 0.95);
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "of the word's texts that have the label", HO_UNIT_SHARE);
}

/* A code that tells much: the score is real, since the other words tell as much, but will the code be there? */
static bool has_code(const struct giveaways *g, size_t *at)
{
	for (size_t w = 0; w < g->words.n_top; w++)
		if (g->words.top[w].p < 0.05 && ho_word_is_code(ho_slice_str(g->word[w]))) {
			*at = w;
			return true;
		}
	return false;
}

/* The word leads, though not by so much that all tests together show it; or it is a code. */
static bool tell_hint(const struct giveaways *g, struct doubt *d)
{
	size_t at = g->without.worst;
	bool leads = g->without.p < 0.05, code = !leads && has_code(g, &at);
	if (!leads && !code)
		return false;
	ho_doubt__find(d, DOUBT_WEAK, "the word '%s' tells much by itself%s", g->word[at],
	               code ? ", and is a code; the other words tell as much" : "");
	ho_findings_advice(d->out, "will '%s' be there when the label is not yet known?", g->word[at]);
	return true;
}

/* The most telling of numbers, codes, first and last words; the number where its last digit tells. */
static const struct doubt_order *worst_order(const struct giveaways *g, const char **what)
{
	static const char *const names[] = {"numbers", "codes of letters and digits", "the first words",
	                                    "the last words"};
	const struct doubt_identifiers *id = &g->identifiers;
	const struct doubt_order *all[] = {&id->number, &id->code, &id->first, &id->last};
	size_t worst = 0;
	for (size_t i = 1; i < 4; i++)
		worst = all[i]->p < all[worst]->p ? i : worst;
	*what = names[worst];
	return all[worst];
}

static void tell_identifier(const struct giveaways *g, struct doubt *d)
{
	const char *what;
	const struct doubt_order *o = worst_order(g, &what);
	double told = fmax(fmax(o->lookup, o->agreement), o == &g->identifiers.number ? g->identifiers.last_digit : 0);
	ho_doubt__find(d, DOUBT_BROKEN, "%s in the texts give the answer away: they alone tell the label in %s", what,
	               ho_show_percent(told).text);
	ho_doubt__say(
	    d, 92, "In the texts %s give the answer away: they alone tell the label in %s of the texts that have one.",
	    what, ho_show_percent(told).text);
	ho_findings_evidence(d->out,
	                     "%s have one; looked up, it is right in %s, where guessing gives %s; sorted by it, "
	                     "neighbours have the same label in %s, by chance in %s",
	                     ho_show_counted(o->n, "text").text, ho_show_percent(o->lookup).text,
	                     ho_show_percent(o->majority).text, ho_show_percent(o->agreement).text,
	                     ho_show_percent(o->expected).text);
	if (o->others > 0)
		ho_findings_evidence(d->out, "the words of these texts alone are right in %s",
		                     ho_show_percent(o->others).text);
	ho_findings_advice(d->out,
	                   "will they be there, and known, when the label is not yet known? if not, take them out "
	                   "of the texts and train again");
	ho_findings_figure(d->out, told);
	ho_findings_measure(d->out, "texts told by it alone", HO_UNIT_SHARE);
}

/* A column that tells the label: broken if the model reads it, else something to know. */
static void tell_column(const struct giveaways *g, struct doubt *d, enum doubt_verdict verdict)
{
	struct ho_shown shown = ho_doubt__shown(d, d->train.table->columns[g->columns.worst].name);
	double told = fmax(g->columns.order.lookup, g->columns.order.agreement);
	ho_doubt__find(d, verdict, "column '%s' gives the answer away%s", shown.text,
	               verdict == DOUBT_BROKEN ? ", and the model reads it" : "; the model does not read it");
	ho_doubt__say(d, verdict == DOUBT_BROKEN ? 92 : 50, "Column '%s' tells the label in %s of the rows%s.",
	              shown.text, ho_show_percent(told).text,
	              verdict == DOUBT_BROKEN ? ", and the model reads it"
	                                      : "; the model does not read it, and must not");
	if (verdict == DOUBT_BROKEN)
		ho_findings_advice(
		    d->out, "train again without --text %s",
		    ho_doubt__argument(d, d->train.table->columns[g->columns.worst].name, "COLUMN").text);
	else
		ho_findings_advice(d->out, "keep '%s' out of --text; it may be a copy of the label", shown.text);
	ho_findings_figure(d->out, told);
	ho_findings_measure(d->out, "rows told by the column alone", HO_UNIT_SHARE);
}

static void tell(struct doubt *d, const void *state)
{
	const struct giveaways *g = state;
	const struct doubt_words *w = &g->words;
	if (!g->known) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "giveaways were not looked for: there are too few training texts");
		ho_findings_advice(d->out, "label more texts");
		return;
	}
	if (ho_doubt__alarm(d, g->test_word))
		tell_word(g, d);
	else if (ho_doubt__alarm(d, g->test_named)) {
		ho_doubt__find(d, DOUBT_BROKEN, "%s name their own label",
		               ho_show_counted(w->named_right, "training text").text);
		ho_doubt__say(d, 92, "The texts name their own label in %s cases: the answer stands in the question.",
		              ho_show_count(w->named_right).text);
		ho_findings_advice(d->out, "take the labels' names out of the texts and train again");
	} else if (ho_doubt__alarm(d, g->test_covered)) {
		ho_doubt__find(d, DOUBT_BROKEN, "one word a label gives %s of all texts away",
		               ho_show_percent(w->covered).text);
		ho_doubt__say(d, 92, "For each label one word tells it, in %s of all texts.",
		              ho_show_percent(w->covered).text);
		ho_findings_advice(d->out, "look at these words: will they be there when the label is not yet known?");
	} else if (ho_doubt__alarm(d, g->test_identifier))
		tell_identifier(g, d);
	else if (g->columns.looked && g->columns.p < 0.05)
		tell_column(g, d, ho_doubt__alarm(d, g->test_column) ? DOUBT_BROKEN : DOUBT_WEAK);
	else if (!tell_hint(g, d))
		ho_doubt__find(d, DOUBT_HOLDS, "no single word, number, code or column gives the answer away");
	show(g, d);
}

static void release(void *state)
{
	struct giveaways *g = state;
	ho_free(g->example);
	ho_doubt__words_release(&g->words);
}

const struct doubt_check ho_doubt__giveaways = {
    .id = "giveaways",
    .title = "does something give the answer away?",
    .section = DOUBT_ON_DATA,
    .state = sizeof(struct giveaways),
    .measure = measure,
    .tell = tell,
    .release = release,
};
