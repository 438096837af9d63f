# Users and keys: secrets are shown once, lists show none, names and roles are checked.
refuse 3 handoff user add ann --role reviewer --workspace desk
refuse 3 handoff key add shop --scope classify --workspace desk
grep -q 'handoff deploy' err || fail "it does not say how a workspace is made"
[ ! -e desk ] || fail "a mistyped folder became a workspace"
trained
expect 0 handoff deploy m.handoff --workspace desk --task urgent
refuse 2 handoff user add ann --role reviewer --workspace desk --url ftp://h.example.org
refuse 2 handoff user add ann --role reviewer --workspace desk --url h.example.org
expect 0 handoff user add ann --role reviewer --workspace desk --url https://h.example.org
grep -qE '^https://h.example.org/login#token=[A-Za-z0-9_-]{43}$' out || { cat out; fail "no login link"; }
refuse 3 handoff user add ann --role reviewer --workspace desk
expect 0 handoff user link ann --workspace desk --json
json out 'o["user"] == "ann"' '"/login#token=" in o["link"]'
expect 0 handoff key add shop --scope review,classify --workspace desk
grep -qE '^hk_[A-Za-z0-9_-]{43}$' out || fail "no key"
cp out key
refuse 3 handoff key add shop --scope classify --workspace desk
expect 0 handoff user list --workspace desk --json
json out 'o["users"][0]["name"] == "ann"' 'o["users"][0]["state"] == "invited"' 'o["users"][0]["role"] == "reviewer"'
expect 0 handoff key list --workspace desk --json
json out 'o["keys"][0]["scopes"] == "classify,review"' 'o["keys"][0]["revoked_at"] is None'
expect 0 handoff key list --workspace desk
! grep -q hk_ out || fail "the list shows a secret"
! grep -qF "$(cat key)" desk/handoff.db* || fail "the workspace holds a key in plain"
expect 0 handoff key revoke shop --workspace desk
refuse 3 handoff key revoke shop --workspace desk
expect 0 handoff user disable ann --workspace desk
refuse 3 handoff user link ann --workspace desk
refuse 3 handoff user disable bob --workspace desk
expect 0 handoff user list --workspace desk
grep -q 'ann.*disabled' out || fail "ann is not shown as disabled"
for wrong in 'user add' 'user add x' 'user add x --role boss' 'user remove x' 'user list x' 'key add x' \
	'key add x --scope root' 'key revoke' 'key frobnicate' 'user add a/b --role admin' 'user add model --role admin'; do
	refuse 2 handoff $wrong --workspace desk
done
refuse 2 handoff user list
refuse 3 handoff user list --workspace nowhere
[ ! -e nowhere ] || fail "a command that only looks made a workspace"
# What was done stands in the journal, without secrets.
expect 0 handoff log --workspace desk --json
json out '[e["kind"] for e in o["entries"]][-5:] == ["user_added", "user_link", "key_added", "key_revoked", "user_disabled"]' \
	'all(e["actor"] == "command line" for e in o["entries"])'
! grep -qF "$(cat key)" out || fail "the journal holds a key"
