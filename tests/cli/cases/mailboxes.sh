# One mail through a pipe has a number, a file of mails has many, a Maildir is no set of labels.
trained 800
mail() { printf 'From: a@example.org\nSubject: Mail %s\n\nwords of %s\n' "$1" "$1"; }
mail 1 >one.eml
expect 0 handoff classify m.handoff - --format mail <one.eml
json out 'o["id"] == "1"'
expect 0 handoff classify m.handoff one.eml
json out 'o["id"] == "one.eml"'
for i in 1 2 3; do printf 'From a@b Thu Feb  1 10:20:3%s 2024\n' $i; mail $i; echo; done >all.mbox
expect 0 handoff classify m.handoff all.mbox; cp out answers.jsonl
json answers.jsonl '[r["id"] for r in rows] == ["1", "2", "3"]'
expect 0 handoff classify m.handoff - --format mail <all.mbox
cmp out answers.jsonl || fail "an mbox on standard input is read otherwise"
mkdir -p box/cur box/new box/tmp
mail 1 >box/cur/1.host:2,S; mail 2 >box/new/2.host; mail 3 >box/tmp/3.host
expect 0 handoff split box -o s
cat s.train.jsonl s.test.jsonl >all.jsonl
json all.jsonl 'len(rows) == 2' 'all("label" not in r and r["text"].startswith("Mail ") for r in rows)'
