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

# While it waits for its input: one signal, at once, and nothing is left behind.
trained 800
mkfifo fifo
waits() { # SIGNAL COMMAND...: with standard input that never comes, and stays open
	local signal=$1 status=0
	shift
	"$@" >out 2>err <silent & pid=$!
	exec 9>silent
	python3 -c 'import time; time.sleep(0.4)'
	kill -0 $pid || fail "it did not wait: $*: $(cat err)"
	kill -s "$signal" $pid
	# A watchdog, so that a deaf program fails the case at once.
	(sleep 10; kill -KILL $pid) >/dev/null 2>&1 9>&- & local dog=$!
	wait $pid || status=$?
	kill $dog
	exec 9>&-
	[ $status = 130 ] || fail "status $status after $signal: $*: $(cat err)"
	no_leftovers train.csv test.csv m.handoff fifo silent
}
mkfifo silent
rm -f train.csv.*
for signal in INT TERM; do
	waits $signal "$HANDOFF" classify m.handoff - --format csv
	waits $signal "$HANDOFF" classify m.handoff - --format csv --rejects rj
	waits $signal "$HANDOFF" classify m.handoff - --format jsonl --rejects rj --threads 4
	waits $signal "$HANDOFF" explore fifo --format csv
	waits $signal "$HANDOFF" train - --format jsonl --rejects rj -o x.handoff
done
# Rows that came are answered, and then the wait for the next is ended.
"$HANDOFF" classify m.handoff - --format jsonl --rejects rj --threads 4 <silent >out 2>err & pid=$!
exec 9>silent
echo '{"text":"some words"}' >&9
python3 -c 'import time; time.sleep(0.4)'
[ "$(lines out)" = 1 ] || fail "the answer waits for the next row"
kill -INT $pid
status=0; wait $pid || status=$?
exec 9>&-
[ $status = 130 ] || fail "status $status"
no_leftovers train.csv test.csv m.handoff fifo silent
