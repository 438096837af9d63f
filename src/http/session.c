/* People come and go: POST, GET and DELETE /v1/session, and the first password by a link. Password hashes take tens of
 * milliseconds and much memory by design: one thread makes them, one after the other. */
#include "base/hash.h"
#include "http/auth.h"
#include "http/in.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

/* LINE_MAX_EACH: attempts of one address in the line at once, fewer than the line has places: others must get in. */
enum { NAME_MAX_BYTES = 64, LINE_MAX_EACH = 3 };

struct login {
	const char *name, *password, *link, *address;
	char secret[HO_SECRET_SIZE], hash[128];
};

static void show_caller(struct ho_out *out, const struct ho_caller *caller)
{
	static const struct {
		unsigned scope;
		const char *name;
	} scopes[] = {{HO_SCOPE_CLASSIFY, "classify"}, {HO_SCOPE_REVIEW, "review"}, {HO_SCOPE_ADMIN, "admin"}};
	ho_out_string(out, "name", caller->name);
	ho_out_open(out, "scopes", '[');
	for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
		if (caller->scopes & scopes[i].scope)
			ho_out_string(out, NULL, scopes[i].name);
	ho_out_close(out, ']');
	ho_out_bool(out, "session", caller->session);
	ho_out_string(out, "csrf", caller->session ? caller->csrf : NULL);
}

static enum ho_status answer_caller(struct ho_request *rq, struct ho_error *err)
{
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	show_caller(&out, &rq->caller);
	ho_request_answer(rq, 200);
	rq->may_gzip = false; /* a secret and an answer that others can shape do not belong into one packing */
	return ho_out_end(&out, '}');
}

enum ho_status ho_get_session(struct ho_request *rq, struct ho_error *err)
{
	return answer_caller(rq, err);
}

static enum ho_status begin_session(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_request *rq = context;
	struct login *login = rq->own;
	if (login->link)
		return ho_link_use(login->secret, rq->server->app, store, login->link, login->hash, err);
	return ho_session_begin(login->secret, rq->server->app, store, login->name, err);
}

static enum ho_status enter(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	struct login *login = rq->own;
	enum ho_status status = ho_app_write(rq->server->app, begin_session, rq, err);
	if (status == HO_OK)
		status = ho_caller_find(&rq->caller, rq->server->app, worker->reader, HO_CREDENTIAL_SESSION,
		                        login->secret, err);
	if (status == HO_OK)
		status = ho_auth_set_cookie(rq, login->secret, err);
	return status ? status : answer_caller(rq, err);
}

static enum ho_status too_often(struct ho_request *rq, int64_t delay_ms)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)(delay_ms + 999) / 1000);
	struct ho_slice copy = ho_arena_copy(&rq->arena, ho_slice_str(text));
	ho_request_problem(rq, 429, NULL, "too many attempts, try again in %s seconds", text);
	ho_request_add_header(rq, "Retry-After", copy.ptr);
	return HO_OK;
}

static enum ho_status stand_in_line(struct ho_request *rq, ho_request_chore chore, struct ho_error *err)
{
	const struct login *login = rq->own;
	struct ho_server *server = rq->server;
	uint64_t hash = ho_hash(login->address, strlen(login->address), 0);
	rq->place = &server->logins[hash % (sizeof server->logins / sizeof *server->logins)];
	if (atomic_fetch_add(rq->place, 1) >= LINE_MAX_EACH)
		return too_often(rq, 1000);
	return ho_request_give(rq, &server->passwords, chore, err);
}

static enum ho_status check_password(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	struct login *login = rq->own;
	struct ho_app *app = rq->server->app;
	/* Again here: several attempts may have waited in the line. */
	int64_t delay = ho_attempt_delay(app, login->name, login->address);
	if (delay > 0)
		return too_often(rq, delay);
	enum ho_status status = ho_password_check(worker->reader, login->name, login->password, err);
	if (status == HO_OK || status == HO_ENOTFOUND)
		ho_attempt_note(app, login->name, login->address, status == HO_OK);
	if (status == HO_ENOTFOUND) {
		ho_http__log_event(rq->server, "warning", "login_failed", login->address);
		return ho_request_problem(rq, 401, NULL, "the name or the password is wrong");
	}
	return status ? status : enter(rq, worker, err);
}

static enum ho_status begin_login(struct ho_request *rq, const char *const *known, struct ho_error *err)
{
	struct login *login = ho_arena_alloc(&rq->arena, 1, sizeof *login);
	if (!login)
		return ho_fail_nomem(err);
	memset(login, 0, sizeof *login);
	rq->own = login;
	login->address = ho_request_address(rq);
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK)
		status = ho_in_required(&login->password, rq->json, "password", 1, HO_PASSWORD_MAX, &rq->arena, err);
	return status;
}

enum ho_status ho_post_session(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"name", "password", NULL};
	if (!ho_auth_origin(rq))
		return HO_OK;
	enum ho_status status = begin_login(rq, known, err);
	struct login *login = rq->own;
	if (status == HO_OK)
		status = ho_in_required(&login->name, rq->json, "name", 1, NAME_MAX_BYTES, &rq->arena, err);
	if (status)
		return status;
	int64_t delay = ho_attempt_delay(rq->server->app, login->name, login->address);
	return delay > 0 ? too_often(rq, delay) : stand_in_line(rq, check_password, err);
}

static enum ho_status use_link(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	struct login *login = rq->own;
	struct ho_app *app = rq->server->app;
	int64_t delay = ho_attempt_delay(app, "", login->address);
	if (delay > 0)
		return too_often(rq, delay);
	enum ho_status status = ho_password_hash(login->hash, login->password, err);
	if (status == HO_OK)
		status = enter(rq, worker, err);
	if (status == HO_OK || status == HO_ENOTFOUND)
		ho_attempt_note(app, "", login->address, status == HO_OK);
	if (status == HO_ENOTFOUND)
		return ho_request_problem(rq, 401, "token",
		                          "this link was used already or is too old; ask for a new one");
	return status;
}

enum ho_status ho_post_session_link(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"token", "password", NULL};
	if (!ho_auth_origin(rq))
		return HO_OK;
	enum ho_status status = begin_login(rq, known, err);
	struct login *login = rq->own;
	if (status == HO_OK)
		status = ho_in_required(&login->link, rq->json, "token", 1, HO_SECRET_SIZE, &rq->arena, err);
	if (status)
		return status;
	if (strlen(login->password) < HO_PASSWORD_MIN)
		return ho_request_problem(rq, 422, "password", "a password needs at least %d characters",
		                          HO_PASSWORD_MIN);
	return stand_in_line(rq, use_link, err);
}

static enum ho_status write_end(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	return ho_session_end(rq->server->app, store, rq->own, err);
}

enum ho_status ho_delete_session(struct ho_request *rq, struct ho_error *err)
{
	char *secret = ho_arena_alloc(&rq->arena, HO_SECRET_SIZE, 1);
	if (!secret)
		return ho_fail_nomem(err);
	ho_request_answer_empty(rq);
	enum ho_status status = ho_auth_set_cookie(rq, NULL, err);
	if (status || !rq->caller.session || !ho_auth_cookie(secret, rq))
		return status;
	rq->own = secret;
	return ho_request_commit(rq, write_end, err);
}
