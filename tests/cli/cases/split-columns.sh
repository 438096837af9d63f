# The parts of a split have the columns of the file, so the same options train on them; the common names stand beside
# them, unless the file uses these for something else.
texts 1500 1 | awk -F, 'NR == 1 { print "subject,body,urgent,text"; next }
	{ n = split($1, w, " "); printf "%s %s,", w[1], w[2]; for (i = 3; i <= n; i++) printf "%s ", w[i]; printf ",%s,note %d\n", $2, NR % 7 }' >tick.csv
columns=(--text subject --text body --target urgent)
expect 0 handoff split tick.csv "${columns[@]}" -o tk
json tk.test.jsonl 'all({"subject", "body", "urgent", "label", "text"} <= set(r) for r in rows)' \
	'all(r["text"].startswith("note ") and r["label"] == r["urgent"] for r in rows)' 'not any("text_2" in r for r in rows)'
expect 0 handoff train tk.train.jsonl "${columns[@]}" -o m.handoff
expect 0 handoff classify m.handoff tk.test.jsonl; cp out wanted
expect 0 handoff classify m.handoff - --format jsonl <tk.test.jsonl
cmp out wanted || fail "standard input is answered otherwise than a file"
cut -d, -f1-3 tick.csv >three.csv
expect 0 handoff split three.csv "${columns[@]}" -o th
json th.test.jsonl 'all(r["text"].split() == (r["subject"] + " " + r["body"]).split() for r in rows)'
# Without the model's columns the guess is the same for a file and a pipe: the first record decides.
python3 -c '
import json
for r in map(json.loads, open("th.test.jsonl")): print(json.dumps({"id": r["id"], "text": r["text"]}))' >plain.jsonl
expect 0 handoff classify m.handoff plain.jsonl; cp out wanted
expect 0 handoff classify m.handoff - --format jsonl <plain.jsonl
cmp out wanted || fail "standard input is guessed otherwise than a file"
# One text column of another name.
cut -d, -f2,3 tick.csv >one.csv
expect 0 handoff split one.csv --text body --target urgent -o on
json on.test.jsonl 'all(r["text"] == r["body"] and r["label"] == r["urgent"] for r in rows)'
expect 0 handoff train on.train.jsonl --text body --target urgent -o o.handoff
