# No command writes over what it reads, also not by another name; two outputs do not share a file.
texts 600 1 >train.csv
texts 200 2 >test.csv
cp train.csv kept.csv
ln -s train.csv link.csv
ln train.csv hard.csv
handoff train train.csv --target label -o m.handoff --quiet >train.out
cp m.handoff kept.handoff
for output in train.csv ./train.csv link.csv hard.csv; do
	refuse 2 handoff train train.csv --target label -o $output
	refuse 2 handoff train train.csv --target label -o new.handoff --rejects $output
	refuse 2 handoff explore train.csv --target label --rejects $output
	refuse 2 handoff classify m.handoff train.csv --rejects $output
	cmp train.csv kept.csv || fail "the data were written over through $output"
done
grep -q "is the file that DATA reads" err || fail "the message does not say why"
refuse 2 handoff train train.csv --target label --test test.csv -o test.csv
refuse 2 handoff train train.csv --target label -o a.out --rejects a.out
refuse 2 handoff evaluate m.handoff test.csv --rejects m.handoff
refuse 2 handoff compare m.handoff kept.handoff test.csv --rejects kept.handoff
expect 2 sh -c '"$HANDOFF" train - --format csv --target label -o train.csv <train.csv'
cp train.csv x.train.jsonl
refuse 2 handoff split x.train.jsonl --format csv --target label -o x
cmp train.csv x.train.jsonl || fail "split wrote over its input"
cmp m.handoff kept.handoff || fail "the model was written over"
# A folder, a device and a missing folder are found before the work, not after it.
mkdir folder
refuse 2 handoff train train.csv --target label -o folder
refuse 2 handoff train train.csv --target label -o /dev/full
refuse 4 handoff train train.csv --target label -o missing/m.handoff
no_leftovers train.csv test.csv kept.csv link.csv hard.csv m.handoff kept.handoff train.out x.train.jsonl folder
