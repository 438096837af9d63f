# A task's settings, pause, promotion and the way back.
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent --json
json out 'o["answers"] is True' 'o["promise"]["max_error"] == 0.05'
first=$(python3 -c 'import json; print(json.load(open("out"))["model"])')
[ -e "desk/models/$first.handoff" ] || fail "the model is not in the workspace"
texts 800 7 >other.csv
handoff train other.csv --target label -o other.handoff --quiet >/dev/null
expect 0 handoff deploy other.handoff --workspace desk --task urgent --no-promote --json
json out 'o["answers"] is False' 'o["promise"] is None'
second=$(python3 -c 'import json; print(json.load(open("out"))["model"])')
expect 0 handoff task show urgent --workspace desk --json
json out "o['model'] == '$first'" 'len(o["models"]) == 2' 'o["settings"]["alarm"] == "pause"' '"callback_secret" not in o["settings"]'
refuse 3 handoff task rollback urgent --workspace desk
# The same model once more changes nothing, and says so.
entries=$(handoff log --workspace desk | wc -l)
expect 0 handoff deploy m.handoff --workspace desk --task urgent
grep -q 'answers task .urgent. already; nothing changed' out || { cat out; fail "it says that something changed"; }
expect 0 handoff task promote urgent "$first" --workspace desk
grep -q 'already; nothing changed' out || { cat out; fail "it says that something changed"; }
[ "$(handoff log --workspace desk | wc -l)" = "$entries" ] || fail "the journal has an entry of nothing"
# A model of another task is not let in by mistake.
sed 's/,pos$/,red/' train.csv >red.csv
handoff train red.csv --target label -o red.handoff --quiet >/dev/null
refuse 3 handoff deploy red.handoff --workspace desk --task urgent
grep -q 'lacks 1 of the 2 labels .*(pos).* (red)' err || { cat err; fail "lost and new labels are not named"; }
expect 0 handoff task promote urgent "$second" --workspace desk --json
json out "o['model'] == '$second'"
expect 0 handoff task rollback urgent --workspace desk --json
json out "o['model'] == '$first'"
refuse 3 handoff task promote urgent 0000000000000000 --workspace desk
grep -q "$first.*$second\|$second.*$first" err || fail "the models that there are are not listed"
refuse 3 handoff task promote urgent '' --workspace desk
expect 0 handoff task promote urgent "$(echo "$second" | cut -c 1-6)" --workspace desk
grep -q "Model $second answers task 'urgent' now" out || { cat out; fail "it does not say what changed"; }
! grep -q audit_share out || fail "it lists every setting"
expect 0 handoff task rollback urgent --workspace desk
grep -q "Model $first answers task 'urgent' now" out || { cat out; fail "it does not say what changed"; }
expect 0 handoff task set urgent due_s=3600 due_action=escalate 'callback_hosts=["hooks.example.org"]' --workspace desk --json
json out 'o["settings"]["due_s"] == 3600' 'o["settings"]["due_action"] == "escalate"' 'o["settings"]["callback_hosts"] == ["hooks.example.org"]'
refuse 2 handoff task set urgent colour=blue --workspace desk
grep -q colour err || fail "the unknown member is not named"
refuse 2 handoff task set urgent audit_shar=0.1 --workspace desk
grep -q 'did you mean audit_share' err || { cat err; fail "the near one is not named"; }
refuse 2 handoff task set urgent callback_secret=short --workspace desk
! grep -q 'callback_secret: callback_secret' err || fail "the setting is named twice"
expect 0 handoff task set urgent title=2026 due_s=1800 --workspace desk
grep -q '^Changed: due_s is 1800 (was 3600); title is 2026 (was null)' out || { cat out; fail "it does not say what changed"; }
expect 0 handoff task set urgent title=null due_s=1800 --workspace desk
grep -q '^Changed: title is null (was 2026)' out || { cat out; fail "it does not say what changed"; }
expect 0 handoff task set urgent due_s=1800 --workspace desk
grep -q '^Nothing changed' out || { cat out; fail "it says that something changed"; }
refuse 2 handoff task set urgent due_s=-1 --workspace desk
refuse 2 handoff task set urgent due_s --workspace desk
refuse 2 handoff task pause urgent --workspace desk
expect 0 handoff task pause urgent --why 'a new product' --workspace desk
grep -q 'paused' out || fail "it does not say that it is paused"
expect 0 handoff task pause urgent --why 'again' --workspace desk
grep -q 'paused already.*a new product' out || { cat out; fail "a second pause says success"; }
expect 0 handoff update --workspace desk
grep -q 'a new product' out || fail "the message does not say why"
expect 0 handoff task resume urgent --workspace desk --json
json out 'o["paused"] is False'
expect 0 handoff task resume urgent --workspace desk
grep -q 'not paused; nothing changed' out || { cat out; fail "a second resume says success"; }
expect 0 handoff task list --workspace desk
grep -q "urgent *$first *answers" out || { cat out; fail "the list"; }
refuse 3 handoff task show nothing --workspace desk
refuse 2 handoff task frobnicate urgent --workspace desk
refuse 2 handoff deploy m.handoff --workspace desk
refuse 2 handoff deploy m.handoff --task urgent
refuse 3 handoff deploy train.csv --workspace desk --task urgent
refuse 3 handoff deploy missing.handoff --workspace desk --task urgent
