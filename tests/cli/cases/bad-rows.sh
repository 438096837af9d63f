# One bad row never kills the run: it is counted, and --rejects keeps it with its place.
texts 1000 1 | python3 -c '
import csv, json, sys
for i, row in enumerate(csv.DictReader(sys.stdin)):
    print(json.dumps(row))
    if i % 100 == 50: print("{\"text\": \"cut off, ")
' >t.jsonl
expect 0 handoff split t.jsonl --target label -o s --rejects rejected
[ $(($(lines s.train.jsonl) + $(lines s.test.jsonl))) = 1000 ] || fail "good rows were lost"
[ "$(grep -c . rejected)" -ge 10 ] || fail "10 bad rows, $(grep -c . rejected) lines of rejects"
grep -qE '(^|[^0-9])10([^0-9]|$)' err || { cat err >&2; fail "the number of bad rows is not reported"; }
# Ragged CSV: rows with too few and too many fields.
{ texts 500 1; echo 'lonely text'; echo 'a,b,c,d,e'; } >ragged.csv
expect 0 handoff split ragged.csv --target label -o r --rejects ragged.rejected
