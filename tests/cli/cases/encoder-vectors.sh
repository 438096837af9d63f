# train --vectors, evaluate --vectors: the same results from kept vectors, and no harm from a file that is cut, damaged or not ours.
python3 "$CLI/make-encoder.py" encoder tiny
python3 "$CLI/make-encoder.py" encoder other 7
python3 "$CLI/make-encoder.py" texts 1500 1 >train.csv
python3 "$CLI/make-encoder.py" texts 300 2 >test.csv
train() { handoff train train.csv --target label --encoder "${encoder:-tiny}" "$@"; }
expect 0 train -o without.handoff
expect 0 train --vectors v -o first.handoff --test test.csv
! grep -q 'were in v' err || fail "an empty file is said to have vectors"
[ "$(stat -c %a v)" = 600 ] || fail "anybody may read the file of vectors"
size=$(stat -c %s v)
expect 0 train --vectors v -o second.handoff
grep -q 'the vectors of .* texts were in v' err || fail "it is not told that vectors were there"
for m in first second; do cmp without.handoff $m.handoff || fail "kept vectors made another model"; done
expect "0|1" handoff evaluate without.handoff test.csv --json
cp out plain
expect "0|1" handoff evaluate without.handoff test.csv --vectors v --json
cmp out plain || fail "kept vectors gave other answers"
grep -q 'the vectors of 300 texts were in v' err || fail "train --test did not keep them"
[ "$(stat -c %s v)" = "$size" ] || fail "vectors were added twice"

# A record that was not finished goes; a damaged one is encoded again.
head -c $((size - 5)) v >cut
expect 0 train --vectors cut -o cut.handoff
[ $(((size - $(stat -c %s cut)) % 72)) = 0 ] || fail "half a record stayed" # 24 + 4 * 12 bytes
python3 -c 'd = bytearray(open("v", "rb").read()); d[32 + 72 * 5 + 30] ^= 1; open("damaged", "wb").write(d)'
expect 0 train --vectors damaged -o damaged.handoff
for m in cut damaged; do cmp without.handoff $m.handoff || fail "a file that was $m made another model"; done
[ "$(stat -c %s damaged)" = $((size + 72)) ] || fail "a damaged record was believed"

# Not this encoder's, nobody's, in use, no file.
cp v v.before
encoder=other refuse 3 train --vectors v -o x.handoff
grep -q 'another encoder' err || fail "it is not told whose vectors they are"
refuse 3 train --vectors v --encoder-precision int8 -o x.handoff
refuse 3 train --vectors train.csv -o x.handoff
grep -q 'no file of vectors' err || fail "it is not told that it is no file of vectors"
cmp <(head -c 10 train.csv) <(printf 'text,label') || fail "the texts were written over"
refuse "2|3|4" train --vectors . -o x.handoff
refuse "2|3|4" train --vectors no/folder -o x.handoff
mkfifo pipe
refuse "2|3|4" timeout 20 "$HANDOFF" train train.csv --target label --encoder tiny --vectors pipe -o x.handoff
refuse "3|4" flock v "$HANDOFF" train train.csv --target label --encoder tiny --vectors v -o x.handoff
grep -q 'another program' err || fail "it is not told that the file is in use"
refuse 2 handoff train train.csv --target label --vectors v -o x.handoff
refuse 2 train --vectors v -o v
refuse 2 handoff train --labels /dev/null --encoder tiny --vectors v -o x.handoff
expect 0 handoff encoder check tiny --json
if ! grep -q '"portable"' out; then # another arithmetic differs in the last bits
	HANDOFF_KERNELS=portable refuse 3 train --vectors v -o x.handoff
	grep -q 'kind of processor' err || fail "it is not told that another arithmetic made the vectors"
fi
cmp v v.before || fail "a refusal changed the file"

# Interrupted: what was encoded until then is there, and the next run goes on.
python3 "$CLI/make-encoder.py" texts 60000 3 >many.csv
"$HANDOFF" train many.csv --target label --encoder tiny --vectors part -o part.handoff --threads 1 >out 2>err & # no function: the signal is for the program
until [ "$(stat -c %s part 2>/dev/null || echo 0)" -gt 40000 ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
kill -INT $! 2>/dev/null || true
wait $! && fail "the training was over before the signal"
grep -q 'The vectors so far are in part' err || fail "it is not told what stays: $(cat err)"
[ ! -e part.handoff ] || fail "a stopped run wrote a model"

# A full disk: told, and what is there stays good.
refuse "3|4" bash -c 'trap "" XFSZ; ulimit -f 20; exec "$HANDOFF" train train.csv --target label --encoder tiny --vectors full -o full.handoff'
grep -q 'cannot be kept' err || fail "a full disk is not told: $(cat err)"
expect 0 train --vectors full -o full.handoff
cmp without.handoff full.handoff || fail "a disk that was full made another model"
# A model without an encoder has no vectors to keep.
expect 0 handoff train train.csv --target label -o words.handoff
expect "0|1" handoff evaluate words.handoff test.csv --vectors none
[ ! -e none ] || fail "vectors were kept for a model without an encoder"
