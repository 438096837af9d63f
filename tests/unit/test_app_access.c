/* People, keys, sessions, passwords, and attempts that are slowed. */
#include <time.h>

#include "app/access.h"
#include "app_fixture.h"

struct call {
	struct desk_fixture *f;
	const char *verb, *name, *extra;
	enum ho_user_role role;
	unsigned scopes;
	char secret[HO_SECRET_SIZE];
	bool made;
};

static enum ho_status act(void *context, struct ho_store *store, struct ho_error *err)
{
	struct call *c = context;
	struct ho_app *app = c->f->app;
	if (strcmp(c->verb, "add") == 0)
		return ho_user_add(c->secret, app, store, c->name, c->role, "test", err);
	if (strcmp(c->verb, "link") == 0)
		return ho_user_link(c->secret, app, store, c->name, "test", err);
	if (strcmp(c->verb, "disable") == 0)
		return ho_user_disable(app, store, c->name, "test", err);
	if (strcmp(c->verb, "first") == 0)
		return ho_first_admin(&c->made, c->secret, app, store, err);
	if (strcmp(c->verb, "key") == 0)
		return ho_key_add(c->secret, app, store, c->name, c->scopes, "test", err);
	if (strcmp(c->verb, "revoke") == 0)
		return ho_key_revoke(app, store, c->name, "test", err);
	if (strcmp(c->verb, "use") == 0)
		return ho_link_use(c->secret, app, store, c->name, c->extra, err);
	if (strcmp(c->verb, "begin") == 0)
		return ho_session_begin(c->secret, app, store, c->name, err);
	return ho_session_end(app, store, c->name, err);
}

static enum ho_status call(struct call *c)
{
	return ho_app_write(c->f->app, act, c, &c->f->err);
}

static enum ho_status simple(struct desk_fixture *f, const char *verb, const char *name, char secret[HO_SECRET_SIZE])
{
	struct call c = {.f = f, .verb = verb, .name = name, .role = HO_USER_REVIEWER, .scopes = HO_SCOPE_CLASSIFY};
	enum ho_status status = call(&c);
	if (secret)
		memcpy(secret, c.secret, HO_SECRET_SIZE);
	return status;
}

static enum ho_status find(struct desk_fixture *f, struct ho_caller *out, enum ho_credential_kind kind,
                           const char *secret)
{
	return ho_caller_find(out, f->app, f->reader, kind, secret, &f->err);
}

static void names_and_scopes(void **state)
{
	struct ho_error err;
	unsigned scopes;
	char text[32], longest[66];
	(void)state;
	assert_int_equal(ho_scopes_read(&scopes, "classify", &err), HO_OK);
	assert_int_equal(scopes, HO_SCOPE_CLASSIFY);
	assert_int_equal(ho_scopes_read(&scopes, "review, classify", &err), HO_OK);
	ho_scopes_write(text, scopes);
	assert_string_equal(text, "classify,review");
	static const char *const bad_scopes[] = {"",         "classify,",      ",classify", "classify,root",
	                                         "Classify", "classify review"};
	for (size_t i = 0; i < sizeof bad_scopes / sizeof bad_scopes[0]; i++)
		assert_int_equal(ho_scopes_read(&scopes, bad_scopes[i], &err), HO_EINVAL);
	memset(longest, 'a', 65);
	longest[65] = '\0';
	assert_int_equal(ho_access_name_check(longest, &err), HO_EINVAL);
	longest[64] = '\0';
	assert_int_equal(ho_access_name_check(longest, &err), HO_OK);
	assert_int_equal(ho_access_name_check("ann.b-c_d@example.org", &err), HO_OK);
	static const char *const bad_names[] = {"", "a b", "a/b", "a\n", "é", "model", "service", "key shop", "a,b"};
	for (size_t i = 0; i < sizeof bad_names / sizeof bad_names[0]; i++)
		assert_int_equal(ho_access_name_check(bad_names[i], &err), HO_EINVAL);
}

