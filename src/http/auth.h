/** Who asks, and may they? Keys by "Authorization: Bearer", people by a session cookie. */
#ifndef HO_HTTP_AUTH_H
#define HO_HTTP_AUTH_H

#include "http/request.h"

enum { HO_COOKIE_MAX = 160 };

/** Fill rq->caller by what the route needs; false: the answer is 401, 403 or 421 and stands. */
bool ho_auth_check(struct ho_request *rq);
/** The session's secret from the cookie; false: there is none. */
bool ho_auth_cookie(char out[HO_SECRET_SIZE], const struct ho_request *rq);
/** Host and Origin are this server's: else 421 or 403, which stands. */
bool ho_auth_origin(struct ho_request *rq);
/** Add the Set-Cookie header that begins (`secret`) or ends (NULL) a session. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_auth_set_cookie(struct ho_request *rq, const char *secret, struct ho_error *err);
static inline bool ho_may(const struct ho_request *rq, unsigned scopes)
{
	return (rq->caller.scopes & (scopes | HO_SCOPE_ADMIN)) != 0;
}

#endif
