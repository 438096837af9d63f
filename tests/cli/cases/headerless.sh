# A file without a header loses its first row to the names of its columns: it says so, and a header brings no such word.
row() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "words number %d and some,%s\n", i, (i % 2 ? "spam" : "ham") }'; }
{ echo "free prize,spam"; row 40; } >bare.csv
expect 0 handoff train bare.csv --target spam -o m.handoff
grep -q 'first line was taken for a header and looks like data (column 2)' err || fail "a lost row is not told"
{ echo "text,spam"; row 40 | sed 's/,spam$/,1/; s/,ham$/,0/'; } >good.csv
expect 0 handoff train good.csv --target spam -o m.handoff
! grep -q 'looks like data' err || fail "a header is taken for data"
