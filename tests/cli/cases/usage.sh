# Wrong usage is 2, said on stderr, and nothing is read or written.
texts 100 1 >t.csv
refuse 2 handoff
refuse 2 handoff nosuchcommand
for command in explore split train evaluate classify explain compare; do
	refuse 2 handoff $command --no-such-option
done
refuse 2 handoff explore
refuse 2 handoff split t.csv
refuse 2 handoff split t.csv --test 1.5 -o s
refuse 2 handoff split t.csv --test nothing -o s
refuse 2 handoff train t.csv --target label
refuse 2 handoff train -o m.handoff
refuse 2 handoff train t.csv --target label -o m.handoff --max-error 2
refuse 2 handoff train t.csv --target label -o m.handoff --max-error 0
refuse 2 handoff train t.csv --target label -o m.handoff --max-error often
refuse 2 handoff train t.csv --target label -o m.handoff --confidence-level 1.0
refuse 2 handoff train t.csv --target label -o m.handoff --promise perhaps
refuse 2 handoff train t.csv --target label -o m.handoff --seed many
refuse 2 handoff train t.csv --target label -o m.handoff --threads some
refuse 2 handoff evaluate t.csv
refuse 2 handoff compare a.handoff b.handoff
refuse 2 handoff explore t.csv --format parchment
refuse 2 handoff train t.csv --target label --max-error
no_leftovers t.csv
# Commands of one use show it; those of several point to their page.
refuse 2 handoff train
grep -q 'handoff train DATA' err || fail "the usage of train is not told"
refuse 2 handoff user
grep -q 'handoff user --help' err || fail "the message does not lead to the usage of user"
