# A word in nearly all texts of a label and in no other is a topic where the other words tell the label as well, and a
# leak where they do not; a code in easy texts is a hint.
stamp() { awk -F, -v word="$2" 'NR > 1 && $2 == "pos" { sub(/ /, " " word " ") } { print }' "$1"; }
texts 800 1 0 40 >easy.csv
texts 800 1 0 6 >hard.csv
stamp easy.csv bank >topic.csv
stamp easy.csv kx7q >code.csv
stamp hard.csv bank >leak.csv
for name in topic code leak; do
	expect 0 handoff train $name.csv --target label -o $name.handoff --quiet
	expect "0|1" handoff doubt $name.handoff $name.csv --only giveaways --json --quiet
	cp out $name.json
	expect 0 handoff explore $name.csv --json --quiet
	cp out $name.explore
done
json topic.json 'o["findings"][0]["verdict"] == "holds"' '"bank" in o["findings"][0]["evidence"][0]'
json code.json 'o["findings"][0]["verdict"] == "weak"' '"kx7q" in o["findings"][0]["title"]'
json leak.json 'o["findings"][0]["verdict"] == "broken"' '"bank" in o["findings"][0]["title"]'
json topic.explore '[f["severity"] for f in o["findings"] if f["id"] == "giveaway-words"] == ["notice"]'
json code.explore '[f["severity"] for f in o["findings"] if f["id"] == "giveaway-words"] == ["warning"]'
json leak.explore '[f["severity"] for f in o["findings"] if f["id"] == "giveaway-words"] == ["warning"]'
# In the label's own name it is no news.
sed 's/,pos$/,bank_visits/' leak.csv >named.csv
expect 0 handoff explore named.csv --json --quiet
json out '[f["severity"] for f in o["findings"] if f["id"] == "giveaway-words"] == ["info"]'
