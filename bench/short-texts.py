#!/usr/bin/env python3
"""ROWS short texts for the throughput test, taken in turn from several sets and repeated from the start when they end.

Usage: short-texts.py ROWS OUT.csv IN.csv.gz...     The label column is there because the peer reads one; it says nothing.
"""
import csv
import gzip
import itertools
import sys


def texts(path):
    with gzip.open(path, "rt", newline="", encoding="utf-8") as rows:
        return [row["text"] for row in csv.DictReader(rows)]


def main():
    wanted, out, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    mixed = [t for group in itertools.zip_longest(*map(texts, paths)) for t in group if t is not None]
    with open(out, "w", newline="", encoding="utf-8") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(("text", "label"))
        table.writerows((t, ("negative", "positive")[i % 2]) for i, t in enumerate(itertools.islice(itertools.cycle(mixed), wanted)))


if __name__ == "__main__":
    main()
