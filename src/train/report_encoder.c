#include <jansson.h>
#include <stdio.h>

#include "encoder/places.h"
#include "train/report.h"
#include "train/vectors.h"

struct json_t *ho_train__report_encoder(const struct ho_train_facts *f)
{
	const struct ho_encoder_facts *facts = &f->vectors->facts;
	char fingerprint[17], name[128];
	/* A folder's name may end in '/'; the path above it says nothing of the model. */
	size_t len = strlen(f->options->encoder);
	while (len > 1 && f->options->encoder[len - 1] == '/')
		len--;
	(void)snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1),
	               f->options->encoder);
	(void)snprintf(fingerprint, sizeof fingerprint, "%016llx", (unsigned long long)facts->fingerprint);
	return json_pack("{s:s*, s:s, s:I, s:I, s:b, s:b}", "name", ho_last_part(name), "fingerprint", fingerprint,
	                 "dimensions", (json_int_t)facts->dimensions, "max_tokens", (json_int_t)facts->max_tokens,
	                 "used", ho_search_uses_encoder(f->search), "given_up", f->vectors->given_up);
}
