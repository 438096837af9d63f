#!/usr/bin/env python3
"""What scripts/demo.sh counts from the program's JSON output; nothing here is written down beforehand.

demo-report.py percent NUMBER                    0.01 -> 1%
demo-report.py other ANSWERS TRUTH               how many answered, wrong, handed over, when every label is TRUTH
demo-report.py pick ANSWERS TEXTS                write sure.txt and unsure.txt, the texts behind two of the answers
demo-report.py summary EVALUATE OTHER TRUTH TRAIN TEST TRAIN_SECONDS ALL_SECONDS WANTED KIND
"""
import collections
import json
import sys


def lines(path):
    with open(path, encoding="utf-8") as rows:
        return [json.loads(row) for row in rows if row.strip()]


def percent(share):
    if share is None:
        return "-"
    points = 100 * share
    return f"{points:.2g}%" if 0 < points < 1 else f"{points:.1f}".removesuffix(".0") + "%"


def counts(answers, truth):
    auto = [a for a in answers if a["decision"] == "auto"]
    reasons = collections.Counter(a["reason"] for a in answers if a["decision"] == "human")
    return len(auto), sum(a["label"] != truth for a in auto), reasons


def by_reason(reasons):
    return ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())


def other(path, truth):
    answers = lines(path)
    auto, wrong, reasons = counts(answers, truth)
    human = sum(reasons.values())
    print(f"\n{len(answers)} texts: {auto} answered automatically, {wrong} of those wrong"
          f"{f' ({percent(wrong / auto)})' if auto else ''}; {human} handed over{f' ({by_reason(reasons)})' if human else ''}.")


def pick(answers_path, texts_path):
    """A confident automatic answer of the rarer label, and the least sure text; short ones, to be read on a screen."""
    pairs = [p for p in zip(lines(answers_path), lines(texts_path)) if 100 <= len(p[1]["text"]) <= 1500]
    auto = [p for p in pairs if p[0]["decision"] == "auto"]
    rare = min(collections.Counter(p[0]["label"] for p in auto).items(), key=lambda item: item[1])[0] if auto else None
    sure = max((p for p in auto if p[0]["label"] == rare), key=lambda p: p[0]["confidence"], default=None)
    unsure = min((p for p in pairs if p[0]["reason"] == "unsure"), key=lambda p: p[0]["confidence"], default=None)
    for name, found in (("sure", sure), ("unsure", unsure)):
        with open(name + ".txt", "w", encoding="utf-8") as text:
            text.write(found[1]["text"] if found else "")
        if found:
            print(f"{name}.txt: text {found[0]['id']} of the test file, {found[0]['label']}"
                  f" with confidence {found[0]['confidence']:.3f}")


def promise_line(report, wanted, kind):
    promise, auto = report["promise"], report["automated"]
    if not promise:
        return f"no promise of at most {percent(wanted)} could be made, so every text is handed over"
    verdict = {True: "kept", False: "BROKEN", None: "within what chance allows, neither shown kept nor broken"}
    wrong = round(auto["error"] * auto["n"]) if auto["n"] else 0
    return (f"at most {percent(promise['max_error'])} wrong at {percent(promise['confidence_level'])} confidence; "
            f"of {auto['n']} {kind} answered ({percent(auto['coverage'])}), {wrong} wrong: {verdict[promise['kept']]}")


def summary(evaluate, other_path, truth, train, test, train_seconds, all_seconds, wanted, kind):
    with open(evaluate, encoding="utf-8") as text:
        report = json.load(text)
    answers = lines(other_path)
    auto, wrong, reasons = counts(answers, truth)
    low, high = report["accuracy_interval"]
    print(f"  data       {len(lines(train))} {kind} to learn from, {len(lines(test))} kept aside")
    print(f"  model      {percent(report['accuracy'])} right on {report['n']} unseen {kind}"
          f" (95% interval {percent(low)} to {percent(high)}), trained in {train_seconds} s")
    print(f"  promise    {promise_line(report, float(wanted), kind)}")
    print(f"  otherwise  of {len(answers)} texts of another kind {auto} answered, {wrong} of them wrong,"
          f" {sum(reasons.values())} handed over{f' ({by_reason(reasons)})' if reasons else ''}")
    print(f"  time       {all_seconds} s for all seven steps; the model and all answers are in .cache/demo")


def main():
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "percent":
        print(percent(float(rest[0])))
    elif command == "other":
        other(*rest)
    elif command == "pick":
        pick(*rest[:2])
    elif command == "summary":
        summary(*rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
