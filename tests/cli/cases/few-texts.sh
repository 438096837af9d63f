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
grep -q "Too few texts" out || fail "does not say that it is not known how many labels it takes"
texts 1500 1 >small.csv
expect 0 handoff train small.csv --target label -o small.handoff --max-error 0.01
grep -q "more labelled texts" out || fail "does not say how many more labels it takes"
expect 0 handoff train small.csv --target label -o small.handoff --max-error pos=0.01
grep -q "more labelled texts" out || fail "does not say how many more labels a label takes"
! grep -q "would probably not do" out || fail "says that no number of labels would do"
