#!/usr/bin/env bash
# Encoding speed beside ONNX Runtime (fp32), one thread each, as texts a second of processor time.
# Usage: encoder.sh FOLDER        FOLDER: an encoder, such as all-MiniLM-L6-v2; needs DATA with sst2 and imdb.
# PYTHON names a Python with torch, transformers, tokenizers, onnx and onnxruntime (default: python3).
set -euo pipefail
cd "$(dirname "$0")/.."
encoder=${1:?usage: encoder.sh FOLDER}
data=${DATA:-../shared/data}
python=${PYTHON:-python3}
bench=build/release/bench/bench_encode
[ -x "$bench" ] || { echo "encoder.sh: $bench is missing; run \`make bench-build\` first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" - "$data" "$work" <<'P'
import csv, gzip, sys
data, work = sys.argv[1:]
csv.field_size_limit(1 << 27)
def texts(name):
    with gzip.open(f"{data}/{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [" ".join(row["text"].split()) for row in csv.DictReader(file)]
with open(f"{work}/short.txt", "w", encoding="utf-8") as out:
    out.writelines(text + "\n" for text in texts("sst2_test")[:400])
with open(f"{work}/long.txt", "w", encoding="utf-8") as out:
    out.writelines(text + "\n" for text in [t for t in texts("imdb_test") if len(t) > 1500][:40])
P
printf '%-28s %10s %14s %6s\n' texts handoff "ONNX Runtime" ratio
for kind in short long; do
	ours=$("$bench" "$encoder" "$work/$kind.txt")
	theirs=$("$python" bench/encoder_peer.py "$encoder" "$work/$kind.txt")
	name="sst2, 400 texts"
	[ $kind = short ] || name="imdb, 40 texts, 256 tokens"
	printf '%-28s %10s %14s %6.2f\n' "$name" "$ours" "$theirs" "$(echo "$ours / $theirs" | bc -l)"
done
