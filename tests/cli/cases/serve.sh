# The service from outside: address first, one server a workspace, changes by commands while it runs, a graceful stop.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
serving desk
[ -n "$LINK" ] || fail "no link for the first admin"
grep -q '^First admin (name: admin): http' serve.out || fail "the first admin's name is not told"
! grep -q 'new workspace' serve.out || fail "the workspace is not new"
case $LINK in "$URL"/login#token=*) ;; *) fail "the link does not begin with the address: $LINK" ;; esac
# A port that another program has is refused before anything is made.
refuse 4 handoff serve --workspace fresh --listen "${URL#http://}"
[ ! -e fresh ] || fail "a refused start left a workspace behind"
refuse 4 handoff serve --workspace desk --listen 127.0.0.1:0
grep -q "process $SERVER\|process [0-9]" err || fail "the other server is not named"
KEY=$(handoff key add app --scope classify,review --workspace desk --quiet)
text='{"text":"something to decide","id":"c1","meta":{"customer":"4711"}}'
request POST /v1/tasks/urgent/classify "$text" >answer.json
json answer.json 'o["task"] == "urgent"' 'o["decision"] in ("auto", "human")'
item=$(python3 -c 'import json; print(json.load(open("answer.json"))["item"])')
KEY=hk_wrong request POST /v1/tasks/urgent/classify "$text" >/dev/null && fail "a wrong key was let in"
# Another task is deployed while it runs.
expect 0 handoff deploy m.handoff --workspace desk --task late
until_true 'request POST /v1/tasks/late/classify "{\"text\":\"now\"}" >late.json'
# A pause by the command line is obeyed.
expect 0 handoff task pause urgent --why 'trial' --workspace desk
until_true 'request POST /v1/tasks/urgent/classify "{\"text\":\"again\"}" | grep -q paused'
# A revoked key stops working within a second or so.
second=$(handoff key add second --scope classify --workspace desk --quiet)
KEY=$second request GET "/v1/items/$item" >/dev/null
expect 0 handoff key revoke second --workspace desk
until_true '! KEY=$second request GET "/v1/items/$item" >/dev/null'
# A person's answer comes out as a label.
request POST "/v1/items/$item/answer" '{"label":"pos"}' >answered.json || request POST "/v1/items/$item/answer" '{"label":"pos"}' >answered.json || true
expect 0 handoff backup copy --workspace desk
[ -e copy/handoff.db ] && ls copy/models/*.handoff >/dev/null || fail "the backup is not whole"
refuse 3 handoff backup copy --workspace desk
refuse 3 handoff backup nowhere/copy --workspace desk
grep -q 'the folder that it would stand in does not exist' err || { cat err; fail "the missing parent is not named"; }
[ "$(stat -c %a desk/handoff.db copy/handoff.db | sort -u)" = 600 ] || fail "others may read the texts"
expect 0 handoff task list --workspace copy --json
json out '[t["task"] for t in o["tasks"]] == ["late", "urgent"]'
stopped
! grep -q 'something to decide' serve.err || fail "the log holds a text"
! grep -qv '^{.*}$' serve.err || { cat serve.err; fail "a line of the log is no JSON object"; }
serving desk
[ -n "$LINK" ] || fail "nobody followed the first link, and there is no second one"
request GET "/v1/items/$item" >kept.json
json kept.json "o['item'] == '$item'"
stopped
refuse 2 handoff serve --workspace desk --listen 192.0.2.1:1
refuse 2 handoff serve --workspace desk --listen nonsense
refuse 2 handoff serve --workspace desk --listen 127.0.0.1:99999
refuse 2 handoff serve --workspace desk --listen 127.0.0.1:65536
refuse 2 handoff serve --workspace desk --listen 127.0.0.1:+80
# A mistyped folder is not mistaken for the old one.
serving dsek
grep -q '^Made a new workspace in dsek$' serve.out || { cat serve.out; fail "it does not say that the workspace is new"; }
stopped
