# The promise can be checked by hand: the exact binomial tail at n, k and max_error is at most 1 - confidence level.
texts 3000 1 >train.csv
handoff train train.csv --target label -o m.handoff --json --quiet >report.json
json report.json '(lambda p: sum(math.comb(p["n"], j) * p["max_error"] ** j * (1 - p["max_error"]) ** (p["n"] - j)
	for j in range(p["k"] + 1)) <= 1 - p["confidence_level"] + 1e-9)(o["promise"])'
