#!/usr/bin/env bash
# Build a preset, run its tests with CTest, and count single test cases.
# Usage: run-tests.sh PRESET [CTest options]
# Ends with "N passed, N failed, N skipped"; exit 0 only if none failed. With HANDOFF_TALLY=FILE the case results are
# appended there instead, for a caller that adds several runs up.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
cmake --preset "$preset" --log-level=NOTICE >/dev/null
cmake --build --preset "$preset"
# cmocka speaks TAP, as does tests/cli/run.sh: one line a case, in order, on one stream.
export CMOCKA_MESSAGE_OUTPUT=TAP
log=build/$preset/Testing/Temporary/LastTest.log
rm -f "$log"
status=0
ctest --test-dir "build/$preset" --no-tests=error --output-on-failure -j "$(nproc)" "$@" || status=$?
python3 scripts/count-tests.py --name "$preset" ${HANDOFF_TALLY:+--append "$HANDOFF_TALLY"} "$log" || status=1
exit "$status"
