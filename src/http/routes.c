/* The table of routes, and finding one. */
#include "base/alloc.h"
#include "http/private.h"
#include "http/route.h"

enum { SMALL = 64 << 10, TEXT = 8 << 20, VALUE_MAX = 512 };

#define CLASSIFY HO_SCOPE_CLASSIFY
#define REVIEW HO_SCOPE_REVIEW
#define ADMIN HO_SCOPE_ADMIN
#define BOTH (HO_SCOPE_CLASSIFY | HO_SCOPE_REVIEW)
#define JSON(max) HO_BODY_JSON, max
#define NOTHING HO_BODY_NONE, 0

static const struct ho_query q_wait[] = {{"wait_ms", "integer", "wait this long for a person's answer, 0 to 30000"},
                                         {0}};
static const struct ho_query q_queue[] = {
    {"limit", "integer", "at most this many, 1 to 100 (10)"},
    {"previous", "string", "the item on the screen: no near-identical one follows it"},
    {0}};
static const struct ho_query q_items[] = {{"search", "string", "words of the text of answered items (prefixes)"},
                                          {"label", "string", "the answer that counts now"},
                                          {"by", "string", "who answered: model, person, or a name"},
                                          {"status", "string", "pending, answered, overruled or expired"},
                                          {"id", "string", "the caller's own id"},
                                          {"flagged", "boolean", "only flagged items"},
                                          {"before", "string", "an item's id: only older ones (the next page)"},
                                          {"limit", "integer", "at most this many, 1 to 200 (50)"},
                                          {0}};
static const struct ho_query q_labels[] = {{"role", "string", "learn (the default), certify or both"}, {0}};
static const struct ho_query q_models[] = {
    {"promote", "boolean", "let it answer at once"},
    {"force", "boolean",
     "promote it though it lacks labels of the model that answers, or labels that people have used"},
    {0}};
static const struct ho_query q_report[] = {{"form", "string", "html (the page) or json"}, {0}};
static const struct ho_query q_days[] = {{"days", "integer", "today and the days before it, 1 to 400 (30)"}, {0}};
static const struct ho_query q_update[] = {
    {"hours", "integer", "since so many hours ago (24)"}, {"form", "string", "plain or markdown"}, {0}};
static const struct ho_query q_journal[] = {
    {"task", "string", "only of this task"},
    {"hours", "integer", "only of the last so many hours"},
    {"before", "integer", "only entries with a smaller sequence (the next page)"},
    {"after", "integer", "only entries with a larger sequence, then oldest first"},
    {"limit", "integer", "at most this many, 1 to 1000 (200)"},
    {0}};

