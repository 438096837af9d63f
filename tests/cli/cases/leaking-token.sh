# A single token that gives the answer away is reported by name.
texts 2000 1 0.5 | awk -F, 'NR == 1 { print; next } { print $1 ($2 == "pos" ? " zzleakzz" : "") "," $2 }' >leak.csv
expect 0 handoff train leak.csv --target label -o m.handoff
cat out err >both; grep -q zzleakzz both || fail "the leaking token is not reported"
expect 0 handoff train leak.csv --target label -o m.handoff --json
json out 'o["baselines"]["best_token"]["accuracy"] > 0.97'
