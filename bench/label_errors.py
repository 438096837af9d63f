#!/usr/bin/env python3
"""Label errors that were planted: found by `handoff explore --errors` and by cleanlab on scikit-learn's probabilities.

Usage: label_errors.py HANDOFF DATA OUT SET... ; SEEDS=1,2,3 in the environment. One JSON line a measurement on stdout.
Planted, in the training part of each set, with a seeded generator:
  random    5% of the labels become another one, each with the same chance
  confused  5% of the labels become the one that their label is most often confused with (by scikit-learn, clean labels)
  pair      a quarter of the rows of the two labels most confused with each other get the other label
With two labels all three are the same mistakes, so that only `random` is run. Precision is measured at the number
planted: of so many rows at the head of a list, the share that was planted. Peer: TF-IDF and logistic regression,
5 folds, cleanlab's find_label_issues() ranked by self-confidence (its default use), where it flags too few filled up by
its label quality score; `peer best` is the best of that and the three quality scores alone, chosen in hindsight.
"""
import csv, gzip, json, os, subprocess, sys, time

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

SHARE = 0.05


def load(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    names = sorted({r["label"] for r in rows})
    index = {name: k for k, name in enumerate(names)}
    return [r["text"] for r in rows], np.array([index[r["label"]] for r in rows]), names


def out_of_sample(texts, labels):
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    X = TfidfVectorizer().fit_transform(texts)
    return cross_val_predict(LogisticRegression(max_iter=300), X, labels, cv=folds, method="predict_proba")


def plant(labels, K, mode, seed, confusion):
    rng = np.random.default_rng(seed)
    planted, n = labels.copy(), len(labels)
    m = round(SHARE * n)
    if mode == "random":
        rows = rng.choice(n, m, replace=False)
        planted[rows] = (labels[rows] + rng.integers(1, K, m)) % K
    elif mode == "confused":
        rows = rng.choice(n, m, replace=False)
        planted[rows] = confusion.argmax(axis=1)[labels[rows]]
    else:
        a, b = np.unravel_index((confusion + confusion.T).argmax(), confusion.shape)
        both = np.flatnonzero((labels == a) | (labels == b))
        rows = rng.choice(both, len(both) // 4, replace=False)
        planted[rows] = np.where(labels[rows] == a, b, a)
    return planted, set(rows.tolist())


def precision(order, bad):
    return sum(int(i) in bad for i in order[:len(bad)]) / len(bad)


def peer(planted, P, bad):
    flagged = find_label_issues(planted, P, return_indices_ranked_by="self_confidence").tolist()
    known = set(flagged)
    fill = [i for i in np.argsort(get_label_quality_scores(planted, P)) if i not in known]
    found = precision(flagged + fill, bad)
    scores = [precision(np.argsort(get_label_quality_scores(planted, P, method=m)), bad)
              for m in ("self_confidence", "normalized_margin", "confidence_weighted_entropy")]
    return found, max([found] + scores), len(flagged)


def ours(handoff, out, texts, planted, names, bad):
    data, errors = f"{out}/planted.csv", f"{out}/errors.jsonl"
    with open(data, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["id", "text", "label"])
        writer.writerows((i, t, names[k]) for i, (t, k) in enumerate(zip(texts, planted)))
    began = time.time()
    subprocess.run([handoff, "explore", data, "--target", "label", "--errors", errors, "--json", "--quiet"],
                   stdout=subprocess.DEVNULL, check=True)
    seconds = time.time() - began
    with open(errors, encoding="utf-8") as f:
        order = [int(json.loads(line)["id"]) for line in f]
    return precision(order, bad), len(order), seconds


def main():
    handoff, data, out, sets = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    seeds = [int(s) for s in os.environ.get("SEEDS", "1,2,3").split(",")]
    for name in sets:
        texts, labels, names = load(f"{data}/{name}_train.csv.gz")
        K, confusion = len(names), None
        if K > 2:
            confusion = np.zeros((K, K))
            np.add.at(confusion, (labels, out_of_sample(texts, labels).argmax(axis=1)), 1)
            np.fill_diagonal(confusion, -1)
        for mode in ["random"] if K == 2 else ["random", "confused", "pair"]:
            for seed in seeds:
                planted, bad = plant(labels, K, mode, seed, confusion)
                mine, listed, seconds = ours(handoff, out, texts, planted, names, bad)
                began = time.time()
                default, best, flagged = peer(planted, out_of_sample(texts, planted), bad)
                print(json.dumps({"step": "label_errors", "set": name, "planted": mode, "seed": seed, "n": len(bad),
                                  "handoff": round(mine, 4), "listed": listed, "explore_s": round(seconds, 1),
                                  "cleanlab": round(default, 4), "cleanlab_best": round(best, 4),
                                  "cleanlab_flagged": flagged, "cleanlab_s": round(time.time() - began, 1)}), flush=True)


main()
