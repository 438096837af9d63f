#!/usr/bin/env bash
# Run the demo and put what it prints into the documentation: whole into docs/tutorial/demo.md, in short into README.md.
# Usage: update-readme-transcript.sh [FILE]    FILE: a transcript made earlier with `make demo >FILE 2>&1`
set -euo pipefail
cd "$(dirname "$0")/.."
transcript=$(mktemp)
trap 'rm -f "$transcript"' EXIT
if [ $# -gt 0 ]; then cp "$1" "$transcript"; else ./scripts/demo.sh >"$transcript" 2>&1 </dev/null; fi
python3 scripts/transcript.py "$transcript"
