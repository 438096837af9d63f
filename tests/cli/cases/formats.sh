# The same texts in every form give the same rows.
texts 400 1 >t.csv
python3 - <<'P'
import csv, gzip, json, os
rows = list(csv.DictReader(open("t.csv")))
for r in rows[::7]: r["text"] += ", \u201cquoted\u201d caf\u00e9"
def table(delimiter, end="\n"):
    q = lambda s: '"%s"' % s.replace('"', '""') if any(c in s for c in delimiter + '"\n') else s
    return end.join([delimiter.join(("text", "label"))] + [delimiter.join((q(r["text"]), q(r["label"]))) for r in rows]) + end
def put(name, data): open(name, "wb").write(data)
put("a.csv", table(",").encode()); put("bom.csv", b"\xef\xbb\xbf" + table(",").encode()); put("crlf.csv", table(",", "\r\n").encode())
put("semicolon.csv", table(";").encode()); put("t.tsv", table("\t").encode()); put("utf16.csv", table(",").encode("utf-16"))
put("cp1252.csv", table(",").encode("cp1252")); put("z.csv.gz", gzip.compress(table(",").encode()))
put("t.jsonl", "".join(json.dumps(r) + "\n" for r in rows).encode())
put("prodigy.jsonl", "".join(json.dumps(dict(text=r["text"], label=r["label"], answer="accept")) + "\n" for r in rows).encode())
put("doccano.jsonl", "".join(json.dumps(dict(id=i, text=r["text"], label=[r["label"]])) + "\n" for i, r in enumerate(rows)).encode())
put("fasttext.txt", "".join(f'__label__{r["label"]} {r["text"]}\n' for r in rows).encode())
for i, r in enumerate(rows):
    os.makedirs(f"folder/{r['label']}", exist_ok=True)
    open(f"folder/{r['label']}/{i:04d}.txt", "w").write(r["text"])
P
all_rows() { # DATA [options]: every (text, label), sorted
	handoff split "$@" --quiet -o s >/dev/null
	cat s.train.jsonl s.test.jsonl | python3 -c '
import json, sys
print("\n".join(sorted(repr((r["text"].strip(), r["label"])) for r in map(json.loads, sys.stdin))))'
}
all_rows a.csv --target label >wanted
[ "$(lines wanted)" = 400 ] || fail "$(lines wanted) of 400 rows"
for file in bom.csv crlf.csv semicolon.csv t.tsv utf16.csv cp1252.csv z.csv.gz t.jsonl prodigy.jsonl doccano.jsonl; do
	all_rows $file --target label >got
	diff wanted got >difference || { head -n 4 difference >&2; fail "$file is read otherwise"; }
done
all_rows fasttext.txt --format fasttext >got; cmp wanted got || fail "fasttext.txt is read otherwise"
all_rows folder --format folder >got; cmp wanted got || fail "a folder is read otherwise"
if command -v zstd >/dev/null; then
	zstd -q a.csv -o z.csv.zst
	all_rows z.csv.zst --target label >got; cmp wanted got || fail ".zst is read otherwise"
fi
