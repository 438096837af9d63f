# Rows that training had are counted and left out.
trained
{ cat test.csv; sed -n 2,201p train.csv; } >mixed.csv
handoff evaluate m.handoff test.csv --json --quiet >clean.json
handoff evaluate m.handoff mixed.csv --json --quiet >mixed.json
python3 - <<'P'
import json
clean, mixed = (json.load(open(f)) for f in ("clean.json", "mixed.json"))
assert mixed["seen"] >= 200 and mixed["seen"] - clean["seen"] == 200, (clean["seen"], mixed["seen"])
assert mixed["n"] == clean["n"] and mixed["accuracy"] == clean["accuracy"]
P
