# Training with an encoder: chosen where it helps, the same answers in every way of asking, and clear words without it.
export XDG_DATA_HOME=$PWD/data
python3 "$CLI/make-encoder.py" encoder tiny
python3 "$CLI/make-encoder.py" encoder stranger 2
python3 "$CLI/make-encoder.py" texts 120 1 >train.csv
python3 "$CLI/make-encoder.py" texts 500 2 >test.csv
expect 0 handoff train train.csv --target label --promise cross-fit -o words.handoff --quiet
expect 0 handoff train train.csv --target label --promise cross-fit --encoder tiny -o whole.handoff --json
json out 'any("encoder" in h["head"] for h in o["chosen"])' 'o["encoder"]["name"] == "tiny"' 'o["encoder"]["used"]' \
	'not o["encoder"]["given_up"]'
expect 0 handoff train train.csv --target label --promise cross-fit --encoder tiny --encoder-beside -o m.handoff --quiet
cp m.handoff first.handoff
expect 0 handoff train train.csv --target label --promise cross-fit --encoder tiny --encoder-beside -o m.handoff --quiet --threads 1
cmp m.handoff first.handoff || fail "another number of threads gives another model"

# Within the model file or beside it: the same model. What `embed` makes of the one is the other, to the byte.
expect 0 handoff encoder embed m.handoff -o embedded.handoff
cmp whole.handoff embedded.handoff || fail "embed makes another file than train"
expect 0 handoff encoder embed embedded.handoff --encoder tiny/
cmp whole.handoff embedded.handoff || fail "a model that holds its encoder was changed"
refuse 3 handoff encoder embed m.handoff --encoder stranger -o x.handoff
refuse 2 handoff encoder embed words.handoff -o x.handoff
[ ! -e x.handoff ] || fail "a refused model was written"
[ "$(wc -c <whole.handoff)" -gt "$(($(wc -c <m.handoff) + $(wc -c <tiny/model.safetensors)))" ] || fail "it is not within"
handoff classify m.handoff test.csv >beside.jsonl 2>err
handoff classify whole.handoff test.csv >within.jsonl 2>err
cmp beside.jsonl within.jsonl || fail "the encoder within answers otherwise"
expect 0 handoff encoder check m.handoff --json
json out 'not o["encoder"]["within"]' 'o["encoder"]["folder"].endswith("/tiny")'

accuracy() { handoff evaluate "$1" test.csv --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["accuracy"])'; }
python3 -c "import sys; assert float('$(accuracy m.handoff)') > float('$(accuracy words.handoff)') + 0.1" ||
	fail "the encoder does not help: $(accuracy m.handoff) and $(accuracy words.handoff) without"

# In blocks, on other numbers of threads, one at a time: the same bytes.
handoff classify m.handoff test.csv >blocks.jsonl 2>err
handoff classify m.handoff test.csv --threads 1 >one.jsonl 2>err
cmp blocks.jsonl one.jsonl || fail "another number of threads gives other answers"
sed -n 2,4p test.csv | while IFS=, read -r text _; do printf 'text\n%s\n' "$text" | handoff classify m.handoff - --format csv; done >single.jsonl 2>err
python3 - <<'P'
import json
block = [json.loads(line) for line in open("blocks.jsonl")][:3]
single = [json.loads(line) for line in open("single.jsonl")]
assert len(single) == 3
for a, b in zip(block, single):
    assert (a["label"], a["confidence"], a["decision"]) == (b["label"], b["confidence"], b["decision"]), (a, b)
P
expect 0 handoff explain m.handoff "$(sed -n 2p test.csv | cut -d, -f1)" --json
json out 'any(p["view"] == "encoder" for p in o["pieces"])' \
	'approx(sum(p["weight"] for p in o["pieces"]) + o["bias"], o["total"], 1e-4 * max(1, abs(o["total"])))'

# The encoder may stand beside the model, or where HANDOFF_ENCODER says; another one is refused.
mkdir elsewhere && mv tiny elsewhere/
refuse 3 handoff classify m.handoff test.csv
grep -q 'needs the encoder it was trained with' err || fail "a missing encoder is not named"
refuse 3 handoff explain m.handoff "some text"
refuse 3 handoff encoder check m.handoff
refuse 3 handoff encoder embed m.handoff
refuse 3 handoff deploy m.handoff --workspace none --task sides
[ -z "$(ls none/models 2>/dev/null)" ] || fail "a model that cannot answer was copied"
expect 0 handoff classify whole.handoff test.csv
cmp out within.jsonl || fail "the encoder within is not enough"
expect 0 handoff encoder check whole.handoff --json
json out 'o["encoder"]["within"]' 'o["encoder"]["folder"] == "tiny"'
# Beside the model is not beside its copy in a workspace: that is said before anything is copied.
cp m.handoff elsewhere/near.handoff
refuse 3 handoff deploy elsewhere/near.handoff --workspace none --task sides
[ -z "$(ls none/models 2>/dev/null)" ] || fail "a model that cannot answer was copied"
cp m.handoff elsewhere/
(cd elsewhere && expect 0 handoff classify m.handoff ../test.csv) || fail "the encoder beside the model is not found"
HANDOFF_ENCODER=elsewhere/tiny expect 0 handoff classify m.handoff test.csv
HANDOFF_ENCODER=stranger refuse 3 handoff classify m.handoff test.csv
grep -q 'another encoder' err || fail "another encoder is not said to be"
(cd elsewhere && HANDOFF_ENCODER=../stranger expect 0 handoff classify m.handoff ../test.csv) ||
	fail "HANDOFF_ENCODER keeps a model from its own encoder"
