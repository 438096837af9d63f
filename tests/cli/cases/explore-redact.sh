# --redact: no personal data anywhere in what is printed, written as a page, or given to machines.
awk 'BEGIN { srand(1); print "text,label,agent"
	for (i = 0; i < 300; i++) printf "please send order %d to jane.doe%d@example.com or call +44 20 7946 0%03d soon,%s,agent%d@example.com\n", i * 7 % 100, i, i, (i % 2 ? "yes" : "no"), i % 5 }' >t.csv
expect 0 handoff explore t.csv --redact --html page.html
cat out page.html >both
! grep -qE '[a-z0-9.]+@example|7946' both || fail "personal data are shown"
grep -q '\[mail\]' both || fail "nothing is masked"
expect 0 handoff explore t.csv --redact --json
! grep -qE '@example|7946' out || fail "personal data are in the JSON"
json out 'any(f["id"] == "personal-data" and approx(f["figure"], 1) for f in o["findings"])'
# Without it texts are shown as they are, but for the finding about personal data.
expect 0 handoff explore t.csv --json
grep -q '@example' out || fail "texts are masked without --redact"
json out 'not any("@" in line for f in o["findings"] if f["id"] == "personal-data" for line in f["evidence"])' \
	'not any("@" in str(x) for f in o["findings"] if f["id"] == "personal-data" for x in f.get("exhibits", []))'
# Without a header the first row is taken for one.
sed 1d t.csv >bare.csv
expect 0 handoff explore bare.csv --redact --html bare.html
cat out err bare.html >both
! grep -qE '[a-z0-9.]+@example|7946' both || fail "personal data in the names of columns are shown"
expect 0 handoff explore bare.csv --redact --json
! grep -qE '@example|7946' out || fail "personal data in the names of columns are in the JSON"
# doubt judges the texts as they are, and shows them masked; so do the reports beside a deployed model.
handoff split t.csv --test 0.3 -o p --quiet >/dev/null
handoff train p.train.jsonl --target label -o m.handoff --quiet >/dev/null
expect "0|1" handoff doubt m.handoff p.train.jsonl --test p.test.jsonl --all --html page.html
cp out plain
grep -qE '@example' page.html || fail "texts are masked without --redact"
expect "0|1" handoff doubt m.handoff p.train.jsonl --test p.test.jsonl --redact --all --html page.html
cat out err page.html >both
! grep -qE '[a-z0-9.]+@example|7946' both || fail "doubt shows personal data"
grep -q '\[mail\]' page.html || fail "nothing is masked"
[ "$(head -n 1 out)" = "$(head -n 1 plain)" ] || fail "masking changes a verdict"
refuse 2 handoff deploy m.handoff --workspace desk --task t --redact
expect 0 handoff deploy m.handoff --workspace desk --task t --with-reports p.train.jsonl --test p.test.jsonl --redact
cat out err desk/models/*.html desk/models/*.json >both
! grep -qE '[a-z0-9.]+@example|7946' both || fail "the reports beside the model show personal data"
