#!/usr/bin/env bash
# A static encoder beside words alone: accuracy, coverage and time, on whole training files and on 1,000 labels of imdb.
# Usage: static.sh STATIC [ENCODER]     STATIC: made by `handoff encoder distill`; ENCODER: the one it was made of, run on
# the 1,000 labels too if it is named. DATA: the data sets (../shared/data); SETS: which ones; TESTS: how many of imdb's
# test texts are taken for ENCODER (1000), which is slow on long texts.
set -euo pipefail
cd "$(dirname "$0")/.."
static=${1:?usage: static.sh STATIC [ENCODER]}
encoder=${2:-}
data=${DATA:-../shared/data}
handoff=${HANDOFF:-build/release/handoff}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

head_of() { # FILE ROWS SEED: so many rows, drawn
	python3 - "$1" "$2" "$3" <<'P'
import csv, gzip, random, sys
csv.field_size_limit(1 << 27)
with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
    rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
writer = csv.writer(sys.stdout)
writer.writerow(["text", "label"])
writer.writerows(random.Random(int(sys.argv[3])).sample(rows, int(sys.argv[2])))
P
}

one() { # NAME TRAIN TEST ENCODER OPTION...: one line
	local name=$1 train=$2 test=$3 with=$4 began
	shift 4
	began=$(date +%s.%N)
	"$handoff" train "$train" --encoder "$with" -o "$work/m" --quiet "$@" >/dev/null
	began=$(echo "$(date +%s.%N) - $began" | bc)
	"$handoff" evaluate "$work/m" "$test" --json --quiet >"$work/json" || [ $? = 1 ]
	python3 - "$name" "$(basename "$with")" "$began" "$work/json" "$*" <<'P'
import json, sys
o = json.load(open(sys.argv[4]))
print(f"{sys.argv[1]:16} {sys.argv[2]:8} {sys.argv[5]:20} accuracy {o['accuracy']:.4f}  at 5% error {o['coverage_at_error']['0.05']:.3f}"
      f"  train {float(sys.argv[3]):.1f} s", flush=True)
P
}

for set in ${SETS:-sst2 trec6 banking77 imdb}; do
	for with in none "$static"; do
		one "$set" "$data/${set}_train.csv.gz" "$data/${set}_test.csv.gz" "$with" --promise cross-fit
	done
done
for seed in 1 2 3; do
	head_of "$data/imdb_train.csv.gz" 1000 $seed >"$work/train.csv"
	for with in none "$static"; do
		one "imdb 1,000 ($seed)" "$work/train.csv" "$data/imdb_test.csv.gz" "$with" --promise cross-fit
	done
done
if [ -n "$encoder" ]; then
	head_of "$data/imdb_test.csv.gz" "${TESTS:-1000}" 0 >"$work/test.csv"
	head_of "$data/imdb_train.csv.gz" 1000 1 >"$work/train.csv"
	for with in none "$static" "$encoder"; do
		one "imdb 1,000 few" "$work/train.csv" "$work/test.csv" "$with" --promise cross-fit
	done
fi
