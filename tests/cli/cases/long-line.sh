# A line of 50 MB is a text like any other when classifying, and does not stop training.
trained 2000
python3 - <<'P'
with open("long.jsonl", "w") as out:
    out.write('{"text":"gefare bolade tapone"}\n{"text":"')
    for _ in range(50 * 1024):
        out.write("gefare bolade tapone finuli labare dasitio " * 23 + "x" * 35)
    out.write('"}\n{"text":"labare dasitio"}\n')
P
expect 0 handoff classify m.handoff long.jsonl
[ "$(lines out)" = 3 ] || fail "$(lines out) answers to 3 texts"
{ texts 500 3; printf 'short,pos\n'; head -c 52000000 /dev/zero | tr '\0' 'x'; printf ',neg\n'; texts 500 4 | tail -n +2; } >long.csv
expect 0 handoff train long.csv --target label -o n.handoff
