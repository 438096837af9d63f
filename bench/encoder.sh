#!/usr/bin/env bash
# An encoder's speed beside ONNX Runtime and sentence-transformers, and one text through a whole model.
# Usage: encoder.sh FOLDER        FOLDER: an encoder, such as all-MiniLM-L6-v2; needs DATA with sst2 and imdb.
# PYTHON names a Python with what encoder_peer.py needs (default: python3); ROUNDS how often each program runs (5).
set -euo pipefail
cd "$(dirname "$0")/.."
encoder=${1:?usage: encoder.sh FOLDER}
data=${DATA:-../shared/data}
python=${PYTHON:-python3}
bench=build/release/bench
for program in "$bench/bench_encode" "$bench/bench_one" build/release/handoff; do
	[ -x "$program" ] || { echo "encoder.sh: $program is missing; run \`make bench-build\` first" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" - "$data" "$work" <<'P'
import csv, gzip, sys
data, work = sys.argv[1:]
csv.field_size_limit(1 << 27)
def rows(name):
    with gzip.open(f"{data}/{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
def texts(name):
    return [" ".join(row["text"].split()) for row in rows(name)]
with open(f"{work}/short.txt", "w", encoding="utf-8") as out:
    out.writelines(text + "\n" for text in texts("sst2_test")[:400])
with open(f"{work}/long.txt", "w", encoding="utf-8") as out:
    out.writelines(text + "\n" for text in [t for t in texts("imdb_test") if len(t) > 1500][:40])
with open(f"{work}/some.csv", "w", encoding="utf-8", newline="") as out:
    some = csv.writer(out)
    some.writerow(["text", "label"])
    some.writerows([row["text"], row["label"]] for row in rows("sst2_train")[:600])
P
grep -m1 'model name' /proc/cpuinfo
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"

# 20 tokens with [CLS] and [SEP].
text="the film was a delight from start to end , and i would see it again very soon"
echo "one text of 20 tokens through a whole model (sst2, words and encoder), milliseconds:"
printf '%-6s %s\n' "" "processor least, median  wall least, median  MB"
for precision in fp32 bf16 int8; do
	build/release/handoff train "$work/some.csv" --target label --encoder "$encoder" --encoder-precision $precision \
		-o "$work/$precision.handoff" --quiet >/dev/null
done
for round in 1 2 3; do
	for precision in fp32 bf16 int8; do
		printf '%-6s %s\n' $precision "$("$bench/bench_one" "$work/$precision.handoff" "$text")"
	done
done
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
"$python" bench/encoder_peer.py "$encoder" "$bench/bench_encode" "$work/short.txt" "$work/long.txt" \
	--rounds "${ROUNDS:-5}" --work "$work"
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
