#!/usr/bin/env bash
# Measure handoff beside its peers, in one run on one machine. Usage: run.sh [STEP...]
#   accuracy    every set: handoff with the exact promise and with --promise cross-fit, and the peers
#   throughput  classify 50,000 short texts on one core beside the scikit-learn pipeline
#   oos         clinc150: queries outside every intent that are handed over, and coverage of the others
#   scale       100,000 and 1,000,000 distinct texts made from imdb's sentences
# Environment: DATA (../shared/data), PEERS (../shared/peers), HANDOFF (build/release/handoff, built if absent),
#   SETS ("imdb sst2 subj sms trec6 banking77 clinc150"), MODES (peers: "plain word full fixed default bigram"),
#   OUT (build/bench). One JSON line a measurement goes to $OUT/results.jsonl; $OUT/benchmarks.md is the table of them.
set -euo pipefail
cd "$(dirname "$0")/.."
DATA=$(realpath -m "${DATA:-../shared/data}") PEERS=$(realpath -m "${PEERS:-../shared/peers}")
HANDOFF=$(realpath -m "${HANDOFF:-build/release/handoff}") OUT=$(realpath -m "${OUT:-build/bench}")
SETS=${SETS:-imdb sst2 subj sms trec6 banking77 clinc150} MODES=${MODES:-plain word full fixed default bigram}
# scikit-learn comes from Debian, so the peers run on Debian's interpreter.
PYTHON=${PYTHON:-/usr/bin/python3}
[ $# -gt 0 ] || set -- accuracy throughput oos scale
[ -d "$DATA" ] || { echo "run.sh: no data sets at $DATA; set DATA" >&2; exit 1; }
[ -d "$PEERS" ] || { echo "run.sh: no peers at $PEERS; set PEERS, or MODES='' for handoff alone" >&2; [ -z "$MODES" ] || exit 1; }
[ -x "$HANDOFF" ] || make --no-print-directory build
mkdir -p "$OUT"
results=$OUT/results.jsonl
: >"$results"

record() { # KEY=VALUE...: one measurement; numbers stay numbers
	python3 - "$@" >>"$results" <<'P'
import json, sys
pairs = (a.split("=", 1) for a in sys.argv[1:])
def value(v):
    try:
        return float(v) if "." in v or "e" in v else int(v)
    except ValueError:
        return v
print(json.dumps({k: value(v) for k, v in pairs}))
P
}

# measured NAME COMMAND...: run it; wall seconds and peak KiB in $seconds and $rss
measured() {
	local log=$OUT/$1.time
	shift
	/usr/bin/time -f '%e %M' -o "$log" "$@"
	read -r seconds rss < <(tail -n 1 "$log")
}
field() { python3 -c 'import json, sys; o = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

ours() { # SET PROMISE
	local model=$OUT/$1.$2.handoff test=$DATA/$1_test.csv.gz report=$OUT/$1.$2.evaluate.json
	measured "$1.$2.train" "$HANDOFF" train "$DATA/$1_train.csv.gz" --target label -o "$model" --promise "$2" --json --quiet \
		>"$OUT/$1.$2.train.json"
	"$HANDOFF" evaluate "$model" "$test" --json --quiet >"$report" || [ $? = 1 ]
	record step=accuracy set="$1" who="handoff $2" acc="$(field "$report" 'o["accuracy"]')" train_s="$seconds" \
		rss_mb=$((rss / 1024)) model_bytes="$(stat -c %s "$model")" n="$(field "$report" 'o["n"]')" seen="$(field "$report" 'o["seen"]')" \
		coverage="$(field "$report" 'o["automated"]["coverage"]')" error="$(field "$report" 'o["automated"]["error"]')" \
		cov_at_5="$(field "$report" 'o["coverage_at_error"]["0.05"]')"
}

peer() { # SET MODE: a peer's own JSON line, with its names made ours
	local line
	case $2 in
	plain | word | full | fixed) line=$("$PYTHON" "$PEERS/linear_peer.py" "$DATA/$1_train.csv.gz" "$DATA/$1_test.csv.gz" "$2") ;;
	*) line=$(bash "$PEERS/fasttext_peer.sh" "$DATA/$1_train.csv.gz" "$DATA/$1_test.csv.gz" "$2") ;;
	esac
	python3 -c 'import json, sys
o = json.loads(sys.argv[1].replace(":.", ":0."))  # bc leaves out the leading zero
if "rss_kb" in o: o["rss_mb"] = int(o.pop("rss_kb")) // 1024
print(json.dumps(dict(o, step="accuracy", set=sys.argv[2], who=o["peer"])))' "$line" "$1" >>"$results"
}

