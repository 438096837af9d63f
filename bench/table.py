#!/usr/bin/env python3
"""Print the measurements of bench/run.sh as Markdown, in the form of docs/benchmarks.md. Usage: table.py RESULTS.jsonl"""
import json
import os
import platform
import sys


def cell(value, form="{}"):
    return "" if value is None or value == "None" else form.format(value)


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def megabytes(size):
    return None if size is None else size / 1e6


def accuracy(results):
    print("## Accuracy, time, memory, size\n\nTest sets as published; times are wall seconds for reading, searching and"
          " training. `ratio` is time over handoff's with the exact promise.\n")
    for name in dict.fromkeys(r["set"] for r in results):
        own = [r for r in results if r["set"] == name]
        base = next((r["train_s"] for r in own if r["who"] == "handoff exact"), None)
        print(f"### {name}\n")
        table(("who", "accuracy", "train s", "ratio", "peak MB", "model MB", "coverage at 5% (hindsight)", "automated", "wrong among them"),
              [(r["who"], cell(r["acc"], "{:.4f}"), cell(r["train_s"], "{:.2f}"),
                cell(r["train_s"] / base if base else None, "{:.2f}"), cell(r.get("rss_mb")),
                cell(megabytes(r.get("model_bytes")), "{:.1f}"), cell(r.get("cov_at_5"), "{:.3f}"),
                cell(r.get("coverage"), "{:.3f}"), cell(r.get("error"), "{:.4f}" if isinstance(r.get("error"), float) else "{}"))
               for r in own])


def throughput(results):
    ours = next((r["per_s"] for r in results if r["who"] == "handoff"), None)
    print("## Classify 50,000 short texts on one core\n\nhandoff: the whole command, reading and writing included; the peer:"
          " its prediction call alone.\n")
    table(("who", "texts a second", "handoff is faster by"),
          [(r["who"], f"{r['per_s']:.0f}", cell(ours / r["per_s"] if ours and r["who"] != "handoff" else None, "{:.1f} times"))
           for r in results])


def oos(results):
    print("## clinc150: queries outside every intent, 5% promised\n")
    table(("outside queries", "handed over", "of these novel", "coverage in scope", "wrong among automatic"),
          [(str(r["texts"]), f"{r['handed_over'] / r['texts']:.3f}", str(r["novel"]), cell(r["coverage"], "{:.3f}"),
            cell(r["error"])) for r in results])


def scale(results):
    first = results[0]
    print("## Growth\n\nProportional growth would be 1.00.\n")
    table(("distinct texts", "train s", "time / proportional", "peak MB", "memory / proportional", "accuracy", "model MB"),
          [(f"{r['texts']:,}", f"{r['train_s']:.1f}", f"{r['train_s'] / first['train_s'] * first['texts'] / r['texts']:.2f}",
            str(r["rss_mb"]), f"{r['rss_mb'] / first['rss_mb'] * first['texts'] / r['texts']:.2f}", f"{r['acc']:.4f}",
            f"{megabytes(r['model_bytes']):.1f}") for r in results])


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        results = [json.loads(line) for line in text]
    print(f"Measured in one run on {os.cpu_count()} cores ({platform.machine()}).\n")
    for step, show in (("accuracy", accuracy), ("throughput", throughput), ("oos", oos), ("scale", scale)):
        own = [r for r in results if r["step"] == step]
        if own:
            show(own)


if __name__ == "__main__":
    main()
