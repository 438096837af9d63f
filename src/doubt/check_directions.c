/*
 * Does the model do what its user says it must? Every line of the file of directional tests (directions.h) is tried: a
 * text must get its label, a change must not move the answers the wrong way. The wish is the user's, so that a line
 * that is clearly not met breaks the result; but a change is judged by its share over many texts, with the same
 * correction as every other check.
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/directions.h"
#include "doubt/edit.h"
#include "doubt/edit_mark.h"
#include "doubt/texts.h"

enum { TEXTS = 1000, SCORED_MAX = 200000, SHOWN = 40, EXAMPLES = 2, EXAMPLES_SHOWN = 20, FEW = 5 };
/* A probability has moved when it moved by more than a point. */
static const double moved_by = 0.01;
/* Shares of texts that may move the wrong way without breaking a wish, and whose label may change under `same` without
 * being a weakness; shares of automatic answers that may become another automatic one under `same`. */
static const double against_direction = 0.10, against_same = 0.05, swapped_same = 0.01;
/* A change that moves fewer texts than this is one that the model hardly hears. */
static const double hardly_heard = 0.10;

struct example {
	const char *marked; /* in the arena */
	uint32_t text;
	double before, after;
};

struct outcome {
	uint64_t n;             /* texts that the change applies to */
	uint64_t with, against; /* moved as wished, moved the other way (same: label changed) */
	uint64_t was, swapped;  /* automatic before; and after too, with another label */
	double shift;           /* mean of the probability after less before */
	uint32_t label;         /* HO_DIRECTION_TEXT: answered; */
	double confidence;
	bool automatic, tested;
	size_t test;
	struct example example[EXAMPLES];
	size_t examples;
};

struct directions {
	struct ho_directions list;
	struct doubt_texts texts;
	struct outcome *outcome; /* [list.n] owned */
	struct ho_arena arena;
	bool begun;
};

/* The texts of one test, before and after. */
struct pairs {
	struct ho_slice *before, *after; /* [n] */
	uint32_t *text, *label;          /* [n] index into texts.row; the label whose probability is asked for */
	size_t n;
	struct ho_arena arena;
};

static void release_pairs(struct pairs *p)
{
	ho_free(p->before);
	ho_free(p->after);
	ho_free(p->text);
	ho_free(p->label);
	ho_arena_release(&p->arena);
}

static enum ho_status make_pairs(struct pairs *p, const struct directions *s, const struct ho_direction *direction,
                                 size_t most, struct ho_error *err)
{
	const struct doubt_texts *texts = &s->texts;
	struct ho_buf buf;
	ho_buf_init(&buf, HO_TEXT_MAX);
	*p = (struct pairs){.before = ho_alloc(texts->n, sizeof *p->before),
	                    .after = ho_alloc(texts->n, sizeof *p->after),
	                    .text = ho_alloc(texts->n, sizeof *p->text),
	                    .label = ho_alloc(texts->n, sizeof *p->label)};
	ho_arena_init(&p->arena, SIZE_MAX);
	enum ho_status status = p->before && p->after && p->text && p->label ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < texts->n && p->n < most && status == HO_OK; i++) {
		uint32_t row = texts->row[i];
		bool applies = false;
		if (direction->where != HO_DIRECTION_ANY && texts->rows->truth[row] != direction->where)
			continue;
		status = ho_direction_apply(&buf, &applies, direction, texts->rows->text[row], err);
		/* A text that would grow beyond what can be classified is one that the test does not fit. */
		if (status == HO_ELIMIT) {
			status = HO_OK;
			applies = false;
		}
		if (status || !applies)
			continue;
		p->before[p->n] = texts->rows->text[row];
		p->after[p->n] = ho_arena_copy(&p->arena, ho_buf_slice(&buf));
		p->text[p->n] = (uint32_t)i;
		p->label[p->n] = direction->wish == HO_WISH_SAME ? texts->answers->predicted[row] : direction->label;
		if (!p->after[p->n++].ptr)
			status = ho_fail_nomem(err);
	}
	ho_buf_release(&buf);
	return status;
}

