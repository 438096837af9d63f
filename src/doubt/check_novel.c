/*
 * Are strange texts handed over? Texts of our own (probes.h) that have nothing to do with the task. Left out are
 * languages that the training file has, and sentences on topics whose words the model mostly knows: they may well be
 * the task. How many strange texts are caught is promised by nobody (docs/explanation/novelty.md); here it is counted.
 */
#include "base/alloc.h"
#include "doubt/probes.h"
#include "doubt/texts.h"

enum { EXAMPLES = 12, LANGUAGE_TEXTS = 5000 };
/* A language is the training file's own from this share of its texts on. */
static const double own_language = 0.01;
/* Shares answered automatically from which a kind is a weakness, and those that must be exceeded beyond chance to be
 * broken. A new topic in known words may have a right answer (a text about chess is no spam), as may a web address. */
static const double weak_from[HO_PROBE_COUNT] = {
    [HO_PROBE_LANGUAGE] = 0.10, [HO_PROBE_TOPIC] = 0.50,   [HO_PROBE_GIBBERISH] = 0.05, [HO_PROBE_KEYBOARD] = 0.05,
    [HO_PROBE_EMPTY] = 0.20,    [HO_PROBE_ADDRESS] = 0.50, [HO_PROBE_LONG] = 0.50,
};
static const double broken_noise = 0.20, broken_language = 0.50;

/* Probes with the same `what`. */
struct group {
	enum ho_probe_kind kind;
	const char *what;
	uint64_t n, automatic, novel;
};

enum { GROUPS_MAX = 40 };

struct novel {
	struct ho_probes probes;
	struct doubt_answers answers;
	uint8_t *used; /* [probes.n] owned */
	struct group group[GROUPS_MAX];
	size_t groups;
	struct group kind[HO_PROBE_COUNT]; /* all of a kind */
	uint64_t noise, noise_automatic;   /* both kinds of noise */
	size_t own, known;                 /* left out: of the file's languages, of known words */
	uint64_t nothing;                  /* texts of no character that are answered */
	size_t noise_test, language_test;
	bool noise_tested, language_tested, answers_any;
};

static enum ho_status is_known_topic(bool *known, struct ho_workspace *ws, struct ho_slice text, struct ho_error *err)
{
	size_t words, unknown;
	enum ho_status status = ho_workspace_words(&words, &unknown, ws, text, err);
	*known = status == HO_OK && 3 * unknown < words;
	return status;
}

/* Which probes may be strange to this model. */
static enum ho_status choose(struct novel *s, const struct doubt *d, struct ho_error *err)
{
	double share[HO_LANGUAGE_COUNT];
	struct ho_workspace *ws = NULL;
	(void)ho_language_of_texts(share, &d->languages, d->train.text,
	                           d->train.n < LANGUAGE_TEXTS ? d->train.n : LANGUAGE_TEXTS);
	s->used = ho_calloc(s->probes.n, 1);
	enum ho_status status = s->used ? ho_workspace_new(&ws, d->model, err) : ho_fail_nomem(err);
	for (size_t i = 0; i < s->probes.n && status == HO_OK; i++) {
		const struct ho_probe *probe = &s->probes.items[i];
		bool known = false, own = probe->kind == HO_PROBE_LANGUAGE && share[probe->language] >= own_language;
		if (probe->kind == HO_PROBE_TOPIC)
			status = is_known_topic(&known, ws, probe->text, err);
		s->own += own;
		s->known += known;
		s->used[i] = !own && !known;
	}
	ho_workspace_free(ws);
	return status;
}

static void count_into(struct group *g, const struct doubt_answers *a, size_t i)
{
	g->n++;
	g->automatic += a->automatic[i];
	g->novel += a->novel[i];
}

static void count(struct novel *s)
{
	for (size_t i = 0; i < s->probes.n; i++) {
		const struct ho_probe *probe = &s->probes.items[i];
		if (!s->used[i])
			continue;
		size_t g = 0;
		while (g < s->groups && (s->group[g].kind != probe->kind || s->group[g].what != probe->what))
			g++;
		if (g == s->groups && g < GROUPS_MAX)
			s->group[s->groups++] = (struct group){.kind = probe->kind, .what = probe->what};
		if (g < GROUPS_MAX)
			count_into(&s->group[g], &s->answers, i);
		s->kind[probe->kind].kind = probe->kind;
		count_into(&s->kind[probe->kind], &s->answers, i);
		s->nothing += s->answers.automatic[i] && !probe->text.len;
	}
	s->noise = s->kind[HO_PROBE_GIBBERISH].n + s->kind[HO_PROBE_KEYBOARD].n;
	s->noise_automatic = s->kind[HO_PROBE_GIBBERISH].automatic + s->kind[HO_PROBE_KEYBOARD].automatic;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct novel *s = state;
	s->answers_any = ho_doubt__answers_any(d);
	enum ho_status status = ho_probes_make(&s->probes, d->options->seed, err);
	if (status == HO_OK)
		status = choose(s, d, err);
	struct ho_slice *text = status == HO_OK ? ho_alloc(s->probes.n, sizeof *text) : NULL;
	if (status == HO_OK && !text)
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < s->probes.n && status == HO_OK; i++)
		text[i] = s->probes.items[i].text;
	if (status == HO_OK)
		status = ho_doubt__answer(&s->answers, d, text, NULL, s->probes.n, err);
	ho_free(text);
	if (status)
		return status;
	count(s);
	const struct group *languages = &s->kind[HO_PROBE_LANGUAGE];
	if (s->answers_any) {
		s->noise_test = ho_doubt__test(d, ho_doubt__tail(s->noise_automatic, s->noise, broken_noise));
		s->noise_tested = true;
	}
	if (s->answers_any && languages->n >= DOUBT_LEAST) {
		s->language_test =
		    ho_doubt__test(d, ho_doubt__tail(languages->automatic, languages->n, broken_language));
		s->language_tested = true;
	}
	return HO_OK;
}

