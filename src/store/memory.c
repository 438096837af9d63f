#include "store/store.h"
enum ho_status ho_store_open_memory(struct ho_store **out, struct ho_error *err)
{
	*out = NULL;
	return ho_fail(err, HO_EUNAVAIL, "not yet");
}
