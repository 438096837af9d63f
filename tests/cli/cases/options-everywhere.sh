# The options of reading and of every run are taken by every command with DATA; help for one command by name.
texts 900 1 >train.csv
texts 100 2 >test.csv
common="--target label --map pos=yes --seed 7 --threads 1 --quiet"
expect 0 handoff explore train.csv $common
expect 0 handoff split train.csv $common -o s
expect 0 handoff train train.csv $common -o m.handoff
expect '0|1' handoff evaluate m.handoff test.csv $common
expect 0 handoff classify m.handoff test.csv $common
expect 0 handoff compare m.handoff m.handoff test.csv $common
expect 0 handoff explain m.handoff "some words" --seed 7 --threads 1
expect 0 handoff help train
grep -q -- "--max-error" out || fail "help train does not tell of train"
# Words with zeros are shown as they are; only numbers that stand for all of their length are masked.
awk 'BEGIN { print "text,label"; for (i = 0; i < 400; i++) print "in 2002 order " 10000 + i (i % 2 ? " refund" : " invoice") ",l" i % 2 }' >numbers.csv
expect 0 handoff explore numbers.csv --target label
! grep -q '2##2' out || fail "2002 is masked"
