/* People and what opens the door to them. */
#include "store/sqlite_private.h"

enum ho_status ho_sqlite_user_put(struct ho_store *store, const struct ho_user *user, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_USER_PUT, user, err);
}

enum ho_status ho_sqlite_user_get(struct ho_user *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                                  struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_USER_GET, ho_slice_str(name), "no such user", arena, err);
}

enum ho_status ho_sqlite_user_list(struct ho_user **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                   struct ho_error *err)
{
	return ho_sqlite_list(out, n, store, HO_SQL_USER_LIST, NULL, 0, arena, err);
}

enum ho_status ho_sqlite_token_put(struct ho_store *store, const struct ho_credential *token, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_TOKEN_PUT, token, err);
}

enum ho_status ho_sqlite_token_get(struct ho_credential *out, struct ho_store *store, const unsigned char hash[32],
                                   struct ho_arena *arena, struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_TOKEN_GET, ho_slice((const char *)hash, 32), "no such key or session",
	                     arena, err);
}

enum ho_status ho_sqlite_token_list(struct ho_credential **out, size_t *n, struct ho_store *store,
                                    enum ho_credential_kind kind, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(kind)};
	return ho_sqlite_list(out, n, store, HO_SQL_TOKEN_LIST, values, 1, arena, err);
}

enum ho_status ho_sqlite_token_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(before)};
	return ho_sqlite_change(NULL, store, HO_SQL_TOKEN_PRUNE, values, 1, err);
}
