#!/usr/bin/env bash
# Run the demo and put what it prints, from its first step to its summary, between the markers in README.md.
# Usage: update-readme-transcript.sh [FILE]    FILE: a transcript made earlier with `make demo >FILE`
set -euo pipefail
cd "$(dirname "$0")/.."
transcript=$(mktemp)
trap 'rm -f "$transcript"' EXIT
if [ $# -gt 0 ]; then cp "$1" "$transcript"; else ./scripts/demo.sh >"$transcript"; fi
python3 - "$transcript" <<'P'
import re, sys
with open(sys.argv[1], encoding="utf-8", errors="replace") as text:
    lines = [line.rstrip() for line in text]
start = next((i for i, line in enumerate(lines) if line.startswith("1. ")), None)
if start is None or not any(line.startswith("In short") for line in lines):
    sys.exit("update-readme-transcript.sh: that is not the output of a whole demo")
# Long lines (JSON) are cut to what fits a page, and a link that logs somebody in is not for a page; nothing else is changed.
lines = [re.sub(r"token=[\w-]+", "token=...", line) for line in lines]
shown = [line if len(line) <= 140 else line[:137] + "..." for line in lines[start:]]
begin, end = "<!-- transcript:begin", "<!-- transcript:end -->"
with open("README.md", encoding="utf-8") as text:
    readme = text.read()
head, rest = readme.split(begin, 1)
marker, tail = rest.split("-->", 1)[0], rest.split(end, 1)[1]
block = "\n".join(("    " + line).rstrip() for line in shown)
with open("README.md", "w", encoding="utf-8") as text:
    text.write(f"{head}{begin}{marker}-->\n\n{block}\n\n{end}{tail}")
P
echo "README.md: transcript updated"
