# Several text columns join, and the guess of columns is printed.
texts 600 1 | awk -F, 'NR == 1 { print "title,body,label"; next } { split($1, w, " "); print w[1] " " w[2] "," $1 "," $2 }' >t.csv
expect 0 handoff train t.csv --text title --text body --target label -o m.handoff
expect 0 handoff classify m.handoff t.csv --text title --text body
[ "$(lines out)" = 600 ] || fail "not every row was answered"
texts 600 1 >u.csv
expect 0 handoff explore u.csv
cat out err >both; grep -q label both || fail "the guessed columns are not said"
