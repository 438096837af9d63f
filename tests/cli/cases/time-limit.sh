# --time-limit ends the search early and says so.
texts 20000 1 0.1 20 >train.csv
began=$(date +%s)
expect 0 handoff train train.csv --target label -o m.handoff --time-limit 1 --json
[ $(($(date +%s) - began)) -le 60 ] || fail "a limit of one second took a minute"
texts 300 2 >test.csv
expect "0|1" handoff evaluate m.handoff test.csv --json
