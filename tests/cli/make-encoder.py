#!/usr/bin/env python3
"""A tiny encoder and texts that it makes easy, so that training with an encoder is tested without any download.

Usage: make-encoder.py encoder FOLDER [SEED]        an encoder of the BERT family as Hugging Face lays it out
       make-encoder.py onnx FOLDER FILE [KIND]       its weights as PyTorch exports them; KIND: see make_onnx
       make-encoder.py other FOLDER FILE             its weights in a model.safetensors that is written in another way
       make-encoder.py tokenizer FOLDER FILE         its vocabulary as a tokenizer.json
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
    write_safetensors(os.path.join(folder, "model.safetensors"),
                      ((name, shape, struct.pack(f"<{len(numbers)}f", *numbers))
                       for name, shape, numbers in tensors(rng, len(pieces), side_of)))


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def text(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def read_safetensors(path):
    with open(path, "rb") as source:
        size = struct.unpack("<Q", source.read(8))[0]
        header, body = json.loads(source.read(size)), source.read()
    return [(name, tensor["shape"], body[slice(*tensor["data_offsets"])]) for name, tensor in header.items()]


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, shape, data in tensors:
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    head = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(head)) + head + body)


def turn(data, rows, columns):
    return b"".join(data[4 * (r * columns + c):][:4] for c in range(columns) for r in range(rows))


def make_onnx(folder, path, kind):
    """ModelProto.graph with the nodes that multiply by matrices, and the initializers; the rest of a graph is not read.

    Equal tensors stand there once, with Identity nodes for their other names, as PyTorch does it.
    """
    prefix = "bert." if kind == "prefix" else ""
    nodes, weights, seen = b"", b"", {}
    for i, (name, shape, data) in enumerate(read_safetensors(os.path.join(folder, "model.safetensors"))):
        kept, node = prefix + name, "/" + (prefix + name).removesuffix(".weight").replace(".", "/").replace("layer/", "layer.")
        if name.startswith("encoder.") and len(shape) == 2:
            data, shape = turn(data, *shape), shape[::-1]
            product = "MatMulInteger" if kind == "int8" else "MatMul"
            if kind == "kept":
                node = f"MatMul_{i}"
            else:
                kept, node = f"onnx::MatMul_{1000 + i}", node + "/MatMul"
            nodes += text(1, text(1, "x") + text(1, kept) + text(2, f"out_{i}") + text(3, node) + text(4, product))
        elif data in seen:
            nodes += text(1, text(1, seen[data]) + text(2, kept) + text(3, f"Identity_{i}") + text(4, "Identity"))
            continue
        seen[data] = kept
        if kind == "name" and name.endswith("query.bias"):
            kept += "^2"
        if kind == "endless" and name.endswith("output.dense.weight"):
            shape, data = [0, 1 << 61], b""
        if kind == "huge" and name.endswith("output.dense.weight"):
            shape = [1 << 62, 4]
        dims = text(1, b"".join(map(varint, shape))) if kind == "packed" else b"".join(number(1, n) for n in shape)
        place = text(13, text(1, "location") + text(2, "weights.bin")) + number(14, 1) if kind == "outside" else text(9, data)
        weights += text(5, dims + number(2, 10 if kind == "fp16" else 1) + text(8, kept) + place)
    positions = text(5, number(1, 1) + number(1, 2) + number(2, 7) + text(8, "embeddings.position_ids") + text(9, bytes(16)))
    twice = text(7, text(2, "second")) if kind == "twice" else b""
    with open(path, "wb") as out:
        out.write(number(1, 8) + text(2, "pytorch") + text(7, nodes + text(2, "main") + positions + weights) + twice)


def make_other_file(folder, path):
    """The same weights called bert.*, in another order, with a pooler that no vector depends on."""
    tensors = [("bert." + name, shape, data) for name, shape, data in
               read_safetensors(os.path.join(folder, "model.safetensors"))]
    write_safetensors(path, [("bert.pooler.dense.bias", [HIDDEN], bytes(4 * HIDDEN))] + tensors[::-1])


def make_tokenizer(folder, path):
    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as source:
        pieces = source.read().split()
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"added_tokens": [{"id": i, "content": piece, "single_word": False, "lstrip": False, "rstrip": False,
                                     "normalized": False, "special": True} for i, piece in enumerate(pieces[:5])],
                   "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                                  "strip_accents": None, "lowercase": True},
                   "pre_tokenizer": {"type": "BertPreTokenizer"},
                   "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", pieces.index("[SEP]")],
                                      "cls": ["[CLS]", pieces.index("[CLS]")]},
                   "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                             "max_input_chars_per_word": 100, "vocab": {p: i for i, p in enumerate(pieces)}}}, out)


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
    elif sys.argv[1] == "onnx":
        make_onnx(sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else "fp32")
    elif sys.argv[1] == "other":
        make_other_file(sys.argv[2], sys.argv[3])
    elif sys.argv[1] == "tokenizer":
        make_tokenizer(sys.argv[2], sys.argv[3])
    else:
        make_texts(int(sys.argv[2]), int(sys.argv[3]))
