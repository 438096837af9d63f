# Ctrl-C in the middle: no model, no temporary file, soon.
texts 60000 1 0.3 30 >train.csv
for seconds in 0.3 1; do
	status=0
	# timeout runs the program as its own foreground child, with SIGINT at its default.
	timeout --preserve-status -s INT -k 20 $seconds "$HANDOFF" train train.csv --target label -o m.handoff --threads 2 >out 2>err || status=$?
	[ $status != 0 ] || skip "training ended before the interrupt came"
	case $status in 4 | 130) ;; *) cat err >&2; fail "status $status after an interrupt at $seconds s" ;; esac
	no_leftovers train.csv
done
