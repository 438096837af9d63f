# A program is no text: refused where it is the input, set aside where it lies among texts. JSON values that are no text
# are told.
refuse 3 handoff explore "$HANDOFF" --format csv
grep -q 'no text' err || fail "$(cat err)"
refuse 3 handoff explore - --format csv <"$HANDOFF"
trained 800
mkdir -p folder/a folder/b
for i in $(seq 40); do echo "good words $i" >folder/a/$i.md; echo "bad things $i" >folder/b/$i.md; done
cp m.handoff folder/a/model
expect 0 handoff split folder -o s
grep -q '1 row could not be read: model' err || fail "$(cat err)"
[ $(($(lines s.train.jsonl) + $(lines s.test.jsonl))) = 80 ] || fail "the model was read as a text"
printf '{"id":"k","text":"a b"}\n{"text":5}\n{"text":[1]}\n{"id":{"a":1},"text":"c d"}\n' >odd.jsonl
expect 0 handoff classify m.handoff odd.jsonl --rejects rejects
cp out answers.jsonl; json answers.jsonl '[r["id"] for r in rows] == ["k", "2", "3", "4"]' '[r["reason"] == "unreadable" for r in rows] == [False, False, True, False]' \
	'"not a string" in rows[2]["error"]'
grep -q '1 row with a number where the text should be' err || fail "$(cat err)"
grep -q '1 row has a list or an object as its id' err || fail "$(cat err)"
json rejects 'o["row"] == 3'
printf '[{"text":"a b"},\n {"text":"c d"}]' >array.json
expect 0 handoff classify m.handoff array.json
[ "$(lines out)" = 2 ] || fail "an array of two objects gave $(lines out) answers"
# A text that was taken for a header is not quoted.
printf 'ham,Go until jurong point crazy available only\nspam,Win a prize now and call us\n' >bare.csv
refuse 3 handoff train bare.csv -o x.handoff
grep -q 'does not look like a header' err && ! grep -q jurong err || fail "$(cat err)"
