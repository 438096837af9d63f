#!/usr/bin/env bash
# Facts about tracked files: no paths of one machine, no registry hosts, no data or build output, no oversized sources,
# and shell scripts that parse.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() {
	printf '%s\n%s\n' "$1" "$2"
	bad=1
}
found=$(git grep -nIE '(^|[^A-Za-z0-9._-])/(w[o]rk|f[a]rm|h[o]me|r[o]ot)/|(npm|py)[a-z]*\.(org|com)' -- . | cut -c1-160 | head -n 20)
[ -z "$found" ] || complain "paths of a machine or registry hosts:" "$found"
found=$(git ls-files '*.c' '*.h' '*.sh' '*.py' | xargs -r wc -l | awk '$2 != "total" && $1 > 600 { print $1, $2 }')
[ -z "$found" ] || complain "files over 600 lines; split them by purpose:" "$found"
found=$(git ls-files -z | xargs -0 -r du -k | awk '$1 > 512 { print }')
[ -z "$found" ] || complain "files over 512 KiB; data and build output do not belong here:" "$found"
found=$(git ls-files '*.handoff' '*.csv' '*.csv.gz' '*.zst' '*.o' | grep -v '^fuzz/' || true)
[ -z "$found" ] || complain "data sets, models or build output:" "$found"
found=$(git ls-files '*.sh' .ci/run | while read -r file; do bash -n "$file" 2>&1; done)
[ -z "$found" ] || complain "shell scripts that do not parse:" "$found"
[ "$bad" = 0 ] && echo "nothing found"
exit "$bad"
