#!/usr/bin/env bash
# Planted label errors: what `handoff explore --errors` finds beside cleanlab. Usage: label_errors.sh [SET...]
# Environment: DATA (../shared/data), HANDOFF (build/release/handoff), OUT (build/bench), SEEDS (1,2,3), VENV (a Python
# environment with cleanlab and scikit-learn; made outside of the repository if it is not there: ~/.cache/handoff-cleanlab).
# One JSON line a measurement goes to $OUT/label_errors.jsonl; the table for docs/benchmarks.md to stdout.
set -euo pipefail
cd "$(dirname "$0")/.."
DATA=$(realpath -m "${DATA:-../shared/data}") HANDOFF=$(realpath -m "${HANDOFF:-build/release/handoff}")
OUT=$(realpath -m "${OUT:-build/bench}") VENV=${VENV:-$HOME/.cache/handoff-cleanlab}
[ $# -gt 0 ] || set -- sst2 imdb banking77
[ -d "$DATA" ] || { echo "label_errors.sh: no data sets at $DATA; set DATA" >&2; exit 1; }
[ -x "$HANDOFF" ] || make --no-print-directory build
mkdir -p "$OUT"
if ! "$VENV/bin/python" -c 'import cleanlab' 2>/dev/null; then
	if ! { python3 -m venv "$VENV" && "$VENV/bin/pip" --quiet install cleanlab; } >&2; then
		echo "label_errors.sh: skipped: cleanlab cannot be installed here" >&2
		exit 0
	fi
fi
export SEEDS=${SEEDS:-1,2,3}
"$VENV/bin/python" bench/label_errors.py "$HANDOFF" "$DATA" "$OUT" "$@" | tee "$OUT/label_errors.jsonl" >&2
python3 bench/label_errors_table.py "$OUT/label_errors.jsonl"
