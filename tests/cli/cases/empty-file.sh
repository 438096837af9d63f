# Empty files, headers without rows, rows without text.
: >empty.csv
echo text,label >header.csv
printf 'text,label\n,a\n" ",b\n,a\n' >blank.csv
: >empty.jsonl
for file in empty.csv header.csv blank.csv empty.jsonl; do
	refuse 3 handoff train $file --target label -o m.handoff
	refuse 3 handoff split $file --target label -o s
done
no_leftovers empty.csv header.csv blank.csv empty.jsonl
