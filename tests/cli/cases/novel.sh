# Texts unlike the training texts are handed over as novel; known ones rarely are.
trained
cat >odd.jsonl <<'T'
{"text":""}
{"text":"   "}
{"text":"qxzqv wwxyz zzqqx xqwvz vvwqx zxqvw qqzxv wzxqv"}
{"text":"Съешь ещё этих мягких французских булок да выпей чаю"}
{"text":"色は匂へど散りぬるを我が世誰ぞ常ならむ有為の奥山今日越えて"}
{"text":"0101001 99887766 #### !!!! ???? $$$$ 12121212"}
T
expect 0 handoff classify m.handoff odd.jsonl
cp out odd-answers.jsonl
json odd-answers.jsonl 'len(rows) == 6' 'all(r["decision"] == "human" and r["reason"] == "novel" for r in rows)'
handoff classify m.handoff test.csv >known.jsonl
json known.jsonl 'sum(r["reason"] == "novel" for r in rows) <= 100'
