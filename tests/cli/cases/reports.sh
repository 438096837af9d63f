# A model's reports: made with the deployment or afterwards, served to admins, in backups, and away again.
trained 1200
expect 0 handoff deploy m.handoff --workspace desk --task urgent --with-reports train.csv --test test.csv --json
json out 'sum(o["reports"]["doubt"].values()) >= 5' 'set(o["reports"]["explore"]) == {"warning", "notice"}' 'o["answers"] is True'
model=$(python3 -c 'import json; print(json.load(open("out"))["model"])')
for kind in explore doubt; do
	page=desk/models/$model.$kind.html
	[ -s "$page" ] || fail "there is no report of $kind"
	python3 - "$page" <<'EOF' || fail "the page of $kind does not stand alone"
import html.parser, sys
class Page(html.parser.HTMLParser):
	ids, links, meta = set(), set(), []
	def handle_starttag(self, tag, attributes):
		a = dict(attributes)
		assert tag not in ("script", "link", "img", "iframe", "object", "form", "base"), tag
		assert not any(n.startswith("on") or n in ("src", "style", "action") for n in a), a
		if "id" in a:
			assert a["id"] not in self.ids, a["id"]
			self.ids.add(a["id"])
		if tag == "a":
			assert a["href"].startswith("#"), a
			self.links.add(a["href"][1:])
		if a.get("http-equiv") == "Content-Security-Policy":
			self.meta.append(a["content"])
page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
assert page.links and page.links <= page.ids, page.links - page.ids
assert len(page.meta) == 1 and "default-src 'none'" in page.meta[0]
EOF
	python3 -c 'import json, sys; o = json.load(open(sys.argv[1])); assert o["made_at"] > 0 and o["findings"] and "handoff deploy" in o["command"]' \
		"desk/models/$model.$kind.json" || fail "the JSON of $kind"
done
expect 0 handoff task reports urgent --workspace desk --json
json out 'sorted(r["kind"] for r in o["reports"]) == ["doubt", "explore"]'
expect 0 handoff task reports urgent "${model%????}" --workspace desk
grep -q "desk/models/$model.doubt.html" out || { cat out; fail "it does not say where they are"; }
# Over HTTP, for admins.
serving desk
ADMIN=$(handoff key add boss --scope admin --workspace desk --quiet)
REVIEW=$(handoff key add eye --scope review --workspace desk --quiet)
KEY=$ADMIN request GET "/v1/tasks/urgent/models/$model/reports" >out
json out 'len(o["reports"]) == 2' 'all(r["findings"] for r in o["reports"])'
KEY=$ADMIN request GET "/v1/tasks/urgent/models/$model/reports/doubt" >page.html
cmp page.html "desk/models/$model.doubt.html" || fail "the page is not the one that was stored"
! KEY=$REVIEW request GET "/v1/tasks/urgent/models/$model/reports/doubt" >out || fail "a reviewer may read reports"
stopped
# A backup has them.
expect 0 handoff backup copy --workspace desk --json
json out 'o["models"] == 1'
cmp "copy/models/$model.doubt.html" "desk/models/$model.doubt.html" || fail "the backup has no reports"
# Forgetting a text says that they may quote it.
serving desk
KEY=$(handoff key add app --scope classify --workspace desk --quiet)
item=$(request POST /v1/tasks/urgent/classify '{"text":"some words"}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["item"])')
stopped
expect 0 handoff forget --item "$item" --workspace desk --json
json out 'o["forgotten"] == 1' 'o["reports"] == 2'
grep -q '2 reports beside the models may quote' err || { cat err; fail "it does not say that reports may quote the text"; }
# Away with them.
expect 0 handoff task remove-reports urgent --workspace desk --json
json out 'o["removed"] == 2'
[ "$(ls desk/models)" = "$model.handoff" ] || { ls desk/models; fail "something is left"; }
expect 0 handoff log --workspace desk
grep -q 'reports of models were removed' out || fail "the journal does not say it"
expect 0 handoff task reports urgent --workspace desk
grep -q 'There are no reports' out || fail "it does not say that there are none"
# Afterwards: the model is there already. What is wrong with the data leaves the deployment alone.
refuse 3 handoff deploy m.handoff --workspace desk --task urgent --with-reports gone.csv
grep -q 'its reports could not be made' err || { cat err; fail "it does not say what was done"; }
expect 0 handoff task show urgent --workspace desk --json
json out "o['model'] == '$model'"
expect 0 handoff deploy m.handoff --workspace desk --task urgent --with-reports train.csv
grep -q 'nothing changed' out && grep -q 'Its reports stand beside it' out || { cat out; fail "reports afterwards"; }
[ -s "desk/models/$model.explore.html" ] || fail "no reports afterwards"
refuse 2 handoff deploy m.handoff --workspace desk --task urgent --test test.csv
refuse 3 handoff task reports urgent 0000000000000000 --workspace desk
