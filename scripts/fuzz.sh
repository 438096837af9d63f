#!/usr/bin/env bash
# Build the libFuzzer targets and run each for SECONDS from its corpus. New inputs stay in build/fuzz/; a crash is copied
# to fuzz/regression/fuzz_NAME/ to be committed with its fix. Usage: fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
cmake --preset fuzz --log-level=NOTICE >/dev/null
cmake --build --preset fuzz
failed=0 found=0
for target in $(find build/fuzz/fuzz -maxdepth 1 -type f -executable -name 'fuzz_*' | sort); do
	name=${target##*/fuzz_}
	found=$((found + 1))
	work=build/fuzz/work/$name crash=build/fuzz/crash/$name
	mkdir -p "$work" "$crash"
	seeds=()
	for folder in "fuzz/corpus/fuzz_$name" "fuzz/regression/fuzz_$name"; do
		if [ -d "$folder" ]; then seeds+=("$folder"); fi
	done
	[ ${#seeds[@]} -gt 0 ] || { echo "fuzz.sh: fuzz_$name has no seeds in fuzz/corpus/fuzz_$name" >&2; exit 1; }
	echo "fuzz_$name: $seconds s"
	if ! "$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
		-artifact_prefix="$crash/" "$work" "${seeds[@]}" >"$crash.log" 2>&1; then
		tail -n 40 "$crash.log"
		mkdir -p "fuzz/regression/fuzz_$name"
		find "$crash" -type f -exec cp -v {} "fuzz/regression/fuzz_$name/" \;
		failed=1
	fi
	grep -E 'number_of_executed_units|new_units_added|peak_rss_mb' "$crash.log" || true
done
[ "$found" -gt 0 ] || { echo "fuzz.sh: no fuzz target was built" >&2; exit 1; }
exit "$failed"
