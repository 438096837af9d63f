/* People and keys: adding, ending, listing by name. What they prove themselves with stands in password.c, session.c. */
#include "app/access_private.h"

#include <sodium.h>
#include <stdarg.h>

#include "app/journal.h"

static const struct {
	const char *name;
	unsigned bit;
} scope_names[] = {{"classify", HO_SCOPE_CLASSIFY}, {"review", HO_SCOPE_REVIEW}, {"admin", HO_SCOPE_ADMIN}};
enum { SCOPES = sizeof scope_names / sizeof scope_names[0] };

static unsigned scope_bit(struct ho_slice word)
{
	for (size_t i = 0; i < SCOPES; i++)
		if (ho_slice_is(word, scope_names[i].name))
			return scope_names[i].bit;
	return 0;
}

enum ho_status ho_scopes_read(unsigned *out, const char *text, struct ho_error *err)
{
	unsigned scopes = 0;
	*out = 0;
	for (const char *at = text;; at++) {
		size_t len = strcspn(at, ",");
		struct ho_slice word = ho_slice_trim(ho_slice(at, len));
		unsigned bit = scope_bit(word);
		if (!bit)
			return ho_fail(err, HO_EINVAL, "'%.*s' is no scope; scopes are classify, review and admin",
			               word.len < 40 ? (int)word.len : 40, word.len ? word.ptr : "");
		scopes |= bit;
		at += len;
		if (*at == '\0')
			break;
	}
	*out = scopes;
	return HO_OK;
}

void ho_scopes_write(char out[32], unsigned scopes)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < SCOPES; i++)
		if (scopes & scope_names[i].bit)
			n += (size_t)snprintf(out + n, 32 - n, "%s%s", n ? "," : "", scope_names[i].name);
}

enum ho_status ho_access_name_check(const char *name, struct ho_error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@";
	size_t len = strlen(name);
	if (len < 1 || len > 64 || strspn(name, allowed) != len)
		return ho_fail(err, HO_EINVAL, "a name is 1 to 64 letters, digits and any of . _ - @");
	if (strcmp(name, "model") == 0 || strcmp(name, "service") == 0)
		return ho_fail(err, HO_EINVAL, "the name '%s' is taken by the program itself; choose another", name);
	return HO_OK;
}

enum ho_status ho_access__begin(struct ho_error *err)
{
	if (sodium_init() < 0)
		return ho_fail(err, HO_EUNAVAIL, "libsodium finds no source of random numbers");
	return HO_OK;
}

void ho_access__secret(char out[HO_SECRET_SIZE], const char *prefix)
{
	unsigned char bytes[32];
	char text[HO_SECRET_SIZE];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	snprintf(out, HO_SECRET_SIZE, "%.8s%.48s", prefix, text);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(text, sizeof text);
}

void ho_access__hash(unsigned char out[32], const char *secret)
{
	crypto_generichash(out, 32, (const unsigned char *)secret, strlen(secret), NULL, 0);
}

bool ho_access__live(const struct ho_credential *token, int64_t now)
{
	return !token->revoked_at && (!token->expires_at || now < token->expires_at);
}

enum ho_status ho_access__token(char secret[HO_SECRET_SIZE], struct ho_store *store, const struct ho_credential *token,
                                const char *prefix, struct ho_error *err)
{
	struct ho_credential stored = *token;
	secret[0] = '\0';
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	ho_access__secret(secret, prefix);
	ho_access__hash(stored.hash, secret);
	status = store->ops->token_put(store, &stored, err);
	if (status)
		sodium_memzero(secret, HO_SECRET_SIZE);
	return status;
}

enum ho_status ho_access__revoke(size_t *revoked, struct ho_store *store, enum ho_credential_kind kind,
                                 const char *name, int64_t now, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_credential *tokens = NULL;
	size_t n = 0;
	*revoked = 0;
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = store->ops->token_list(&tokens, &n, store, kind, &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		if (strcmp(tokens[i].name, name) != 0 || !ho_access__live(&tokens[i], now))
			continue;
		tokens[i].revoked_at = now;
		status = store->ops->token_put(store, &tokens[i], err);
		*revoked += status == HO_OK;
	}
	ho_arena_release(&arena);
	return status;
}

/* Only the newest link works: an older one may lie in somebody's mailbox. */
static enum ho_status link_make(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                const char *name, struct ho_error *err)
{
	size_t revoked;
	int64_t now = ho_app_now(app);
	const struct ho_credential token = {
	    .kind = HO_CREDENTIAL_LOGIN, .name = name, .created_at = now, .expires_at = now + HO_LINK_MS};
	enum ho_status status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_LOGIN, name, now, err);
	return status ? status : ho_access__token(secret, store, &token, "", err);
}

/* The user of that name; HO_ENOTFOUND in words of this file. */
static enum ho_status user_find(struct ho_user *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                                struct ho_error *err)
{
	enum ho_status status = store->ops->user_get(out, store, name, arena, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND, "there is no user '%.64s'; `handoff user list` shows those there are",
		               name);
	return status;
}

static enum ho_status journal_of(struct ho_app *app, struct ho_store *store, const char *actor, const char *kind,
                                 struct ho_error *err, const char *format, ...) HO_PRINTF(6, 7);

static enum ho_status journal_of(struct ho_app *app, struct ho_store *store, const char *actor, const char *kind,
                                 struct ho_error *err, const char *format, ...)
{
	char words[256];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	return ho_journal_write(app, store, actor, kind, NULL, words, NULL, err);
}

