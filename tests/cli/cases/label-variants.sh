# Labels that differ by case or blanks are reported, and --map merges them; an empty target leaves a label out.
texts 1500 1 | awk -F, 'NR == 1 { print; next } { l = $2; if (NR % 5 == 0) l = (l == "pos" ? "Pos" : " neg"); if (NR % 11 == 0) l = "junk"; print $1 "," l }' >t.csv
expect 0 handoff explore t.csv --target label
cat out err >both; grep -q Pos both || fail "variants of a label are not reported"
expect 0 handoff train t.csv --target label --map Pos=pos --map " neg=neg" --map junk= -o m.handoff --json
json out 'set(o["labels"]) == {"pos", "neg"}' 'o["rows"] == 1500 - 136'
