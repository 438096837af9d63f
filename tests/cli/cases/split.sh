# Both parts together are the file; a text, or a near copy of it, is on one side only.
texts 2000 1 >t.csv
sed -n 2,301p t.csv >more; cat more >>t.csv
sed -n '2,201s/,/ indeed,/p' t.csv >more; cat more >>t.csv; rm more
expect 0 handoff split t.csv --target label --test 0.2 -o s
json s.train.jsonl 'all(set(("text", "label")) <= set(r) for r in rows)' 'set(r["label"] for r in rows) == {"pos", "neg"}'
json s.test.jsonl 'all(set(("text", "label")) <= set(r) for r in rows)' '300 <= len(rows) <= 700'
[ $(($(lines s.train.jsonl) + $(lines s.test.jsonl))) = 2500 ] || fail "rows were lost or invented"
python3 - <<'P'
import json
key = lambda text: text.removesuffix(" indeed")
train, test = ({key(json.loads(r)["text"]) for r in open(f"s.{part}.jsonl")} for part in ("train", "test"))
assert not train & test, f"{len(train & test)} texts on both sides"
P
no_leftovers t.csv s.train.jsonl s.test.jsonl
cp s.train.jsonl first
handoff split t.csv --target label --test 0.2 -o s --quiet
cmp first s.train.jsonl || fail "the same seed gave another split"
handoff split t.csv --target label --test 0.2 -o s --quiet --seed 2
! cmp -s first s.train.jsonl || fail "another seed gave the same split"
