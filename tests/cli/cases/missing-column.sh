# A column that is not there is named, together with the columns that are.
texts 300 1 >t.csv
refuse 3 handoff train t.csv --target urgency -o m.handoff
grep -q urgency err && grep -q label err || { cat err >&2; fail "the message names neither the column nor its neighbours"; }
refuse 3 handoff explore t.csv --text body
no_leftovers t.csv
