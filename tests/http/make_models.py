"""Train the two small models that the HTTP tests use. Usage: make_models.py HANDOFF FOLDER"""
import os
import random
import subprocess
import sys

LABELS = ("invoice", "outage")
TOPICS = {"invoice": "invoice payment refund bill charge price card receipt amount discount".split(),
          "outage": "down error crash timeout broken slow fails offline reset unreachable".split()}
COMMON = [f"word{i}" for i in range(300)]


def text(rng, label):
    own = rng.choices(TOPICS[label], k=4)
    words = own + rng.choices(COMMON, k=8)
    rng.shuffle(words)
    return " ".join(words)


def rows(seed, n):
    rng = random.Random(seed)
    for _ in range(n):
        label = rng.choice(LABELS)
        yield text(rng, label), label if rng.random() > 0.01 else rng.choice(LABELS)


def main(handoff, folder):
    for seed in (1, 2):
        data = os.path.join(folder, f"train{seed}.csv")
        with open(data, "w", encoding="utf-8") as out:
            out.write("text,label\n")
            out.writelines(f"{t},{label}\n" for t, label in rows(seed, 1500))
        subprocess.run([handoff, "train", data, "--target", "label", "-o", os.path.join(folder, f"model{seed}.handoff"),
                        "--quiet"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
