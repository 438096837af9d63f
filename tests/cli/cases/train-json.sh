# The keys and ranges that `train --json` promises to machines.
texts 3000 1 >train.csv
expect 0 handoff train train.csv --target label -o m.handoff --json
json out 'o["rows"] == 3000' 'set(o["labels"]) == {"pos", "neg"}' \
	'all(o["parts"][p] > 100 for p in ("fit", "tune", "certify"))' 'sum(o["parts"][p] for p in ("fit", "tune", "certify")) <= 3000' \
	'o["search"] and all({"candidate", "rows", "score", "seconds"} <= set(s) for s in o["search"])' \
	'set(o["baselines"]) >= {"majority", "best_token", "naive_bayes", "tfidf_lr"}' \
	'all(share(b["accuracy"]) and interval(b["interval"]) for b in o["baselines"].values())' \
	'o["baselines"]["majority"]["accuracy"] < 0.6' 'o["chosen"]' 'share(o["accuracy"]) and o["accuracy"] > 0.9' \
	'interval(o["accuracy_interval"])' 'o["accuracy_interval"][0] <= o["accuracy"] <= o["accuracy_interval"][1]' \
	'o["learning_curve"] and all(p["rows"] > 0 and share(p["accuracy"]) for p in o["learning_curve"])' \
	'o["promise"]["max_error"] == 0.05' 'o["promise"]["confidence_level"] == 0.95' 'o["promise"]["kind"] == "exact"' \
	'share(o["promise"]["threshold"])' 'share(o["promise"]["coverage"]) and o["promise"]["coverage"] > 0.5' \
	'0 <= o["promise"]["k"] <= o["promise"]["n"] <= o["parts"]["certify"]' 'o["promise"]["tested"]' \
	'o["seconds"] > 0' 'o["peak_rss_mb"] > 0' 'o["model_bytes"] > 0'
[ "$(python3 -c 'import json; print(json.load(open("out"))["model_bytes"])')" = "$(stat -c %s m.handoff)" ] || fail "model_bytes is wrong"
