# Results that cannot be written are system trouble (4), not success.
trained 2000
for command in "classify m.handoff test.csv" "evaluate m.handoff test.csv" "evaluate m.handoff test.csv --json" \
	"explore test.csv" "explore test.csv --json" "explain m.handoff gefare --json" "train --help"; do
	status=0
	handoff $command >/dev/full 2>err || status=$?
	[ $status = 4 ] || fail "status $status, expected 4: $command"
done