static void password_round(void **state)
{
	struct ho_error err;
	char hash[128], other[128];
	(void)state;
	assert_int_equal(ho_password_hash(hash, "too short", &err), HO_EINVAL);
	assert_int_equal(ho_password_hash(hash, "ééééééééé", &err), HO_EINVAL); /* nine characters in 18 bytes */
	assert_ok(ho_password_hash(hash, "correct horse", &err), &err);
	assert_ok(ho_password_hash(other, "correct horse", &err), &err);
	assert_memory_equal(hash, "$argon2id$", 10);
	assert_string_not_equal(hash, other); /* salted */
	char *longer = test_malloc(HO_PASSWORD_MAX + 2);
	memset(longer, 'x', HO_PASSWORD_MAX + 1);
	longer[HO_PASSWORD_MAX + 1] = '\0';
	assert_int_equal(ho_password_hash(hash, longer, &err), HO_EINVAL);
	test_free(longer);
}

/* add, follow the link, log in by password, forget, link again. */
static void life_of_a_user(void **state)
{
	struct desk_fixture f;
	struct ho_caller caller;
	char link[HO_SECRET_SIZE], session[HO_SECRET_SIZE], hash[128];
	(void)state;
	fixture_open(&f);
	assert_ok(simple(&f, "add", "ann", link), &f.err);
	assert_int_equal(simple(&f, "add", "ann", NULL), HO_ECONFLICT);
	assert_int_equal(ho_password_check(f.reader, "ann", "correct horse", &f.err), HO_ENOTFOUND); /* none yet */
	assert_ok(ho_password_hash(hash, "correct horse", &f.err), &f.err);
	/* The link's secret is no session and no key. */
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_SESSION, link), HO_ENOTFOUND);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, link), HO_ENOTFOUND);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_LOGIN, link), HO_ENOTFOUND);
	struct call use = {.f = &f, .verb = "use", .name = link, .extra = hash};
	assert_ok(call(&use), &f.err);
	memcpy(session, use.secret, sizeof session);
	assert_int_equal(call(&use), HO_ENOTFOUND); /* once */
	assert_ok(find(&f, &caller, HO_CREDENTIAL_SESSION, session), &f.err);
	assert_string_equal(caller.name, "ann");
	assert_int_equal(caller.scopes, HO_SCOPE_REVIEW);
	assert_true(caller.session && strlen(caller.csrf) >= 40);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, session), HO_ENOTFOUND);
	assert_int_equal(caller.scopes, 0);
	assert_ok(ho_password_check(f.reader, "ann", "correct horse", &f.err), &f.err);
	assert_int_equal(ho_password_check(f.reader, "ann", "correct horsf", &f.err), HO_ENOTFOUND);
	char wrong[sizeof f.err.message];
	memcpy(wrong, f.err.message, sizeof wrong);
	assert_int_equal(ho_password_check(f.reader, "bob", "correct horse", &f.err), HO_ENOTFOUND);
	assert_string_equal(wrong, f.err.message); /* never says which */
	/* A new password ends what the old one began. */
	assert_ok(simple(&f, "link", "ann", link), &f.err);
	use.name = link;
	assert_ok(call(&use), &f.err);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_SESSION, session), HO_ENOTFOUND);
	assert_ok(find(&f, &caller, HO_CREDENTIAL_SESSION, use.secret), &f.err);
	assert_ok(simple(&f, "end", use.secret, NULL), &f.err);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_SESSION, use.secret), HO_ENOTFOUND);
	assert_ok(simple(&f, "end", use.secret, NULL), &f.err); /* logging out twice is fine */
	assert_int_equal(journal_count(&f, "login"), 2);
	assert_int_equal(journal_count(&f, "user_added"), 1);
	fixture_close(&f);
}

