/** The pages: HTML, CSS and JavaScript as they were built into the program. Nothing is read from disk, nothing
 * allocated. */
#ifndef HO_WEB_WEB_H
#define HO_WEB_WEB_H

#include <stdbool.h>

#include "base/slice.h"

/** One file as it goes over the wire. All of it lives as long as the program. */
struct ho_asset {
	const char *path; /**< "/", "/assets/3f9a.../main.js" */
	const char *type; /**< value of Content-Type */
	const char *etag; /**< quoted, of the uncompressed bytes */
	struct ho_slice body;
	struct ho_slice gzip; /**< the same compressed; empty where that saves nothing */
	bool immutable;       /**< the path names the content: may be kept for ever; else ask again each time */
};

/** Value of Content-Security-Policy for every page and asset: no inline script or style, nothing from elsewhere. */
#define HO_WEB_POLICY                                                                                                  \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "          \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * The asset behind a decoded path without query, NULL if there is none. All page addresses ("/", "/login", "/journal",
 * "/settings", "/tasks/NAME/review" and its sisters) give the one document whose script draws them; whether a task of
 * that name exists is the API's to say.
 */
const struct ho_asset *ho_web_asset(const char *path);

/** All of them, ended by NULL. */
const struct ho_asset *const *ho_web_assets(void);

#endif
