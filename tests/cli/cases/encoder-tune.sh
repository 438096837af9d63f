# Fine-tuning the encoder: used where it helps, nothing out of noise, interrupted and continued, the same on any threads.
export XDG_DATA_HOME=$PWD/data
python3 "$CLI/make-encoder.py" encoder tiny
python3 "$CLI/make-encoder.py" texts 700 1 >train.csv
python3 "$CLI/make-encoder.py" texts 300 2 >test.csv
refuse 2 handoff train train.csv --target label --fine-tune -o x.handoff
refuse 2 handoff train train.csv --target label --encoder tiny --fine-tune-rows 100 -o x.handoff

expect 0 handoff train train.csv --target label --encoder tiny --fine-tune --promise cross-fit -o large.handoff --json
json out 'o["fine_tuning"]["judged_by"] == "cross-tuning"' 'o["fine_tuning"]["folds"] == 3' \
	'o["fine_tuning"]["learnt_from"] == "labels"' 'o["fine_tuning"]["rows_that_judged_it"] == o["parts"]["fit"]' \
	'len(o["fine_tuning"]["looks"]) > 1'
rm -rf large.handoff*

# With fewer than 100 rows it is always used.
{ head -1 train.csv; sed -n 2,91p train.csv; } >small.csv
tune() { "$HANDOFF" train small.csv --target label --encoder tiny --fine-tune --promise cross-fit --encoder-beside "$@"; }
expect 0 tune -o m.handoff --json --threads 2
json out 'o["fine_tuning"]["used"]' 'o["encoder"]["used"]' 'o["fine_tuning"]["rows_that_judged_it"] == 90' \
	'"encoder, fine-tuned" in [h["head"] for h in o["chosen"]]'
no_leftovers data tiny train.csv test.csv small.csv m.handoff m.handoff.encoder

