# train --labels: a model from the names of labels alone. It guesses, promises nothing, and a service can begin with it.
export XDG_DATA_HOME=$PWD/data
python3 "$CLI/make-encoder.py" encoder tiny
python3 "$CLI/make-encoder.py" texts 200 5 >texts.csv
# Words of either side: the vocabulary lists the left ones first.
{ sed -n '10,17p' tiny/vocab.txt | tr '\n' ' ' | sed 's/^/left\t/'; echo; echo
  sed -n '3010,3017p' tiny/vocab.txt | tr '\n' ' ' | sed 's/^/right\t/'; echo; } >labels.txt
expect 0 handoff train --labels labels.txt --encoder tiny -o first.handoff
grep -q 'Nothing is promised' out || fail "it is not said that nothing is promised"
expect 0 handoff train --labels labels.txt --encoder tiny -o second.handoff --threads 2 --json
json out 'o["from_names"]' 'o["promise"] is None' 'o["rows"] == 0' 'o["accuracy"] is None' 'len(o["warnings"]) == 1' \
	'o["labels"] == {"left": 0, "right": 0}'
cmp first.handoff second.handoff || fail "the same names make another model"
expect "0|1" handoff evaluate first.handoff texts.csv --json
json out 'o["accuracy"] > 0.8' 'o["automated"]["n"] == 0' 'o["promise"] is None'
expect 0 handoff classify first.handoff texts.csv --text text
[ "$(grep -c '"reason":"no_promise"' out)" = 200 ] || fail "a guess was given as an answer"
expect 0 handoff deploy first.handoff --workspace desk --task side --json
expect 0 handoff task show side --workspace desk --json
sed -n 2p texts.csv | cut -d, -f1 >one.text
expect 0 handoff explain first.handoff - --json <one.text

# Descriptions go into the search beside labelled texts.
head -n 17 texts.csv >few.csv
expect 0 handoff train few.csv --labels labels.txt --encoder tiny -o few.handoff --json
json out 'any("label names" in t["candidate"] for t in o["search"])' 'o["promise"] is None' 'o["parts"]["fit"] == 16'
printf 'left\tto the left\nlest\ta slip of the pen\nright\n' >slip.txt
expect 0 handoff train few.csv --labels slip.txt --encoder tiny -o slip.handoff
grep -q "no text has the label 'lest'" err || fail "a label that is not there is not told"
[ "$(grep -c 'no text has the label' err)" = 1 ] || fail "a label that is there is told"
grep -q 'this model' out && grep -q 'of them had learnt from' out || fail "methods are not compared on the same texts"
expect "0|1" handoff evaluate few.handoff texts.csv --json
json out 'o["accuracy"] > 0.8' 'o["seen"] == 16'

# Names in words, two descriptions of one label, and what cannot be.
printf 'left\n' >one.txt
refuse 3 handoff train --labels one.txt --encoder tiny -o x
grep -q 'two at least' err || fail "it is not said that two labels are needed"
printf 'a_b\na b\n' >same.txt
refuse 3 handoff train --labels same.txt --encoder tiny -o x
grep -q 'other words' err || fail "labels that are the same to the encoder were taken"
printf 'left\n\tno label\n' >none.txt
refuse 3 handoff train --labels none.txt --encoder tiny -o x
grep -q 'line 2' err || fail "the line is not named"
refuse 3 handoff train --labels nowhere.txt --encoder tiny -o x
refuse 2 handoff train --labels labels.txt -o x
refuse 2 handoff train --labels labels.txt --encoder tiny
refuse 2 handoff train texts.csv --labels labels.txt -o x
refuse 2 handoff train --labels labels.txt --encoder tiny --max-error 0.1 -o x
refuse 2 handoff train -o x
[ ! -e x ] || fail "a refusal wrote a model"