static double seconds_to_refuse(struct desk_fixture *f, const char *name)
{
	struct timespec began, ended;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
	assert_int_equal(ho_password_check(f->reader, name, "wrong horse!", &f->err), HO_ENOTFOUND);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
	return (double)(ended.tv_sec - began.tv_sec) + 1e-9 * (double)(ended.tv_nsec - began.tv_nsec);
}

/* The time that a refusal takes must not tell who has an account. */
static void unknown_names_take_as_long(void **state)
{
	struct desk_fixture f;
	char link[HO_SECRET_SIZE], hash[128];
	(void)state;
	fixture_open(&f);
	assert_ok(ho_password_hash(hash, "correct horse", &f.err), &f.err);
	assert_ok(simple(&f, "add", "ann", link), &f.err);
	struct call use = {.f = &f, .verb = "use", .name = link, .extra = hash};
	assert_ok(call(&use), &f.err);
	assert_ok(simple(&f, "add", "invited", NULL), &f.err);
	double known = seconds_to_refuse(&f, "ann");
	assert_true(seconds_to_refuse(&f, "bob") > known / 3);
	assert_true(seconds_to_refuse(&f, "invited") > known / 3); /* no password yet */
	fixture_close(&f);
}

static void things_end(void **state)
{
	struct desk_fixture f;
	struct ho_caller caller;
	char link[HO_SECRET_SIZE], older[HO_SECRET_SIZE], session[HO_SECRET_SIZE], hash[128];
	(void)state;
	fixture_open(&f);
	assert_ok(ho_password_hash(hash, "correct horse", &f.err), &f.err);
	assert_ok(simple(&f, "add", "ann", older), &f.err);
	assert_ok(simple(&f, "link", "ann", link), &f.err);
	struct call use = {.f = &f, .verb = "use", .name = older, .extra = hash};
	assert_int_equal(call(&use), HO_ENOTFOUND); /* only the newest link */
	f.now += HO_LINK_MS;
	use.name = link;
	assert_int_equal(call(&use), HO_ENOTFOUND); /* a day old */
	assert_string_equal(use.secret, "");
	assert_ok(simple(&f, "link", "ann", link), &f.err);
	f.now += HO_LINK_MS - 1;
	assert_ok(call(&use), &f.err);
	memcpy(session, use.secret, sizeof session);
	f.now += HO_SESSION_MS - 1;
	assert_ok(find(&f, &caller, HO_CREDENTIAL_SESSION, session), &f.err);
	f.now += 1;
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_SESSION, session),
	                 HO_ENOTFOUND); /* not from the cache either */
	assert_ok(simple(&f, "begin", "ann", session), &f.err);
	assert_ok(find(&f, &caller, HO_CREDENTIAL_SESSION, session), &f.err);
	assert_ok(simple(&f, "disable", "ann", NULL), &f.err);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_SESSION, session), HO_ENOTFOUND);
	assert_int_equal(ho_password_check(f.reader, "ann", "correct horse", &f.err), HO_ENOTFOUND);
	assert_int_equal(simple(&f, "begin", "ann", session), HO_ENOTFOUND);
	assert_int_equal(simple(&f, "link", "ann", link), HO_ENOTFOUND);
	assert_int_equal(simple(&f, "disable", "bob", NULL), HO_ENOTFOUND);
	/* A disabled user comes back without the old password. */
	assert_ok(simple(&f, "add", "ann", link), &f.err);
	assert_int_equal(ho_password_check(f.reader, "ann", "correct horse", &f.err), HO_ENOTFOUND);
	fixture_close(&f);
}

