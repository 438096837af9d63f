# Every command explains itself, with an example, on stdout.
commands='explore split train evaluate classify explain doubt compare deploy serve task user key labels update log note backup forget'
for command in $commands; do
	expect 0 handoff $command --help
	grep -q "handoff $command" out || fail "$command --help does not show how it is called"
	grep -qi example out || fail "$command --help has no example"
	[ ! -s err ] || fail "$command --help wrote to stderr"
done
expect 0 handoff --help
for command in $commands; do
	grep -qw "$command" out || fail "--help does not name $command"
done