static enum ho_status keep_example(struct directions *s, struct outcome *o, const struct pairs *p, size_t i,
                                   double before, double after, struct ho_error *err)
{
	if (o->examples == EXAMPLES)
		return HO_OK;
	struct ho_buf buf;
	ho_buf_init(&buf, 4096);
	enum ho_status status = ho_edit_mark(&buf, p->before[i], p->after[i], err);
	struct ho_slice copy = status ? ho_slice(NULL, 0) : ho_arena_copy(&s->arena, ho_buf_slice(&buf));
	ho_buf_release(&buf);
	if (status == HO_OK && !copy.ptr)
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		o->example[o->examples++] = (struct example){copy.ptr, p->text[i], before, after};
	return status;
}

static enum ho_status judge(struct directions *s, struct outcome *o, const struct ho_direction *direction,
                            const struct pairs *p, const struct doubt_answers *before,
                            const struct doubt_answers *after, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	o->n = p->n;
	for (size_t i = 0; i < p->n && status == HO_OK; i++) {
		double shift = after->p_truth[i] - before->p_truth[i];
		double wished = direction->wish == HO_WISH_DOWN ? -shift : shift;
		bool flips = before->predicted[i] != after->predicted[i];
		bool against = direction->wish == HO_WISH_SAME ? flips : wished < -moved_by;
		o->shift += shift / (double)p->n;
		o->with += direction->wish == HO_WISH_SAME ? !flips : wished > moved_by;
		o->against += against;
		o->was += before->automatic[i];
		o->swapped += flips && before->automatic[i] && after->automatic[i];
		if (against)
			status = keep_example(s, o, p, i, before->p_truth[i], after->p_truth[i], err);
	}
	return status;
}

static enum ho_status try_change(struct directions *s, struct doubt *d, size_t which, size_t most, struct ho_error *err)
{
	const struct ho_direction *direction = &s->list.items[which];
	struct outcome *o = &s->outcome[which];
	struct doubt_answers before = {.n = 0}, after = {.n = 0};
	struct pairs p;
	enum ho_status status = make_pairs(&p, s, direction, most, err);
	if (status == HO_OK)
		status = ho_doubt__answer(&before, d, p.before, p.label, p.n, err);
	if (status == HO_OK)
		status = ho_doubt__answer(&after, d, p.after, p.label, p.n, err);
	if (status == HO_OK)
		status = judge(s, o, direction, &p, &before, &after, err);
	ho_doubt__answers_release(&before);
	ho_doubt__answers_release(&after);
	release_pairs(&p);
	if (status == HO_OK && o->n) {
		bool same = direction->wish == HO_WISH_SAME;
		o->test = ho_doubt__test(d, same ? ho_doubt__tail(o->swapped, o->was, swapped_same)
		                                 : ho_doubt__tail(o->against, o->n, against_direction));
		o->tested = true;
	}
	return status;
}

static enum ho_status try_text(struct directions *s, struct doubt *d, size_t which, struct ho_error *err)
{
	struct doubt_answers answer = {.n = 0};
	struct outcome *o = &s->outcome[which];
	enum ho_status status = ho_doubt__answer(&answer, d, &s->list.items[which].what, NULL, 1, err);
	if (status)
		return status;
	*o = (struct outcome){
	    .n = 1, .label = answer.predicted[0], .confidence = answer.confidence[0], .automatic = answer.automatic[0]};
	ho_doubt__answers_release(&answer);
	return HO_OK;
}

enum ho_status ho_doubt__check_directions(const struct doubt *d, struct ho_error *err)
{
	struct ho_directions list;
	uint32_t K = ho_model_label_count(d->model);
	struct ho_slice *labels = ho_alloc(K, sizeof *labels);
	if (!labels)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < K; k++)
		labels[k] = ho_slice_str(ho_model_label(d->model, k));
	enum ho_status status = ho_directions_read(&list, ho_slice_str(d->options->directions),
	                                           d->options->directions_name, labels, K, err);
	ho_directions_release(&list);
	ho_free(labels);
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct directions *s = state;
	if (!d->options->directions)
		return HO_OK;
	s->begun = true;
	ho_arena_init(&s->arena, SIZE_MAX);
	enum ho_status status = ho_directions_read(&s->list, ho_slice_str(d->options->directions),
	                                           d->options->directions_name, d->labels.keys, d->K, err);
	if (status == HO_OK)
		status = ho_doubt__take_texts(&s->texts, d, TEXTS, err);
	if (status)
		return status;
	size_t most = s->list.n ? SCORED_MAX / 2 / s->list.n : 0;
	s->outcome = ho_calloc(s->list.n, sizeof *s->outcome);
	if (!s->outcome)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < s->list.n && status == HO_OK; i++)
		status = s->list.items[i].change == HO_DIRECTION_TEXT ? try_text(s, d, i, err)
		                                                      : try_change(s, d, i, most, err);
	return status;
}