static double share(uint64_t k, uint64_t n)
{
	return n ? (double)k / (double)n : 0;
}

static double answered(const struct novel *s, enum ho_probe_kind kind)
{
	return share(s->kind[kind].automatic, s->kind[kind].n);
}

static bool is_broken(const struct novel *s, const struct doubt *d)
{
	return s->nothing || (s->noise_tested && ho_doubt__alarm(d, s->noise_test)) ||
	       (s->language_tested && ho_doubt__alarm(d, s->language_test));
}

/* The kind that is answered most for its limit. */
static enum ho_probe_kind most_answered(const struct novel *s)
{
	int most = 0;
	for (int k = 1; k < HO_PROBE_COUNT; k++)
		if (answered(s, (enum ho_probe_kind)k) / weak_from[k] >
		    answered(s, (enum ho_probe_kind)most) / weak_from[most])
			most = k;
	return (enum ho_probe_kind)most;
}

static bool is_weak(const struct novel *s)
{
	enum ho_probe_kind most = most_answered(s);
	return answered(s, most) > weak_from[most];
}

static void show_row(struct doubt *d, const char *name, const struct group *g)
{
	ho_exhibit_cell(d->out, "%s", name);
	ho_exhibit_cell(d->out, "%s", ho_show_count(g->n).text);
	ho_exhibit_cell(d->out, "%s", ho_show_percent(share(g->novel, g->n)).text);
	ho_exhibit_cell(d->out, "%s", ho_show_count(g->automatic).text);
	ho_exhibit_cell(d->out, "%s", ho_doubt__share(g->automatic, g->n).text);
}

static void show_table(const struct novel *s, struct doubt *d)
{
	ho_exhibit_table(d->out, "lrrrr", "What the model does with texts that have nothing to do with its task");
	ho_exhibit_cell(d->out, "texts");
	ho_exhibit_cell(d->out, "number");
	ho_exhibit_cell(d->out, "called novel");
	ho_exhibit_cell(d->out, "answered");
	ho_exhibit_cell(d->out, "share answered [95%%]");
	for (int k = 0; k < HO_PROBE_COUNT; k++)
		if (s->kind[k].n)
			show_row(d, ho_probe_kind_name((enum ho_probe_kind)k), &s->kind[k]);
	for (size_t g = 0; g < s->groups; g++)
		if (s->group[g].kind == HO_PROBE_LANGUAGE || s->group[g].kind == HO_PROBE_TOPIC)
			show_row(d, s->group[g].what, &s->group[g]);
}

static void show_answered(const struct novel *s, struct doubt *d)
{
	bool *shown = ho_calloc(s->probes.n, sizeof *shown);
	for (int x = 0; shown && x < EXAMPLES; x++) {
		size_t best = s->probes.n;
		for (size_t i = 0; i < s->probes.n; i++)
			if (s->used[i] && s->answers.automatic[i] && !shown[i] &&
			    (best == s->probes.n || s->answers.confidence[i] > s->answers.confidence[best]))
				best = i;
		if (best == s->probes.n)
			break;
		if (x == 0)
			ho_exhibit_texts(d->out, "Strange texts that were answered, the surest first");
		shown[best] = true;
		const struct ho_probe *probe = &s->probes.items[best];
		ho_exhibit_text(d->out, ho_slice_str(probe->what), ho_slice("", 0),
		                probe->text.len ? probe->text : ho_slice_str("(nothing)"), "answered %s with %s",
		                ho_doubt__label(d, s->answers.predicted[best]).text,
		                ho_show_percent(s->answers.confidence[best]).text);
	}
	ho_free(shown);
}

