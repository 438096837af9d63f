/* The contract, made from the table of routes and the schemas: what is not in the table is not in the contract, and the
 * other way round. */
#include <jansson.h>

#include "base/alloc.h"
#include "http/private.h"
#include "http/route.h"
#include "http/schemas.h"

enum { NAME = 64 };

static json_t *reference(const char *schema)
{
	return json_pack("{s:s+}", "$ref", "#/components/schemas/", schema);
}

/* "Item" → JSON; "lines:Label" → NDJSON whose lines are such; "report" → a page, or JSON; "text", "file" → bytes. */
static json_t *content_of(const char *schema)
{
	if (strcmp(schema, "text") == 0)
		return json_pack("{s:{s:{s:s}}}", "text/plain", "schema", "type", "string");
	if (strcmp(schema, "report") == 0)
		return json_pack("{s:{s:{s:s}},s:{s:o}}", "text/html", "schema", "type", "string", "application/json",
		                 "schema", reference("Report"));
	if (strcmp(schema, "file") == 0)
		return json_pack("{s:{s:{s:s,s:s}}}", "application/octet-stream", "schema", "type", "string", "format",
		                 "binary");
	if (strncmp(schema, "lines:", 6) == 0)
		return json_pack("{s:{s:{s:s},s:o}}", "application/x-ndjson", "schema", "type", "string", "x-line",
		                 reference(schema + 6));
	return json_pack("{s:{s:o}}", "application/json", "schema", reference(schema));
}

