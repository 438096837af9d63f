# Labels drawn at random: chance, no promise, everything handed over; --require-promise then says no (1).
texts 3000 1 1 >random.csv
expect 0 handoff train random.csv --target label -o m.handoff --json
json out 'o["promise"] is None' 'share(o["strictest_possible"])' 'o["strictest_possible"] > 0.3' '"labels_needed" in o' '0.4 < o["accuracy"] < 0.6'
handoff classify m.handoff random.csv >answers.jsonl
json answers.jsonl 'all(r["decision"] == "human" and r["reason"] in ("no_promise", "novel") for r in rows)' \
	'sum(r["reason"] == "no_promise" for r in rows) > 2500'
expect 1 handoff train random.csv --target label -o n.handoff --require-promise --quiet
texts 500 8 1 >other.csv
expect 0 handoff evaluate m.handoff other.csv --json
json out 'o["promise"] is None' 'o["automated"]["n"] == 0' 'o["automated"]["error"] is None'
