# Leaks between the data and a test set: copies, groups, times, labels that only the test has.
texts 1000 1 | awk -F, -v OFS=, 'NR == 1 { print $1, $2, "customer", "day"; next } { print $1, $2, "c" NR % 90, sprintf("2024-%02d-01", NR % 12 + 1) }' >train.csv
{ texts 300 2 | awk -F, -v OFS=, 'NR == 1 { print $1, $2, "customer", "day"; next } { print $1, $2, "d" NR % 90, "2024-02-01" }'; sed -n 2,61p train.csv; } >test.csv
expect 0 handoff explore train.csv --test test.csv --group customer --time day --json
json out '{f["id"]: f["severity"] for f in o["findings"]}["test-leak"] == "warning"' \
	'all(approx(f["figure"], 60 / 360, 1e-9) and interval(f["interval"]) for f in o["findings"] if f["id"] == "test-leak")' \
	'all(f["severity"] == "warning" and approx(f["figure"], 60 / 360, 1e-9) for f in o["findings"] if f["id"] == "group-leak")' \
	'all(f["severity"] == "notice" for f in o["findings"] if f["id"] == "time-leak")' 'o["story"][0].startswith("1,000 rows") or "test" in o["story"][0]'
# No leak is said to be none.
texts 300 3 >other.csv
expect 0 handoff explore train.csv --test other.csv --json
json out 'all(f["severity"] == "info" and f["figure"] == 0 for f in o["findings"] if f["id"] == "test-leak")' 'any(f["id"] == "test-leak" for f in o["findings"])'
sed 's/,pos$/,odd/' other.csv >odd.csv
expect 0 handoff explore train.csv --test odd.csv --json
json out 'any(f["id"] == "test-only-labels" and f["severity"] == "warning" for f in o["findings"])'
# A test set may lack the columns of groups and times, but not be missing.
expect 0 handoff explore train.csv --test other.csv --group customer --time day --json
json out 'any(f["id"] == "test-leak" for f in o["findings"])'
refuse 3 handoff explore train.csv --test nowhere.csv
refuse 3 handoff explore train.csv --test nowhere.csv --group customer
refuse 2 handoff explore train.csv --test test.csv --html test.csv
refuse 3 handoff explore train.csv --group nobody
