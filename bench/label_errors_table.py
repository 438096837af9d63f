#!/usr/bin/env python3
"""Prints the lines of label_errors.py as a table: means over seeds, the smallest and the largest beside them."""
import collections, json, sys

groups = collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    groups[row["set"], row["planted"]].append(row)


def figures(rows, key):
    values = [r[key] for r in rows]
    mean = sum(values) / len(values)
    return f"{mean:.3f} ({min(values):.3f}-{max(values):.3f})" if len(values) > 1 else f"{mean:.3f}"


print("| set | planted | errors | handoff explore | cleanlab, default | cleanlab, best ranking in hindsight |")
print("|---|---|---|---|---|---|")
for (name, planted), rows in groups.items():
    print(f"| {name} | {planted} | {rows[0]['n']} | {figures(rows, 'handoff')} | {figures(rows, 'cleanlab')} "
          f"| {figures(rows, 'cleanlab_best')} |")
