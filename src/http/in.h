/** JSON bodies: read member by member, strictly. What a body must not have is refused by name. */
#ifndef HO_HTTP_IN_H
#define HO_HTTP_IN_H

#include <jansson.h>

#include "http/request.h"

/** Parse a JSON object. HO_EFORMAT says what is wrong and where; decref the result. NULs in strings are kept. */
HO_MUST_CHECK enum ho_status ho_in_object(json_t **out, struct ho_slice bytes, struct ho_error *err);
/** A member that is a string of `low` to `high` bytes without NUL, copied to the arena; NULL if it is not there or
 * null. HO_EFORMAT (place: the member). */
HO_MUST_CHECK enum ho_status ho_in_string(const char **out, const json_t *object, const char *key, size_t low,
                                          size_t high, struct ho_arena *arena, struct ho_error *err);
/** As ho_in_string(), and it must be there. */
HO_MUST_CHECK enum ho_status ho_in_required(const char **out, const json_t *object, const char *key, size_t low,
                                            size_t high, struct ho_arena *arena, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_in_integer(int64_t *out, const json_t *object, const char *key, int64_t low,
                                           int64_t high, int64_t fallback, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_in_bool(bool *out, const json_t *object, const char *key, bool fallback,
                                        struct ho_error *err);
/** Refuse members that are not in `known` (ended by NULL). */
HO_MUST_CHECK enum ho_status ho_in_only(const json_t *object, const char *const *known, struct ho_error *err);
/** A body that may be left out, with one member known[0] of words: NULL if they are not there. Parsed into rq->json. */
HO_MUST_CHECK enum ho_status ho_in_words(const char **out, struct ho_request *rq, const char *const *known, size_t high,
                                         struct ho_error *err);

#endif
