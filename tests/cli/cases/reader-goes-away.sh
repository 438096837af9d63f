# `| head -1` ends the program without a fuss, and soon.
trained 2000
texts 60000 9 >big.csv
set +e
timeout 60 "$HANDOFF" classify m.handoff big.csv 2>err | head -n 1 >first
status=${PIPESTATUS[0]}
set -e
[ "$(lines first)" = 1 ] || fail "no first line"
case $status in 0 | 4 | 141) ;; *) cat err >&2; fail "status $status after the reader left" ;; esac
[ "$(lines err)" -le 1 ] || { cat err >&2; fail "a long complaint"; }