static double share(uint64_t k, uint64_t n)
{
	return n ? (double)k / (double)n : 0;
}

static enum doubt_verdict verdict_of_text(const struct ho_direction *direction, const struct outcome *o)
{
	if (direction->wish == HO_WISH_HUMAN)
		return o->automatic ? DOUBT_BROKEN : DOUBT_HOLDS;
	if (o->label == direction->label)
		return DOUBT_HOLDS;
	return o->automatic ? DOUBT_BROKEN : DOUBT_WEAK;
}

static enum doubt_verdict verdict_of(const struct directions *s, const struct doubt *d, size_t i)
{
	const struct ho_direction *direction = &s->list.items[i];
	const struct outcome *o = &s->outcome[i];
	if (direction->change == HO_DIRECTION_TEXT)
		return verdict_of_text(direction, o);
	if (!o->n)
		return DOUBT_UNKNOWN;
	if (o->tested && ho_doubt__alarm(d, o->test))
		return DOUBT_BROKEN;
	double allowed = direction->wish == HO_WISH_SAME ? against_same : against_direction;
	bool unheard = direction->wish != HO_WISH_SAME && o->n >= FEW && share(o->with, o->n) < hardly_heard;
	return share(o->against, o->n) > allowed || unheard ? DOUBT_WEAK : DOUBT_HOLDS;
}

static void show_text(struct doubt *d, const struct outcome *o)
{
	ho_exhibit_cell(d->out, "1");
	ho_exhibit_cell(d->out, " ");
	ho_exhibit_cell(d->out, " ");
	ho_exhibit_cell(d->out, "%s, %s %s", o->automatic ? "answered" : "to a person",
	                ho_doubt__label(d, o->label).text, ho_show_percent(o->confidence).text);
}

static void show_change(struct doubt *d, const struct ho_direction *direction, const struct outcome *o)
{
	ho_exhibit_cell(d->out, "%s", ho_show_count(o->n).text);
	ho_exhibit_cell(d->out, "%s", o->n ? ho_show_percent(share(o->with, o->n)).text : "-");
	ho_exhibit_cell(d->out, "%s", o->n ? ho_show_percent(share(o->against, o->n)).text : "-");
	if (!o->n)
		ho_exhibit_cell(d->out, "applies to no text");
	else if (direction->wish == HO_WISH_SAME)
		ho_exhibit_cell(d->out, "%s automatic to automatic", ho_show_count(o->swapped).text);
	else
		ho_exhibit_cell(d->out, "%+.1f points in the mean", 100 * o->shift);
}

static void show(const struct directions *s, struct doubt *d)
{
	static const char *const names[] = {"holds", "weak", "broken", "no text"};
	static const char *const head[] = {"line", "test", "verdict", "texts", "as wished", "against", "what happened"};
	static const enum doubt_verdict order[] = {DOUBT_BROKEN, DOUBT_WEAK, DOUBT_UNKNOWN, DOUBT_HOLDS};
	size_t shown = 0;
	ho_exhibit_table(d->out, "rllrrrl", "Your tests, those that fail first");
	for (size_t c = 0; c < sizeof head / sizeof *head; c++)
		ho_exhibit_cell(d->out, "%s", head[c]);
	for (size_t v = 0; v < sizeof order / sizeof *order; v++)
		for (size_t i = 0; i < s->list.n && shown < SHOWN; i++) {
			const struct ho_direction *direction = &s->list.items[i];
			if (verdict_of(s, d, i) != order[v])
				continue;
			shown++;
			ho_exhibit_cell(d->out, "%u", direction->line);
			ho_exhibit_cell(d->out, "%.*s", (int)direction->source.len, direction->source.ptr);
			ho_exhibit_cell(d->out, "%s", names[order[v]]);
			if (direction->change == HO_DIRECTION_TEXT)
				show_text(d, &s->outcome[i]);
			else
				show_change(d, direction, &s->outcome[i]);
		}
}

