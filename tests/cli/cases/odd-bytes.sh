# NUL bytes, bytes that are no UTF-8, lone surrogates: read, repaired and reported, never a crash.
texts 1000 1 >plain.csv
python3 - <<'P'
rows = open("plain.csv", "rb").read().splitlines()
odd = [b"a\x00b ", b"\xff\xfe\xfa ", b"\xed\xa0\x80 ", b"\xc0\xaf ", b"\xf4\x90\x80\x80 ", b"\x1b[31m "]
open("odd.csv", "wb").write(b"\n".join([rows[0]] + [odd[i % 6] + r if i % 10 == 0 else r for i, r in enumerate(rows[1:])]) + b"\n")
lines = []
for i, r in enumerate(rows[1:]):
    text, label = r.decode().rsplit(",", 1)
    start = ['\\ud800 ', '\\udc00 ', '\\u0000 '][i % 3] if i % 10 == 0 else ''
    lines.append('{"text":"%s%s","label":"%s"}\n' % (start, text, label))
open("odd.jsonl", "w").writelines(lines)
P
for file in odd.csv odd.jsonl; do
	expect 0 handoff train $file --target label -o m.handoff
	expect 0 handoff classify m.handoff $file
	[ "$(lines out)" = 1000 ] || fail "$(lines out) answers to the 1000 texts of $file"
	cp out answers.jsonl
	json answers.jsonl 'len(rows) == 1000'
done
