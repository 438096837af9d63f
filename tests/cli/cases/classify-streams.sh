# A first answer comes before the input ends.
trained 2000
mkfifo in
handoff classify m.handoff - --format jsonl <in >answers &
reader=$!
exec 7>in
for i in 1 2 3 4 5; do echo "{\"text\":\"bolade gefare text $i\"}" >&7; done
for wait in $(seq 100); do [ -s answers ] && break || sleep 0.1; done
early=$(lines answers)
exec 7>&-
wait $reader
[ "$early" -ge 1 ] || fail "nothing was answered within 10 seconds of an open pipe"
[ "$(lines answers)" = 5 ] || fail "not every text was answered"
