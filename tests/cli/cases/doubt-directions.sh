# Directional tests of the user's own: those that hold, one that does not, and lines that cannot be read.
trained 2000
word() { tr ',[:space:]' '\n' <train.csv | grep "$1\$" | sort | uniq -c | sort -rn | awk 'NR <= 6 { print $2 }' | tr '\n' ' '; }
positive=$(word '[a-z]\{6\}o') negative=$(word '[a-z]\{6\}u')
cat >holds.txt <<END
# the words of each label
text "$positive" -> pos
text "" -> human
add "$negative" -> neg up
add "$positive" where neg -> neg down
END
expect 0 handoff doubt m.handoff train.csv --test test.csv --only directions --directions holds.txt --json
json out 'o["findings"][0]["verdict"] == "holds"' 'o["findings"][0]["figure"] == 1' 'len(o["findings"]) == 1'

printf 'add "%s" -> neg up\n' "$positive" >broken.txt
expect 1 handoff doubt m.handoff train.csv --test test.csv --only directions --directions broken.txt
grep -q "line 1: .* go against it" out || fail "the line is not named"

# Without a file the check is not there; on training texts it says so.
expect 0 handoff doubt m.handoff train.csv --test test.csv --only slices,stability --json
json out 'sorted(f["id"] for f in o["findings"]) == ["slices", "stability"]'
expect 0 handoff doubt m.handoff train.csv --only directions --directions holds.txt --json
json out 'any("learnt from" in e for e in o["findings"][0]["evidence"])'

printf 'text "a" -> pos\nadd "secret words -> pos up\n' >open.txt
refuse 3 handoff doubt m.handoff train.csv --directions open.txt
grep -q "open.txt, line 2: a quote is opened and not closed" err || fail "no line, or no reason"
! grep -q secret err || fail "a message quotes the user's text"
printf 'add "a" -> positive up\n' >label.txt
refuse 3 handoff doubt m.handoff train.csv --directions label.txt
grep -q "it has neg, pos" err || fail "the labels are not listed"
refuse 3 handoff doubt m.handoff train.csv --directions gone.txt