static void show_examples(const struct directions *s, struct doubt *d)
{
	size_t shown = 0;
	for (size_t i = 0; i < s->list.n; i++)
		for (size_t x = 0; x < s->outcome[i].examples && shown < EXAMPLES_SHOWN; x++) {
			const struct example *e = &s->outcome[i].example[x];
			uint32_t row = s->texts.row[e->text];
			if (shown++ == 0)
				ho_exhibit_texts(d->out, "Texts that went against a test, [before -> after]");
			ho_doubt__show_text(d, s->texts.rows, row, ho_slice_str(e->marked),
			                    "line %u: the probability of the label went from %s to %s",
			                    s->list.items[i].line, ho_show_percent(e->before).text,
			                    ho_show_percent(e->after).text);
		}
}

static void tell_lines(const struct directions *s, struct doubt *d, enum doubt_verdict verdict)
{
	for (size_t i = 0, told = 0; i < s->list.n && told < FEW; i++) {
		const struct ho_direction *direction = &s->list.items[i];
		const struct outcome *o = &s->outcome[i];
		if (verdict_of(s, d, i) != verdict || verdict == DOUBT_HOLDS)
			continue;
		told++;
		if (direction->change == HO_DIRECTION_TEXT)
			ho_findings_evidence(d->out, "line %u: %s '%s' with %s", direction->line,
			                     o->automatic ? "answered" : "handed over as",
			                     ho_doubt__label(d, o->label).text, ho_show_percent(o->confidence).text);
		else
			ho_findings_evidence(d->out, "line %u: %s of %s go against it", direction->line,
			                     ho_doubt__share(o->against, o->n).text,
			                     ho_show_counted(o->n, "text").text);
	}
}

static void tell(struct doubt *d, const void *state)
{
	const struct directions *s = state;
	size_t n[4] = {0};
	if (!s->list.n) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "no directional tests of your own were given");
		ho_findings_advice(
		    d->out,
		    "write down what must be so, one line a test (text \"where is my card\" -> card_arrival; "
		    "add \"this is urgent\" -> urgent up) and give the file: %s --directions FILE",
		    ho_doubt__command(d, true).text);
		return;
	}
	for (size_t i = 0; i < s->list.n; i++)
		n[verdict_of(s, d, i)]++;
	enum doubt_verdict verdict = n[DOUBT_BROKEN]  ? DOUBT_BROKEN
	                             : n[DOUBT_WEAK]  ? DOUBT_WEAK
	                             : n[DOUBT_HOLDS] ? DOUBT_HOLDS
	                                              : DOUBT_UNKNOWN;
	struct ho_shown all = ho_show_counted(s->list.n, "test");
	if (verdict == DOUBT_UNKNOWN)
		ho_doubt__find(d, verdict, "none of your %s applies to any text", all.text);
	else
		ho_doubt__find(d, verdict, "of your %s %zu hold, %zu are weak and %zu are broken", all.text,
		               n[DOUBT_HOLDS], n[DOUBT_WEAK], n[DOUBT_BROKEN]);
	if (verdict == DOUBT_BROKEN)
		ho_doubt__say(d, 86, "Of your own %s %zu are broken.", all.text, n[DOUBT_BROKEN]);
	ho_findings_figure(d->out, share(n[DOUBT_HOLDS], s->list.n));
	ho_findings_measure(d->out, "directional tests that hold", HO_UNIT_SHARE);
	ho_findings_evidence(d->out, "changes were tried on %s %s",
	                     ho_show_counted(s->texts.n, s->texts.learnt ? "training text" : "new text").text,
	                     s->texts.learnt ? ", which the model learnt from" : "that the model has not seen");
	if (n[DOUBT_UNKNOWN])
		ho_findings_evidence(d->out, "%s apply to no text", ho_show_counted(n[DOUBT_UNKNOWN], "test").text);
	tell_lines(s, d, verdict);
	if (verdict != DOUBT_HOLDS)
		ho_findings_advice(
		    d->out, "add labelled texts that show what the test says to the training file, and train again; or "
		            "correct the test if the model is right");
	show(s, d);
	show_examples(s, d);
}

static void release(void *state)
{
	struct directions *s = state;
	ho_directions_release(&s->list);
	ho_doubt__texts_release(&s->texts);
	ho_free(s->outcome);
	if (s->begun)
		ho_arena_release(&s->arena);
}

static bool are_given(const struct doubt *d)
{
	return d->options->directions != NULL;
}

const struct doubt_check ho_doubt__directions = {
    .id = "directions",
    .title = "does it do what you say it must?",
    .section = "Strange and changed texts",
    .applies = are_given,
    .state = sizeof(struct directions),
    .measure = measure,
    .tell = tell,
    .release = release,
};
