#!/usr/bin/env python3
"""ONNX Runtime (fp32, one thread) on the texts that bench/encoder.sh gives handoff.

Usage: encoder_peer.py FOLDER TEXTS [--rounds N]
FOLDER: an encoder as Hugging Face lays it out; exported by torch.onnx to FOLDER.onnx once, beside it.
TEXTS: one text a line. Texts are sorted by length into batches of 32 and padded to the longest of their batch, which is
how sentence-transformers does it. Prints texts per second of processor time, tokenising included, the best round.
Needs torch, transformers, tokenizers, onnx and onnxruntime.
"""
import argparse
import os
import time

import numpy
import onnxruntime
from tokenizers import Tokenizer


def export(folder, target):
    import torch
    import transformers

    model = transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = model

        def forward(self, ids, mask, types):
            return self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = tuple(torch.ones(2, 8, dtype=torch.long) for _ in names)
    axes = {name: {0: "texts", 1: "tokens"} for name in [*names, "hidden"]}
    torch.onnx.export(Hidden(), example, target, input_names=names, output_names=["hidden"], dynamic_axes=axes,
                      opset_version=17, dynamo=False)


def encode(session, tokenizer, texts, batch):
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    vectors = [None] * len(texts)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        codes = tokenizer.encode_batch([texts[i] for i in rows])
        ids = numpy.array([c.ids for c in codes], dtype=numpy.int64)
        mask = numpy.array([c.attention_mask for c in codes], dtype=numpy.int64)
        hidden = session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0})[0]
        sums = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        sums /= numpy.linalg.norm(sums, axis=1, keepdims=True)
        for row, vector in zip(rows, sums):
            vectors[row] = vector
    return numpy.stack(vectors)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("texts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--vectors", help="write the vectors as raw floats")
    args = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    target = args.folder.rstrip("/") + ".onnx"
    if not os.path.exists(target):
        export(args.folder, target)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(target, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(os.path.join(args.folder, "tokenizer.json"))
    tokenizer.enable_truncation(args.max_tokens)
    tokenizer.enable_padding()
    with open(args.texts, encoding="utf-8") as file:
        texts = file.read().splitlines()
    best = 0.0
    for _ in range(args.rounds):
        began = time.process_time()
        vectors = encode(session, tokenizer, texts, args.batch)
        best = max(best, len(texts) / (time.process_time() - began))
    if args.vectors:
        vectors.astype("float32").tofile(args.vectors)
    print(f"{best:.1f}")


if __name__ == "__main__":
    main()