static void keys(void **state)
{
	struct desk_fixture f;
	struct ho_caller caller;
	char secret[HO_SECRET_SIZE], changed[HO_SECRET_SIZE];
	(void)state;
	fixture_open(&f);
	struct call add = {.f = &f, .verb = "key", .name = "shop", .scopes = 0};
	assert_int_equal(call(&add), HO_EINVAL); /* a key for nothing */
	assert_ok(simple(&f, "key", "shop", secret), &f.err);
	assert_memory_equal(secret, "hk_", 3);
	assert_int_equal(strlen(secret), 46);
	assert_int_equal(simple(&f, "key", "shop", NULL), HO_ECONFLICT);
	assert_ok(find(&f, &caller, HO_CREDENTIAL_KEY, secret), &f.err);
	assert_string_equal(caller.name, "key shop");
	assert_int_equal(caller.scopes, HO_SCOPE_CLASSIFY);
	assert_false(caller.session);
	for (size_t i = 0; secret[i]; i++) { /* any other secret is unknown */
		memcpy(changed, secret, sizeof changed);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, changed), HO_ENOTFOUND);
	}
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, ""), HO_ENOTFOUND);
	/* Nothing that is stored opens a door. */
	struct ho_credential *tokens;
	size_t n;
	assert_ok(f.reader->ops->token_list(&tokens, &n, f.reader, HO_CREDENTIAL_KEY, &f.arena, &f.err), &f.err);
	assert_int_equal(n, 1);
	assert_memory_not_equal(tokens[0].hash, secret, 32);
	assert_ok(simple(&f, "revoke", "shop", NULL), &f.err);
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, secret), HO_ENOTFOUND);
	assert_int_equal(simple(&f, "revoke", "shop", NULL), HO_ENOTFOUND);
	add.scopes = HO_SCOPE_ADMIN;
	assert_ok(call(&add), &f.err); /* the name is free again */
	assert_ok(find(&f, &caller, HO_CREDENTIAL_KEY, add.secret), &f.err);
	assert_int_equal(caller.scopes, HO_SCOPE_ADMIN | HO_SCOPE_REVIEW | HO_SCOPE_CLASSIFY);
	fixture_close(&f);
}

static enum ho_status revoke_all(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_fixture *f = context;
	struct ho_credential *tokens;
	size_t n;
	enum ho_status status = store->ops->token_list(&tokens, &n, store, HO_CREDENTIAL_KEY, &f->arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		tokens[i].revoked_at = f->now;
		status = store->ops->token_put(store, &tokens[i], err);
	}
	return status;
}

/* What another process revokes stops working within a second; the answer is remembered that long and no longer. */
static void cache_is_short(void **state)
{
	struct desk_fixture f;
	struct ho_caller caller;
	char secret[HO_SECRET_SIZE];
	(void)state;
	fixture_open(&f);
	assert_ok(simple(&f, "key", "shop", secret), &f.err);
	assert_ok(find(&f, &caller, HO_CREDENTIAL_KEY, secret), &f.err);
	in_group(&f, revoke_all, &f); /* past this process's functions, as another process would */
	assert_ok(find(&f, &caller, HO_CREDENTIAL_KEY, secret), &f.err);
	f.now += 1000;
	assert_int_equal(find(&f, &caller, HO_CREDENTIAL_KEY, secret), HO_ENOTFOUND);
	fixture_close(&f);
}

static void first_admin(void **state)
{
	struct desk_fixture f;
	struct ho_caller caller;
	char hash[128], earlier[HO_SECRET_SIZE];
	(void)state;
	fixture_open(&f);
	assert_ok(simple(&f, "add", "ann", NULL), &f.err); /* a reviewer is no admin */
	struct call first = {.f = &f, .verb = "first"};
	assert_ok(call(&first), &f.err);
	assert_true(first.made);
	memcpy(earlier, first.secret, sizeof earlier);
	assert_ok(call(&first), &f.err); /* restarted before anybody followed it: a new link, the old one ends */
	assert_true(first.made);
	assert_string_not_equal(first.secret, earlier);
	assert_ok(ho_password_hash(hash, "correct horse", &f.err), &f.err);
	struct call use = {.f = &f, .verb = "use", .name = earlier, .extra = hash};
	assert_int_equal(call(&use), HO_ENOTFOUND);
	use.name = first.secret;
	assert_ok(call(&use), &f.err);
	assert_ok(find(&f, &caller, HO_CREDENTIAL_SESSION, use.secret), &f.err);
	assert_string_equal(caller.name, "admin");
	assert_int_equal(caller.scopes, 7);
	assert_ok(call(&first), &f.err);
	assert_false(first.made);
	assert_string_equal(first.secret, "");
	fixture_close(&f);
}

