/*
 * What the process remembers: who the latest keys and sessions belong to, and failed attempts to log in. Both are
 * tables of fixed size where a new entry takes the place of an old one with the same slot: memory stays bounded whoever
 * knocks.
 */
#include <math.h>
#include <pthread.h>
#include <sodium.h>

#include "app/access_private.h"
#include "base/alloc.h"
#include "base/hash.h"

enum { CALLERS = 1024, ATTEMPTS = 4096, WAYS = 4, KNOWN = 1024 };
/* How long an answer about a caller may be old, in ms: that long a revoked key still opens. */
#define CALLER_MS 1000
/* How long a place stays known to be somebody's, in ms. */
#define KNOWN_MS ((int64_t)30 * 24 * 3600 * 1000)
/* Failures count half after this long, in ms. */
#define HALF_LIFE_MS (5.0 * 60 * 1000)

struct remembered {
	unsigned char hash[32];
	enum ho_credential_kind kind;
	int64_t until; /* 0: empty */
	struct ho_caller caller;
};

struct attempt {
	uint64_t key; /* 0: empty */
	double failures;
	int64_t at;
};

struct ho_access {
	pthread_mutex_t lock;
	uint64_t forgotten; /* rises whenever all callers were forgotten */
	uint64_t seed;      /* so that nobody can choose names that share a slot */
	struct remembered callers[CALLERS];
	struct attempt attempts[ATTEMPTS];
	struct {
		uint64_t key;
		int64_t until;
	} known[KNOWN]; /* names and the places from where they got in; only a login that succeeds writes here */
};

enum ho_status ho_access_new(struct ho_access **out, struct ho_error *err)
{
	*out = NULL;
	enum ho_status status = ho_access__begin(err);
	if (status)
		return status;
	struct ho_access *access = ho_calloc(1, sizeof *access);
	if (!access)
		return ho_fail_nomem(err);
	pthread_mutex_init(&access->lock, NULL);
	randombytes_buf(&access->seed, sizeof access->seed);
	*out = access;
	return HO_OK;
}

void ho_access_free(struct ho_access *access)
{
	if (!access)
		return;
	pthread_mutex_destroy(&access->lock);
	sodium_memzero(access->callers, sizeof access->callers);
	ho_free(access);
}

void ho_access__forget(struct ho_access *access)
{
	pthread_mutex_lock(&access->lock);
	memset(access->callers, 0, sizeof access->callers);
	access->forgotten++;
	pthread_mutex_unlock(&access->lock);
}

static struct remembered *slot_of(struct ho_access *access, const unsigned char hash[32])
{
	uint64_t word;
	memcpy(&word, hash, sizeof word);
	return &access->callers[word % CALLERS];
}

static bool recall(struct ho_caller *out, struct ho_access *access, enum ho_credential_kind kind,
                   const unsigned char hash[32], int64_t now, uint64_t *forgotten)
{
	pthread_mutex_lock(&access->lock);
	const struct remembered *slot = slot_of(access, hash);
	bool found = slot->until > now && slot->until <= now + CALLER_MS && slot->kind == kind &&
	             sodium_memcmp(slot->hash, hash, 32) == 0;
	if (found)
		*out = slot->caller;
	*forgotten = access->forgotten;
	pthread_mutex_unlock(&access->lock);
	return found;
}

/* Not if something was revoked while the store was being asked. */
static void remember(struct ho_access *access, const struct ho_caller *caller, enum ho_credential_kind kind,
                     const unsigned char hash[32], int64_t until, uint64_t forgotten)
{
	pthread_mutex_lock(&access->lock);
	struct remembered *slot = slot_of(access, hash);
	if (access->forgotten == forgotten) {
		memcpy(slot->hash, hash, 32);
		slot->kind = kind;
		slot->until = until;
		slot->caller = *caller;
	}
	pthread_mutex_unlock(&access->lock);
}

