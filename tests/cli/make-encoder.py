#!/usr/bin/env python3
"""A tiny encoder and texts that it makes easy, so that training with an encoder is tested without any download.

Usage: make-encoder.py encoder FOLDER [SEED]        an encoder of the BERT family as Hugging Face lays it out
       make-encoder.py texts ROWS SEED > texts.csv  text,label

Words are drawn from 2,000 of each side, and each text has five, so that a small training file hardly shows a word twice.
The encoder's word vectors know the side; its one layer adds random numbers that are small. A pretrained encoder knows
what words mean in much the same way, and counting words cannot.
"""
import json
import os
import random
import struct
import sys

SIDE = 2000
HIDDEN, INNER, HEADS, POSITIONS = 12, 16, 3, 32


def word(i):
    consonants, vowels = "bcdfghjklmnprstvwz", "aeiou"
    letters = ""
    i = i * 7919 % 1000003  # spread, so that the sides share their letters
    for _ in range(4):
        letters += consonants[i % 18] + vowels[i // 18 % 5]
        i = i // 90 + 31 * (i % 90)
    return letters


def words():
    seen, sides = set(), ([], [])
    i = 0
    while len(sides[1]) < SIDE:
        i += 1
        if word(i) not in seen:
            seen.add(word(i))
            sides[len(seen) % 2].append(word(i))
    return sides


def write(folder, name, value):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(value, out)


def tensors(rng, vocabulary, side_of):
    def random_numbers(n, size):
        return [rng.uniform(-size, size) for _ in range(n)]

    table = random_numbers(vocabulary * HIDDEN, 0.5)
    for token, side in side_of.items():
        table[token * HIDDEN] = 3.0 if side else -3.0
    yield "embeddings.word_embeddings.weight", [vocabulary, HIDDEN], table
    yield "embeddings.position_embeddings.weight", [POSITIONS, HIDDEN], random_numbers(POSITIONS * HIDDEN, 0.1)
    yield "embeddings.token_type_embeddings.weight", [2, HIDDEN], random_numbers(2 * HIDDEN, 0.1)

    def norm(name):
        yield name + ".weight", [HIDDEN], [1.0] * HIDDEN
        yield name + ".bias", [HIDDEN], [0.0] * HIDDEN

    def dense(name, rows, columns):
        yield name + ".weight", [rows, columns], random_numbers(rows * columns, 0.1)
        yield name + ".bias", [rows], random_numbers(rows, 0.1)

    yield from norm("embeddings.LayerNorm")
    layer = "encoder.layer.0."
    for part in ("query", "key", "value"):
        yield from dense(layer + "attention.self." + part, HIDDEN, HIDDEN)
    yield from dense(layer + "attention.output.dense", HIDDEN, HIDDEN)
    yield from norm(layer + "attention.output.LayerNorm")
    yield from dense(layer + "intermediate.dense", INNER, HIDDEN)
    yield from dense(layer + "output.dense", HIDDEN, INNER)
    yield from norm(layer + "output.LayerNorm")


def make_encoder(folder, seed):
    rng = random.Random(seed)
    left, right = words()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *left, *right]
    side_of = {i: i >= 5 + SIDE for i in range(5, len(pieces))}
    write(folder, "config.json", {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": HIDDEN, "intermediate_size": INNER,
        "layer_norm_eps": 1e-12, "max_position_embeddings": POSITIONS, "num_attention_heads": HEADS,
        "num_hidden_layers": 1, "type_vocab_size": 2, "vocab_size": len(pieces)})
    write(folder, "modules.json", [{"type": "sentence_transformers.models.Transformer", "path": ""},
                                   {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
                                   {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}])
    write(folder, "1_Pooling/config.json", {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True})
    with open(os.path.join(folder, "vocab.txt"), "w", encoding="utf-8") as out:
        out.write("\n".join(pieces) + "\n")
    header, body = {}, b""
    for name, shape, numbers in tensors(rng, len(pieces), side_of):
        data = struct.pack(f"<{len(numbers)}f", *numbers)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + body)


def make_texts(rows, seed):
    rng = random.Random(seed)
    sides = words()
    print("text,label")
    for row in range(rows):
        side = row % 2
        chosen = [rng.choice(sides[side if rng.random() < 0.9 else 1 - side]) for _ in range(5)]
        print(" ".join(chosen) + "," + ("right" if side else "left"))


if __name__ == "__main__":
    if sys.argv[1] == "encoder":
        make_encoder(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    else:
        make_texts(int(sys.argv[2]), int(sys.argv[3]))
