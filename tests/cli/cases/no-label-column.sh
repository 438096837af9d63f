# A target with a value of its own in every row is no label column: refused with advice.
texts 5000 1 | awk -F, 'NR == 1 { print "text,label"; next } { print $1 ",id-" NR }' >t.csv
refuse 3 handoff train t.csv --target label -o m.handoff
grep -q label err || fail "the message does not name the column"
no_leftovers t.csv
