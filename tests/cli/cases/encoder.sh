# encoder get, list, check: from a folder and from archives; what is wrong is refused, and nothing half-made stays.
export XDG_DATA_HOME=$PWD/data
python3 "$CLI/make-encoder.py" encoder tiny
expect 0 handoff encoder check tiny
grep -q 'first 32 tokens' out || fail "the facts are not told"
expect 0 handoff encoder check tiny --json
json out 'o["kind"] == "bert"' 'o["layers"] == 1' 'o["dimensions"] == 12' 'o["pooling"] == "mean"' 'o["normalised"]' \
	'o["repeatable"]' 'o["short_text_ms"] > 0' 'len(o["fingerprint"]) == 16'
cp out facts
for kind in bf16 int8; do
	expect 0 handoff encoder check tiny --encoder-precision $kind --json
	json out "o['precision'] == '$kind'" 'o["repeatable"]'
	python3 -c 'import json; a, b = json.load(open("facts")), json.load(open("out")); assert a["fingerprint"] != b["fingerprint"]'
done
expect 0 handoff encoder check tiny --encoder-precision int8
grep -q 'in int8 with the' out || fail "the precision is not told"
refuse 2 handoff encoder check tiny --encoder-precision int4
grep -q 'fp32, bf16 or int8' err || fail "the precisions are not named"
refuse 2 handoff encoder list --encoder-precision int8
HANDOFF_KERNELS=portable expect 0 handoff encoder check tiny --json
json out 'o["kernels"] == "portable"'
HANDOFF_KERNELS=abacus refuse 2 handoff encoder check tiny
grep -q 'portable' err || fail "the builds that run here are not named"

expect 0 handoff encoder get small --from tiny
grep -q 'no checksum is known' err || fail "nobody is told that the files were not verified"
expect 0 handoff encoder check small --json
python3 -c 'import json; a, b = json.load(open("facts")), json.load(open("out")); assert a["fingerprint"] == b["fingerprint"]'
refuse 3 handoff encoder get small --from tiny
grep -q 'there already' err || fail "an encoder that is there is not said to be"

python3 - <<'P'
import tarfile, zipfile, os
with zipfile.ZipFile("one.whl", "w", zipfile.ZIP_DEFLATED) as z:
    for root, _, files in os.walk("tiny"):
        for f in files:
            z.write(os.path.join(root, f), "package/data/" + os.path.relpath(os.path.join(root, f), "tiny"))
    z.writestr("package/__init__.py", "")
    z.writestr("../../outside", "an archive may not choose where its files go")
with tarfile.open("one.tar.gz", "w:gz") as t:
    t.add("tiny", "somewhere")
with zipfile.ZipFile("two.zip", "w") as z:
    for place in ("a", "b"):
        z.write("tiny/model.safetensors", place + "/model.safetensors")
with zipfile.ZipFile("none.zip", "w") as z:
    z.writestr("a.txt", "a")
open("cut.whl", "wb").write(open("one.whl", "rb").read()[:20000])
P
for place in one.whl one.tar.gz "file://$PWD/tiny" "file://$PWD/one.whl"; do
	expect 0 handoff encoder get "from-${place##*[/.]}" --from "$place" --quiet
	expect 0 handoff encoder check "from-${place##*[/.]}" --json
	rm -r "data/handoff/encoders/from-${place##*[/.]}"
done
[ ! -e ../outside ] && [ ! -e data/handoff/outside ] || fail "an archive wrote where it wanted"
for place in two.zip none.zip cut.whl gone.whl gone tiny/config.json "file://$PWD/gone"; do
	refuse 3 handoff encoder get broken --from "$place"
done
mkfifo pipe # reading it would wait for ever
refuse "2|3" timeout 20 "$HANDOFF" encoder get broken --from pipe
rm pipe
refuse 2 handoff encoder get broken --from http://127.0.0.1:9/x
refuse "2|3" handoff encoder get broken --from ftp://127.0.0.1:9/x
refuse 3 handoff encoder get all-MiniLM-L6-v2 --from tiny # not the weights of that name
grep -q 'SHA-256' err || fail "a wrong checksum is not named"
expect "2|3|4" handoff encoder get no-such-name
grep -q -- --from err || fail "nobody is told how to fetch an unknown name"
for name in ../x .x -- '' a/b; do expect "2|3" handoff encoder get "$name" --from tiny; done
[ "$(ls -A data/handoff/encoders)" = small ] || fail "something stayed behind: $(ls -A data/handoff/encoders)"

expect 0 handoff encoder list --json
json out '[e["state"] for e in o["encoders"] if e["name"] == "small"] == ["here"]' \
	'any(e["name"] == "all-MiniLM-L6-v2" and e["state"] == "not here" for e in o["encoders"])'
printf x >>data/handoff/encoders/small/model.safetensors
expect 0 handoff encoder list
grep -q 'small *damaged' out || fail "a damaged encoder is not said to be"
refuse 3 handoff encoder check small
refuse 3 handoff encoder check nowhere
refuse 2 handoff encoder look small
refuse 2 handoff encoder check