static void attempts_are_slowed(void **state)
{
	struct desk_fixture f;
	int64_t last = 0;
	(void)state;
	fixture_open(&f);
	for (int i = 0; i < 3; i++) { /* a typing error or two cost nothing */
		assert_int_equal(ho_attempt_delay(f.app, "ann", "192.0.2.1"), 0);
		ho_attempt_note(f.app, "ann", "192.0.2.1", false);
	}
	for (int i = 0; i < 12; i++) {
		int64_t delay = ho_attempt_delay(f.app, "ann", "192.0.2.1");
		assert_true(delay >= last && delay <= 60000);
		last = delay;
		ho_attempt_note(f.app, "ann", "192.0.2.1", false);
	}
	assert_true(last > 30000);
	/* Ann herself, from elsewhere, and others are not held up. */
	assert_int_equal(ho_attempt_delay(f.app, "ann", "192.0.2.2"), 0);
	assert_int_equal(ho_attempt_delay(f.app, "bob", "192.0.2.1"), 0);
	f.now += last + 30000;
	assert_int_equal(ho_attempt_delay(f.app, "ann", "192.0.2.1"), 0);
	ho_attempt_note(f.app, "ann", "192.0.2.1", false);
	assert_true(ho_attempt_delay(f.app, "ann", "192.0.2.1") > 0);
	ho_attempt_note(f.app, "ann", "192.0.2.1", true);
	assert_int_equal(ho_attempt_delay(f.app, "ann", "192.0.2.1"), 0);
	f.now += DAY;
	for (int i = 0; i < 3; i++) {
		ho_attempt_note(f.app, "ann", "192.0.2.1", false);
		assert_true(i == 2 || ho_attempt_delay(f.app, "ann", "192.0.2.1") == 0); /* all is forgotten by then */
	}
	fixture_close(&f);
}

/* One place that tries many names, and many places that try one name. */
static void attempts_from_the_side(void **state)
{
	struct desk_fixture f;
	char name[32];
	(void)state;
	fixture_open(&f);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "user%d", i);
		ho_attempt_note(f.app, name, "192.0.2.9", false);
	}
	assert_true(ho_attempt_delay(f.app, "somebody", "192.0.2.9") >= 30000);
	ho_attempt_note(f.app, "mallory", "192.0.2.9", true); /* one good account washes nothing off */
	assert_true(ho_attempt_delay(f.app, "somebody", "192.0.2.9") >= 30000);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "198.51.100.%d", i);
		ho_attempt_note(f.app, "ann", name, false);
	}
	ho_attempt_note(f.app, "ann", "203.0.113.7", true); /* from where she got in, strangers cannot keep her out */
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "198.51.100.%d", i);
		ho_attempt_note(f.app, "ann", name, false);
	}
	assert_int_equal(ho_attempt_delay(f.app, "ann", "203.0.113.7"), 0);
	int64_t delay = ho_attempt_delay(f.app, "ann", "203.0.113.5");
	assert_true(delay > 0 && delay <= 5000); /* slowed, and never locked out */
	/* The table is bounded; a flood of names must not break it. */
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "flood%d", i);
		ho_attempt_note(f.app, name, name, false);
	}
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_and_scopes),
	    cmocka_unit_test(password_round),
	    cmocka_unit_test(life_of_a_user),
	    cmocka_unit_test(things_end),
	    cmocka_unit_test(unknown_names_take_as_long),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(cache_is_short),
	    cmocka_unit_test(first_admin),
	    cmocka_unit_test(attempts_are_slowed),
	    cmocka_unit_test(attempts_from_the_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
