# The keys, ranges and identities of `evaluate --json`.
trained
expect 0 handoff evaluate m.handoff test.csv --json
json out 'o["n"] + o["seen"] == 1000' 'share(o["accuracy"]) and o["accuracy"] > 0.9' 'interval(o["accuracy_interval"])' \
	'share(o["macro_f1"])' 'o["log_loss"] >= 0' 'o["brier"] >= 0' 'share(o["ece"])' 'share(o["aurc"])' \
	'set(o["per_label"]) == {"pos", "neg"}' 'sum(v["n"] for v in o["per_label"].values()) == o["n"]' \
	'all(share(v[k]) for v in o["per_label"].values() for k in ("precision", "recall", "f1"))' \
	'approx(o["macro_f1"], sum(v["f1"] for v in o["per_label"].values()) / 2, 1e-6)' \
	'approx(o["accuracy"], sum(v["recall"] * v["n"] for v in o["per_label"].values()) / o["n"], 1e-6)' \
	'approx(o["automated"]["coverage"], o["automated"]["n"] / o["n"], 1e-6)' 'share(o["automated"]["error"])' \
	'interval(o["automated"]["error_interval"])' 'all(share(o["coverage_at_error"][k]) for k in ("0.01", "0.02", "0.05"))' \
	'o["coverage_at_error"]["0.01"] <= o["coverage_at_error"]["0.02"] <= o["coverage_at_error"]["0.05"]' \
	'o["promise"]["max_error"] == 0.05' 'o["promise"]["confidence_level"] == 0.95' 'share(o["promise"]["threshold"])' \
	'o["promise"]["kept"] in (True, False, None)' 'o["promise"]["kept"] is not False'
expect "0|1" handoff evaluate m.handoff test.csv --at-error 3% --json
json out 'o["coverage_at_error"]["0.02"] <= o["coverage_at_error"]["0.03"] <= o["coverage_at_error"]["0.05"]' \
	'len(o["coverage_at_error"]) == 4'
refuse 2 handoff evaluate m.handoff test.csv --at-error 2
