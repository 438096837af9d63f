/*
 * Do answers stay the same when nothing that matters changes? Every kind of edit (edit.h) is tried on the same texts,
 * and label and decision before and after are compared. The worst that can happen is an automatic answer that becomes
 * another automatic answer: one of the two is wrong, and nobody looks. docs/explanation/invariance.md has the reasons
 * for the thresholds.
 */
#include <math.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "doubt/edit.h"
#include "doubt/edit_mark.h"
#include "doubt/texts.h"

enum { TEXTS = 1000, EXAMPLES = 3, LEAST = 20 };
/* Shares that a person would call a weakness, when the lower end of a 99% interval is above: texts whose label changes,
 * automatic answers that are handed over; and of automatic answers that become others, this part of the promise. */
static const double label_changes = 0.05, handed_over = 0.25, part_of_promise = 0.25;
#define WEAK_DELTA 0.005

struct example {
	const char *marked; /* in the arena */
	uint32_t text;      /* of texts.row */
	uint32_t before, after;
	uint8_t gravity; /* 2: automatic to automatic; 1: label; 0: none */
};

struct kind {
	uint64_t n;                                /* texts that the edit changed */
	uint64_t labels;                           /* ... whose label it changes */
	uint64_t automatic;                        /* ... answered automatically before */
	uint64_t lost, swapped;                    /* ... of which: now handed over; now another automatic answer */
	uint64_t won;                              /* handed over before, now automatic */
	uint64_t after, wrong_before, wrong_after; /* automatic now; wrong ones among the automatic */
	struct example example[EXAMPLES];
	bool may_matter, tested;
	size_t test;
};

struct invariance {
	struct doubt_texts texts;
	struct kind kind[HO_EDIT_COUNT];
	struct ho_arena arena;
	enum ho_language language;
	double max_error;
	bool answers, begun;
};

/* The edited texts of one kind. */
struct edited {
	struct ho_slice *text; /* [n] */
	uint32_t *from;        /* [n] index into texts.row */
	uint32_t *truth;       /* [n] */
	size_t n;
	struct ho_arena arena;
};

static void release_edited(struct edited *e)
{
	ho_free(e->text);
	ho_free(e->from);
	ho_free(e->truth);
	ho_arena_release(&e->arena);
}

static enum ho_status edit_all(struct edited *e, const struct invariance *s, struct ho_editor *editor,
                               enum ho_edit_kind kind, uint64_t seed, struct ho_error *err)
{
	struct ho_buf buf;
	ho_buf_init(&buf, 3 * HO_EDIT_TEXT_MAX + 1000);
	*e = (struct edited){.text = ho_alloc(s->texts.n, sizeof *e->text),
	                     .from = ho_alloc(s->texts.n, sizeof *e->from),
	                     .truth = ho_alloc(s->texts.n, sizeof *e->truth)};
	ho_arena_init(&e->arena, SIZE_MAX);
	enum ho_status status = e->text && e->from && e->truth ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < s->texts.n && status == HO_OK; i++) {
		bool changed = false;
		uint32_t row = s->texts.row[i];
		status = ho_edit(&buf, &changed, editor, kind, s->texts.rows->text[row], seed, err);
		if (status || !changed)
			continue;
		e->text[e->n] = ho_arena_copy(&e->arena, ho_buf_slice(&buf));
		e->from[e->n] = (uint32_t)i;
		e->truth[e->n] = s->texts.rows->truth[row];
		if (!e->text[e->n++].ptr)
			status = ho_fail_nomem(err);
	}
	ho_buf_release(&buf);
	return status;
}

/* Keep an example in place of a milder one; the first of equals stays. */
static enum ho_status keep_example(struct invariance *s, struct kind *k, struct ho_slice after_text,
                                   struct example example, struct ho_error *err)
{
	size_t at = 0;
	while (at < EXAMPLES && k->example[at].gravity >= example.gravity)
		at++;
	if (at == EXAMPLES)
		return HO_OK;
	struct ho_buf buf;
	ho_buf_init(&buf, 4096);
	struct ho_slice before = s->texts.rows->text[s->texts.row[example.text]];
	enum ho_status status = ho_edit_mark(&buf, before, after_text, err);
	struct ho_slice copy = status ? ho_slice(NULL, 0) : ho_arena_copy(&s->arena, ho_buf_slice(&buf));
	ho_buf_release(&buf);
	if (status == HO_OK && !copy.ptr)
		status = ho_fail_nomem(err);
	if (status)
		return status;
	for (size_t i = EXAMPLES - 1; i > at; i--)
		k->example[i] = k->example[i - 1];
	example.marked = copy.ptr;
	k->example[at] = example;
	return HO_OK;
}

