# --quiet silences progress; results stay on stdout, and only there.
texts 1500 1 >train.csv
handoff train train.csv --target label -o m.handoff --quiet --json >report.json 2>err
[ ! -s err ] || { cat err >&2; fail "--quiet is not quiet"; }
json report.json 'o["rows"] == 1500'
handoff train train.csv --target label -o m.handoff >out 2>err
! grep -q $'\r' err || fail "progress for a terminal on a stderr that is none"
