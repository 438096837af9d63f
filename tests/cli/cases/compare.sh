# Two models on the same texts: a paired difference with its interval.
texts 300 5 0.3 >weak.csv
trained
handoff train weak.csv --target label -o weak.handoff --quiet >/dev/null
expect 0 handoff compare m.handoff weak.handoff test.csv --json
json out 'o["n"] <= 1000' 'len(o["accuracy"]) == 2 and all(share(a) for a in o["accuracy"])' \
	'approx(abs(o["difference"]), abs(o["accuracy"][0] - o["accuracy"][1]), 1e-6)' \
	'o["interval"][0] <= o["difference"] <= o["interval"][1]' 'share(o["p_value"])' 'o["better"] in ("a", "b", None)' \
	'len(o["coverage"]) == 2' 'set(o["per_label"]) == {"pos", "neg"}'
handoff compare m.handoff m.handoff test.csv --json --quiet >same.json
json same.json 'o["difference"] == 0' 'o["better"] is None' 'o["p_value"] > 0.5'
