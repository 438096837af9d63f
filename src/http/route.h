/** The table of routes: what there is, who may use it, what it takes and gives. The contract is made from it. */
#ifndef HO_HTTP_ROUTE_H
#define HO_HTTP_ROUTE_H

#include "http/request.h"

enum ho_body_kind {
	HO_BODY_NONE = 0,
	HO_BODY_JSON = 1,
	HO_BODY_LINES = 2, /**< NDJSON */
	HO_BODY_FILE = 3   /**< goes to a temporary file */
};

/** Who may use a route, beside scopes. */
enum { HO_ANYBODY = 0, HO_ANY_SCOPE = HO_SCOPE_CLASSIFY | HO_SCOPE_REVIEW | HO_SCOPE_ADMIN };

/** One query parameter; `kind`: "integer", "string", "boolean". */
struct ho_query {
	const char *name, *kind, *about;
};

struct ho_route {
	const char *method, *pattern; /**< "/v1/tasks/{task}/classify" */
	unsigned scopes;              /**< one of these is needed; 0: anybody */
	enum ho_body_kind body;
	size_t body_max; /**< bytes, unpacked; 0: by the options (batch, model) */
	ho_request_then handler;
	const char *name;             /**< operationId */
	const char *about;            /**< one sentence */
	const char *takes;            /**< schema of the body; NULL */
	const char *gives;            /**< "200:Item,202:Handed"; a schema "-" is an empty body, "text" is no JSON */
	const char *problems;         /**< "404,409": beside those that every route can answer */
	const struct ho_query *query; /**< ended by an empty one; NULL */
};

extern const struct ho_route ho_routes[];
extern const size_t ho_routes_n;

/** Find the route; fills task, name and item of the request. HO_ENOTFOUND: no such path; HO_EUNAVAIL: the path has
 * other methods, *allow names them (in the arena). */
HO_MUST_CHECK enum ho_status ho_route_find(struct ho_request *rq, const char **allow, struct ho_error *err);

/* The handlers, one file a resource. */
#define HO_HANDLER(name) enum ho_status name(struct ho_request *rq, struct ho_error *err)
HO_HANDLER(ho_get_health);
HO_HANDLER(ho_get_openapi);
HO_HANDLER(ho_get_metrics);
HO_HANDLER(ho_post_session);
HO_HANDLER(ho_post_session_link);
HO_HANDLER(ho_get_session);
HO_HANDLER(ho_delete_session);
HO_HANDLER(ho_list_tasks);
HO_HANDLER(ho_get_task);
HO_HANDLER(ho_put_task);
HO_HANDLER(ho_post_pause);
HO_HANDLER(ho_post_resume);
HO_HANDLER(ho_post_classify);
HO_HANDLER(ho_post_batch);
HO_HANDLER(ho_get_queue);
HO_HANDLER(ho_get_items);
HO_HANDLER(ho_get_labels);
HO_HANDLER(ho_list_models);
HO_HANDLER(ho_post_model);
HO_HANDLER(ho_post_promote);
HO_HANDLER(ho_list_reports);
HO_HANDLER(ho_get_explore_report);
HO_HANDLER(ho_get_doubt_report);
HO_HANDLER(ho_delete_reports);
HO_HANDLER(ho_get_monitor);
HO_HANDLER(ho_get_days);
HO_HANDLER(ho_get_update);
HO_HANDLER(ho_get_item);
HO_HANDLER(ho_put_lease);
HO_HANDLER(ho_delete_lease);
HO_HANDLER(ho_post_answer);
HO_HANDLER(ho_delete_answer);
HO_HANDLER(ho_post_skip);
HO_HANDLER(ho_post_flag);
HO_HANDLER(ho_get_context);
HO_HANDLER(ho_get_history);
HO_HANDLER(ho_list_users);
HO_HANDLER(ho_post_user);
HO_HANDLER(ho_post_user_link);
HO_HANDLER(ho_delete_user);
HO_HANDLER(ho_list_keys);
HO_HANDLER(ho_post_key);
HO_HANDLER(ho_delete_key);
HO_HANDLER(ho_get_journal);
HO_HANDLER(ho_post_note);
HO_HANDLER(ho_get_page);

#endif
