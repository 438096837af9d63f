# --group is never cut; with --time the test part is the later one.
texts 1000 1 | awk -F, 'NR == 1 { print $0 ",customer,day"; next } { printf "%s,c%d,2024-%02d-%02d\n", $0, NR % 60, int(NR / 90) + 1, NR % 28 + 1 }' >t.csv
expect 0 handoff split t.csv --target label --group customer -o g
expect 0 handoff split t.csv --target label --time day -o d
python3 - <<'P'
import json
read = lambda name: [json.loads(r) for r in open(name)]
a, b = ({r["customer"] for r in read(f"g.{p}.jsonl")} for p in ("train", "test"))
assert a and b and not a & b, "a group was cut"
a, b = ([r["day"] for r in read(f"d.{p}.jsonl")] for p in ("train", "test"))
assert a and b and max(a) <= min(b), f"train ends {max(a)}, test begins {min(b)}"
P
