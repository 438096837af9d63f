/** Secrets and their hashes, shared by the files of access.h. Internal to src/app. */
#ifndef HO_APP_ACCESS_PRIVATE_H
#define HO_APP_ACCESS_PRIVATE_H

#include "app/access.h"

/** Enough for the lists of users and tokens that a workspace can have. */
#define HO_ACCESS_ARENA_MAX ((size_t)16 << 20)

/** Start libsodium; cheap after the first time. HO_EUNAVAIL. */
HO_MUST_CHECK enum ho_status ho_access__begin(struct ho_error *err);
/** `prefix` and 256 random bits in base64url; at most HO_SECRET_SIZE with its NUL. */
void ho_access__secret(char out[HO_SECRET_SIZE], const char *prefix);
/** BLAKE2b-256. */
void ho_access__hash(unsigned char out[32], const char *secret);
/** Make and store a token for `name`. */
HO_MUST_CHECK enum ho_status ho_access__token(char secret[HO_SECRET_SIZE], struct ho_store *store,
                                              const struct ho_credential *token, const char *prefix,
                                              struct ho_error *err);
/** End all live tokens of that kind and name. */
HO_MUST_CHECK enum ho_status ho_access__revoke(size_t *revoked, struct ho_store *store, enum ho_credential_kind kind,
                                               const char *name, int64_t now, struct ho_error *err);
/** Is it valid at `now`? */
bool ho_access__live(const struct ho_credential *token, int64_t now);
/** Let every request ask the store again. */
void ho_access__forget(struct ho_access *access);

#endif
