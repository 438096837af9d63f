/** The schemas of bodies and answers, as JSON Schema 2020-12. */
#ifndef HO_HTTP_SCHEMAS_H
#define HO_HTTP_SCHEMAS_H

#include <jansson.h>

/** A new object, name → schema; NULL: no memory, or the text in schemas.c is not JSON. */
json_t *ho_http__schemas(void);

#endif
