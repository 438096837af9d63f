#!/usr/bin/env python3
"""Put what the demo prints into the documentation: all of it into docs/tutorial/demo.md, the lines that matter into README.md.

Usage: transcript.py FILE    FILE: the output of a whole demo, `make demo >FILE 2>&1`
Both pages have markers, `<!-- transcript:begin ... -->` and `<!-- transcript:end -->`; what stands between them is replaced.
"""
import re
import sys

WHOLE, SHORT = "docs/tutorial/demo.md", "README.md"
WIDTH, MOST = 140, 13

# What is read of every command and of no interest to somebody who has not run it.
PROGRESS = re.compile(r"reading \d|searching \d|[\d,]+ rows read|The (target|text) is column|[\d,]+ other files are passed|"
                      r"first score|\d+ rows: accuracy")

# Of these commands the short transcript shows the paragraphs (lines without a blank one between them) in which a line
# begins with one of the patterns, from that line on; of the others the first MOST lines. A pattern that matches nothing is
# an error: then the program says something else than it did, and this table has to follow.
KEEP = [
    (r"handoff explore", [r"[\d,]+ rows with"]),
    (r"handoff train \S+\.train", [r"Accuracy", r"Promise"]),
    (r"handoff evaluate \S+ \S+$", [r"Accuracy", r"Promise"]),
    (r"head -n 3", [r"\d+ texts: \d", r"Why the promise"]),
    (r"handoff explain", [r"The model takes"]),
]
# Commands that only feed a later step, or tell again what a kept one has told.
LEAVE_OUT = re.compile(r"handoff evaluate .*--json|handoff key add|handoff classify \S+ \S+\.test|handoff deploy|handoff labels")


def masked(line):
    """Long lines (JSON) are cut to what fits a page. A page has no link that logs somebody in, no person's mail address, and
    no folder of a machine, were it only one that stands in a public mail. Nothing else is changed."""
    line = re.sub(r"token=[\w-]+", "token=...", line.rstrip())
    line = re.sub(r"[\w.+-]+@[\w-]+(\.[\w-]+)*", "...@...", line)
    line = re.sub(r"/(home|root|work|farm)/[\w.-]+", r"/...", line)
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def shown(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        lines = [masked(line) for line in text]
    start = next((i for i, line in enumerate(lines) if line.startswith("1. ")), None)
    if start is None or not any(line.startswith("In short") for line in lines):
        sys.exit("transcript.py: that is not the output of a whole demo")
    return lines[start:]


def blocks(lines):
    """The transcript in pieces that begin with a command, a step's heading, or the summary."""
    piece = []
    for line in lines:
        if piece and re.match(r"\$ |\d\w?\. [A-Z].*[^:]$|In short", line) and not re.match(r"\d\. (The app|A person)", line):
            yield piece
            piece = []
        piece.append(line)
    yield piece


def paragraphs(lines):
    piece = []
    for line in [*lines, ""]:
        if line:
            piece.append(line)
        elif piece:
            yield piece
            piece = []


def kept(command, pieces, patterns):
    """The paragraphs that the table names, "..." for what stands between them."""
    for pattern in patterns:
        if not any(re.match(pattern, line) for piece in pieces for line in piece):
            sys.exit(f"transcript.py: nothing that `{command}` prints begins with {pattern}; the table KEEP has to follow")
    out = []
    for piece in pieces:
        begin = next((i for i, line in enumerate(piece) if any(re.match(p, line) for p in patterns)), None)
        if begin is not None:
            out += piece[begin:] + [""]
        elif out[-2:] != ["...", ""]:
            out += ["...", ""]
    return out


def shortened(block):
    first = block[0]
    if not first.startswith("$ "):
        return block
    command = first[2:]
    if LEAVE_OUT.match(command):
        return []
    pieces = list(paragraphs(line for line in block[1:] if not PROGRESS.match(line)))
    patterns = next((patterns for name, patterns in KEEP if re.match(name, command)), None)
    if patterns:
        return [first, *kept(command, pieces, patterns)]
    lines = [line for piece in pieces for line in [*piece, ""]]
    return [first, *(lines if len(lines) <= MOST + 1 else [*lines[:MOST], "...", ""])]


def replace(path, lines):
    begin, end = "<!-- transcript:begin", "<!-- transcript:end -->"
    with open(path, encoding="utf-8") as text:
        page = text.read()
    head, rest = page.split(begin, 1)
    marker, tail = rest.split("-->", 1)[0], rest.split(end, 1)[1]
    block = "\n".join(("    " + line).rstrip() for line in lines).rstrip()
    with open(path, "w", encoding="utf-8") as text:
        text.write(f"{head}{begin}{marker}-->\n\n{block}\n\n{end}{tail}")
    print(f"{path}: transcript updated, {block.count(chr(10)) + 1} lines")


def main():
    lines = shown(sys.argv[1])
    replace(WHOLE, lines)
    replace(SHORT, [line for block in blocks(lines) for line in shortened(block)])


if __name__ == "__main__":
    main()
