# A promise shown to be broken is an answer of "no": exit 1, kept false.
trained
awk -F, 'NR == 1 { print; next } { print $1 "," ($2 == "pos" ? "neg" : "pos") }' test.csv >wrong.csv
expect 1 handoff evaluate m.handoff wrong.csv --json
json out 'o["promise"]["kept"] is False' 'o["automated"]["error"] > 0.5'