/* What the title is about: of a broken verdict the kind that broke it, else the kind answered most for its limit. */
static struct group gravest(const char **name, const struct novel *s, const struct doubt *d, enum doubt_verdict verdict)
{
	bool noise = s->noise_tested && ho_doubt__alarm(d, s->noise_test);
	bool language = s->language_tested && ho_doubt__alarm(d, s->language_test);
	enum ho_probe_kind most = most_answered(s);
	if (verdict == DOUBT_BROKEN && noise) {
		*name = "random letters and keys";
		return (struct group){.n = s->noise, .automatic = s->noise_automatic};
	}
	if (verdict == DOUBT_BROKEN)
		most = language ? HO_PROBE_LANGUAGE : HO_PROBE_EMPTY;
	*name = ho_probe_kind_name(most);
	return s->kind[most];
}

static void tell_title(struct doubt *d, const struct novel *s, enum doubt_verdict verdict, uint64_t n,
                       uint64_t automatic)
{
	const char *name;
	struct group g = gravest(&name, s, d, verdict);
	if (verdict == DOUBT_HOLDS) {
		ho_doubt__find(d, verdict, "strange texts are handed over: %s of %s were answered",
		               ho_show_count(automatic).text, ho_show_count(n).text);
		ho_doubt__say(d, 18, "Of %s that have nothing to do with the task %s %s answered.",
		              ho_show_counted(n, "text").text, automatic ? ho_show_count(automatic).text : "none",
		              automatic > 1 ? "were" : "was");
		return;
	}
	ho_doubt__find(d, verdict, "strange texts are answered as if they were ordinary ones: of %s (%s) %s",
	               ho_show_counted(g.n, "text").text, name, ho_show_percent(share(g.automatic, g.n)).text);
	ho_doubt__say(d, verdict == DOUBT_BROKEN ? 82 : 42,
	              "Texts that have nothing to do with the task are answered: %s of %s (%s).",
	              ho_show_percent(share(g.automatic, g.n)).text, ho_show_counted(g.n, "text").text, name);
}

static void tell_nothing_answered(struct doubt *d, uint64_t n, uint64_t novel)
{
	ho_doubt__find(d, DOUBT_UNKNOWN, "the model hands everything over, strange or not; %s of %s are called novel",
	               ho_show_percent(share(novel, n)).text, ho_show_counted(n, "strange text").text);
	ho_findings_figure(d->out, share(novel, n));
	ho_findings_measure(d->out, "strange texts that are called novel", HO_UNIT_SHARE);
	ho_findings_advice(d->out, "see the check `enough` for how many labels a promise would take");
}

static void tell(struct doubt *d, const void *state)
{
	const struct novel *s = state;
	uint64_t n = 0, automatic = 0, novel = 0;
	enum doubt_verdict verdict = is_broken(s, d) ? DOUBT_BROKEN : is_weak(s) ? DOUBT_WEAK : DOUBT_HOLDS;
	for (int k = 0; k < HO_PROBE_COUNT; k++) {
		n += s->kind[k].n;
		automatic += s->kind[k].automatic;
		novel += s->kind[k].novel;
	}
	if (!s->answers_any) {
		tell_nothing_answered(d, n, novel);
		show_table(s, d);
		return;
	}
	tell_title(d, s, verdict, n, automatic);
	struct ho_interval in = ho_binomial_interval(automatic, n, 0.95);
	ho_findings_figure(d->out, share(automatic, n));
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "strange texts that were answered automatically", HO_UNIT_SHARE);
	ho_findings_evidence(d->out, "%s of %s are called novel, the others are handed over as unsure or answered",
	                     ho_show_percent(share(novel, n)).text, ho_show_counted(n, "text").text);
	if (s->own)
		ho_findings_evidence(d->out, "%s left out: their language is one of the training file's",
		                     ho_show_counted(s->own, "sentence").text);
	if (s->known)
		ho_findings_evidence(
		    d->out,
		    "%s on other topics left out: the model knows most of their words, so that they may be its task",
		    ho_show_counted(s->known, "sentence").text);
	if (s->noise_tested)
		ho_doubt__show_test(d, "at most a fifth of the noise is answered", s->noise_test);
	if (s->language_tested)
		ho_doubt__show_test(d, "at most half of the sentences in other languages are answered",
		                    s->language_test);
	if (verdict != DOUBT_HOLDS)
		ho_findings_advice(
		    d->out,
		    "if such texts come in, add a label for texts that are none of its business, with examples, "
		    "or ask for a stricter promise: `handoff train %s --max-error %s`",
		    ho_doubt__train(d).text, ho_show_chosen(ho_doubt__max_error(d) / 2).text);
	show_table(s, d);
	show_answered(s, d);
}

static void release(void *state)
{
	struct novel *s = state;
	ho_probes_release(&s->probes);
	ho_doubt__answers_release(&s->answers);
	ho_free(s->used);
}

const struct doubt_check ho_doubt__novel = {
    .id = "novel-texts",
    .title = "are strange texts handed over?",
    .section = "Strange and changed texts",
    .state = sizeof(struct novel),
    .measure = measure,
    .tell = tell,
    .release = release,
};