static enum ho_status compare(struct invariance *s, struct kind *k, const struct edited *e,
                              const struct doubt_answers *after, struct ho_error *err)
{
	const struct doubt_answers *before = s->texts.answers;
	enum ho_status status = HO_OK;
	k->n = e->n;
	for (size_t i = 0; i < e->n && status == HO_OK; i++) {
		uint32_t row = s->texts.row[e->from[i]];
		bool flips = before->predicted[row] != after->predicted[i];
		bool was = before->automatic[row], is = after->automatic[i];
		k->labels += flips;
		k->automatic += was;
		k->lost += was && !is;
		k->won += !was && is;
		k->swapped += was && is && flips;
		k->after += is;
		k->wrong_before += was && before->wrong[row];
		k->wrong_after += is && after->wrong[i];
		struct example example = {NULL, e->from[i], before->predicted[row], after->predicted[i],
		                          (uint8_t)(was && is && flips ? 2 : flips)};
		if (flips)
			status = keep_example(s, k, e->text[i], example, err);
	}
	return status;
}

static enum ho_status try_kind(struct invariance *s, struct doubt *d, struct ho_editor *editor, enum ho_edit_kind kind,
                               struct ho_error *err)
{
	struct edited e;
	struct doubt_answers after = {.n = 0};
	struct kind *k = &s->kind[kind];
	enum ho_status status = edit_all(&e, s, editor, kind, d->options->seed, err);
	if (status == HO_OK)
		status = ho_doubt__answer(&after, d, e.text, e.truth, e.n, err);
	if (status == HO_OK)
		status = compare(s, k, &e, &after, err);
	ho_doubt__answers_release(&after);
	release_edited(&e);
	k->may_matter = ho_edit_describe(kind)->may_matter || ho_editor_touches_labels(editor, kind);
	if (status == HO_OK && s->answers && !k->may_matter && k->automatic >= LEAST) {
		k->test = ho_doubt__test(d, ho_doubt__tail(k->swapped, k->automatic, s->max_error));
		k->tested = true;
	}
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct invariance *s = state;
	struct ho_editor editor;
	ho_arena_init(&s->arena, SIZE_MAX);
	s->begun = true;
	s->max_error = ho_doubt__max_error(d);
	s->answers = ho_doubt__answers_any(d);
	enum ho_status status = ho_doubt__take_texts(&s->texts, d, TEXTS, err);
	if (status)
		return status;
	s->language = ho_language_of_texts(NULL, &d->languages, d->train.text, d->train.n < 2000 ? d->train.n : 2000);
	status = ho_editor_init(&editor, &d->languages, s->language, d->labels.keys, d->K, err);
	for (int k = 0; k < HO_EDIT_COUNT && status == HO_OK; k++)
		status = try_kind(s, d, &editor, (enum ho_edit_kind)k, err);
	ho_editor_release(&editor);
	return status;
}

static double share(uint64_t k, uint64_t n)
{
	return n ? (double)k / (double)n : 0;
}

/* How far the lower ends of the intervals lie beyond what is tolerated, as a multiple: above 1 it is a weakness. */
static double excess(const struct invariance *s, const struct kind *k)
{
	if (k->n < LEAST)
		return 0;
	double labels = ho_binomial_lower(k->labels, k->n, WEAK_DELTA) / label_changes;
	double swapped = ho_binomial_lower(k->swapped, k->automatic, WEAK_DELTA) / (part_of_promise * s->max_error);
	double lost = ho_binomial_lower(k->lost, k->automatic, WEAK_DELTA) / handed_over;
	return fmax(labels, fmax(swapped, lost));
}

static enum doubt_verdict verdict_of(const struct invariance *s, const struct doubt *d, const struct kind *k)
{
	if (k->tested && ho_doubt__alarm(d, k->test))
		return DOUBT_BROKEN;
	return excess(s, k) > 1 ? DOUBT_WEAK : DOUBT_HOLDS;
}

/* Broken before weak before the others; weak ones by how weak they are, the others by automatic answers that become
 * others, then by changed labels. */
