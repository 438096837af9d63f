/* Users and keys, for admins. Secrets are shown once, in the answer that made them. */
#include "http/change.h"
#include "http/in.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { NAME_MAX_BYTES = 64 };

struct person {
	const char *name;
	enum ho_user_role role;
	unsigned scopes;
	char secret[HO_SECRET_SIZE];
};

enum ho_status ho_list_users(struct ho_request *rq, struct ho_error *err)
{
	struct ho_user *users = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = reader->ops->user_list(&users, &n, reader, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "users", '[');
	for (size_t i = 0; i < n; i++) {
		ho_out_open(&out, NULL, '{');
		ho_out_string(&out, "name", users[i].name);
		ho_out_string(&out, "role", users[i].role == HO_USER_ADMIN ? "admin" : "reviewer");
		ho_out_bool(&out, "disabled", users[i].disabled);
		ho_out_bool(&out, "has_password", users[i].password != NULL);
		ho_out_time(&out, "created_at", users[i].created_at);
		ho_out_close(&out, '}');
	}
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

/* The address to open is the reader's own name of this server: only the path is said. The secret stands behind the #,
 * which no browser sends: it reaches no log. */
static enum ho_status answer_link(struct ho_request *rq, unsigned code, struct ho_error *err)
{
	struct person *person = rq->own;
	char link[HO_SECRET_SIZE + 16];
	snprintf(link, sizeof link, "/login#token=%s", person->secret);
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "name", person->name);
	ho_out_string(&out, "link", link);
	ho_request_answer(rq, code);
	rq->may_gzip = false;
	return ho_out_end(&out, '}');
}

static enum ho_status write_user(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct person *person = rq->own;
	return ho_user_add(person->secret, rq->server->app, store, person->name, person->role, rq->caller.name, err);
}

static enum ho_status add_user(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	(void)worker;
	enum ho_status status = ho_change(rq, write_user, err);
	return status ? status : answer_link(rq, 201, err);
}

static enum ho_status begin_person(struct ho_request *rq, const char *const *known, struct ho_error *err)
{
	struct person *person = ho_arena_alloc(&rq->arena, 1, sizeof *person);
	if (!person)
		return ho_fail_nomem(err);
	memset(person, 0, sizeof *person);
	rq->own = person;
	if (!known) {
		person->name = rq->name;
		return HO_OK;
	}
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK)
		status = ho_in_required(&person->name, rq->json, "name", 1, NAME_MAX_BYTES, &rq->arena, err);
	if (status)
		return status;
	status = ho_access_name_check(person->name, err);
	return status ? ho_error_at(err, "name") : HO_OK;
}

enum ho_status ho_post_user(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"name", "role", NULL};
	const char *role = NULL;
	enum ho_status status = begin_person(rq, known, err);
	if (status == HO_OK)
		status = ho_in_required(&role, rq->json, "role", 1, NAME_MAX_BYTES, &rq->arena, err);
	if (status)
		return status;
	struct person *person = rq->own;
	person->role = strcmp(role, "admin") == 0 ? HO_USER_ADMIN : HO_USER_REVIEWER;
	if (person->role == HO_USER_REVIEWER && strcmp(role, "reviewer") != 0)
		return ho_request_problem(rq, 422, "role", "role must be reviewer or admin");
	return ho_request_give(rq, &rq->server->chores, add_user, err);
}

static enum ho_status write_link(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct person *person = rq->own;
	return ho_user_link(person->secret, rq->server->app, store, person->name, rq->caller.name, err);
}

static enum ho_status make_link(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	(void)worker;
	enum ho_status status = ho_change(rq, write_link, err);
	return status ? status : answer_link(rq, 200, err);
}

enum ho_status ho_post_user_link(struct ho_request *rq, struct ho_error *err)
{
	enum ho_status status = begin_person(rq, NULL, err);
	return status ? status : ho_request_give(rq, &rq->server->chores, make_link, err);
}

static enum ho_status write_disable(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	return ho_user_disable(rq->server->app, store, rq->name, rq->caller.name, err);
}

static enum ho_status write_revoke(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	return ho_key_revoke(rq->server->app, store, rq->name, rq->caller.name, err);
}

static enum ho_status disable_user(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	(void)worker;
	ho_request_answer_empty(rq);
	return ho_change(rq, write_disable, err);
}

static enum ho_status revoke_key(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	(void)worker;
	ho_request_answer_empty(rq);
	return ho_change(rq, write_revoke, err);
}

enum ho_status ho_delete_user(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_give(rq, &rq->server->chores, disable_user, err);
}

enum ho_status ho_delete_key(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_give(rq, &rq->server->chores, revoke_key, err);
}

/* "classify,review" -> ["classify","review"] */
static void show_scopes(struct ho_out *out, const char *scopes)
{
	ho_out_open(out, "scopes", '[');
	while (scopes && *scopes) {
		size_t len = strcspn(scopes, ",");
		ho_out_slice(out, NULL, ho_slice(scopes, len));
		scopes += len + (scopes[len] == ',');
	}
	ho_out_close(out, ']');
}

enum ho_status ho_list_keys(struct ho_request *rq, struct ho_error *err)
{
	struct ho_credential *keys = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = reader->ops->token_list(&keys, &n, reader, HO_CREDENTIAL_KEY, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "keys", '[');
	for (size_t i = 0; i < n; i++) {
		ho_out_open(&out, NULL, '{');
		ho_out_string(&out, "name", keys[i].name);
		show_scopes(&out, keys[i].scopes);
		ho_out_time(&out, "created_at", keys[i].created_at);
		ho_out_time(&out, "last_used_at", keys[i].last_used_at);
		ho_out_time(&out, "revoked_at", keys[i].revoked_at);
		ho_out_close(&out, '}');
	}
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

static enum ho_status write_key(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct person *person = rq->own;
	return ho_key_add(person->secret, rq->server->app, store, person->name, person->scopes, rq->caller.name, err);
}

static enum ho_status add_key(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	struct person *person = rq->own;
	(void)worker;
	enum ho_status status = ho_change(rq, write_key, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "name", person->name);
	ho_out_string(&out, "key", person->secret);
	ho_request_answer(rq, 201);
	rq->may_gzip = false;
	return ho_out_end(&out, '}');
}

static enum ho_status read_scopes(unsigned *out, const json_t *object, struct ho_error *err)
{
	const json_t *scopes = json_object_get(object, "scopes");
	size_t n = json_array_size(scopes);
	enum ho_status status =
	    n ? HO_OK : ho_fail(err, HO_EFORMAT, "scopes must be a list of classify, review or admin");
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		unsigned scope = 0;
		const char *name = json_string_value(json_array_get(scopes, i));
		status =
		    name ? ho_scopes_read(&scope, name, err) : ho_fail(err, HO_EFORMAT, "a scope must be a string");
		*out |= scope;
	}
	return status ? ho_error_at(err, "scopes") : HO_OK;
}

enum ho_status ho_post_key(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"name", "scopes", NULL};
	enum ho_status status = begin_person(rq, known, err);
	if (status == HO_OK)
		status = read_scopes(&((struct person *)rq->own)->scopes, rq->json, err);
	return status ? status : ho_request_give(rq, &rq->server->chores, add_key, err);
}
