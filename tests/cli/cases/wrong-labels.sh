# Labels that do not fit together are said at once, and are no broken promise.
texts 1500 1 >train.csv
texts 300 2 >test.csv
sed 's/,pos$/,yes/; s/,neg$/,no/' test.csv >other.csv
sed '2,40s/,pos$/,maybe/' test.csv >some.csv
handoff train train.csv --target label -o m.handoff --max-error 0.1 --quiet >out
refuse 3 handoff evaluate m.handoff other.csv
grep -q "'no', 'yes'" err && grep -q "'neg', 'pos'" err || fail "both sets of labels should be named"
refuse 3 handoff compare m.handoff m.handoff other.csv
expect 0 handoff evaluate m.handoff other.csv --map yes=pos --map no=neg
expect '0|1' handoff evaluate m.handoff some.csv
grep -q "does not know" out || fail "unknown labels are not mentioned"
expect 0 handoff compare m.handoff m.handoff some.csv --json
json out 'o["unknown_labels"][0] > 0'
# --max-error for a label that is not there, or twice: before the search.
refuse 2 handoff train train.csv --target label -o n.handoff --max-error foo=0.1
grep -q "'foo'" err && grep -q "'neg', 'pos'" err || fail "the message does not name the labels"
refuse 2 handoff train train.csv --target label -o n.handoff --max-error pos=0.1 --max-error pos=0.2
refuse 2 handoff train train.csv --target label -o n.handoff --max-error 0.1 --max-error 0.2
refuse 2 handoff train train.csv --target label -o n.handoff --max-error 0.1 --review-share 0.2
[ ! -e n.handoff ]