# Interrupted: the next run goes on, and the encoder is that of a run that was never stopped.
for part in 0 2; do
	(exec "$HANDOFF" train small.csv --target label --encoder tiny --fine-tune --promise cross-fit --encoder-beside \
		-o again.handoff --threads 1 >out 2>err) & # the signal is for the program, and not for a shell that calls it
	until [ -e again.handoff.tuning-$part ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
	kill -INT $! 2>/dev/null || true
	wait $! || true
	[ ! -e again.handoff.tuning-$part ] || grep -q 'goes on from there' err || fail "it is not said what stays: $(cat err)"
done
stopped=$(ls again.handoff.tuning-* 2>/dev/null || true) # none: the machine was too quick for the signal
expect 0 tune -o again.handoff --threads 1
[ -z "$stopped" ] || grep -q 'goes on from step' err || fail "the last run began anew"
[ "$(ls -d again.handoff* | tr '\n' ' ')" = "again.handoff again.handoff.encoder " ] || fail "left behind: $(ls)"
# Once more over the same name: the old encoder gives way, and nothing of it is left.
expect 0 tune -o again.handoff --threads 1 --quiet
[ "$(ls -d again.handoff* | tr '\n' ' ')" = "again.handoff again.handoff.encoder " ] || fail "left behind: $(ls)"
cmp m.handoff.encoder/model.safetensors again.handoff.encoder/model.safetensors || fail "another encoder after an interruption"
handoff classify m.handoff test.csv >a.jsonl 2>err
handoff classify again.handoff test.csv >b.jsonl 2>err
cmp a.jsonl b.jsonl || fail "other answers after an interruption"

# A model that cannot be written: the old one finds its own encoder as before.
cp -r again.handoff.encoder before
# (On more rows, so that it is not done before the folder is there.)
"$HANDOFF" train train.csv --target label --encoder tiny --fine-tune --promise cross-fit --encoder-beside -o again.handoff \
	--threads 1 --quiet >out 2>err &
until [ -e again.handoff.tuning-0 ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
mv again.handoff old.handoff && mkdir again.handoff
if wait $!; then fail "a folder was written over"; fi
rmdir again.handoff && mv old.handoff again.handoff
cmp before/model.safetensors again.handoff.encoder/model.safetensors || fail "the old model has lost its encoder"
expect "0|1" handoff evaluate again.handoff test.csv --quiet
rm -r again.handoff.tuning-*

# Within the model file, as any encoder: nothing stands beside it, and the answers are the same.
expect 0 handoff train small.csv --target label --encoder tiny --fine-tune --promise cross-fit -o within.handoff --quiet
[ "$(ls -d within.handoff*)" = within.handoff ] || fail "left behind: $(ls)"
mv tiny away
handoff classify within.handoff test.csv >c.jsonl 2>err
mv away tiny
cmp <(sed 's/"model":"[^"]*"//' a.jsonl) <(sed 's/"model":"[^"]*"//' c.jsonl) || fail "another encoder within the model file than beside it"

# Judged and answering in int8; tuned in fp32, or in bf16 where the processor has it.
expect 0 handoff train small.csv --target label --encoder tiny --encoder-precision int8 --fine-tune --promise cross-fit \
	-o int8.handoff --json
json out 'o["fine_tuning"]["used"]' 'o["encoder"]["precision"] == "int8"'
expect 0 handoff encoder check int8.handoff --json
json out 'o["encoder"]["precision"] == "int8"'
expect 0 handoff classify int8.handoff test.csv
python3 - c.jsonl out <<'P' || fail "int8 gives other answers than fp32"
import json, sys
a, b = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
assert sum(x["label"] == y["label"] for x, y in zip(a, b)) > 0.97 * len(a) and len(a) == len(b)
assert any(x["confidence"] != y["confidence"] for x, y in zip(a, b))
P

# Beside it, it may move along, and the original one is not it.
mkdir moved && mv m.handoff m.handoff.encoder moved/
expect "0|1" handoff evaluate moved/m.handoff test.csv --json
json out 'o["accuracy"] > 0.9'
expect 0 handoff encoder check moved/m.handoff.encoder
mv moved/m.handoff.encoder away
HANDOFF_ENCODER=tiny refuse 3 handoff classify moved/m.handoff test.csv
grep -q 'encoder' err || fail "the encoder as it was before is not told from the tuned one"

# Something else under the name of the folder is not touched.
mkdir odd.handoff.encoder && echo mine >odd.handoff.encoder/notes
refuse 2 tune -o odd.handoff --quiet
[ "$(cat odd.handoff.encoder/notes)" = mine ] || fail "a stranger's folder was touched"
[ ! -e odd.handoff ] || fail "a model was written"

# Labels that are coin flips: nothing is promised, whatever the encoder has learnt by heart.
awk -F, 'NR == 1 { print; next } { s = (s * 16807 + 7) % 2147483647; if (NR == 2) s = 4711; print $1 "," (s % 97 < 48 ? "left" : "right") }' \
	train.csv >noise.csv
for kind in exact cross-fit; do
	expect 1 handoff train noise.csv --target label --encoder tiny --fine-tune --promise $kind --require-promise \
		-o noise.handoff --json
	json out 'o["promise"] is None' 'o["fine_tuning"]["log_loss_with"] > 0.6'
done

# An exact promise and rows enough: three tunings on the same rows, interrupted in the second.
python3 "$CLI/make-encoder.py" texts 1800 3 >many.csv
"$HANDOFF" train many.csv --target label --encoder tiny --fine-tune -o runs.handoff --encoder-beside --json >out 2>err || fail "no model of three tunings"
json out 'o["fine_tuning"]["judged_by"] == "held-out rows"' 'o["fine_tuning"]["tunings"] in (1, 3)'
tuned=$(python3 -c 'import json; print(json.load(open("out"))["fine_tuning"]["used"])')
"$HANDOFF" train many.csv --target label --encoder tiny --fine-tune -o runs2.handoff --encoder-beside --threads 1 >out 2>err &
until [ -e runs2.handoff.tuning-1 ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
kill -INT $! 2>/dev/null || true
wait $! || true
expect 0 handoff train many.csv --target label --encoder tiny --fine-tune -o runs2.handoff --encoder-beside --threads 1
ls runs2.handoff.tuning-* 2>/dev/null && fail "checkpoints of runs are left behind"
[ "$tuned" = False ] || cmp runs.handoff.encoder/model.safetensors runs2.handoff.encoder/model.safetensors ||
	fail "another mean after an interruption"

# Few labels: pairs. Little time: left out, and said so.
{ head -1 train.csv; sed -n 2,21p train.csv; } >few.csv
expect 0 handoff train few.csv --target label --encoder tiny --fine-tune --promise cross-fit -o few.handoff --json
json out 'o["fine_tuning"]["learnt_from"] == "pairs"' 'o["fine_tuning"]["used"]' 'o["fine_tuning"]["folds"] == 3'
expect 0 handoff train train.csv --target label --encoder tiny --fine-tune --time-limit 0.01 -o hasty.handoff --json
json out 'not o["fine_tuning"]["used"]' '"left_out" in o["fine_tuning"]'
expect 0 handoff train few.csv --target label --encoder tiny --fine-tune -o words.handoff
grep -q 'fine-tuned' out || fail "the report does not say that the encoder was fine-tuned"
