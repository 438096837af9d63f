#!/usr/bin/env python3
"""An encoder's speed and accuracy beside ONNX Runtime (fp32 and int8) and sentence-transformers; run by encoder.sh.

Usage: encoder_peer.py FOLDER PROGRAM TEXTS... [--rounds N] [--work DIR]
FOLDER: an encoder as Hugging Face lays it out. PROGRAM: build/release/bench/bench_encode. TEXTS: files of one text a line.
In each round every program encodes every file, one after the other, so that what else the machine does meets all of
them; told is the best round. One thread: processor time; two threads: wall time. Peers get texts sorted by length in
batches of 32, padded to the longest, as sentence-transformers does it; tokenising is included everywhere.
int8 of ONNX Runtime: quantize_dynamic, for each channel, with reduced range, which is what its authors advise for
processors without VNNI; without these two its vectors are much worse, and only long texts a little quicker.
Needs torch, transformers, sentence-transformers, tokenizers, onnx, onnxruntime and numpy.
"""
import argparse
import os
import resource
import subprocess
import sys
import time

import numpy
import onnxruntime
from tokenizers import Tokenizer

OURS = ("fp32", "bf16", "int8")


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


def quantize(source, target):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def encode(run, tokenizer, texts, batch=32):
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    vectors = [None] * len(texts)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        codes = tokenizer.encode_batch([texts[i] for i in rows])
        ids = numpy.array([c.ids for c in codes], dtype=numpy.int64)
        mask = numpy.array([c.attention_mask for c in codes], dtype=numpy.int64)
        hidden = run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0})[0]
        sums = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        sums /= numpy.linalg.norm(sums, axis=1, keepdims=True)
        for row, vector in zip(rows, sums):
            vectors[row] = vector
    return numpy.stack(vectors)


class Peers:
    """The peers by name, each a function of texts that gives vectors, for a number of threads."""

    def __init__(self, folder, work, max_tokens):
        self.folder = folder
        self.files = {"ONNX Runtime fp32": f"{work}/fp32.onnx", "ONNX Runtime int8": f"{work}/int8.onnx"}
        export(folder, self.files["ONNX Runtime fp32"])
        quantize(self.files["ONNX Runtime fp32"], self.files["ONNX Runtime int8"])
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tokenizer.enable_truncation(max_tokens)
        self.tokenizer.enable_padding()

    def make(self, threads):
        import sentence_transformers
        import torch

        torch.set_num_threads(threads)
        made = {}
        for name, path in self.files.items():
            run = session(path, threads).run
            made[name] = lambda texts, run=run: encode(run, self.tokenizer, texts)
        model = sentence_transformers.SentenceTransformer(self.folder, device="cpu")
        made["sentence-transformers"] = lambda texts: model.encode(texts, batch_size=32, normalize_embeddings=True)
        return made


def rate_of_peer(function, texts, threads):
    clock = time.process_time if threads == 1 else time.perf_counter
    began = clock()
    vectors = function(texts)
    return len(texts) / (clock() - began), vectors


def rate_of_ours(args, path, precision, threads):
    out = subprocess.run([args.program, args.folder, path, "1", precision, str(threads)], check=True,
                         capture_output=True, text=True).stdout.split()
    return float(out[0]), float(out[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("program")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--work", default=".")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    peers = Peers(args.folder, args.work, args.max_tokens)
    print(f"{'texts':<14}{'threads':>8}  {'program':<24}{'texts/s':>9}{'median':>9}{'MB':>7}{'cosine':>9}")
    for threads in args.threads:
        made = peers.make(threads)
        for path in args.texts:
            with open(path, encoding="utf-8") as file:
                texts = file.read().splitlines()
            rates, vectors, memory = {}, {}, {}
            for _ in range(args.rounds):
                for precision in OURS:
                    rate, memory[precision] = rate_of_ours(args, path, precision, threads)
                    rates.setdefault(precision, []).append(rate)
                for name, function in made.items():
                    rate, vectors[name] = rate_of_peer(function, texts, threads)
                    rates.setdefault(name, []).append(rate)
            for name, found in rates.items():
                close = (vectors[name] * vectors["sentence-transformers"]).sum(1).mean() if name in vectors else 0
                print(f"{os.path.basename(path):<14}{threads:>8}  {name:<24}{max(found):>9.1f}"
                      f"{numpy.median(found):>9.1f}{memory.get(name, 0) or '':>7}"
                      f"{f'{close:9.4f}' if close else '':>9}")
            for ours, theirs in [("fp32", "ONNX Runtime fp32"), ("bf16", "ONNX Runtime fp32"),
                                 ("int8", "ONNX Runtime int8"), ("fp32", "sentence-transformers")]:
                print(f"{os.path.basename(path):<14}{threads:>8}  {ours} / {theirs}: best "
                      f"{max(rates[ours]) / max(rates[theirs]):.2f}, median "
                      f"{numpy.median(rates[ours]) / numpy.median(rates[theirs]):.2f}")
            sys.stdout.flush()
    print(f"peak memory of the peers' process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
