#!/usr/bin/env python3
"""Compare a program's output with a golden file; prints what differs and exits 1.

compare.py glob PATTERNS ACTUAL             each line is a shell pattern; a line `...` stands for any number of lines
compare.py near EXPECTED ACTUAL TOLERANCE   numbers may differ by TOLERANCE (absolute), all else is exact
"""
import fnmatch
import re
import sys

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def read(path):
    with open(path, encoding="utf-8", errors="backslashreplace") as text:
        return text.read().splitlines()


def glob_matches(patterns, lines):
    """Classic wildcard matching, with lines for characters: reachable[j] = the first j lines are explained."""
    reachable = [True] + [False] * len(lines)
    for pattern in patterns:
        if pattern.strip() == "...":
            first = reachable.index(True) if True in reachable else len(reachable)
            reachable = [j >= first for j in range(len(reachable))]
        else:
            reachable = [False] + [reachable[j] and fnmatch.fnmatchcase(lines[j], pattern) for j in range(len(lines))]
    return reachable[-1]


def near(expected, actual, tolerance):
    if NUMBER.sub("0", expected) != NUMBER.sub("0", actual):
        return False
    pairs = zip(NUMBER.findall(expected), NUMBER.findall(actual))
    return all(abs(float(a) - float(b)) <= tolerance for a, b in pairs)


def main():
    kind, expected, actual = sys.argv[1], read(sys.argv[2]), read(sys.argv[3])
    if kind == "glob":
        if glob_matches(expected, actual):
            return 0
        print(f"does not match {sys.argv[2]}; it printed:")
        print("\n".join(actual[:40]))
        return 1
    tolerance = float(sys.argv[4])
    wrong = [(a, b) for a, b in zip(expected, actual) if not near(a, b, tolerance)]
    for a, b in wrong[:20]:
        print(f"- {a}\n+ {b}")
    if len(expected) != len(actual):
        print(f"{len(actual)} lines, expected {len(expected)}")
    return 1 if wrong or len(expected) != len(actual) else 0


if __name__ == "__main__":
    sys.exit(main())
