#include "app/private.h"
#include "base/alloc.h"
void ho_app__alone_free(struct ho_app *app)
{
	(void)app;
}
