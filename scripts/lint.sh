#!/usr/bin/env bash
# All lints; prints TAP, one case a lint. Usage: lint.sh [NAME...]   (format headers repository cppcheck tidy)
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- format headers repository cppcheck tidy
jobs=$(nproc)

sources() { git ls-files "$@"; }

lint_format() {
	sources '*.c' '*.h' | xargs -r clang-format --dry-run -Werror
}

lint_headers() {
	sources 'src/*/*.h' 'include/*.h' | grep -v 'src/base/banned.h' | xargs -r python3 scripts/check-headers.py
}

lint_repository() {
	scripts/check-repository.sh
}

lint_cppcheck() {
	mkdir -p build/cppcheck
	cppcheck --quiet --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 --language=c \
		-j "$jobs" --cppcheck-build-dir=build/cppcheck --suppressions-list=scripts/cppcheck.txt \
		-D_GNU_SOURCE '-DHO_VERSION="0"' -D__GNUC__=12 -Iinclude -Isrc src
}

lint_tidy() {
	cmake --preset dev --log-level=NOTICE >/dev/null || return 1
	# gcc's own warning switches are unknown to clang; they say nothing about the code.
	sources 'src/*.c' | grep -v 'src/base/status.c' | xargs -r -P "$jobs" -n 4 clang-tidy --quiet -p build/dev \
		--extra-arg=-Wno-unknown-warning-option --extra-arg=-include --extra-arg="$PWD/scripts/analyzer-hints.h" &&
		clang-tidy --quiet -p build/dev --extra-arg=-Wno-unknown-warning-option src/base/status.c
}

echo "1..$#"
number=0 failed=0
for name; do
	number=$((number + 1))
	if output=$("lint_$name" 2>&1); then
		echo "ok $number - lint $name"
	else
		grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed' <<<"$output" | sed 's/^/# /'
		echo "not ok $number - lint $name"
		failed=1
	fi
done
exit "$failed"
