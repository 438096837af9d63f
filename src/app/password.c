/* Passwords and what follows from them: sessions and login links. */
#include <sodium.h>

#include "app/access_private.h"
#include "app/journal.h"

/* A hash that no password matches, of the same cost, so that an unknown name takes as long as a known one. */
static const char nobody[] =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static size_t code_points(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

enum ho_status ho_password_hash(char out[128], const char *password, struct ho_error *err)
{
	_Static_assert(crypto_pwhash_STRBYTES <= 128, "the record's hash fits");
	memset(out, 0, 128);
	if (strnlen(password, HO_PASSWORD_MAX + 1) > HO_PASSWORD_MAX)
		return ho_fail(err, HO_EINVAL, "a password has at most %d bytes", HO_PASSWORD_MAX);
	if (code_points(password) < HO_PASSWORD_MIN)
		return ho_fail(err, HO_EINVAL, "a password needs at least %d characters; a few words are a good one",
		               HO_PASSWORD_MIN);
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	if (crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
	                      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return ho_fail(err, HO_ENOMEM, "not enough memory to hash a password (64 MiB); try again");
	return HO_OK;
}

static enum ho_status wrong(struct ho_error *err)
{
	return ho_fail(err, HO_ENOTFOUND, "the name or the password is wrong");
}

enum ho_status ho_password_check(struct ho_store *reader, const char *name, const char *password, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user user = {.name = NULL};
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	if (strnlen(password, HO_PASSWORD_MAX + 1) > HO_PASSWORD_MAX)
		return wrong(err);
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	status = reader->ops->user_get(&user, reader, name, &arena, err);
	if (status == HO_OK || status == HO_ENOTFOUND) {
		bool known = status == HO_OK && user.password && !user.disabled;
		char stored[crypto_pwhash_STRBYTES]; /* the function's contract is an array of this size */
		snprintf(stored, sizeof stored, "%s", known ? user.password : nobody);
		bool right = crypto_pwhash_str_verify(stored, password, strlen(password)) == 0;
		status = known && right ? HO_OK : wrong(err);
	}
	ho_arena_release(&arena);
	return status;
}

static enum ho_status session_make(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                   const char *user, struct ho_error *err)
{
	char csrf[HO_SECRET_SIZE];
	int64_t now = ho_app_now(app);
	struct ho_credential token = {.kind = HO_CREDENTIAL_SESSION,
	                              .name = user,
	                              .csrf = csrf,
	                              .created_at = now,
	                              .expires_at = now + HO_SESSION_MS};
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	ho_access__secret(csrf, "");
	return ho_access__token(secret, store, &token, "", err);
}

/* The name of a user that may log in; HO_ENOTFOUND says nothing of why not. */
static enum ho_status user_may(struct ho_user *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                               struct ho_error *err)
{
	enum ho_status status = store->ops->user_get(out, store, name, arena, err);
	return status == HO_ENOTFOUND || (status == HO_OK && out->disabled) ? wrong(err) : status;
}

enum ho_status ho_session_begin(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                const char *user, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user found;
	char words[128];
	secret[0] = '\0';
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = user_may(&found, store, user, &arena, err);
	if (status == HO_OK)
		status = session_make(secret, app, store, user, err);
	snprintf(words, sizeof words, "%.64s logged in", user);
	if (status == HO_OK)
		status = ho_journal_write(app, store, user, "login", NULL, words, NULL, err);
	ho_arena_release(&arena);
	return status;
}

static enum ho_status link_find(struct ho_credential *out, struct ho_app *app, struct ho_store *store, const char *link,
                                struct ho_arena *arena, struct ho_error *err)
{
	unsigned char hash[32];
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	ho_access__hash(hash, link);
	status = store->ops->token_get(out, store, hash, arena, err);
	bool live = status == HO_OK && out->kind == HO_CREDENTIAL_LOGIN && ho_access__live(out, ho_app_now(app));
	if ((status == HO_OK && !live) || status == HO_ENOTFOUND)
		return ho_fail(
		    err, HO_ENOTFOUND,
		    "this login link was used already or is more than a day old; ask an admin for a new one");
	return status;
}

/* Whoever chose a new password wants older sessions and links to end. */
static enum ho_status password_put(struct ho_app *app, struct ho_store *store, struct ho_user *user,
                                   const char *password_hash, struct ho_error *err)
{
	size_t revoked;
	int64_t now = ho_app_now(app);
	user->password = password_hash;
	enum ho_status status = store->ops->user_put(store, user, err);
	if (status == HO_OK)
		status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_SESSION, user->name, now, err);
	if (status == HO_OK)
		status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_LOGIN, user->name, now, err);
	ho_access__forget(ho_app_access(app));
	return status;
}

enum ho_status ho_link_use(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store, const char *link,
                           const char *password_hash, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_credential token;
	struct ho_user user;
	char words[128];
	secret[0] = '\0';
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = link_find(&token, app, store, link, &arena, err);
	if (status == HO_OK)
		status = user_may(&user, store, token.name, &arena, err);
	if (status == HO_OK)
		status = password_put(app, store, &user, password_hash, err);
	if (status == HO_OK)
		status = session_make(secret, app, store, token.name, err);
	if (status == HO_OK) {
		snprintf(words, sizeof words, "%.64s chose a password and logged in", token.name);
		status = ho_journal_write(app, store, token.name, "login", NULL, words, NULL, err);
	}
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_session_end(struct ho_app *app, struct ho_store *store, const char *secret, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_credential token;
	unsigned char hash[32];
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	ho_access__hash(hash, secret);
	status = store->ops->token_get(&token, store, hash, &arena, err);
	if (status == HO_OK && token.kind == HO_CREDENTIAL_SESSION && !token.revoked_at) {
		token.revoked_at = ho_app_now(app);
		status = store->ops->token_put(store, &token, err);
	}
	ho_access__forget(ho_app_access(app));
	ho_arena_release(&arena);
	return status == HO_ENOTFOUND ? HO_OK : status;
}
