# Findings for machines, a story for people; exit 0 either way.
{ texts 1000 1; texts 1000 1 | sed -n 2,101p; } >t.csv
expect 0 handoff explore t.csv --json
json out 'o["findings"]' 'all({"id", "severity", "title"} <= set(f) for f in o["findings"])' \
	'all(f["severity"] in ("info", "notice", "warning") for f in o["findings"])' \
	'len(set(f["id"] for f in o["findings"])) == len(o["findings"])' 'any("dupl" in f["id"] or "cop" in f["id"] for f in o["findings"])'
expect 0 handoff explore t.csv
[ "$(lines out)" -ge 3 ] || fail "no story"