static enum ho_status unknown(struct ho_error *err)
{
	return ho_fail(err, HO_ENOTFOUND, "this key or session is unknown, expired or revoked");
}

static unsigned with_implied(unsigned scopes)
{
	return scopes & HO_SCOPE_ADMIN ? HO_SCOPE_CLASSIFY | HO_SCOPE_REVIEW | HO_SCOPE_ADMIN : scopes;
}

static enum ho_status caller_of_key(struct ho_caller *out, const struct ho_credential *token, struct ho_error *err)
{
	unsigned scopes;
	enum ho_status status = ho_scopes_read(&scopes, token->scopes ? token->scopes : "", err);
	if (status)
		return status;
	out->scopes = with_implied(scopes);
	snprintf(out->name, sizeof out->name, "key %.64s", token->name);
	snprintf(out->reviewer, sizeof out->reviewer, "key %.64s", token->name);
	return HO_OK;
}

static enum ho_status caller_of_session(struct ho_caller *out, struct ho_store *reader,
                                        const struct ho_credential *token, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_user user;
	enum ho_status status = reader->ops->user_get(&user, reader, token->name, arena, err);
	if (status == HO_ENOTFOUND || (status == HO_OK && user.disabled))
		return unknown(err);
	if (status)
		return status;
	out->scopes = user.role == HO_USER_ADMIN ? with_implied(HO_SCOPE_ADMIN) : HO_SCOPE_REVIEW;
	out->session = true;
	snprintf(out->name, sizeof out->name, "%.64s", user.name);
	snprintf(out->reviewer, sizeof out->reviewer, "%.64s", user.name);
	snprintf(out->csrf, sizeof out->csrf, "%.63s", token->csrf ? token->csrf : "");
	return HO_OK;
}

