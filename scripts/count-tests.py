#!/usr/bin/env python3
"""Count single test cases in CTest's log, whose programs print TAP (cmocka units, tests/cli/run.sh, lint).

Usage: count-tests.py [--name RUN] [--append FILE] LOG     read a CTest log
       count-tests.py --tap NAME OUTPUT [--append FILE]    read one program's TAP output
       count-tests.py --total FILE                         add up what earlier runs appended

Prints the names of skipped and failed cases and a last line `N passed, N failed, N skipped`. A program that prints no
TAP counts as one case; one that announces more cases than it finishes (a crash) has the rest counted as failed.
Exit 0 if no case failed and at least one passed.
"""
import argparse
import re
import sys

CASE = re.compile(r"^\s*(not ok|ok) (\d+)(?: - | )?(.*)$")
PLAN = re.compile(r"^\s*1\.\.(\d+)(.*)$")
BLOCK = re.compile(r"^\d+/\d+ Test: (.*)$")


def case_result(state, text):
    """TAP's directive decides first: cmocka prints a skipped case as `not ok N # SKIP name`."""
    skip = re.match(r"(.*?)\s*# ?SKIP\b\s*(.*)$", text, re.I)
    if skip:
        before, after = skip.group(1).strip(), skip.group(2).strip()
        return "skipped", (before + (": " + after if after else "")) if before else after
    return ("passed" if state == "ok" else "failed"), text.strip()


def read_tap(program, lines, passed):
    """Cases of one program; `passed` is the program's own result, or None where it is not known."""
    cases, planned = [], 0
    for line in lines:
        plan, case = PLAN.match(line), CASE.match(line)
        if plan:
            planned += int(plan.group(1))
        elif case:
            result, name = case_result(case.group(1), case.group(3))
            cases.append((result, f"{program}: {name}"))
    for i in range(len(cases), planned):
        cases.append(("failed", f"{program}: case {i + 1} never finished"))
    if not cases and passed is not None:
        cases.append(("passed" if passed else "failed", program))
    elif passed is False and not any(result == "failed" for result, _ in cases):
        cases.append(("failed", f"{program}: the program failed after its cases"))
    return cases


def read_log(path):
    cases, program, lines, output = [], None, [], False
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            start = BLOCK.match(line)
            if start:
                program, lines, output = start.group(1), [], False
            elif line.startswith("Unable to find executable"):
                cases.append(("failed", line.strip()))
                program = None
            elif program and re.match(r"^Test (Passed|Failed)\.", line):
                cases += read_tap(program, lines, line.startswith("Test Passed"))
                program = None
            elif program and output:
                lines.append(line)
            elif line.rstrip() == "Output:":
                output = True
    if program:
        cases += read_tap(program, lines, False)
    return cases


def main():
    parser = argparse.ArgumentParser(description="count test cases")
    parser.add_argument("--name", default="")
    parser.add_argument("--append")
    parser.add_argument("--tap")
    parser.add_argument("--total", action="store_true")
    parser.add_argument("file")
    args = parser.parse_args()
    if args.total:
        with open(args.file, encoding="utf-8") as tally:
            cases = [tuple(line.rstrip("\n").split("\t", 1)) for line in tally]
    elif args.tap:
        with open(args.file, encoding="utf-8", errors="replace") as output:
            cases = read_tap(args.tap, output, None)
    else:
        cases = read_log(args.file)
    if args.name:
        cases = [(result, f"{args.name}: {name}") for result, name in cases]
    if args.append:
        with open(args.append, "a", encoding="utf-8") as tally:
            tally.writelines(f"{result}\t{name}\n" for result, name in cases)
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for result, name in cases:
        count[result] += 1
        if result != "passed":
            print(f"{result}: {name}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**count), flush=True)
    return 0 if count["failed"] == 0 and count["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
