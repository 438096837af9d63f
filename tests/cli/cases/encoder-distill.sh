# encoder distill: a static encoder of another one, that `check` and `train` take; what is wrong is refused.
export XDG_DATA_HOME=$PWD/data
python3 "$CLI/make-encoder.py" encoder tiny
python3 "$CLI/make-encoder.py" texts 300 5 >texts.csv
expect 0 handoff encoder distill tiny -o quick --dimensions 8 --threads 1 --json
json out 'o["tokens"] == 4001' 'o["words"] == 0' 'o["dimensions"] == 8'
expect 0 handoff encoder distill tiny -o again --dimensions 8 --threads 2
for file in config.json modules.json tokenizer.json model.safetensors; do
	cmp "quick/$file" "again/$file" || fail "$file depends on the number of threads"
done
expect 0 handoff encoder check quick --json
json out 'o["kind"] == "static"' 'o["dimensions"] == 8' 'o["vocabulary"] == 4001' 'o["max_tokens"] == 512' 'o["normalised"]'
# A word that the encoder knows in pieces only gets a vector of its own, if it comes often enough.
first=$(sed -n 6p tiny/vocab.txt)
awk -v word="$first" 'BEGIN { print "text"; for (i = 0; i < 5; i++) print "a " word "qqqq and"; print word "jjjj" }' >own.csv
printf '##qqqq\n##jjjj\n' >>tiny/vocab.txt
python3 - <<'P'
import json, struct
config = json.load(open("tiny/config.json"))
config["vocab_size"] += 2
json.dump(config, open("tiny/config.json", "w"))
data = open("tiny/model.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header, body = json.loads(data[8:8 + size]), data[8 + size:]
table = header["embeddings.word_embeddings.weight"]
end, more = table["data_offsets"][1], struct.pack("<24f", *range(24))
body = body[:end] + more + body[end:]
table["shape"][0] += 2
for name, tensor in header.items():
    if tensor["data_offsets"][0] >= end:
        tensor["data_offsets"] = [offset + len(more) for offset in tensor["data_offsets"]]
table["data_offsets"][1] += len(more)
text = json.dumps(header).encode()
open("tiny/model.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + body)
P
expect 0 handoff encoder distill tiny -o worded --vocabulary own.csv --json
json out 'o["tokens"] == 4004' 'o["words"] == 1' 'o["dimensions"] == 12'
grep -q "\"${first}qqqq\":4003" worded/tokenizer.json || fail "the word has no token"
# Half the texts train, the others test: the static encoder knows what words mean too.
head -n 151 texts.csv >train.csv
{ head -n 1 texts.csv; tail -n 150 texts.csv; } >test.csv
expect 0 handoff train train.csv --encoder quick -o m --promise cross-fit --quiet
expect "0|1" handoff evaluate m test.csv --json
json out 'o["accuracy"] > 0.85'

refuse 2 handoff encoder distill tiny
refuse 2 handoff encoder distill -o x
refuse 2 handoff encoder distill tiny -o x --dimensions 2.5
refuse 2 handoff encoder check tiny --dimensions 8
refuse 2 handoff encoder distill tiny -o x --dimensions 13
grep -q '12 dimensions' err || fail "it is not said how many are possible"
refuse 2 handoff encoder distill tiny -o quick
grep -q 'another folder' err || fail "an encoder would be replaced"
refuse 2 handoff encoder distill quick -o x
refuse 3 handoff encoder distill nowhere -o x
[ ! -e x ] || fail "a refusal made a folder"
