#!/usr/bin/env python3
"""Distinct short texts for the scale test: sentences of film reviews, then their clauses, with the review's label.

Usage: make-sentences.py ROWS OUT.csv IN.csv[.gz]...     ROWS distinct texts of at least three words, in a fixed order
Sentences come first; where they do not suffice, sentences are cut at commas, semicolons, dashes and brackets as well,
and then into runs of eight words. Exits 1 when even that gives too few.
"""
import csv
import gzip
import re
import sys

SENTENCE = re.compile(r"(?:<br\s*/?>\s*)+|(?<=[.!?])\s+")
CLAUSE = re.compile(r"\s*[,;:()\"]+\s*|\s+-+\s+")


def rows(paths):
    csv.field_size_limit(1 << 30)
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", newline="", encoding="utf-8") as text:
            yield from csv.DictReader(text)


def runs(sentence):
    words = sentence.split()
    return [" ".join(words[i:i + 8]) for i in range(0, len(words), 8)]


def main():
    wanted, out, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    seen = set()
    with open(out, "w", newline="", encoding="utf-8") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(("text", "label"))
        for pieces_of in (lambda s: [s], CLAUSE.split, runs):
            for row in rows(paths):
                for sentence in SENTENCE.split(row["text"]):
                    for piece in map(str.strip, pieces_of(sentence)):
                        if piece.count(" ") < 2 or piece in seen:
                            continue
                        seen.add(piece)
                        table.writerow((piece, row["label"]))
                        if len(seen) == wanted:
                            return 0
    print(f"make-sentences.py: only {len(seen)} distinct texts", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
