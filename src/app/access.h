/** Who may do what: people with passwords and sessions, programs with keys. Secrets are stored hashed (libsodium). */
#ifndef HO_APP_ACCESS_H
#define HO_APP_ACCESS_H

#include "app/workspace.h"

enum { HO_SECRET_SIZE = 64, HO_PASSWORD_MIN = 10, HO_PASSWORD_MAX = 1024 };

/** What a caller may do; admin includes the others. */
enum ho_scope { HO_SCOPE_CLASSIFY = 1, HO_SCOPE_REVIEW = 2, HO_SCOPE_ADMIN = 4 };

/** Who is asking. */
struct ho_caller {
	char name[96];   /**< "ann", "key shop" */
	unsigned scopes; /**< of enum ho_scope */
	bool session;    /**< by cookie: changing requests need the CSRF token */
	char csrf[HO_SECRET_SIZE];
	char reviewer[72]; /**< the name that reviews carry */
};

/** How long a login link and a session last. */
#define HO_LINK_MS ((int64_t)24 * 3600 * 1000)
#define HO_SESSION_MS ((int64_t)12 * 3600 * 1000)

/** The process's memory of callers and failed attempts, bounded; ho_app_open() makes it, ho_app_access() gives it.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_access_new(struct ho_access **out, struct ho_error *err);
void ho_access_free(struct ho_access *access);

/** "classify,review,admin" → bits. HO_EINVAL names the unknown one. */
HO_MUST_CHECK enum ho_status ho_scopes_read(unsigned *out, const char *text, struct ho_error *err);
/** Bits → "classify,review", in that order. */
void ho_scopes_write(char out[32], unsigned scopes);
/** Names of users and keys: 1 to 64 of letters, digits, . _ - @; not "model" or "service", which answer and act too. */
HO_MUST_CHECK enum ho_status ho_access_name_check(const char *name, struct ho_error *err);

/** Add a user and a login link's secret (valid for a day, once), with which they choose a password. HO_ECONFLICT exists
 * (a disabled one comes back with this role). In a group, as all that take a store. `secret` is what stands behind
 * ?token= of the link. */
HO_MUST_CHECK enum ho_status ho_user_add(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                         const char *name, enum ho_user_role role, const char *actor,
                                         struct ho_error *err);
/** A new login link for an existing user (forgotten password); older links end. HO_ENOTFOUND also if disabled. */
HO_MUST_CHECK enum ho_status ho_user_link(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                          const char *name, const char *actor, struct ho_error *err);
/** Nobody can log in any more under that name; sessions end. */
HO_MUST_CHECK enum ho_status ho_user_disable(struct ho_app *app, struct ho_store *store, const char *name,
                                             const char *actor, struct ho_error *err);
/** The link of the first admin ("admin") while no admin has chosen a password yet: *made says so. */
HO_MUST_CHECK enum ho_status ho_first_admin(bool *made, char secret[HO_SECRET_SIZE], struct ho_app *app,
                                            struct ho_store *store, struct ho_error *err);

/** A key; the secret ("hk_...") is shown once. HO_ECONFLICT: a live key of that name. */
HO_MUST_CHECK enum ho_status ho_key_add(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                        const char *name, unsigned scopes, const char *actor, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_key_revoke(struct ho_app *app, struct ho_store *store, const char *name,
                                           const char *actor, struct ho_error *err);

/** Hash a password with argon2id (takes about 50 ms and 64 MiB: not on a thread that serves others). HO_EINVAL:
 * too short or too long; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_password_hash(char out[128], const char *password, struct ho_error *err);
/** Check; also takes its time when the user does not exist. Reads through `reader`. HO_ENOTFOUND: wrong name or
 * password (never says which). */
HO_MUST_CHECK enum ho_status ho_password_check(struct ho_store *reader, const char *name, const char *password,
                                               struct ho_error *err);
/** Begin a session; `secret` goes into the cookie. */
HO_MUST_CHECK enum ho_status ho_session_begin(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                              const char *user, struct ho_error *err);
/** Use a login link: sets the password hash and begins a session. HO_ENOTFOUND: unknown, used or expired. */
HO_MUST_CHECK enum ho_status ho_link_use(char secret[HO_SECRET_SIZE], struct ho_app *app, struct ho_store *store,
                                         const char *link, const char *password_hash, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_session_end(struct ho_app *app, struct ho_store *store, const char *secret,
                                            struct ho_error *err);
/** Who holds this key or session? Reads through `reader`; answers are kept for a second per process, so that keys cost
 * nothing under load. HO_ENOTFOUND: unknown, expired, revoked or disabled. */
HO_MUST_CHECK enum ho_status ho_caller_find(struct ho_caller *out, struct ho_app *app, struct ho_store *reader,
                                            enum ho_credential_kind kind, const char *secret, struct ho_error *err);

/** Slow down guessing: how many milliseconds an attempt under this name and address must wait; rises with failures,
 * falls with time. In memory, bounded. */
int64_t ho_attempt_delay(struct ho_app *app, const char *name, const char *address);
void ho_attempt_note(struct ho_app *app, const char *name, const char *address, bool success);

#endif