static enum ho_status look_up(struct ho_caller *out, int64_t *until, struct ho_store *reader,
                              enum ho_credential_kind kind, const unsigned char hash[32], int64_t now,
                              struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_credential token;
	ho_arena_init(&arena, HO_ACCESS_ARENA_MAX);
	enum ho_status status = reader->ops->token_get(&token, reader, hash, &arena, err);
	if (status == HO_ENOTFOUND || (status == HO_OK && (token.kind != kind || !ho_access__live(&token, now))))
		status = unknown(err);
	if (status == HO_OK)
		status = kind == HO_CREDENTIAL_KEY ? caller_of_key(out, &token, err)
		                                   : caller_of_session(out, reader, &token, &arena, err);
	*until = now + CALLER_MS;
	if (status == HO_OK && token.expires_at && token.expires_at < *until)
		*until = token.expires_at;
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_caller_find(struct ho_caller *out, struct ho_app *app, struct ho_store *reader,
                              enum ho_credential_kind kind, const char *secret, struct ho_error *err)
{
	struct ho_access *access = ho_app_access(app);
	unsigned char hash[32];
	uint64_t forgotten;
	int64_t now = ho_app_now(app), until;
	*out = (struct ho_caller){.scopes = 0};
	/* A login link is no caller: it only ever makes a session. */
	if (kind != HO_CREDENTIAL_KEY && kind != HO_CREDENTIAL_SESSION)
		return unknown(err);
	ho_access__hash(hash, secret);
	if (recall(out, access, kind, hash, now, &forgotten))
		return HO_OK;
	enum ho_status status = look_up(out, &until, reader, kind, hash, now, err);
	if (status == HO_OK)
		remember(access, out, kind, hash, until, forgotten);
	else
		*out = (struct ho_caller){.scopes = 0};
	return status;
}

/* Three ways to count an attempt: guessing one name from one place, many names from one place, one name from many
 * places. The last must stay gentle, and does not count where the name got in before, or a stranger could lock somebody
 * out. */
static const struct way {
	double free;       /* failures that cost nothing */
	double first, max; /* ms after the next one, doubling, at most */
} ways[] = {{3, 500, 60000}, {20, 500, 60000}, {20, 250, 5000}};
enum { WAY_PAIR = 0, WAY_ADDRESS = 1, WAY_NAME = 2, WAY_COUNT = 3 };

static uint64_t attempt_key(const struct ho_access *access, int way, const char *name, const char *address)
{
	uint64_t key = ho_mix64(access->seed + (uint64_t)way);
	if (way != WAY_ADDRESS)
		key = ho_hash(name, strlen(name), key);
	if (way != WAY_NAME)
		key = ho_hash(address, strlen(address), key + 1);
	return key ? key : 1;
}

static double failures_now(const struct attempt *attempt, int64_t now)
{
	double age = (double)(now - attempt->at);
	return attempt->failures * exp2(-(age > 0 ? age : 0) / HALF_LIFE_MS);
}

/* The entry of a key, or, with `make`, the least of its few places emptied for it. */
static struct attempt *attempt_of(struct ho_access *access, uint64_t key, int64_t now, bool make)
{
	struct attempt *least = NULL;
	for (size_t i = 0; i < WAYS; i++) {
		struct attempt *attempt = &access->attempts[(key + i) % ATTEMPTS];
		if (attempt->key == key)
			return attempt;
		if (!least || failures_now(attempt, now) < failures_now(least, now))
			least = attempt;
	}
	if (!make)
		return NULL;
	*least = (struct attempt){.key = key, .at = now};
	return least;
}

static int64_t delay_of(const struct way *way, const struct attempt *attempt, int64_t now)
{
	double over = attempt->failures - way->free;
	if (over < 0)
		return 0;
	double wait = fmin(way->max, way->first * exp2(fmin(over, 20)));
	double left = (double)attempt->at + wait - (double)now;
	return left > wait ? (int64_t)wait : left > 0 ? (int64_t)left : 0;
}

static bool is_known(const struct ho_access *access, uint64_t pair, int64_t now)
{
	return access->known[pair % KNOWN].key == pair && access->known[pair % KNOWN].until > now;
}

int64_t ho_attempt_delay(struct ho_app *app, const char *name, const char *address)
{
	struct ho_access *access = ho_app_access(app);
	int64_t now = ho_app_now(app), longest = 0;
	pthread_mutex_lock(&access->lock);
	bool known = is_known(access, attempt_key(access, WAY_PAIR, name, address), now);
	for (int way = 0; way < WAY_COUNT; way++) {
		if (known && way == WAY_NAME)
			continue;
		const struct attempt *attempt = attempt_of(access, attempt_key(access, way, name, address), now, false);
		int64_t delay = attempt ? delay_of(&ways[way], attempt, now) : 0;
		longest = delay > longest ? delay : longest;
	}
	pthread_mutex_unlock(&access->lock);
	return longest;
}

void ho_attempt_note(struct ho_app *app, const char *name, const char *address, bool success)
{
	struct ho_access *access = ho_app_access(app);
	int64_t now = ho_app_now(app);
	pthread_mutex_lock(&access->lock);
	uint64_t pair = attempt_key(access, WAY_PAIR, name, address);
	if (success) {
		access->known[pair % KNOWN].key = pair;
		access->known[pair % KNOWN].until = now + KNOWN_MS;
	}
	for (int way = 0; way < WAY_COUNT; way++) {
		/* Success forgives the pair and the name; the address goes on being counted, or an attacker with one
		 * account of his own could wash himself clean. */
		if (success && way == WAY_ADDRESS)
			continue;
		struct attempt *attempt = attempt_of(access, attempt_key(access, way, name, address), now, !success);
		if (attempt && success)
			*attempt = (struct attempt){.key = 0};
		else if (attempt)
			*attempt = (struct attempt){attempt->key, failures_now(attempt, now) + 1, now};
	}
	pthread_mutex_unlock(&access->lock);
}
