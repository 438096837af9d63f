#!/usr/bin/env python3
"""A folder that `handoff encoder distill` made, beside what model2vec makes of the same encoder.

Usage: distill_peer.py ENCODER STATIC [--texts FILE]
ENCODER: the folder of an encoder; STATIC: what distill made of it. Prints whether the vocabularies are the same, how near
the vectors of tokens are, and, for the texts of FILE (one a line), how near the similarities are when model2vec reads
both folders. Needs model2vec with its extra "distill".
"""
import argparse
import json
import tempfile

import numpy
from model2vec import StaticModel
from model2vec.distill import distill
from safetensors.numpy import load_file


def table(folder):
    with open(f"{folder}/tokenizer.json", encoding="utf-8") as file:
        vocabulary = json.load(file)["model"]["vocab"]
    return list(vocabulary.items()), load_file(f"{folder}/model.safetensors")["embeddings"].astype(numpy.float64)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder")
    parser.add_argument("static")
    parser.add_argument("--texts")
    options = parser.parse_args()
    words, ours = table(options.static)
    peer = distill(options.encoder, pca_dims=ours.shape[1], device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        peer.save_pretrained(folder)
        their_words, theirs = table(folder)
    cosine = (ours * theirs).sum(1) / numpy.linalg.norm(ours, axis=1) / numpy.linalg.norm(theirs, axis=1)
    result = {"same_vocabulary": words == their_words, "tokens": len(words), "dimensions": ours.shape[1],
              "least_cosine": float(cosine.min()), "largest_difference": float(numpy.abs(ours - theirs).max()),
              "largest_number": float(numpy.abs(theirs).max())}
    if options.texts:
        with open(options.texts, encoding="utf-8") as file:
            texts = file.read().splitlines()
        a, b = StaticModel.from_pretrained(options.static).encode(texts), peer.encode(texts)
        result["largest_difference_of_similarities"] = float(numpy.abs(a @ a.T - b @ b.T).max())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
