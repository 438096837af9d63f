# Data that nobody expects: refused in words, or explored without a crash.
printf 'text,label\n' >empty.csv
refuse 3 handoff explore empty.csv
printf 'text,label\n,a\n,b\n' >blank.csv
refuse 3 handoff explore blank.csv
printf 'text,label\nonly one,a\n' >one.csv
expect 0 handoff explore one.csv
! grep -qE 'None of the 1 texts|ine in ten texts' out || fail "one text is told of as many"
printf 'text,label\nnul \0 here,a\nfine,b\n' >nul.csv
expect 0 handoff explore nul.csv
{ printf 'text,label\n'; head -c 1048576 /dev/zero | tr '\0' 'x'; printf ',a\n'; head -c 1048576 /dev/zero | tr '\0' '@'; printf ',b\nshort,a\n'; } >huge.csv
expect 0 handoff explore huge.csv --redact
awk 'BEGIN { printf "text,label"; for (c = 0; c < 300; c++) printf ",c%d", c; print ""
	for (r = 0; r < 40; r++) { printf "text number %d here,%s", r, r % 2 ? "a" : "b"; for (c = 0; c < 300; c++) printf ",%d", (r * 31 + c * 17) % 7; print "" } }' >wide.csv
expect 0 handoff explore wide.csv --json
json out '[f["id"] for f in o["findings"] if f["id"] in ("leaking-column", "telling-column")] == []'
awk 'BEGIN { print "text,label"; for (i = 0; i < 200; i++) print "the same text for all," (i % 2 ? "a" : "b") }' >same.csv
expect 0 handoff explore same.csv --json
json out 'any(f["id"] == "conflicting-duplicates" for f in o["findings"])'
printf 'text,label\n\033[31mred\033[0m text,\033[2Ja\nother,b\n' >escape.csv
expect 0 handoff explore escape.csv
! grep -q "$(printf '\033')" out || fail "an escape sequence reached the terminal"
# The same on one thread and on two, and as a page that stands alone.
texts 400 1 >t.csv
handoff explore t.csv --json --quiet --threads 1 >a.json
handoff explore t.csv --json --quiet --threads 2 >b.json
cmp a.json b.json || fail "threads change the result"
expect 0 handoff explore t.csv --html page.html
grep -q '<!doctype html>' page.html || grep -qi '<!DOCTYPE html>' page.html || fail "no page"
! grep -qE 'src="http|href="http' page.html || fail "the page asks for something outside"
refuse 4 handoff explore t.csv --html missing/page.html
# An ending, not a ending.
awk 'BEGIN { print "text,label"; for (i = 0; i < 600; i++) { t = ""; for (k = 0; k < 8; k++) t = t sprintf("w%c%c ", 97 + (i * 7 + k * 11) % 26, 97 + (i * (k + 3)) % 23); print t (i % 2 ? "sent from my little red phone" : "") "," (i % 2 ? "a" : "b") } }' >ending.csv
expect 0 handoff explore ending.csv --json
json out 'any(f["id"] == "template-label" and f["title"].startswith("an ending that") for f in o["findings"])' \
	'any(s.startswith("An ending that") for s in o["story"])'
