# One object a line, in order, with the fields of the contract.
trained
expect 0 handoff classify m.handoff test.csv
cp out answers.jsonl
json answers.jsonl 'len(rows) == 1000' '[r["id"] for r in rows] == [str(i + 1) for i in range(1000)]' \
	'all(set(r) >= {"id", "label", "confidence", "decision", "reason", "scores"} for r in rows)' \
	'all(set(r["scores"]) == {"pos", "neg"} and approx(sum(r["scores"].values()), 1, 1e-3) for r in rows)' \
	'all(approx(r["confidence"], r["scores"][r["label"]], 1e-6) and r["confidence"] == max(r["scores"].values()) for r in rows)' \
	'all(r["reason"] is None if r["decision"] == "auto" else r["decision"] == "human" and r["reason"] in ("unsure", "novel") for r in rows)' \
	'500 < sum(r["decision"] == "auto" for r in rows)'
# The id column is used where there is one, and no label column is needed.
awk -F, 'NR == 1 { print "id,text"; next } { print "mail-" NR "," $1 }' test.csv >ids.csv
expect 0 handoff classify m.handoff ids.csv
cp out ids.jsonl
json ids.jsonl 'rows[0]["id"] == "mail-2"' 'len(rows) == 1000'
