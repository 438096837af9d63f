#!/usr/bin/env python3
"""Loss, vectors and gradients of `tune-gradient` against PyTorch and transformers.

Usage: torch_check.py TUNE_GRADIENT FOLDER        all three, for the encoder in FOLDER
       torch_check.py TUNE_GRADIENT FOLDER tuned  and transformers and sentence-transformers read the folder without a complaint
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

TEXTS = [(0, "How do I get a refund for a card payment?"), (1, "The film is a delight from beginning to end."),
         (2, "no"), (0, "My card was swallowed by the machine, and nobody answers the telephone. " * 6),
         (1, "Élan, naïveté and 東京!"), (2, "It is neither good nor bad; it is merely long."), (0, "Where is my card?")]


def pooled(folder, model, tokens):
    states = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1)
    with open(os.path.join(folder, "1_Pooling", "config.json"), encoding="utf-8") as file:
        mean = json.load(file)["pooling_mode_mean_tokens"]
    vectors = (states * mask).sum(1) / mask.sum(1) if mean else states[:, 0]
    with open(os.path.join(folder, "modules.json"), encoding="utf-8") as file:
        normalise = any(m["type"].endswith("Normalize") for m in json.load(file))
    return torch.nn.functional.normalize(vectors, dim=1) if normalise else vectors


def main():
    tool, folder = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as work:
        texts, out = os.path.join(work, "texts"), os.path.join(work, "out")
        with open(texts, "w", encoding="utf-8") as file:
            file.writelines(f"{label}\t{text}\n" for label, text in TEXTS)
        listed = subprocess.run([tool, folder, texts, out], check=True, capture_output=True, text=True).stdout
        numbers = np.fromfile(out, dtype="<f4")
    model = AutoModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokens = tokenizer([t for _, t in TEXTS], padding=True, truncation=True, max_length=256, return_tensors="pt")
    vectors = pooled(folder, model, tokens)
    n, d = vectors.shape
    head = torch.tensor([(i * 37 % 129) / 64 - 1 for i in range(3 * (d + 1))], dtype=torch.float32, requires_grad=True)
    labels = torch.tensor([label for label, _ in TEXTS])
    scores = vectors @ head[:3 * d].view(3, d).T + head[3 * d:]
    cosines = torch.nn.functional.cosine_similarity(vectors[:-1], vectors[1:])
    pairs = (cosines - (labels[:-1] == labels[1:]).float()) ** 2
    loss = (torch.nn.functional.cross_entropy(scores, labels, reduction="sum") + pairs.sum()) / (2 * n - 1)
    loss.backward()
    assert abs(loss.item() - numbers[0]) < 1e-5, (loss.item(), numbers[0])
    ours = torch.tensor(numbers[1:1 + n * d].reshape(n, d))
    distance = 1 - torch.nn.functional.cosine_similarity(ours, vectors.detach())
    assert distance.max() < 1e-5, distance
    at, worst, largest = 1 + n * d, 0.0, 0.0
    named = dict(model.named_parameters())
    head_gradient = {"head.weight": head.grad[:3 * d], "head.bias": head.grad[3 * d:]}
    for line in listed.splitlines():
        name, size = line.rsplit(" ", 1)
        got = torch.tensor(numbers[at:at + int(size)])
        at += int(size)
        want = head_gradient[name] if name in head_gradient else named[name].grad.flatten()
        largest = max(largest, want.norm().item())
        # A key's bias has no gradient at all, but for rounding: softmax does not see it.
        error = (got - want).norm().item() / max(want.norm().item(), 1e-4)
        worst = max(worst, error)
        assert error < 1e-3, (name, error)
    assert at == len(numbers) and largest > 1e-2
    if sys.argv[3:] == ["tuned"]:
        from sentence_transformers import SentenceTransformer
        other = SentenceTransformer(folder, device="cpu").encode([t for _, t in TEXTS])
        distance = 1 - torch.nn.functional.cosine_similarity(ours, torch.tensor(other))
        assert distance.max() < 1e-5, distance
    print(f"loss, vectors and gradients agree; worst tensor {worst:.1e}")


main()
