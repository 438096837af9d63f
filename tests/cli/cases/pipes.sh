# A pipe may stand wherever a file may: named as /dev/fd/N, as a FIFO, or as standard input, with the same result.
trained 1000
texts 500 3 >new.csv
head -n 200 new.csv | sed 's/,[a-z]*$//' >nolab.csv
expect 0 handoff classify m.handoff new.csv; cp out wanted
expect 0 handoff classify m.handoff <(cat new.csv) --format csv
cmp out wanted || fail "a pipe is answered otherwise than a file"
mkfifo fifo
cat new.csv >fifo &
expect 0 handoff classify m.handoff fifo --format csv
wait $!
cmp out wanted || fail "a FIFO is answered otherwise than a file"
expect 0 handoff evaluate m.handoff test.csv --json; cp out wanted
expect 0 handoff evaluate m.handoff <(cat test.csv) --format csv --json
json out 'o["n"] + o["seen"] == 1000'
cmp out wanted || fail "a pipe is evaluated otherwise than a file"

# Without labels: explore and split read as much from a pipe as from a file.
for data in nolab.csv new.csv; do
	expect 0 handoff explore $data --json; cp out wanted
	expect 0 handoff explore <(cat $data) --format csv --json
	cmp out wanted || fail "explore tells something else of $data as a pipe"
	expect 0 handoff explore - --format csv --json <$data
	cmp out wanted || fail "explore tells something else of $data on standard input"
	expect 0 handoff split $data -o a --quiet
	expect 0 handoff split - --format csv -o b --quiet < <(cat $data)
	cmp a.train.jsonl b.train.jsonl && cmp a.test.jsonl b.test.jsonl || fail "split differs for $data on standard input"
done
# And says where it looked by the same name.
printf 'a,b\n1,2\n' >numbers.csv
refuse 3 handoff train - --format csv -o x.handoff <numbers.csv
grep -q 'standard input: ' err || fail "standard input is called something else: $(cat err)"
# The first bytes tell the format of a pipe as they do of a file.
printf 'From: a@example.org\nSubject: Hi\n\nBody\n' >mail
expect 0 handoff classify m.handoff <(cat mail)
json out 'o["id"] == "1"'
