#!/usr/bin/env python3
"""What the names of labels alone guess right, and how many labelled texts `train` needs to be better.

Usage: zero_labels.py NAME ENCODER [--labels FILE] [--data DIR] [--handoff PROGRAM] [--sizes 20,50,100,200] [--test 1000]
                      [--draws 3] [--threads N]
Labels are named by themselves ('_' read as a blank) or described by FILE, as `train --labels` takes it. `train` on labelled texts
is told the same. Those are drawn uniformly from the training file, as answers come in, by a seed of their own. The test is the test file, at most so
many of it (drawn once). Prints one JSON line a model.
"""
import argparse
import json
import random
import subprocess
import tempfile

from few_labels import read, write


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


def accuracy(options, model, test):
    done = run(options.handoff, "evaluate", model, test, "--json", "--threads", str(options.threads))
    return round(json.loads(done)["accuracy"], 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("encoder")
    parser.add_argument("--labels")
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--handoff", default="build/release/handoff")
    parser.add_argument("--sizes", default="20,50,100,200")
    parser.add_argument("--test", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    train, test = read(f"{options.data}/{options.name}_train.csv.gz"), read(f"{options.data}/{options.name}_test.csv.gz")
    test = random.Random(0).sample(test, min(options.test, len(test)))
    common = ["--encoder", options.encoder, "--threads", str(options.threads), "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        names = options.labels or f"{folder}/labels.txt"
        if not options.labels:
            with open(names, "w", encoding="utf-8") as out:
                out.write("\n".join(sorted({label for _, label in train})) + "\n")
        write(f"{folder}/test.csv", test)
        common += ["--labels", names]
        run(options.handoff, "train", "-o", f"{folder}/m", *common)
        print(json.dumps({"set": options.name, "answers": 0, "tested": len(test),
                          "accuracy": accuracy(options, f"{folder}/m", f"{folder}/test.csv")}), flush=True)
        for size in [int(size) for size in options.sizes.split(",")]:
            for draw in range(1, options.draws + 1):
                write(f"{folder}/train.csv", random.Random(draw).sample(train, size))
                run(options.handoff, "train", f"{folder}/train.csv", "-o", f"{folder}/m", "--promise", "cross-fit", *common)
                print(json.dumps({"set": options.name, "answers": size, "draw": draw, "tested": len(test),
                                  "accuracy": accuracy(options, f"{folder}/m", f"{folder}/test.csv")}), flush=True)


if __name__ == "__main__":
    main()
