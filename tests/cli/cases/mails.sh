# A folder of mails: subject and readable text, never the other headers; a .json twin stays unread with --glob.
python3 - <<'P'
import base64, os, quopri
word = lambda i, k: "".join("bdfgklmnprst"[(i * 31 + k * 17 + j * (i + k)) % 12] + "aeiou"[(i + k * 3 + j) % 5] for j in range(4))
for i in range(60):
    varied = " ".join(word(i, k) for k in range(12))
    kind = "spam" if i % 3 == 0 else "ham"
    words = f"offer{i} prize money {varied}" if kind == "spam" else f"meeting{i} notes monday {varied}"
    os.makedirs(f"mails/{kind}", exist_ok=True)
    head = f"From: a@example.org\nX-Secret-Verdict: verdict{kind}\nSubject: =?utf-8?q?Caf=C3=A9_{i}?=\nMIME-Version: 1.0\n"
    if i % 4 == 0: body = "Content-Type: text/html; charset=utf-8\n\n<html><style>p{color:red}</style><p>Hello <b>%s</b> &amp; more</p></html>\n" % words
    elif i % 4 == 1: body = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(f"Hello {words} & more\n".encode()).decode() + "\n"
    elif i % 4 == 2: body = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(f"Hello {words} & more d\xe9j\xe0\n".encode("latin-1")).decode() + "\n"
    else: body = f"\nHello {words} & more\n"
    open(f"mails/{kind}/{i:03d}.txt", "w").write(head + body)
    open(f"mails/{kind}/{i:03d}.json", "w").write('{"text":"twin twin twin"}')
P
expect 0 handoff split mails --format mail --glob '*.txt' -o s
cat s.train.jsonl s.test.jsonl >all.jsonl
json all.jsonl 'len(rows) == 60' 'sum(r["label"] == "spam" for r in rows) == 20' \
	'all("Caf\u00e9" in r["text"] and "Hello" in r["text"] and "& more" in r["text"] for r in rows)' \
	'not any("verdict" in r["text"] or "example.org" in r["text"] or "color:red" in r["text"] or "<b>" in r["text"] for r in rows)' \
	'any("d\u00e9j\u00e0" in r["text"] for r in rows)' 'not any("twin" in r["text"] for r in rows)'