expect 0 handoff classify words.handoff test.csv
mv elsewhere/tiny .
refuse 3 handoff train train.csv --target label --encoder nowhere -o x.handoff
refuse 3 handoff train train.csv --target label --encoder elsewhere -o x.handoff
# The model file names the folder in UTF-8; a name that is none is refused before anything is written.
cp -r tiny $'odd\xff'
refuse 2 handoff train train.csv --target label --promise cross-fit --encoder $'odd\xff' -o x.handoff
grep -q 'UTF-8' err || fail "it is not said what is wrong with the folder"
[ ! -e x.handoff ] || fail "a model was written"

# Where the encoder of the model that answers is gone, its labels still guard against a model of another task.
expect 0 handoff deploy m.handoff --workspace desk --task sides
sed 's/,left$/,up/; s/,right$/,down/' train.csv >other.csv
expect 0 handoff train other.csv --target label --promise cross-fit -o other.handoff --quiet
mv tiny elsewhere/
refuse "3|4" handoff deploy other.handoff --workspace desk --task sides
grep -q 'lacks 2 of the 2 labels' err || fail "the labels of a model without its encoder are not looked at"

# A service whose encoder is missing hands that task's texts over, says so with the model's file, and takes the encoder
# up once it is there.
serving desk
KEY=$(handoff key add app --scope classify,review --workspace desk --quiet)
ask() { request POST /v1/tasks/sides/classify "{\"text\":\"$(sed -n 2p test.csv | cut -d, -f1)\"}"; }
ask >gone.json
json gone.json 'o["decision"] == "human"' 'o["model"] is None'
until_true 'request GET /healthz | grep -q degraded'
until_true 'grep -q "models/[0-9a-f]*.handoff: the model needs the encoder" serve.err'
mv elsewhere/tiny .
until_true 'ask >back.json && grep -q "\"model\":\"" back.json'
stopped

# A few labels: it trains, promises nothing and says so.
{ head -1 train.csv; sed -n 2,17p train.csv; } >few.csv
expect 0 handoff train few.csv --target label --encoder tiny --promise cross-fit -o few.handoff
expect 1 handoff train few.csv --target label --encoder tiny --promise cross-fit --require-promise -o few2.handoff
handoff classify few.handoff test.csv >few.jsonl 2>err
! grep -q '"decision":"auto"' few.jsonl || fail "sixteen labels answer by themselves"

# Novelty looks at the distance to the nearest training text: of ordinary texts it costs its level of 2%, give or take what a
# tune part of 300 leaves to chance (a standard deviation of 0.8 points).
python3 "$CLI/make-encoder.py" texts 6000 21 >many.csv
python3 "$CLI/make-encoder.py" texts 2000 22 >fresh.csv
expect 0 handoff train many.csv --target label --max-error 0.2 --encoder tiny --encoder-beside -o many.handoff --json
json out 'any("encoder" in h["head"] for h in o["chosen"])' 'o["novelty_from"] == "tune"' 'o["novelty_level"] == 0.02'
novel=$(handoff classify many.handoff fresh.csv --quiet 2>err | grep -c '"reason":"novel"')
[ "$novel" -ge 10 ] && [ "$novel" -le 90 ] || fail "$novel of 2000 ordinary texts are called novel"
# int8: a model of its own, which keeps its precision and is told by its file alone.
expect 0 handoff train train.csv --target label --promise cross-fit --encoder tiny --encoder-precision int8 -o int8.handoff --json
json out 'any("encoder" in h["head"] for h in o["chosen"])'
expect 0 handoff classify int8.handoff test.csv
cp out int8.jsonl
expect 0 handoff classify m.handoff test.csv
python3 - <<'P'
import json
a, b = ([json.loads(line) for line in open(name)] for name in ("out", "int8.jsonl"))
assert len(a) == len(b) == 500
assert any(x["confidence"] != y["confidence"] for x, y in zip(a, b)), "int8 computes the same as fp32"
assert sum(x["label"] == y["label"] for x, y in zip(a, b)) >= 475
P
refuse 2 handoff train train.csv --target label --encoder tiny --encoder-precision int4 -o x.handoff
refuse 2 handoff train train.csv --target label --encoder-precision int8 -o x.handoff
# A text is read so far and no further: in training, in answering, and tuned.
refuse 2 handoff train train.csv --target label --encoder-tokens 8 -o x.handoff
refuse 2 handoff train train.csv --target label --encoder tiny --encoder-tokens 2 -o x.handoff
refuse 2 handoff train train.csv --target label --encoder tiny --encoder-tokens 0 -o x.handoff
refuse 2 handoff train train.csv --target label --encoder tiny --encoder-tokens 9999 -o x.handoff
grep -q 'more than the' err || fail "it is not said how many tokens the encoder can take"
expect 0 handoff train train.csv --target label --promise cross-fit --encoder tiny --encoder-tokens 4 -o short.handoff --json
json out 'o["encoder"]["max_tokens"] == 4'
expect 0 handoff encoder check short.handoff --json
json out 'o["encoder"]["max_tokens"] == 4'
expect 0 handoff encoder check int8.handoff --json
json out 'o["encoder"]["precision"] == "int8"'
refuse 2 handoff encoder check int8.handoff --encoder-precision fp32
