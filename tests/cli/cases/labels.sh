# What people answered comes out as JSONL that `train` reads; certify items only when asked for.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
expect 0 handoff task set urgent certify_share=0.5 --workspace desk
serving desk
KEY=$(handoff key add app --scope classify,review --workspace desk --quiet)
expect 0 handoff task pause urgent --why 'all to people' --workspace desk
until_true 'request POST /v1/tasks/urgent/classify "{\"text\":\"first\"}" | grep -q paused'
for i in $(seq 16); do
	request POST /v1/tasks/urgent/classify "{\"text\":\"text number $i\",\"id\":\"c$i\"}" >item.json
	item=$(python3 -c 'import json; print(json.load(open("item.json"))["item"])')
	request POST "/v1/items/$item/answer" "{\"label\":\"$([ $((i % 2)) = 0 ] && echo pos || echo neg)\"}" >/dev/null
done
stopped
expect 0 handoff labels --workspace desk --task urgent
cp out learn.jsonl
expect 0 handoff labels --workspace desk --task urgent --role certify
cp out certify.jsonl
expect 0 handoff labels --workspace desk --task urgent --role both
cp out both.jsonl
json learn.jsonl 'all(r["role"] == "learn" for r in rows)' 'all(r["label"] in ("pos", "neg") for r in rows)' 'len(rows) > 0'
json certify.jsonl 'all(r["role"] == "certify" for r in rows)' 'len(rows) > 0'
json both.jsonl 'len(rows) == 16' 'all(r["text"].startswith("text number ") for r in rows)'
[ "$(cat learn.jsonl certify.jsonl | sort | md5sum)" = "$(sort both.jsonl | md5sum)" ] || fail "the parts are not the whole"
expect 0 handoff explore both.jsonl --target label
refuse 2 handoff labels --workspace desk --task urgent --role all
refuse 3 handoff labels --workspace desk --task none