const struct ho_route ho_routes[] = {
    {"POST", "/v1/tasks/{task}/classify", CLASSIFY, JSON(TEXT), ho_post_classify, "classify",
     "Classify a text: the answer, or the promise that a person will give one.", "Incoming", "200:Answered,202:Handed",
     "404,409", NULL},
    {"POST", "/v1/tasks/{task}/classify/batch", CLASSIFY, HO_BODY_LINES, 0, ho_post_batch, "classifyBatch",
     "Classify many texts: one JSON object a line in, one a line out, in the same order.", "lines:IncomingLine",
     "200:lines:BatchLine", "404,409", NULL},
    {"GET", "/v1/items/{item}", BOTH, NOTHING, ho_get_item, "getItem", "An item as it is now.", NULL, "200:Item", "404",
     q_wait},
    {"GET", "/v1/items/{item}/context", REVIEW, NOTHING, ho_get_context, "getContext",
     "Why an item came to a person, what the model thought, and similar texts; after answering.", NULL, "200:Context",
     "404,409", NULL},
    {"GET", "/v1/items/{item}/history", REVIEW, NOTHING, ho_get_history, "getHistory", "What people did to an item.",
     NULL, "200:History", "404,409", NULL},
    {"PUT", "/v1/items/{item}/lease", REVIEW, NOTHING, ho_put_lease, "takeLease",
     "Take an item for oneself, or keep it longer.", NULL, "200:Lease", "404", NULL},
    {"DELETE", "/v1/items/{item}/lease", REVIEW, NOTHING, ho_delete_lease, "returnLease", "Give an item back.", NULL,
     "204:-", "404", NULL},
    {"POST", "/v1/items/{item}/answer", REVIEW, JSON(SMALL), ho_post_answer, "answer", "Answer an item.", "Answer",
     "200:Item", "404,409", NULL},
    {"DELETE", "/v1/items/{item}/answer", REVIEW, NOTHING, ho_delete_answer, "withdrawAnswer",
     "Take one's answer back; the item waits again.", NULL, "200:Item", "404,409", NULL},
    {"POST", "/v1/items/{item}/skip", REVIEW, JSON(SMALL), ho_post_skip, "skip",
     "Not now: it is offered again after a while, to others at once.", NULL, "204:-", "404,409", NULL},
    {"POST", "/v1/items/{item}/flag", REVIEW, JSON(SMALL), ho_post_flag, "flag",
     "Mark an item for somebody to look at.", "Flag", "204:-", "404,409", NULL},
    {"GET", "/v1/tasks", HO_ANY_SCOPE, NOTHING, ho_list_tasks, "listTasks", "All tasks.", NULL, "200:Tasks", "", NULL},
    {"GET", "/v1/tasks/{task}", HO_ANY_SCOPE, NOTHING, ho_get_task, "getTask", "A task and its settings.", NULL,
     "200:Task", "404", NULL},
    {"PUT", "/v1/tasks/{task}", ADMIN, JSON(SMALL), ho_put_task, "putTask",
     "Change settings: members that are not sent stay. A task that is not there is made.", "Settings",
     "200:Task,201:Task", "", NULL},
    {"POST", "/v1/tasks/{task}/pause", ADMIN, JSON(SMALL), ho_post_pause, "pause",
     "Stop automatic answers: every text goes to a person.", "Pause", "200:Task", "404", NULL},
    {"POST", "/v1/tasks/{task}/resume", ADMIN, JSON(SMALL), ho_post_resume, "resume",
     "Begin automatic answers again. After an alarm only if the model or its threshold has changed, or by force.",
     "Resume", "200:Task", "404,409", NULL},
    {"GET", "/v1/tasks/{task}/queue", REVIEW, NOTHING, ho_get_queue, "getQueue",
     "The next items for this reviewer, without reason, marks or suggestion.", NULL, "200:Queue", "404", q_queue},
    {"GET", "/v1/tasks/{task}/items", REVIEW, NOTHING, ho_get_items, "listItems",
     "Items by text, label, person or status, newest first. Reviewers see those that a person answered.", NULL,
     "200:Items", "404", q_items},
    {"GET", "/v1/tasks/{task}/labels", ADMIN, NOTHING, ho_get_labels, "getLabels",
     "The labels so far, as JSONL that handoff train reads.", NULL, "200:lines:Label", "404", q_labels},
    {"GET", "/v1/tasks/{task}/models", HO_ANY_SCOPE, NOTHING, ho_list_models, "listModels", "The models of a task.",
     NULL, "200:Models", "404", NULL},
    {"POST", "/v1/tasks/{task}/models", ADMIN, HO_BODY_FILE, 0, ho_post_model, "addModel",
     "Add a model: the body is the file that handoff train wrote.", "file", "201:AddedModel", "409,501", q_models},
    {"POST", "/v1/tasks/{task}/models/{model}/promote", ADMIN, JSON(SMALL), ho_post_promote, "promote",
     "Let a model answer from now on; also back to an earlier one. A pause after an alarm ends with it, one that a "
     "person made stays; the one that answers already changes nothing.",
     NULL, "200:Task", "404,409", NULL},
    {"GET", "/v1/tasks/{task}/models/{model}/reports", ADMIN, NOTHING, ho_list_reports, "listReports",
     "What was found about a model and its data, where `handoff deploy --with-reports` looked.", NULL, "200:Reports",
     "404,501", NULL},
    {"DELETE", "/v1/tasks/{task}/models/{model}/reports", ADMIN, NOTHING, ho_delete_reports, "removeReports",
     "Remove a model's reports, because they quote texts of its data.", NULL, "204:-", "404,501", NULL},
    {"GET", "/v1/tasks/{task}/models/{model}/reports/explore", ADMIN, NOTHING, ho_get_explore_report,
     "getExploreReport", "What the training data say.", NULL, "200:report", "404,501", q_report},
    {"GET", "/v1/tasks/{task}/models/{model}/reports/doubt", ADMIN, NOTHING, ho_get_doubt_report, "getDoubtReport",
     "What could be said against the model.", NULL, "200:report", "404,501", q_report},
    {"GET", "/v1/tasks/{task}/monitor", REVIEW, NOTHING, ho_get_monitor, "getMonitor",
     "The promise as it is measured: audits, the error with its sequence, the e-process, coverage, the queue.", NULL,
     "200:Monitor", "404", NULL},
    {"GET", "/v1/tasks/{task}/days", REVIEW, NOTHING, ho_get_days, "getDays", "Counts by day.", NULL, "200:Days", "404",
     q_days},
    {"GET", "/v1/tasks/{task}/update", REVIEW, NOTHING, ho_get_update, "getUpdate",
     "The message about a task: Update and Next.", NULL, "200:Update", "404", q_update},
    {"POST", "/v1/session", HO_ANYBODY, JSON(SMALL), ho_post_session, "logIn", "Begin a session with a password.",
     "Login", "200:Caller", "401,403,421", NULL},
    {"POST", "/v1/session/link", HO_ANYBODY, JSON(SMALL), ho_post_session_link, "useLink",
     "Choose a password with a login link, and begin a session.", "LinkLogin", "200:Caller", "401,403,421", NULL},
    {"GET", "/v1/session", HO_ANY_SCOPE, NOTHING, ho_get_session, "whoAmI", "Who asks, and what may they do?", NULL,
     "200:Caller", "", NULL},
    {"DELETE", "/v1/session", HO_ANY_SCOPE, NOTHING, ho_delete_session, "logOut", "End the session.", NULL, "204:-", "",
     NULL},
    {"GET", "/v1/users", ADMIN, NOTHING, ho_list_users, "listUsers", "The people.", NULL, "200:Users", "", NULL},
    {"POST", "/v1/users", ADMIN, JSON(SMALL), ho_post_user, "addUser",
     "Add a person; the link, shown once, lets them choose a password.", "NewUser", "201:Link", "409", NULL},
    {"POST", "/v1/users/{name}/link", ADMIN, JSON(SMALL), ho_post_user_link, "newLink",
     "A new login link for a forgotten password.", NULL, "200:Link", "404", NULL},
    {"DELETE", "/v1/users/{name}", ADMIN, NOTHING, ho_delete_user, "disableUser",
     "Nobody can log in under this name any more; sessions end.", NULL, "204:-", "404", NULL},
    {"GET", "/v1/keys", ADMIN, NOTHING, ho_list_keys, "listKeys", "The keys, without their secrets.", NULL, "200:Keys",
     "", NULL},
    {"POST", "/v1/keys", ADMIN, JSON(SMALL), ho_post_key, "addKey", "Make a key; it is shown once.", "NewKey",
     "201:Key", "409", NULL},
    {"DELETE", "/v1/keys/{name}", ADMIN, NOTHING, ho_delete_key, "revokeKey", "End a key.", NULL, "204:-", "404", NULL},
    {"GET", "/v1/journal", REVIEW, NOTHING, ho_get_journal, "getJournal", "What was done and why, newest first.", NULL,
     "200:Journal", "", q_journal},
    {"POST", "/v1/journal", REVIEW, JSON(SMALL), ho_post_note, "addNote", "Add a person's words.", "Note", "204:-",
     "404", NULL},
    {"GET", "/metrics", HO_ANY_SCOPE, NOTHING, ho_get_metrics, "getMetrics", "Figures for Prometheus.", NULL,
     "200:text", "", NULL},
    {"GET", "/healthz", HO_ANYBODY, NOTHING, ho_get_health, "getHealth", "Alive and ready?", NULL, "200:Health", "",
     NULL},
    {"GET", "/openapi.json", HO_ANYBODY, NOTHING, ho_get_openapi, "getContract", "This contract.", NULL, "200:OpenAPI",
     "", NULL},
};
const size_t ho_routes_n = sizeof ho_routes / sizeof *ho_routes;

