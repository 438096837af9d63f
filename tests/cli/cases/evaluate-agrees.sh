# What `evaluate` says about the automatic answers is what `classify` answers.
trained
handoff evaluate m.handoff test.csv --json --quiet >evaluate.json
handoff classify m.handoff test.csv >answers.jsonl
python3 - <<'P'
import csv, json
truth = [r["label"] for r in csv.DictReader(open("test.csv"))]
answers = [json.loads(r) for r in open("answers.jsonl")]
report = json.load(open("evaluate.json"))
assert len(truth) == len(answers)
if report["seen"] == 0:
    auto = [(t, a["label"]) for t, a in zip(truth, answers) if a["decision"] == "auto"]
    assert len(auto) == report["automated"]["n"], (len(auto), report["automated"])
    assert abs(sum(t != a for t, a in auto) / len(auto) - report["automated"]["error"]) < 1e-9
    right = sum(t == a["label"] for t, a in zip(truth, answers)) / len(truth)
    assert abs(right - report["accuracy"]) < 1e-9
    threshold = report["promise"]["threshold"]
    assert all(a["confidence"] > threshold - 1e-4 for a in answers if a["decision"] == "auto")
P
