# Standard input needs its format, and is answered like a file.
trained
handoff classify m.handoff test.csv >file.jsonl
handoff classify m.handoff - --format csv <test.csv >stdin.jsonl
cmp file.jsonl stdin.jsonl || fail "a pipe is answered otherwise than a file"
expect 2 handoff classify m.handoff - <test.csv
grep -q -- --format err || fail "the message does not say what to add"
: >empty
expect "0|3" handoff classify m.handoff - --format jsonl <empty
[ ! -s out ] || fail "answers to nothing"
# A line of text piped in as CSV is its header: no answer, and a word about why.
expect 0 handoff classify m.handoff - --format csv <<<"just one line"
[ ! -s out ] || fail "a header was answered"
grep -q 'first line names the columns' err || fail "nothing is said of the header"