static const struct ho_route page = {"GET", "/*", HO_ANYBODY, NOTHING, ho_get_page, "page",
                                     NULL,  NULL, NULL,       NULL,    NULL};

/* Does the path fit? values[]: what stands for {names}, in order. */
static bool fits(const char *pattern, const char *path, struct ho_slice values[2], unsigned *n)
{
	*n = 0;
	for (; *pattern; pattern++) {
		if (*pattern != '{') {
			if (*pattern != *path++)
				return false;
			continue;
		}
		size_t len = strcspn(path, "/");
		if (!len || len > VALUE_MAX || *n == 2)
			return false;
		values[(*n)++] = ho_slice(path, len);
		path += len;
		pattern = strchr(pattern, '}');
	}
	return *path == '\0';
}

/* libmicrohttpd has decoded the path. A NUL or what is no id names nothing. */
static enum ho_status keep_values(struct ho_request *rq, const char *pattern, const struct ho_slice *values, unsigned n,
                                  struct ho_error *err)
{
	for (unsigned i = 0; i < n; i++) {
		pattern = strchr(pattern, '{') + 1;
		struct ho_slice copy = ho_arena_copy(&rq->arena, values[i]);
		if (!copy.ptr)
			return ho_fail_nomem(err);
		if (strncmp(pattern, "task}", 5) == 0)
			rq->task = copy.ptr;
		else if (strncmp(pattern, "item}", 5) != 0)
			rq->name = copy.ptr;
		else if (copy.len != sizeof rq->item.text - 1)
			return ho_fail(err, HO_ENOTFOUND, "there is no such item");
		else
			memcpy(rq->item.text, copy.ptr, sizeof rq->item.text);
	}
	return HO_OK;
}

