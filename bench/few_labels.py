#!/usr/bin/env python3
"""A few labels of each kind: accuracy on the test file, over several draws, ours and SetFit's on the same texts.

Usage: few_labels.py NAME ENCODER [--data DIR] [--labels 8] [--draws 10] [--first 1] [--held-out] [--who ours,setfit]
                     [--handoff PROGRAM] [--pairs 20] [--threads N] [--train OPTIONS]
NAME: a set with NAME_train.csv.gz and NAME_test.csv.gz in DIR. Each draw takes so many texts of each label from the
training file, by a seed of its own; with --held-out the other texts of the training file are the test (at most 2,000 of
them), which is how anything is chosen. SetFit: its own classes and defaults with --pairs iterations of pairs (20, as the
paper has it; 0: its newer default, all pairs), from the same folder. Prints one JSON line a draw, and a last one with mean
and spread. Needs setfit, torch and datasets for SetFit alone.
"""
import argparse
import csv
import gzip
import json
import os
import random
import statistics
import subprocess
import tempfile
import time

csv.field_size_limit(1 << 27)


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file)]


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)


def draw(rows, labels, seed):
    """So many rows of each label; the rest."""
    rng = random.Random(seed)
    by_label = {}
    for i, (_, label) in enumerate(rows):
        by_label.setdefault(label, []).append(i)
    taken = set()
    for label in sorted(by_label):
        taken.update(rng.sample(by_label[label], min(labels, len(by_label[label]))))
    rest = [i for i in range(len(rows)) if i not in taken]
    rng.shuffle(rest)
    return [rows[i] for i in sorted(taken)], [rows[i] for i in rest]


def ours(options, train, test, seed, folder):
    write(f"{folder}/train.csv", train)
    write(f"{folder}/test.csv", test)
    common = ["--quiet", "--threads", str(options.threads)]
    began = time.time()
    subprocess.run([options.handoff, "train", f"{folder}/train.csv", "--encoder", options.encoder, "-o", f"{folder}/m",
                    "--seed", str(seed), *common, *options.train.split()], check=True, stdout=subprocess.DEVNULL)
    seconds = time.time() - began
    done = subprocess.run([options.handoff, "evaluate", f"{folder}/m", f"{folder}/test.csv", "--json", *common],
                          stdout=subprocess.PIPE, check=False)
    return {"accuracy": json.loads(done.stdout)["accuracy"], "seconds": round(seconds, 2)}


def setfit(options, train, test, seed, folder):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    torch.set_num_threads(options.threads)
    names = sorted({label for _, label in train})
    model = SetFitModel.from_pretrained(options.encoder)
    arguments = {"num_iterations": options.pairs} if options.pairs else {}
    arguments = TrainingArguments(output_dir=folder, batch_size=16, num_epochs=1, seed=seed, save_strategy="no",
                                  report_to="none", **arguments)
    data = Dataset.from_dict({"text": [text for text, _ in train], "label": [names.index(label) for _, label in train]})
    began = time.time()
    Trainer(model=model, args=arguments, train_dataset=data).train()
    seconds = time.time() - began
    answers = model.predict([text for text, _ in test])
    right = sum(names[int(a)] == label for a, (_, label) in zip(answers, test))
    return {"accuracy": right / len(test), "seconds": round(seconds, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("encoder")
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--labels", type=int, default=8)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--who", default="ours,setfit")
    parser.add_argument("--handoff", default="build/release/handoff")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--train", default="--promise cross-fit")
    options = parser.parse_args()
    train, test = read(f"{options.data}/{options.name}_train.csv.gz"), read(f"{options.data}/{options.name}_test.csv.gz")
    for who in options.who.split(","):
        reached = []
        for seed in range(options.first, options.first + options.draws):
            few, rest = draw(train, options.labels, seed)
            with tempfile.TemporaryDirectory() as folder:
                result = {"ours": ours, "setfit": setfit}[who](
                    options, few, rest[:2000] if options.held_out else test, seed, folder)
            print(json.dumps({"set": options.name, "who": who, "draw": seed, "rows": len(few), **result}), flush=True)
            reached.append(result["accuracy"])
        print(json.dumps({"set": options.name, "who": who, "draws": len(reached), "labels": options.labels,
                          "mean": round(statistics.mean(reached), 4),
                          "deviation": round(statistics.stdev(reached), 4) if len(reached) > 1 else None}), flush=True)


if __name__ == "__main__":
    main()