static void add_problem(json_t *responses, const char *status)
{
	json_object_set_new(responses, status, json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
}

/* "200:Item,202:Handed" */
static void add_answers(json_t *responses, const char *gives)
{
	while (*gives) {
		char status[4] = "", schema[NAME] = "";
		size_t len = strcspn(gives, ",");
		memcpy(status, gives, 3);
		if (len - 4 < sizeof schema)
			memcpy(schema, gives + 4, len - 4);
		json_t *answer = json_pack("{s:s}", "description", "What was asked for.");
		if (strcmp(schema, "-") == 0)
			json_object_set_new(answer, "description", json_string("Done; nothing to say."));
		else
			json_object_set_new(answer, "content", content_of(schema));
		json_object_set_new(responses, status, answer);
		gives += len + (gives[len] == ',');
	}
}

static void add_problems(json_t *responses, const struct ho_route *route)
{
	const char *more = route->problems;
	add_problem(responses, "400");
	if (route->scopes) {
		add_problem(responses, "401");
		add_problem(responses, "403");
		add_problem(responses, "421");
	}
	add_problem(responses, "413"); /* also where no body is needed: a long one is not read */
	if (route->body)
		add_problem(responses, "415");
	if (route->body || route->query)
		add_problem(responses, "422");
	add_problem(responses, "429");
	add_problem(responses, "503");
	while (more && *more) {
		char status[4] = "";
		memcpy(status, more, 3);
		add_problem(responses, status);
		more += more[3] ? 4 : 3;
	}
}

static void add_parameter(json_t *parameters, const char *name, const char *place, const char *kind, const char *about)
{
	json_array_append_new(parameters,
	                      json_pack("{s:s,s:s,s:b,s:s,s:{s:s}}", "name", name, "in", place, "required",
	                                strcmp(place, "path") == 0, "description", about, "schema", "type", kind));
}

static json_t *parameters_of(const struct ho_route *route)
{
	json_t *parameters = json_array();
	for (const char *open = strchr(route->pattern, '{'); open; open = strchr(open + 1, '{')) {
		char name[NAME] = "";
		size_t len = strcspn(open + 1, "}");
		memcpy(name, open + 1, len < sizeof name ? len : 0);
		add_parameter(parameters, name, "path", "string", "Named by the path.");
	}
	for (const struct ho_query *q = route->query; q && q->name; q++)
		add_parameter(parameters, q->name, "query", q->kind, q->about);
	if (strstr(route->pattern, "/classify") || strcmp(route->name, "addNote") == 0 ||
	    route->handler == ho_delete_answer)
		add_parameter(parameters, "Idempotency-Key", "header", "string",
		              "A retry with the same key and body gets the first answer and writes nothing.");
	return parameters;
}

static json_t *security_of(const struct ho_route *route)
{
	return route->scopes ? json_pack("[{s:[]},{s:[]}]", "key", "session") : json_array();
}

/* A body all of whose members may be left out. */
static bool may_be_empty(const struct ho_route *route)
{
	return strcmp(route->takes, "Pause") == 0 || strcmp(route->takes, "Resume") == 0 ||
	       strcmp(route->takes, "Flag") == 0;
}

static json_t *operation_of(const struct ho_route *route)
{
	static const struct {
		unsigned scope;
		const char *name;
	} scopes[] = {{HO_SCOPE_CLASSIFY, "classify"}, {HO_SCOPE_REVIEW, "review"}, {HO_SCOPE_ADMIN, "admin"}};
	json_t *responses = json_object(), *needs = json_array();
	add_problems(responses, route);
	add_answers(responses, route->gives);
	for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
		if (route->scopes & scopes[i].scope)
			json_array_append_new(needs, json_string(scopes[i].name));
	json_t *operation =
	    json_pack("{s:s,s:s,s:o,s:o,s:o,s:o}", "operationId", route->name, "summary", route->about, "parameters",
	              parameters_of(route), "responses", responses, "security", security_of(route), "x-scopes", needs);
	if (route->takes)
		json_object_set_new(
		    operation, "requestBody",
		    json_pack("{s:b,s:o}", "required", !may_be_empty(route), "content", content_of(route->takes)));
	return operation;
}

static json_t *paths(void)
{
	json_t *all = json_object();
	for (size_t i = 0; i < ho_routes_n; i++) {
		const struct ho_route *route = &ho_routes[i];
		char method[8] = "";
		for (size_t c = 0; c < sizeof method - 1 && route->method[c]; c++)
			method[c] = (char)(route->method[c] | 0x20);
		json_t *path = json_object_get(all, route->pattern);
		if (!path) {
			path = json_object();
			json_object_set_new(all, route->pattern, path);
		}
		json_object_set_new(path, method, operation_of(route));
	}
	return all;
}

static json_t *components(void)
{
	return json_pack("{s:o,s:{s:{s:s,s:{s:{s:o}}}},s:{s:{s:s,s:s},s:{s:s,s:s,s:s}}}", "schemas", ho_http__schemas(),
	                 "responses", "Problem", "description", "What went wrong (RFC 9457).", "content",
	                 "application/problem+json", "schema", reference("Problem"), "securitySchemes", "key", "type",
	                 "http", "scheme", "bearer", "session", "type", "apiKey", "in", "cookie", "name",
	                 "handoff_session");
}

enum ho_status ho_http__openapi_build(struct ho_server *server, struct ho_error *err)
{
	json_t *parts = components(), *all = paths();
	json_t *contract =
	    json_pack("{s:s,s:{s:s,s:s,s:s,s:{s:s,s:s}},s:o,s:o}", "openapi", "3.1.0", "info", "title", "handoff",
	              "version", HO_VERSION, "description",
	              "Texts are classified where the model is sure, and handed to a person where it is not.",
	              "license", "name", "Apache-2.0", "identifier", "Apache-2.0", "paths", all, "components", parts);
	char *text = contract ? json_dumps(contract, JSON_COMPACT) : NULL;
	json_decref(contract);
	if (!text)
		return ho_fail(err, parts && all ? HO_ENOMEM : HO_EBUG, "cannot make the contract");
	size_t len = strlen(text);
	char *copy = ho_alloc(len + 1, 1);
	if (copy) {
		memcpy(copy, text, len + 1);
		server->openapi = ho_slice(copy, len);
	}
	free(text);
	return copy ? HO_OK : ho_fail_nomem(err);
}
