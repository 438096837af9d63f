#!/usr/bin/env bash
# Golden tests of the command line; prints TAP. Usage: run.sh [--update] [--list] [NAME...]
#
# cases/NAME.sh runs in a fresh folder with lib.sh loaded; $HANDOFF names the binary. Beside it may stand
#   NAME.stdout.exact | .glob | .near    what it must print: byte for byte; lines as shell patterns; numbers within
#   NAME.stderr.exact | .glob | .near    0.02 (or what NAME.tolerance says), everything else exact
#   NAME.exit                            its exit status, 0 where absent
# A case skips itself with `skip REASON`. --update rewrites the golden files of the cases named (all without a name):
# .exact, .near and .exit from what was printed; a .glob is never rewritten. Read the difference before committing it.
set -uo pipefail
cli=$(cd "$(dirname "$0")" && pwd)
update=no
while [ $# -gt 0 ]; do
	case $1 in
	--update) update=yes ;;
	--list) find "$cli/cases" -name '*.sh' -printf '%f\n' | sed 's/\.sh$//' | sort; exit 0 ;;
	-*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || set -- $("$0" --list)
HANDOFF=${HANDOFF:-$cli/../../build/dev/handoff}
HANDOFF=$(realpath -m "$HANDOFF")
export HANDOFF CLI=$cli LC_ALL=C.UTF-8
[ -x "$HANDOFF" ] || { echo "run.sh: no program at $HANDOFF; build it, or set HANDOFF" >&2; exit 2; }

matches_glob() { # PATTERNS FILE: line by line; a line of '...' stands for any number of lines
	python3 "$cli/compare.py" glob "$1" "$2"
}

compare() { # CASE STREAM FILE: every golden of that stream; prints what differs
	local base=$cli/cases/$1.$2 status=0
	if [ -e "$base.exact" ]; then
		if [ $update = yes ]; then cp "$3" "$base.exact"; fi
		diff -u "$base.exact" "$3" || status=1
	fi
	if [ -e "$base.glob" ]; then matches_glob "$base.glob" "$3" || status=1; fi
	if [ -e "$base.near" ]; then
		if [ $update = yes ]; then cp "$3" "$base.near"; fi
		python3 "$cli/compare.py" near "$base.near" "$3" "$(cat "$cli/cases/$1.tolerance" 2>/dev/null || echo 0.02)" || status=1
	fi
	return $status
}

run_case() { # NAME SCRATCH: 0 passed, 1 failed, 77 skipped; what went wrong on stdout
	local name=$1 scratch=$2 status=0 expected=0 failed=0
	mkdir "$scratch/work"
	(cd "$scratch/work" && exec timeout -k 10 "${CASE_TIMEOUT:-120}" bash -euo pipefail -c \
		'. "$CLI/lib.sh"; . "$1"' case "$cli/cases/$name.sh") >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	if [ $status = 77 ]; then
		tail -n 1 "$scratch/stderr"
		return 77
	fi
	if [ $update = yes ] && [ $status != 0 ]; then echo $status >"$cli/cases/$name.exit"; fi
	if [ -e "$cli/cases/$name.exit" ]; then expected=$(cat "$cli/cases/$name.exit"); fi
	if [ $status != "$expected" ]; then
		echo "exit status $status, expected $expected"
		tail -n 40 "$scratch/stdout" "$scratch/stderr"
		failed=1
	fi
	compare "$name" stdout "$scratch/stdout" || failed=1
	compare "$name" stderr "$scratch/stderr" || failed=1
	return $failed
}

echo "1..$#"
number=0 bad=0
for name; do
	number=$((number + 1))
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/handoff-cli.XXXXXX")
	status=0
	details=$(run_case "$name" "$scratch") || status=$?
	case $status in
	0) echo "ok $number - $name" ;;
	77) echo "ok $number - $name # SKIP $details" ;;
	*)
		sed 's/^/# /' <<<"$details"
		echo "not ok $number - $name"
		bad=1
		;;
	esac
	rm -rf "$scratch"
done
exit $bad
