# Many rows and hardly any texts: copies count once, nothing crashes, nothing is promised.
{
	echo text,label
	for _ in $(seq 50); do printf 'hello there friend,ham\nbuy cheap pills now,spam\n'; done
} >two.csv
for promise in exact cross-fit; do
	expect 0 handoff train two.csv --target label -o two.handoff --promise "$promise" --json
	json out 'o["promise"] is None' 'o["rows"] == 100' 'sum(o["groups"].values()) == 2' 'o["more_labels_help"] is None' \
		'any("copies" in w for w in o["warnings"])'
done
# Words for what is not known, and for what is.
expect 0 handoff train two.csv --target label -o two.handoff
tr -s "\n " " " <out | grep -q "at least 59 texts that only judge" || fail "does not say that so few texts allow no promise"
expect 0 handoff train two.csv --target label -o two.handoff --promise cross-fit
grep -q "Too few texts" out || fail "does not say that it is not known how many labels it takes"
# Eight of each: every row learns, what is known of the accuracy is an interval, and the rest is a number of answers.
texts 40 3 | awk 'NR == 1; NR > 1 { n[$0 ~ /pos$/]++; if (n[$0 ~ /pos$/] <= 8) print }' >eight.csv
expect 0 handoff train eight.csv --target label -o eight.handoff --json
json out 'o["rows"] == 16' 'o["parts"] == {"fit": 16, "tune": 0, "certify": 0}' 'o["promise"] is None' \
	'o["accuracy_from"] == "out of fold"' 'o["accuracy_interval"][1] - o["accuracy_interval"][0] > 0.3' \
	'o["labels_for_judging_at_least"] == 59' 'o["labels_needed_at_least"] == 394' 'o["labels_needed"] is None'
expect 1 handoff train eight.csv --target label -o eight.handoff --require-promise
texts 1500 1 >small.csv
expect 0 handoff train small.csv --target label -o small.handoff --max-error 0.01
grep -q "more labelled texts" out || fail "does not say how many more labels it takes"
expect 0 handoff train small.csv --target label -o small.handoff --max-error pos=0.01
grep -q "more labelled texts" out || fail "does not say how many more labels a label takes"
! grep -q "would probably not do" out || fail "says that no number of labels would do"
