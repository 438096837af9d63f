# Columns beside text and label: what they are, and which give the answer away. Rows are those of texts().
texts 1500 1 0 | awk -F, -v OFS=, '
	NR == 1 { print "id", $1, $2, "queue", "channel", "day", "version"; next }
	{ r = (r * 16807 + 11) % 2147483647
	  printf "%s%05d,%s,%s,%s,%s,2024-%02d-%02d,v1\n", ($2 == "pos" ? "p" : "n"), NR, $1, $2,
		(NR % 40 ? ($2 == "pos" ? "Q7" : "Q3") : "Q9"), (r % 3 ? (r % 31 ? "Web" : "web") : "Mail"), r % 12 + 1, r % 28 + 1 }' >t.csv
expect 0 handoff explore t.csv --json
json out 'o["rows"] == 1500' '{f["id"]: f["severity"] for f in o["findings"]}["leaking-column"] == "warning"' \
	'any("queue" in f["title"] for f in o["findings"] if f["id"] == "leaking-column")' \
	'any("id" in f["title"] for f in o["findings"] if f["id"] == "leaking-identifier")' \
	'any("version" in f["title"] for f in o["findings"] if f["id"] == "constant-columns")' \
	'any("Web" in f["title"] and "web" in f["title"] for f in o["findings"] if f["id"] == "dirty-categories")' \
	'all(f["id"] not in ("label-by-time", "label-in-one-period", "row-order") for f in o["findings"])' \
	'len(set(f["id"] for f in o["findings"])) == len(o["findings"])' '5 <= len(o["story"]) <= 10'
expect 0 handoff explore t.csv
head -n 6 out | grep -q "gives the label away" || fail "the leak is not told first"
# Without the columns that leak there is no warning.
cut -d, -f2,3,5,6 t.csv >clean.csv
expect 0 handoff explore clean.csv --json
json out '[f["id"] for f in o["findings"] if f["severity"] == "warning"] == []'
# Without labels it says which column could be the target.
cut -d, -f2,4 t.csv >unlabelled.csv
expect 0 handoff explore unlabelled.csv --json
json out 'o["labels"] == 0' 'any("queue" in line for f in o["findings"] if f["id"] == "columns" for line in f["evidence"])'
# Dates that stand for none make no thousand years, and are told.
awk 'BEGIN { print "text,label,date"
	for (i = 0; i < 600; i++) printf "some words %d here,%s,%s\n", i, (i % 2 ? "a" : "b"), (i % 300 ? sprintf("2024-%02d-15", i % 12 + 1) : "1900-01-01") }' >far.csv
expect 0 handoff explore far.csv --json
json out 'any("from 2024-01 to 2024-12" in line for f in o["findings"] if f["id"] == "labels-per-month" for line in f["evidence"])' \
	'any(line.startswith("2 dates") for f in o["findings"] if f["id"] == "labels-per-month" for line in f["evidence"])'