static bool is_worse(const struct invariance *s, const struct doubt *d, const struct kind *a, const struct kind *b)
{
	enum doubt_verdict va = verdict_of(s, d, a), vb = verdict_of(s, d, b);
	double swapped = share(a->swapped, a->automatic) - share(b->swapped, b->automatic);
	double labels = share(a->labels, a->n) - share(b->labels, b->n);
	if ((a->n < LEAST) != (b->n < LEAST))
		return a->n >= LEAST;
	if (va != vb)
		return va > vb;
	if (va == DOUBT_WEAK)
		return excess(s, a) > excess(s, b);
	return swapped != 0 ? swapped > 0 : labels > 0;
}

static void sort_kinds(int order[HO_EDIT_COUNT], const struct invariance *s, const struct doubt *d)
{
	for (int i = 0; i < HO_EDIT_COUNT; i++) {
		int at = i;
		for (; at > 0 && is_worse(s, d, &s->kind[i], &s->kind[order[at - 1]]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

static void show_table(const struct invariance *s, struct doubt *d, const int order[HO_EDIT_COUNT])
{
	static const char *const head[] = {
	    "change",       "texts", "other label", "now handed over", "other automatic answer [95%]",
	    "wrong before", "after"};
	ho_exhibit_table(d->out, "lrrrrrr",
	                 "Texts that each change touches; the last four columns are of the automatic answers");
	for (size_t c = 0; c < sizeof head / sizeof *head; c++)
		ho_exhibit_cell(d->out, "%s", head[c]);
	for (int i = 0; i < HO_EDIT_COUNT; i++) {
		const struct kind *k = &s->kind[order[i]];
		const struct ho_edit *edit = ho_edit_describe((enum ho_edit_kind)order[i]);
		if (!k->n)
			continue;
		ho_exhibit_cell(d->out, "%s%s", edit->what, k->may_matter ? " (may matter)" : "");
		ho_exhibit_cell(d->out, "%s", ho_show_count(k->n).text);
		ho_exhibit_cell(d->out, "%s", k->n ? ho_show_percent(share(k->labels, k->n)).text : "-");
		ho_exhibit_cell(d->out, "%s", k->automatic ? ho_show_percent(share(k->lost, k->automatic)).text : "-");
		ho_exhibit_cell(d->out, "%s", k->automatic ? ho_doubt__share(k->swapped, k->automatic).text : "-");
		ho_exhibit_cell(d->out, "%s",
		                k->automatic ? ho_show_percent(share(k->wrong_before, k->automatic)).text : "-");
		ho_exhibit_cell(d->out, "%s", k->after ? ho_show_percent(share(k->wrong_after, k->after)).text : "-");
	}
}

static void show_examples(const struct invariance *s, struct doubt *d)
{
	bool begun = false;
	for (int gravity = 2; gravity >= 1; gravity--)
		for (int i = 0; i < HO_EDIT_COUNT; i++)
			for (int x = 0; x < EXAMPLES; x++) {
				const struct example *e = &s->kind[i].example[x];
				if (e->gravity != gravity)
					continue;
				if (!begun)
					ho_exhibit_texts(
					    d->out, "Answers that change, [before -> after]; automatic ones first");
				begun = true;
				uint32_t row = s->texts.row[e->text];
				ho_doubt__show_text(
				    d, s->texts.rows, row, ho_slice_str(e->marked), "%s: %s becomes %s%s",
				    ho_edit_describe((enum ho_edit_kind)i)->what, ho_doubt__label(d, e->before).text,
				    ho_doubt__label(d, e->after).text, gravity == 2 ? ", both automatic" : "");
			}
}

static void tell_title(struct doubt *d, const struct invariance *s, int worst, enum doubt_verdict verdict)
{
	const struct kind *k = &s->kind[worst];
	const char *what = ho_edit_describe((enum ho_edit_kind)worst)->what;
	struct ho_shown swapped = ho_show_percent(share(k->swapped, k->automatic));
	const char *others = k->swapped ? swapped.text : "none";
	if (verdict == DOUBT_BROKEN) {
		ho_doubt__find(d, verdict,
		               "%s: %s of the automatic answers become another automatic answer, more than the %s that "
		               "may be wrong",
		               what, swapped.text, ho_show_chosen(s->max_error).text);
		ho_doubt__say(
		    d, 85,
		    "A change that means nothing (%s) turns %s of the automatic answers into another automatic answer.",
		    what, swapped.text);
	} else if (verdict == DOUBT_WEAK) {
		ho_doubt__find(
		    d, verdict,
		    "answers change with %s: the label of %s of the texts; of automatic answers %s are handed over and "
		    "%s become another one",
		    what, ho_show_percent(share(k->labels, k->n)).text,
		    ho_show_percent(share(k->lost, k->automatic)).text, others);
		ho_doubt__say(d, 45,
		              "Answers change with %s: the label of %s of the texts, and %s of the automatic answers "
		              "become another "
		              "automatic one.",
		              what, ho_show_percent(share(k->labels, k->n)).text, others);
	} else if (s->texts.learnt) {
		ho_doubt__find(d, DOUBT_UNKNOWN,
		               "on texts that the model learnt from, changes that mean nothing move hardly an answer, "
		               "which says little");
	} else if (!s->answers) {
		ho_doubt__find(d, verdict,
		               "labels stay when nothing that matters changes: %s of them become others at most",
		               ho_show_percent(share(k->labels, k->n)).text);
	} else {
		ho_doubt__find(
		    d, verdict,
		    "answers stay when nothing that matters changes: %s of the automatic answers become another one",
		    others);
		ho_doubt__say(d, 20,
		              "Typing errors, blanks, greetings and the like turn %s%s of the automatic answers into "
		              "another one.",
		              k->swapped ? "at most " : "", others);
	}
}

static void advise(struct doubt *d, const struct invariance *s, int worst, enum doubt_verdict verdict)
{
	if (s->texts.learnt && verdict == DOUBT_HOLDS)
		ho_findings_advice(d->out, "give labelled texts that training did not have: %s",
		                   ho_doubt__command(d, true).text);
	else if (verdict != DOUBT_HOLDS && s->kind[worst].may_matter)
		ho_findings_advice(
		    d->out, "look at the examples: if this change is part of what the task is about, all is well; "
		            "if not, add texts written both ways to the training file");
	else if (verdict == DOUBT_BROKEN)
		ho_findings_advice(d->out,
		                   "add texts written like the examples to the training file, or train with a stricter "
		                   "promise: `handoff train %s --max-error %s`",
		                   ho_doubt__train(d).text, ho_show_chosen(s->max_error / 2).text);
	else if (verdict == DOUBT_WEAK)
		ho_findings_advice(d->out,
		                   "if texts come in like that, expect more of them for people; texts written like the "
		                   "examples in the training file help");
}

static void tell(struct doubt *d, const void *state)
{
	const struct invariance *s = state;
	int order[HO_EDIT_COUNT];
	sort_kinds(order, s, d);
	int worst = order[0];
	enum doubt_verdict verdict = verdict_of(s, d, &s->kind[worst]);
	if (s->kind[worst].n < LEAST) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "too few texts to try changes on: fewer than %d", LEAST);
		ho_findings_advice(d->out, "give more labelled texts: %s", ho_doubt__command(d, true).text);
		return;
	}
	const struct kind *k = &s->kind[worst];
	tell_title(d, s, worst, verdict);
	struct ho_interval in = ho_binomial_interval(k->swapped, k->automatic, 0.95);
	if (k->automatic) {
		ho_findings_figure(d->out, share(k->swapped, k->automatic));
		ho_findings_interval(d->out, in.lo, in.hi);
		ho_findings_measure(d->out, "automatic answers that become another one with the worst change",
		                    HO_UNIT_SHARE);
	}
	ho_findings_evidence(d->out, "tried on %s %s",
	                     ho_show_counted(s->texts.n, s->texts.learnt ? "training text" : "new text").text,
	                     s->texts.learnt ? ", which the model learnt from: on new texts more will change"
	                                     : "that the model has not seen");
	ho_findings_evidence(
	    d->out,
	    "worst: %s, %s of %s change their label; of %s automatic answers %s are handed over, %s become another one",
	    ho_edit_describe((enum ho_edit_kind)worst)->what, ho_show_count(k->labels).text,
	    ho_show_counted(k->n, "text").text, ho_show_count(k->automatic).text, ho_show_count(k->lost).text,
	    ho_show_count(k->swapped).text);
	if (k->tested)
		ho_doubt__show_test(d, "no more automatic answers change than may be wrong", k->test);
	if (!s->answers)
		ho_findings_evidence(d->out, "the model hands everything over: only labels can change");
	advise(d, s, worst, verdict);
	show_table(s, d, order);
	show_examples(s, d);
}

static void release(void *state)
{
	struct invariance *s = state;
	ho_doubt__texts_release(&s->texts);
	if (s->begun)
		ho_arena_release(&s->arena);
}

const struct doubt_check ho_doubt__invariance = {
    .id = "invariance",
    .title = "do answers stay when nothing that matters changes?",
    .section = "Strange and changed texts",
    .state = sizeof(struct invariance),
    .measure = measure,
    .tell = tell,
    .release = release,
};