static const char *role_name(enum ho_user_role role)
{
	return role == HO_USER_ADMIN ? "an admin" : "a reviewer";
}

enum ho_status ho_user_add(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store, const char *name,
                           enum ho_user_role role, const char *actor, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user user = {.name = NULL};
	secret[0] = '\0';
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = ho_access_name_check(name, err);
	if (status == HO_OK) {
		status = store->ops->user_get(&user, store, name, &arena, err);
		if (status == HO_OK && !user.disabled)
			status =
			    ho_fail(err, HO_ECONFLICT,
			            "there is a user '%s' already; `handoff user link` makes a new login link", name);
		else if (status == HO_ENOTFOUND)
			status = HO_OK;
	}
	user = (struct ho_user){.name = name, .role = role, .created_at = ho_app_now(app)};
	if (status == HO_OK)
		status = store->ops->user_put(store, &user, err);
	if (status == HO_OK)
		status = link_make(secret, app, store, name, err);
	if (status == HO_OK)
		status = journal_of(app, store, actor, "user_added", err, "%s was added as %s", name, role_name(role));
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_user_link(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store, const char *name,
                            const char *actor, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user user;
	secret[0] = '\0';
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = user_find(&user, store, name, &arena, err);
	if (status == HO_OK && user.disabled)
		status = ho_fail(err, HO_ENOTFOUND, "user '%s' is disabled; `handoff user add` brings it back", name);
	if (status == HO_OK)
		status = link_make(secret, app, store, name, err);
	if (status == HO_OK)
		status = journal_of(app, store, actor, "user_link", err, "a login link was made for %s", name);
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_user_disable(struct ho_app *app, struct ho_store *store, const char *name, const char *actor,
                               struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user user;
	size_t revoked;
	int64_t now = ho_app_now(app);
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = user_find(&user, store, name, &arena, err);
	user.disabled = true;
	if (status == HO_OK)
		status = store->ops->user_put(store, &user, err);
	if (status == HO_OK)
		status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_SESSION, name, now, err);
	if (status == HO_OK)
		status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_LOGIN, name, now, err);
	if (status == HO_OK)
		status = journal_of(app, store, actor, "user_disabled", err, "%s cannot log in any more", name);
	ho_access__forget(ho_app_access(app));
	ho_arena_release(&arena);
	return status;
}

static bool admin_ready(const struct ho_user *users, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (users[i].role == HO_USER_ADMIN && !users[i].disabled && users[i].password)
			return true;
	return false;
}

enum ho_status ho_first_admin(bool *made, char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                              struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_user *users = NULL;
	size_t n = 0;
	const char *name = NULL;
	*made = false;
	secret[0] = '\0';
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = store->ops->user_list(&users, &n, store, &arena, err);
	if (status || admin_ready(users, n)) {
		ho_arena_release(&arena);
		return status;
	}
	/* An admin who never followed the link gets a new one: the terminal that showed the first may be gone. */
	for (size_t i = 0; i < n && !name; i++)
		if (users[i].role == HO_USER_ADMIN && !users[i].disabled)
			name = users[i].name;
	status = name ? ho_user_link(secret, app, store, name, "service", err)
	              : ho_user_add(secret, app, store, "admin", HO_USER_ADMIN, "service", err);
	*made = status == HO_OK;
	ho_arena_release(&arena);
	return status;
}

static enum ho_status key_is_free(struct ho_store *store, const char *name, int64_t now, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_credential *keys = NULL;
	size_t n = 0;
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = store->ops->token_list(&keys, &n, store, HO_CREDENTIAL_KEY, &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++)
		if (strcmp(keys[i].name, name) == 0 && ho_access__live(&keys[i], now))
			status = ho_fail(err, HO_ECONFLICT,
			                 "there is a key '%s' already; revoke it first, or choose another name", name);
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_key_add(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store, const char *name,
                          unsigned scopes, const char *actor, struct ho_error *err)
{
	char words[32];
	int64_t now = ho_app_now(app);
	struct ho_credential token = {.kind = HO_CREDENTIAL_KEY, .name = name, .scopes = words, .created_at = now};
	secret[0] = '\0';
	ho_scopes_write(words, scopes);
	enum ho_status status = ho_access_name_check(name, err);
	if (status == HO_OK && words[0] == '\0')
		status = ho_fail(err, HO_EINVAL, "a key needs a scope: classify, review or admin");
	if (status == HO_OK)
		status = key_is_free(store, name, now, err);
	if (status == HO_OK)
		status = ho_access__token(secret, store, &token, "hk_", err);
	if (status == HO_OK)
		status = journal_of(app, store, actor, "key_added", err, "key %s was made, for %s", name, words);
	return status;
}

enum ho_status ho_key_revoke(struct ho_app *app, struct ho_store *store, const char *name, const char *actor,
                             struct ho_error *err)
{
	size_t revoked;
	enum ho_status status = ho_access__revoke(&revoked, store, HO_CREDENTIAL_KEY, name, ho_app_now(app), err);
	if (status == HO_OK && revoked == 0)
		status =
		    ho_fail(err, HO_ENOTFOUND, "there is no live key '%.64s'; `handoff key list` shows them", name);
	if (status == HO_OK)
		status = journal_of(app, store, actor, "key_revoked", err, "key %s was revoked", name);
	ho_access__forget(ho_app_access(app));
	return status;
}
