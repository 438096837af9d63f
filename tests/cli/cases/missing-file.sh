# A file that is not there is bad input (3), and the message names it.
texts 300 1 >t.csv
for command in "explore gone.csv" "split gone.csv -o s" "train gone.csv --target label -o m.handoff" \
	"evaluate gone.handoff t.csv" "classify gone.handoff t.csv" "compare gone.handoff gone.handoff t.csv"; do
	refuse 3 handoff $command
	grep -q gone err || fail "the message does not name the file: $command"
done
no_leftovers t.csv
