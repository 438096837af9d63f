# The pieces and the bias sum to the score; offsets point at the text, in bytes.
trained
text="gefare café bolade tapone donile"
expect 0 handoff explain m.handoff "$text" --json
cp out argument
json out 'o["label"] in ("pos", "neg")' 'share(o["confidence"])' 'o["decision"] in ("auto", "human")' 'o["pieces"]' \
	'approx(sum(p["weight"] for p in o["pieces"]) + o["bias"], o["total"], 1e-4 * max(1, abs(o["total"])))' \
	'all({"text", "start", "end", "view", "weight"} <= set(p) for p in o["pieces"])' \
	'all(0 <= p["start"] <= p["end"] <= len("gefare café bolade tapone donile".encode()) for p in o["pieces"])' \
	'any("gefare café bolade tapone donile".encode()[p["start"]:p["end"]].decode() == p["text"] for p in o["pieces"] if p["text"])' \
	'len(o["words"]) > 0'
printf '%s' "$text" | handoff explain m.handoff - --json >stdin
cmp argument stdin || fail "standard input is explained otherwise"
expect 0 handoff explain m.handoff "$text"
[ -s out ] || fail "no explanation in words"
# What explain says is what classify answers.
printf '{"text":"%s"}\n' "$text" | handoff classify m.handoff - --format jsonl >answer.jsonl
python3 - <<'P'
import json
e, a = json.load(open("argument")), json.loads(open("answer.jsonl").readline())
assert (e["label"], e["decision"], e["reason"]) == (a["label"], a["decision"], a["reason"]), (e, a)
assert abs(e["confidence"] - a["confidence"]) < 1e-3
P
# A file's name in the place of the text is easily meant as the file.
expect 0 handoff explain m.handoff train.csv
grep -q 'name of a file' err || fail "nobody is told that the name was explained, not the file"
expect 0 handoff explain m.handoff "$text"
! grep -q 'name of a file' err || fail "a text is taken for the name of a file"