step_accuracy() {
	local set mode
	for set in $SETS; do
		echo "accuracy: $set" >&2
		ours "$set" exact
		ours "$set" cross-fit
		for mode in $MODES; do peer "$set" "$mode"; done
	done
}

step_throughput() {
	local rows=$OUT/short-texts.csv model=$OUT/throughput.handoff
	python3 bench/short-texts.py 50000 "$rows" "$DATA"/{sst2,subj,sms}_{train,test}.csv.gz
	"$HANDOFF" train "$DATA/sst2_train.csv.gz" --target label -o "$model" --quiet >/dev/null
	# All included: starting, opening the model, reading, writing. One core.
	measured throughput taskset -c 0 "$HANDOFF" classify "$model" "$rows" --threads 1 --quiet >"$OUT/throughput.jsonl"
	record step=throughput who=handoff texts=50000 seconds="$seconds" per_s="$(echo "50000 / $seconds" | bc)" rss_mb=$((rss / 1024))
	if [ -n "$MODES" ]; then
		local line
		line=$(taskset -c 0 "$PYTHON" "$PEERS/linear_peer.py" "$DATA/sst2_train.csv.gz" "$rows" fixed)
		# The peer's clock leaves out starting, reading and writing: the comparison favours it.
		record step=throughput who=sklearn-fixed texts=50000 seconds="$(field <(echo "$line") 'o["pred_s"]')" \
			per_s="$(field <(echo "$line") 'o["pred_per_s"]')" rss_mb="$(field <(echo "$line") 'o["rss_mb"]')"
	fi
}

step_oos() {
	local model=$OUT/clinc150.oos.handoff
	"$HANDOFF" train "$DATA/clinc150_train.csv.gz" --target label -o "$model" --max-error 0.05 --quiet >/dev/null
	"$HANDOFF" classify "$model" "$DATA/clinc150_oos_test.csv.gz" --quiet >"$OUT/oos.jsonl"
	"$HANDOFF" evaluate "$model" "$DATA/clinc150_test.csv.gz" --json --quiet >"$OUT/oos.evaluate.json" || [ $? = 1 ]
	record step=oos who=handoff texts="$(wc -l <"$OUT/oos.jsonl")" handed_over="$(grep -c '"decision":"human"' "$OUT/oos.jsonl" || true)" \
		novel="$(grep -c '"reason":"novel"' "$OUT/oos.jsonl" || true)" coverage="$(field "$OUT/oos.evaluate.json" 'o["automated"]["coverage"]')" \
		error="$(field "$OUT/oos.evaluate.json" 'o["automated"]["error"]')"
}

step_scale() {
	local rows data
	for rows in 100000 1000000; do
		echo "scale: $rows texts" >&2
		data=$OUT/sentences-$rows.csv
		[ -e "$data" ] || python3 bench/make-sentences.py $rows "$data" "$DATA/imdb_train.csv.gz" "$DATA/imdb_test.csv.gz"
		measured scale-$rows "$HANDOFF" train "$data" --target label -o "$OUT/scale.handoff" --json --quiet >"$OUT/scale-$rows.json"
		record step=scale who=handoff texts=$rows train_s="$seconds" rss_mb=$((rss / 1024)) \
			acc="$(field "$OUT/scale-$rows.json" 'o["accuracy"]')" model_bytes="$(stat -c %s "$OUT/scale.handoff")"
	done
}

for step; do
	case $step in
	accuracy | throughput | oos | scale) "step_$step" ;;
	*) echo "run.sh: no step '$step'" >&2; exit 2 ;;
	esac
done
python3 bench/table.py "$results" >"$OUT/benchmarks.md"
cat "$OUT/benchmarks.md"
