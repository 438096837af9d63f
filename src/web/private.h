/** What cmake/web.cmake generates. */
#ifndef HO_WEB_PRIVATE_H
#define HO_WEB_PRIVATE_H

#include "web/web.h"

/** The embedded files, ended by NULL; the first is the document ("/"). */
extern const struct ho_asset *const ho_web__assets[];

#endif
