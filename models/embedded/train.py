#!/usr/bin/env python3
# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the embedded model and writes its files beside this script.

    train.py [STEPS]

model.safetensors    weights (then: quant-import --torch model.py:embedded -o model.mlir)
calibration.safetensors  ids [64, 128] i64, from modules trained on
evaluation.safetensors   ids [128, 128] i64, from modules held out
reference.safetensors    logits [4, 128, 256] f32, of the first 4 samples of the evaluation

The text is the docstrings of the running Python's standard library; every eighth module (by the
CRC-32 of its name) is held out whole, so no sentence of the evaluation was trained on. The seed is
fixed: the same Python, torch and processor give the same bytes."""

import ast
import math
import os
import sys
import time
import zlib

import torch
from model import CONTEXT, ByteModel
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, PEAK_RATE, WARMUP = 32, 3e-3, 100
SKIPPED = {"site-packages", "test", "tests", "idlelib", "lib2to3", "__pycache__", "ensurepip"}


def library_files():
    """Every source file of the standard library, with the name of its top module."""
    root = os.path.dirname(os.__file__)
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED)
        for file in sorted(files):
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                yield os.path.relpath(path, root).split(os.sep)[0].removesuffix(".py"), path


def docstrings(path):
    """The docstrings of a source file that are long enough to be text."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        try:
            tree = ast.parse(stream.read())
        except SyntaxError:
            return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text and len(text) > 40:
                yield text


def corpus():
    """(training bytes, held-out bytes) as int64 tensors; a docstring that occurs twice is kept
    once, and on the training side."""
    texts = {True: {}, False: {}}
    for module, path in library_files():
        held_out = zlib.crc32(module.encode()) % 8 == 0
        texts[held_out].update(dict.fromkeys(docstrings(path)))
    for text in texts[False]:
        texts[True].pop(text, None)
    return tuple(
        torch.tensor(list("\n\n".join(texts[side]).encode()), dtype=torch.int64)
        for side in (False, True)
    )


def windows(text, count):
    """`count` disjoint samples of CONTEXT bytes, evenly spread over the text."""
    starts = torch.linspace(0, len(text) - CONTEXT, count).long()
    return torch.stack([text[s : s + CONTEXT] for s in starts])


def loss_of(model, ids):
    """Mean negative log likelihood in nats of each byte but a window's first."""
    logits = model(ids)[:, :-1]
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())


@torch.no_grad()
def bits_per_byte(model, samples):
    """The loss over all samples in bits."""
    return (
        sum(loss_of(model, s).item() * len(s) for s in samples.split(64))
        / len(samples)
        / math.log(2)
    )


def learning_rate(step, steps):
    """Linear warmup, then a cosine to zero."""
    if step < WARMUP:
        return PEAK_RATE * (step + 1) / WARMUP
    return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (steps - WARMUP)))


def train(text, held_out, steps):
    """The trained model."""
    torch.manual_seed(0)
    model = ByteModel()
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        betas=(0.9, 0.95),
    )
    start = time.monotonic()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        starts = torch.randint(len(text) - CONTEXT, (BATCH,))
        # bfloat16 products make the training twice as fast; weights and their updates stay f32.
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(model, torch.stack([text[s : s + CONTEXT] for s in starts]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            bits = bits_per_byte(model, held_out[:64])
            seconds = time.monotonic() - start
            print(
                f"step {step + 1}: held out {bits:.4f} bits per byte, {seconds:.0f} s", flush=True
            )
    return model.eval()


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 2400
    torch.set_num_threads(1)
    text, unseen = corpus()
    print(f"{len(text)} bytes to train on, {len(unseen)} held out", flush=True)
    evaluation = windows(unseen, 128)
    model = train(text, evaluation, steps)
    everything = windows(unseen, len(unseen) // CONTEXT)
    print(f"held out: {bits_per_byte(model, everything):.4f} bits per byte")
    print(f"evaluation samples: {bits_per_byte(model, evaluation):.4f} bits per byte")
    with torch.no_grad():
        reference = model(evaluation[:4])
    for name, tensors in {
        "model": model.state_dict(),
        "calibration": {"ids": windows(text, 64)},
        "evaluation": {"ids": evaluation},
        "reference": {"logits": reference},
    }.items():
        save_file(tensors, os.path.join(HERE, name + ".safetensors"))


if __name__ == "__main__":
    main()
