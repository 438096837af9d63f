# A sound result: exit 0, one finding a check, a story; the page stands alone. Then one with a leak: exit 1, named.
trained 2000
expect 0 handoff doubt m.handoff train.csv --test test.csv --json --html d.html
json out 'o["story"]' 'len(o["findings"]) >= 8' 'o["verdicts"]["broken"] == 0' 'o["false_alarm_level"] == 0.05' \
	'all(f["verdict"] in ("holds", "weak", "broken", "unknown") for f in o["findings"])' \
	'sum(o["verdicts"].values()) == len(o["findings"])' \
	'{"baselines", "shuffled", "noise", "enough", "leaks", "giveaways", "calibration", "promise"} <= {f["id"] for f in o["findings"]}' \
	'not {"groups", "time"} & {f["id"] for f in o["findings"]}' \
	'all(f["advice"] for f in o["findings"] if f["verdict"] in ("broken", "unknown"))'
grep -q '<html' d.html || fail "no page"
if grep -qE '(src|href)="?https?:' d.html; then fail "the page asks for something outside"; fi
cp out first
expect 0 handoff doubt m.handoff train.csv --test test.csv --json --threads 1
cmp out first || fail "another answer on another number of threads"

# Without test texts what needs them is unknown, and the advice has the command to type.
expect 0 handoff doubt m.handoff train.csv --only promise,leaks --only calibration --json
json out 'sorted(f["id"] for f in o["findings"]) == ["calibration", "leaks", "promise"]' \
	'all(f["verdict"] == "unknown" for f in o["findings"])' \
	'all("handoff doubt m.handoff train.csv --test" in f["advice"] for f in o["findings"])'

# Test texts that are in the training file.
{ cat train.csv; sed -n 2,200p test.csv; } >leaky.csv
expect 0 handoff train leaky.csv --target label -o leaky.handoff --quiet
expect 1 handoff doubt leaky.handoff leaky.csv --test test.csv --only leaks
grep -q "broken" out || fail "no verdict"
grep -q "the test file leaks: training had 19.9% of its texts" out || fail "the leak is not named"

# Groups and times only where they are named; a test file may lack the columns.
awk -F, 'NR == 1 { print $0 ",who,day"; next } { print $0 ",u" NR % 50 ",2024-0" 1 + NR % 9 "-01" }' train.csv >dated.csv
expect 0 handoff train dated.csv --text text --target label -o dated.handoff --quiet
expect 0 handoff doubt dated.handoff dated.csv --test test.csv --group who --time day --only groups,time --json
json out 'sorted(f["id"] for f in o["findings"]) == ["groups", "time"]' 'all(f["verdict"] != "unknown" for f in o["findings"])'

refuse 2 handoff doubt m.handoff train.csv --only promises
grep -q "there are baselines, shuffled" err || fail "the checks are not listed"
refuse 2 handoff doubt m.handoff
refuse 2 handoff doubt m.handoff train.csv --html train.csv
refuse 3 handoff doubt m.handoff gone.csv
refuse 3 handoff doubt m.handoff train.csv --group nobody
printf 'text,label\nsome text,yes\nother text,no\n' >alien.csv
refuse 3 handoff doubt m.handoff alien.csv
refuse 3 handoff doubt m.handoff train.csv --test alien.csv

# A model of few rows is behind naive Bayes, though not by so much that it is broken: never called better.
texts 3000 1 0.1 6 >full.csv
texts 2000 2 0.1 6 >new.csv
head -n 221 full.csv >part.csv
expect 0 handoff train part.csv --target label -o part.handoff --quiet
expect 0 handoff doubt part.handoff full.csv --test new.csv --only baselines --json
json out 'o["findings"][0]["figure"] < 0' 'o["findings"][0]["verdict"] == "weak"' '"a simple model does better" in o["findings"][0]["title"]'
