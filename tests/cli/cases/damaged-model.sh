# A truncated or bit-flipped model is refused (3), or answers as if nothing had happened (a flip in padding).
trained 2000
head -n 50 test.csv >few.csv
handoff classify m.handoff few.csv >good
size=$(stat -c %s m.handoff)
try() { # WHAT: bad.handoff must be refused, or be as good as new
	local status=0
	handoff classify bad.handoff few.csv >got 2>err || status=$?
	case $status in
	0) cmp -s good got || fail "$1: other answers without a word" ;;
	3) [ -s err ] && [ ! -s got ] || fail "$1: refused, but badly" ;;
	*) cat err >&2; fail "$1: status $status" ;;
	esac
	verdict=$status
}
for keep in 0 1 7 64 100 1000 $((size / 3)) $((size / 2)) $((size - 1)); do
	head -c "$keep" m.handoff >bad.handoff
	try "truncated to $keep of $size bytes"
	[ $verdict = 3 ] || fail "a model of $keep of $size bytes was accepted"
done
# 60 copies with one bit changed each, the first 20 in the header.
python3 - <<'P'
model = bytearray(open("m.handoff", "rb").read())
for i in range(1, 61):
    at, bit = ((i * 7919 * i + 13 * i) % len(model), i % 8) if i > 20 else (i * 8 - 8, i % 8)
    model[at] ^= 1 << bit
    open(f"flip{i}", "wb").write(model)
    model[at] ^= 1 << bit
P
refused=0
for i in $(seq 60); do
	mv "flip$i" bad.handoff
	try "a bit flipped, the $i-th of 60"
	[ $verdict = 3 ] && refused=$((refused + 1))
done
[ $refused -ge 50 ] || fail "only $refused of 60 flips were noticed"
cp train.csv bad.handoff
try "a CSV file as a model"
[ $verdict = 3 ] || fail "a CSV file was accepted as a model"
