# Labels that were made wrong are found, come out as data, and go to people who cannot tell.
texts 800 3 0 16 >clean.csv
# Every 20th row has the other label; ids say which.
awk -F, 'NR == 1 { print "id,text,label"; next }
	{ wrong = NR % 20 == 0; if (wrong) $2 = $2 == "pos" ? "neg" : "pos"; print (wrong ? "w" : "r") NR "," $1 "," $2 }' clean.csv >t.csv
expect 0 handoff explore t.csv --errors e.jsonl --json --quiet
json out 'any(f["id"] == "label-errors" and f["interval"][0] < 0.05 < f["interval"][1] for f in o["findings"])' \
	'any(f["id"] == "first-model" and f["figure"] > 0.8 for f in o["findings"])' \
	'any(f["id"] == "telling-words" for f in o["findings"])' 'any(f["id"] == "more-labels" for f in o["findings"])'
[ "$(head -n 40 e.jsonl | grep -c '"id":"w')" -ge 36 ] || fail "the wrong labels are not at the head: $(head -n 40 e.jsonl | grep -c '"id":"w')"
head -n 1 e.jsonl >first.json
json first.json 'set(o) == {"id", "text", "label", "suggested", "confidence", "reason"}' 'o["label"] != o["suggested"]' \
	'0 < o["confidence"] <= 1' '"more like" in o["reason"]'
# The file is data itself, and the same on any number of threads.
expect 0 handoff explore e.jsonl --target suggested --json --quiet
expect 0 handoff explore t.csv --errors again.jsonl --threads 1 --quiet
cmp -s e.jsonl again.jsonl || fail "threads change the list"
refuse 2 handoff explore t.csv --errors t.csv
refuse 2 handoff explore t.csv --task urgent
# Without labels there is nothing to doubt: an empty list would say that all is well.
printf 'text\nsome words here\nother words there\n' >bare.csv
refuse 3 handoff explore bare.csv --errors bare.jsonl
[ ! -e bare.jsonl ] || fail "a list of doubted labels without labels"
refuse 3 handoff explore t.csv --workspace nowhere --task urgent
# Clean and clear texts: an empty list.
awk 'BEGIN { print "text,label"; for (i = 0; i < 400; i++) print (i % 2 ? "red crimson scarlet" : "blue azure navy") " thing " i " and " i * 7 % 97 "," (i % 2 ? "warm" : "cold") }' >clear.csv
expect 0 handoff explore clear.csv --errors none.jsonl --quiet
[ -f none.jsonl ] && [ ! -s none.jsonl ] || fail "errors in clear data: $(head -n 1 none.jsonl)"
# Into the queue: seen without label and doubt, answered, a label; never a second time.
expect 0 handoff train clean.csv --target label -o m.handoff --quiet
expect 0 handoff deploy m.handoff --workspace desk --task urgent
refuse 3 handoff explore t.csv --workspace desk --task late
expect 0 handoff explore t.csv --workspace desk --task urgent --quiet
serving desk
KEY=$(handoff key add app --scope review --workspace desk --quiet)
request GET '/v1/tasks/urgent/queue?limit=5' >queue.json
json queue.json 'len(o) == 5' 'all(i["meta"] is None for i in o)' 'all("label_check" not in str(i) for i in o)'
item=$(python3 -c 'import json; print(json.load(open("queue.json"))[0]["item"])')
request GET "/v1/items/$item" >before.json
json before.json 'o["meta"] is None' '"suggestion" not in o' 'o["status"] == "pending"'
request POST "/v1/items/$item/answer" '{"label":"pos"}' >answered.json
request GET "/v1/items/$item" >after.json
json after.json 'o["meta"]["handoff_label_check"] is True' 'o["meta"]["suggested"] in ("pos", "neg")' 'o["role"] == "learn"'
expect 0 handoff labels --workspace desk --task urgent
[ "$(lines out)" = 1 ] && grep -q '"label":"pos"' out || fail "the answer is no label"
stopped
expect 0 handoff log --workspace desk
grep -q 'doubted label' out || fail "the journal does not know"
# Where nothing is learnt no label is doubted, and the empty list is not left to speak for itself.
awk 'BEGIN { srand(3); print "text,label"; for (i = 0; i < 300; i++) printf "w%d w%d w%d w%d,%s\n", rand() * 50, rand() * 50, rand() * 50, rand() * 50, (rand() < 0.5 ? "a" : "b") }' >nothing.csv
expect 0 handoff explore nothing.csv --errors none.jsonl
grep -q 'no label was looked at' err || fail "an empty list without a word"
