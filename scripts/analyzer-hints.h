/**
 * For scripts/lint.sh only, included before each file but src/base/status.c: the analyzer looks at one file at a time
 * and cannot know that ho_fail() and its sisters never return HO_OK, so it follows paths on which a failed call
 * succeeded.
 */
#ifndef HO_ANALYZER_HINTS_H
#define HO_ANALYZER_HINTS_H

#include "../src/base/status.h"

#define ho_fail(err, code, ...) ((void)(ho_fail)(err, code, __VA_ARGS__), (code))
#define ho_fail_errno(err, code, ...) ((void)(ho_fail_errno)(err, code, __VA_ARGS__), (code))
#define ho_fail_nomem(err) ((void)(ho_fail_nomem)(err), HO_ENOMEM)

#endif
