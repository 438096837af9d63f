/*
 * Time and memory of the SQLite store: adding in groups, and every list and look-up on what was added.
 *
 *     bench_store FILE ITEMS [GROUP] [QUEUED]     FILE is made anew; GROUP 100, QUEUED 100000
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "near/corpus.h"
#include "store/store.h"

static struct ho_store *store;
static const struct ho_store_ops *ops;
static struct ho_error err;
static const char *path;

static void must(enum ho_status status)
{
	if (!status)
		return;
	fprintf(stderr, "%s: %s [%s]\n", ho_status_name(status), err.message, err.place);
	exit(1);
}

static double cpu(void)
{
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static struct ho_id id_of(unsigned long n)
{
	struct ho_id id;
	snprintf(id.text, sizeof id.text, "01K%013luABCDEFGHJK", n % 10000000000000);
	return id;
}

static void add(unsigned long n, const struct corpus *texts, bool waits)
{
	float scores[2] = {.03f, .97f};
	bool person = waits || n % 20 == 0;
	struct ho_item item = {.id = id_of(n),
	                       .task = "urgent",
	                       .text = texts->texts[n % texts->n],
	                       .model = "0123456789abcdef",
	                       .scores = ho_slice((char *)scores, sizeof scores),
	                       .suggestion = n % 3 ? "yes" : "no",
	                       .label = waits      ? NULL
	                                : n % 3    ? "yes"
	                                : n % 1000 ? "no"
	                                           : "rare",
	                       .answered_by = waits    ? NULL
	                                      : person ? "ann"
	                                               : "model",
	                       .status = waits ? HO_ITEM_PENDING : HO_ITEM_ANSWERED,
	                       .confidence = .97,
	                       .threshold = .9,
	                       .novelty_p = .3,
	                       .audit_probability = .02,
	                       .audit = n % 50     ? HO_AUDIT_NONE
	                                : n % 5000 ? HO_AUDIT_RIGHT
	                                           : HO_AUDIT_WRONG,
	                       .flagged = n % 2000 == 0,
	                       .created_at = 1790000000000 + (int64_t)n * 100};
	char client[32];
	snprintf(client, sizeof client, "client-%lu", n);
	item.client_id = n % 10 ? NULL : client;
	must(ops->mark(store, &err));
	must(ops->item_add(store, &item, &err));
}

static void review(unsigned long n)
{
	int64_t sequence;
	struct ho_review one = {.item = id_of(n), .kind = HO_REVIEW_ANSWER, .reviewer = "ann", .label = "yes"};
	must(ops->review_add(&sequence, store, &one, &err));
}

static void enqueue(unsigned long n, struct ho_rng *rng)
{
	struct ho_queued queued = {.item = id_of(n),
	                           .task = "urgent",
	                           .unsure = ho_rng_uniform(rng),
	                           .novel = ho_rng_uniform(rng),
	                           .chance = ho_rng_uniform(rng),
	                           .fingerprint = ho_rng_next(rng),
	                           .due_at = 1790000000000 + (int64_t)ho_rng_below(rng, 1000000000),
	                           .since = 1790000000000 + (int64_t)n};
	must(ops->queue_put(store, &queued, &err));
}

static void timed(const char *what, unsigned long n, double start, double cpu_start)
{
	double took = ho_clock_seconds() - start, used = cpu() - cpu_start;
	printf("%-34s %8.0f/s  %8.0f/s of processor time  %4.0f MiB\n", what, (double)n / took, (double)n / used,
	       ho_peak_rss_mb());
}

static void in_groups(const char *what, unsigned long from, unsigned long to, unsigned long step, unsigned long group,
                      void (*one)(unsigned long n, void *context), void *context)
{
	double start = ho_clock_seconds(), used = cpu();
	unsigned long done = 0;
	for (unsigned long n = from; n < to;) {
		must(ops->begin(store, &err));
		for (unsigned long i = 0; i < group && n < to; i++, n += step, done++)
			one(n, context);
		must(ops->commit(store, &err));
	}
	timed(what, done, start, used);
}

static void add_answered(unsigned long n, void *context)
{
	add(n, context, false);
}

static void add_waiting(unsigned long n, void *context)
{
	add(n, context, true);
}

static void add_review(unsigned long n, void *context)
{
	(void)context;
	review(n);
}

static void add_queued(unsigned long n, void *context)
{
	enqueue(n, context);
}

enum { ROUNDS = 20 };

#define MEASURE(name, call)                                                                                            \
	do {                                                                                                           \
		double worst_ = 0, sum_ = 0;                                                                           \
		for (int r_ = 0; r_ < ROUNDS; r_++) {                                                                  \
			double t_ = ho_clock_seconds();                                                                \
			must(call);                                                                                    \
			t_ = (ho_clock_seconds() - t_) * 1000;                                                         \
			sum_ += t_;                                                                                    \
			worst_ = t_ > worst_ ? t_ : worst_;                                                            \
			ho_arena_reset(&arena);                                                                        \
		}                                                                                                      \
		printf("%-34s %8.3f ms, worst %8.3f\n", name, sum_ / ROUNDS, worst_);                                  \
	} while (0)

static void lists(unsigned long n)
{
	static const enum ho_item_status pending = HO_ITEM_PENDING, answered = HO_ITEM_ANSWERED;
	const struct {
		const char *name;
		struct ho_item_filter filter;
	} all[] = {
	    {"newest", {.task = "urgent"}},
	    {"newest of all tasks", {.limit = 50}},
	    {"before the middle", {.task = "urgent", .before = id_of(n / 2)}},
	    {"after the middle, by person", {.task = "urgent", .after = id_of(n / 2), .by_person = true}},
	    {"an hour long ago", {.task = "urgent", .from = 1790000000000, .until = 1790003600000}},
	    {"frequent label", {.task = "urgent", .label = "yes"}},
	    {"rare label", {.task = "urgent", .label = "rare"}},
	    {"rare label, by person", {.task = "urgent", .label = "rare", .by_person = true}},
	    {"client's id", {.client_id = "client-10"}},
	    {"one person", {.task = "urgent", .answered_by = "ann"}},
	    {"nobody", {.task = "urgent", .answered_by = "nobody"}},
	    {"pending", {.task = "urgent", .status = &pending}},
	    {"answered, behind the pending", {.task = "urgent", .status = &answered}},
	    {"flagged", {.task = "urgent", .flagged = true}},
	    {"flagged by nobody", {.task = "urgent", .flagged = true, .label = "other"}},
	    {"confirmed wrong", {.task = "urgent", .confirmed_wrong = true}},
	    {"audited", {.task = "urgent", .audited = true}},
	    {"search a frequent word", {.task = "urgent", .search = "a"}},
	    {"search two words", {.task = "urgent", .search = "ba ca"}},
	};
	struct ho_arena arena;
	struct ho_item *items;
	size_t found;
	ho_arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct ho_item_filter f = all[i].filter;
		f.limit = 50;
		MEASURE(all[i].name, ops->item_list(&items, &found, store, &f, &arena, &err));
	}
	struct ho_item item;
	struct ho_id middle = id_of(n / 2);
	MEASURE("one item", ops->item_get(&item, store, &middle, &arena, &err));
	struct ho_id *ids;
	MEASURE("where (reads all)", ops->item_where(&ids, &found, store, "a", "b", &arena, &err));
	ho_arena_release(&arena);
}

static void queue(void)
{
	static const char *const names[] = {"queue: unsure", "queue: novel", "queue: chance", "queue: due",
	                                    "queue: oldest"};
	struct ho_arena arena;
	struct ho_queued *waiting;
	struct ho_queue_figures figures;
	size_t found;
	ho_arena_init(&arena, SIZE_MAX);
	for (int order = 0; order < 5; order++) {
		struct ho_queue_filter f = {.task = "urgent",
		                            .order = (enum ho_queue_order)order,
		                            .reviewer = "ann",
		                            .limit = 50,
		                            .now = 1790000000000};
		MEASURE(names[order], ops->queue_list(&waiting, &found, store, &f, &arena, &err));
	}
	MEASURE("queue: figures, none due", ops->queue_figures(&figures, store, "urgent", 1, &err));
	MEASURE("queue: figures, all due", ops->queue_figures(&figures, store, "urgent", INT64_MAX - 1, &err));
	MEASURE("queue: overdue", ops->queue_overdue(&waiting, &found, store, INT64_MAX, 50, &arena, &err));
	ho_arena_release(&arena);
}

int main(int argc, char **argv)
{
	struct ho_rng rng = ho_rng_seed(1, 0);
	struct corpus texts = {0};
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0,
	              group = argc > 3 ? strtoul(argv[3], NULL, 10) : 100;
	unsigned long queued = argc > 4 ? strtoul(argv[4], NULL, 10) : 100000;
	if (!n || !group)
		return fprintf(stderr, "usage: bench_store FILE ITEMS [GROUP] [QUEUED]\n"), 2;
	for (int i = 0; i < 20000; i++) {
		corpus_made_up(&texts, &rng, 15 + ho_rng_below(&rng, 11));
		corpus_end(&texts);
	}
	corpus_finish(&texts);
	path = argv[1];
	char log[4096];
	snprintf(log, sizeof log, "%s-wal", path);
	(void)unlink(path), (void)unlink(log);
	must(ho_store_open_sqlite(&store, path, true, &err));
	ops = store->ops;
	in_groups("items added", 0, n, 1, group, add_answered, &texts);
	in_groups("reviews added, texts searchable", 0, n, 20, group, add_review, NULL);
	in_groups("waiting items added", n, n + queued, 1, group, add_waiting, &texts);
	in_groups("put in the queue", n, n + queued, 1, group, add_queued, &rng);
	ops->close(store);
	double start = ho_clock_seconds();
	must(ho_store_open_sqlite(&store, path, true, &err));
	printf("%-34s %8.3f ms\n", "open", (ho_clock_seconds() - start) * 1000);
	lists(n);
	queue();
	start = ho_clock_seconds();
	must(ops->scrub(store, &err));
	printf("%-34s %8.3f ms\n", "scrub", (ho_clock_seconds() - start) * 1000);
	printf("%-34s %8.0f MiB\n", "peak memory", ho_peak_rss_mb());
	ops->close(store);
	corpus_release(&texts);
	return 0;
}
