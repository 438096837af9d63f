# The notebook and the message: what commands did, notes, times, forms.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
expect 0 handoff note 'Raised the threshold: <new> names' --workspace desk --task urgent
refuse 2 handoff note '' --workspace desk
refuse 2 handoff note --workspace desk
refuse 3 handoff note x --workspace desk --task other
expect 0 handoff log --workspace desk
grep -q 'deployed' out && grep -q 'note .*urgent: Raised the threshold' out || { cat out; fail "the journal lacks something"; }
[ "$(grep -c '^20' out)" = 3 ] || { cat out; fail "not one line an entry"; }
[ "$(tr -d '\n' <out | tr -s ' ' | grep -oE 'model [0-9a-f]{16}' | wc -l)" = 2 ] || { cat out; fail "which model it was is not told"; }
expect 0 handoff log --workspace desk --since 1h --json
json out 'len(o["entries"]) == 3' 'o["entries"][0]["task"] == "urgent"' 'o["entries"][0]["figures"]["labels"] == 2'
expect 0 handoff log --workspace desk --since 2000-01-01 --json
json out 'len(o["entries"]) == 3'
refuse 2 handoff log --workspace desk --since lately
expect 0 handoff update --workspace desk
grep -q '^Update:' out && grep -q '^Next:' out && grep -q 'Note by command line: Raised' out || { cat out; fail "no message"; }
expect 0 handoff update --workspace desk --markdown
grep -q '^## urgent' out && grep -q '\\<new\\>' out || { cat out; fail "no Markdown"; }
expect 0 handoff update --workspace desk --slack
json out '1 <= len(o["blocks"]) <= 50' 'all(len(b["text"]["text"]) <= 3000 for b in o["blocks"])' '"&lt;new&gt;" in o["blocks"][0]["text"]["text"]'
expect 0 handoff update --workspace desk --json
json out '"Update:" in o["text"]'
refuse 2 handoff update --workspace desk --slack --markdown
refuse 2 handoff update --workspace desk --slack --slack-url ftp://x
# Posted to a webhook, and noted.
mkfifo hold
python3 "$CLI/../http/receiver.py" received.jsonl <hold >port &
exec 9>hold
until_true '[ -s port ]'
expect 0 handoff update --workspace desk --slack --slack-url "http://127.0.0.1:$(cat port)/ok"
[ ! -s out ] || fail "a posted message is printed too"
HANDOFF_SLACK_URL="http://127.0.0.1:$(cat port)/gone" refuse 4 handoff update --workspace desk --slack
exec 9>&-
json received.jsonl 'rows[0]["path"] == "/ok"' '"blocks" in rows[0]["body"]' 'rows[1]["path"] == "/gone"'
expect 0 handoff log --workspace desk
[ "$(grep -c 'posted to Slack' out)" = 1 ] || fail "the post is not in the journal once"
# train and evaluate write into the journal of a workspace that is named.
expect 0 handoff train train.csv --target label -o again.handoff --quiet --workspace desk
expect 0 handoff evaluate again.handoff test.csv --workspace desk
expect 0 handoff log --workspace desk --json
json out '[e["kind"] for e in o["entries"]][-2:] == ["trained", "evaluated"]' 'o["entries"][-2]["figures"]["rows"] == 3000'
