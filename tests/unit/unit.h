/** What every unit test includes: cmocka and a way to show an error's message. */
#ifndef HO_TESTS_UNIT_H
#define HO_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "handoff/handoff.h"

/** The call succeeded; else its error is printed. `err` must be what the call was given. */
#define assert_ok(call, err)                                                                                           \
	do {                                                                                                           \
		enum ho_status status_ = (call);                                                                       \
		if (status_)                                                                                           \
			fail_msg("%s: %s [%s]", ho_status_name(status_), (err)->message, (err)->place);                \
	} while (0)

#endif
