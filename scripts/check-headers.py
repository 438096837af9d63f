#!/usr/bin/env python3
"""Every header opens with a comment and guards itself; every declaration in it stands under a comment.

A comment speaks for all declarations up to the next blank line, so that a `_new`/`_free` pair needs one. Functions that
return `enum ho_status` need, in that comment or the file's opening one, at least one error by name (HO_E...) or "@return".
Free of that: the verbs with one meaning everywhere (_init, _release, _free, _close, _reset), and records whose members are
commented one by one or that the file's opening comment introduces.
Usage: check-headers.py HEADER...
"""
import re
import sys

FUNCTION = re.compile(r"^(?!typedef|static|#|\s|/|\*|return|extern \"C\")[A-Za-z_][\w\s\*]*?\b(ho_\w+)\s*\(")
LIFE_CYCLE = re.compile(r"_(init|release|free|close|reset)$")
RECORD = re.compile(r"^(?:struct|enum|union)\s+(ho_\w+)\s*\{")


def opening_comment(text):
    match = re.match(r"\s*/\*\*(.*?)\*/", text, re.S)
    return match.group(1) if match else ""


def declarations(block):
    """(line offset, name, is a record, returns a status, comment) of each declaration in a block of lines."""
    comment, inside, depth = "", False, 0
    for offset, line in enumerate(block):
        if not inside and line.lstrip().startswith("/*"):
            inside = True
            comment = comment + " " if depth == 0 else comment
        if inside:
            comment += line
            inside = "*/" not in line
            continue
        bare = re.sub(r"/\*.*?\*/", "", line)
        if depth == 0:
            found = RECORD.match(bare) or FUNCTION.match(re.sub(r"__attribute__\s*\(\(.*?\)\)", "", bare))
            if found:
                name = found.group(1)
                record = RECORD.match(bare) is not None
                own = comment or (record and "/**<" in "".join(block[offset:]))
                fallible = "enum ho_status" in bare.split(name)[0] and not name.startswith("ho_fail")
                yield offset, name, record, fallible, own or ""
        depth += bare.count("{") - bare.count("}")


def blocks(text):
    """Split at blank lines that are outside comments and braces."""
    block, first, depth, inside = [], 1, 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() and depth <= 0 and not inside:
            if block:
                yield first, block
            block, first = [], number + 1
            continue
        block.append(line)
        if "/*" in line:
            inside = True
        if "*/" in line:
            inside = False
        bare = re.sub(r"/\*.*?\*/", "", line)
        if not inside and 'extern "C"' not in bare:
            depth += bare.count("{") - bare.count("}")
    if block:
        yield first, block


def check(path):
    with open(path, encoding="utf-8") as header:
        text = header.read()
    opening = opening_comment(text)
    if not opening.strip():
        yield f"{path}:1: the file does not open with a comment that says what it is for"
    if not re.search(r"#ifndef (HO|HANDOFF)_\w+_H\b", text):
        yield f"{path}:1: no include guard HO_<MODULE>_<NAME>_H"
    seen = 0
    for first, block in blocks(text):
        for offset, name, record, fallible, comment in declarations(block):
            where = f"{path}:{first + offset}"
            seen += 1
            if not comment and (LIFE_CYCLE.search(name) or (record and seen == 1)):
                continue
            if not comment:
                yield f"{where}: {name} has no comment"
            elif fallible and not re.search(r"HO_E[A-Z]+|@return|[Rr]eturns", comment + opening):
                yield f"{where}: {name} can fail, and its comment names no error"


def main():
    problems = [problem for path in sys.argv[1:] for problem in check(path)]
    print("\n".join(problems) if problems else f"{len(sys.argv) - 1} headers are commented")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
