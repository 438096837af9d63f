# Texts are erased for good: not in any file of the workspace afterwards; the counts stay.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
serving desk
KEY=$(handoff key add app --scope classify,review --workspace desk --quiet)
for i in 1 2 3; do
	request POST /v1/tasks/urgent/classify "{\"text\":\"zyxwvsecret$i words\",\"meta\":{\"customer\":\"c$((i % 2))\"}}" >item$i.json
done
item=$(python3 -c 'import json; print(json.load(open("item2.json"))["item"])')
request POST "/v1/items/$item/answer" '{"label":"pos"}' >/dev/null || true
stopped
grep -qr zyxwvsecret desk || fail "the texts are not where this test looks for them"
expect 0 handoff forget --where meta.customer=c1 --workspace desk --json
json out 'o["found"] == 2' 'o["forgotten"] == 2'
! grep -qr 'zyxwvsecret[13]' desk || fail "an erased text is still there"
grep -qr zyxwvsecret2 desk || fail "too much was erased"
serving desk # also while the service runs
request GET "/v1/items/$item" >/dev/null
expect 0 handoff forget --item "$item" --workspace desk
! grep -qr zyxwvsecret desk || { grep -rl zyxwvsecret desk; fail "an erased text is still there"; }
stopped
expect 0 handoff forget --where meta.customer=c1 --workspace desk --json
json out 'o["forgotten"] == 0'
expect 0 handoff forget --where meta.customer=nobody --workspace desk --json
json out 'o["found"] == 0'
expect 0 handoff update --workspace desk
grep -q '3 texts came in' out || { cat out; fail "the counts are gone"; }
expect 0 handoff log --workspace desk
grep -q 'forgot.*2 texts were erased' out || fail "the journal does not say it"
refuse 2 handoff forget --workspace desk
refuse 2 handoff forget --item x --workspace desk
refuse 2 handoff forget --where customer=4711 --workspace desk
refuse 3 handoff forget --item 01J9Z3W6V7Q8R9S0T1V2W3X4Y5 --workspace desk
