/* The pages, as they were built into the program. */
#include "http/private.h"
#include "http/route.h"
#include "web/web.h"

static bool takes(const struct ho_request *rq, const char *encoding)
{
	const char *accept = ho_request_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	return accept && strstr(accept, encoding);
}

static bool is_known(const struct ho_request *rq, const struct ho_asset *asset)
{
	const char *have = ho_request_header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH);
	return have && asset->etag && strstr(have, asset->etag);
}

enum ho_status ho_get_page(struct ho_request *rq, struct ho_error *err)
{
	(void)err;
	const struct ho_asset *asset = ho_web_asset(rq->path);
	if (!asset)
		return ho_request_problem(rq, 404, NULL, "there is no such page");
	ho_request_answer(rq, is_known(rq, asset) ? 304 : 200);
	rq->type = asset->type;
	rq->fixed = asset->body;
	if (rq->status == 304) {
		rq->type = NULL;
		rq->fixed = ho_slice(NULL, 0);
	} else if (asset->gzip.len && takes(rq, "gzip")) {
		rq->fixed = asset->gzip;
		rq->is_gzip = true;
	}
	ho_request_add_header(rq, "Cache-Control",
	                      asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	ho_request_add_header(rq, "ETag", asset->etag);
	ho_request_add_header(rq, "Content-Security-Policy", HO_WEB_POLICY);
	ho_request_add_header(rq, "Referrer-Policy", "no-referrer");
	ho_request_add_header(rq, "Cross-Origin-Opener-Policy", "same-origin");
	return HO_OK;
}
