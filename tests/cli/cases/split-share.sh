# A test part that is far from what was asked for is told, with a reason that holds.
texts 1000 1 | awk -F, 'NR == 1 { print $0 ",customer"; next } { print $0 ",c" (NR <= 901 ? 1 : NR % 7) }' >t.csv
expect 0 handoff split t.csv --target label --group customer --test 0.2 -o g
grep -q 'not the 20% that was asked for, because rows of one group' out || fail "nothing is said of the share: $(cat out)"
printf 'text,label\nsome words here,x\nquite other things,y\n' >two.csv
expect 0 handoff split two.csv --target label --test 0.2 -o two
! grep -q 'group' out || fail "groups are blamed that do not exist: $(cat out)"
texts 1000 2 >plain.csv
expect 0 handoff split plain.csv --target label --test 0.2 -o p
! grep -q 'asked for' out || fail "a warning for a share that was hit"
# Few rows of several labels, one of them twice: rounding is what costs the share.
printf 'text,label\none text,a\none text,a\nsome other,b\nthird thing,c\nfourth word,d\nfifth line,a\nsixth row,b\n' >few.csv
expect 0 handoff split few.csv --target label --test 0.3 -o few
! grep -q 'copies of a text stay together' out || fail "copies are blamed for rounding: $(cat out)"
# Without labels their shares cannot be kept, and that is said.
cut -d, -f1 plain.csv | sed 's/^text$/body/' >unlabelled.csv
expect 0 handoff split unlabelled.csv -o u
grep -q -- '--target' out || fail "nothing is said of the missing labels"
! grep -q -- '--target' <(handoff split plain.csv --target label -o p 2>/dev/null) || fail "labels are missed that are there"
