# An answer goes out, signed, to a receiver on this machine; what nobody receives is not lost over a restart.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
mkfifo hold
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
python3 "$CLI/../http/receiver.py" received.jsonl "$secret" <hold >port &
exec 9>hold
until_true '[ -s port ]'
port=$(cat port)
expect 0 handoff task set urgent "callback_hosts=[\"127.0.0.1:$port\"]" callback_private=true "callback_secret=$secret" --workspace desk
serving desk
KEY=$(handoff key add app --scope classify,review --workspace desk --quiet)
expect 0 handoff task pause urgent --why 'everything shall wait' --workspace desk
until_true 'request POST /v1/tasks/urgent/classify "{\"text\":\"one\"}" | grep -q paused'
request POST /v1/tasks/urgent/classify "{\"text\":\"please\",\"callback_url\":\"http://127.0.0.1:$port/ok\"}" >asked.json
item=$(python3 -c 'import json; print(json.load(open("asked.json"))["item"])')
! request POST /v1/tasks/urgent/classify '{"text":"x","callback_url":"http://169.254.169.254/latest"}' >refused.json || fail "a private address was taken"
request POST "/v1/items/$item/answer" '{"label":"pos"}' >/dev/null
until_true '[ -s received.jsonl ]'
json received.jsonl 'rows[0]["signed"] is True' 'rows[0]["body"]["type"] == "item.answered"' \
	"rows[0]['body']['data']['item'] == '$item'" 'rows[0]["body"]["data"]["label"] == "pos"' 'rows[0]["id"]'
# The answer is taken back: that goes out too.
request DELETE "/v1/items/$item/answer" >/dev/null
until_true '[ $(wc -l <received.jsonl) -ge 2 ]'
json received.jsonl 'rows[1]["body"]["type"] == "item.corrected"' 'rows[1]["signed"] is True' 'rows[1]["id"] != rows[0]["id"]'
stopped
exec 9>&-
expect 0 handoff update --workspace desk
