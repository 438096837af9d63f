#!/usr/bin/env python3
"""Check a JSON file by Python expressions: json-check.py FILE EXPRESSION...

`o` is the object of the file; for a .jsonl file, `rows` is the list of its objects. Names at hand: math, approx(a, b,
tolerance=1e-6), share(x) (a number from 0 to 1), interval(x) (a pair 0 <= lo <= hi <= 1).
Prints every expression that is false or cannot be evaluated, and exits 1.
"""
import json
import math
import sys


def number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def share(x):
    return number(x) and 0 <= x <= 1


def interval(x):
    return isinstance(x, list) and len(x) == 2 and share(x[0]) and share(x[1]) and x[0] <= x[1]


def approx(a, b, tolerance=1e-6):
    return abs(a - b) <= tolerance


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        content = text.read()
    names = {"math": math, "number": number, "share": share, "interval": interval, "approx": approx}
    try:
        if sys.argv[1].endswith(".jsonl"):
            names["rows"] = [json.loads(line) for line in content.splitlines()]
        else:
            names["o"] = json.loads(content)
    except ValueError as error:
        print(f"{sys.argv[1]} is not JSON: {error}: {content[:200]!r}", file=sys.stderr)
        return 1
    bad = 0
    for expression in sys.argv[2:]:
        try:
            fine = eval(expression, names)  # the expressions are the tests themselves
            problem = "false"
        except Exception as error:  # a missing key is a failed check, with its name
            fine, problem = False, f"{type(error).__name__}: {error}"
        if not fine:
            print(f"{sys.argv[1]}: {problem}: {expression}", file=sys.stderr)
            bad = 1
    if bad:
        print(content[:1500], file=sys.stderr)
    return bad


if __name__ == "__main__":
    sys.exit(main())