static enum ho_status add_method(const char **allow, struct ho_request *rq, const char *method, struct ho_error *err)
{
	size_t room = (*allow ? strlen(*allow) : 0) + strlen(method) + 3;
	char *text = ho_arena_alloc(&rq->arena, room, 1);
	if (!text)
		return ho_fail_nomem(err);
	snprintf(text, room, "%s%s%s", *allow ? *allow : "", *allow ? ", " : "", method);
	*allow = text;
	return HO_OK;
}

enum ho_status ho_route_find(struct ho_request *rq, const char **allow, struct ho_error *err)
{
	struct ho_slice values[2];
	unsigned n;
	*allow = NULL;
	for (size_t i = 0; i < ho_routes_n; i++) {
		if (!fits(ho_routes[i].pattern, rq->path, values, &n))
			continue;
		if (strcmp(ho_routes[i].method, rq->method) == 0) {
			rq->route = &ho_routes[i];
			return keep_values(rq, rq->route->pattern, values, n, err);
		}
		enum ho_status status = add_method(allow, rq, ho_routes[i].method, err);
		if (status)
			return status;
	}
	if (*allow)
		return ho_fail(err, HO_EUNAVAIL, "this path has no such method");
	if (strncmp(rq->path, "/v1/", 4) == 0)
		return ho_fail(err, HO_ENOTFOUND, "there is no such path; see /openapi.json");
	if (strcmp(rq->method, "GET") == 0) {
		rq->route = &page;
		return HO_OK;
	}
	*allow = "GET";
	return ho_fail(err, HO_EUNAVAIL, "pages can only be read");
}
