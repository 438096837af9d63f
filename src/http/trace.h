/** W3C trace context, level 1: which request of a larger one this is. */
#ifndef HO_HTTP_TRACE_H
#define HO_HTTP_TRACE_H

#include <stdbool.h>

/** Copy a valid traceparent ("00-<32 hex>-<16 hex>-<2 hex>"; of later versions its first 55 characters); false: it is
 * none and is to be ignored. */
bool ho_trace_read(char out[56], const char *header);

#endif
