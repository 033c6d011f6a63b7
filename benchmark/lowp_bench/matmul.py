# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Matrix products y[m, n] = Σ x[m, k] · w[n, k] with constant weights, in int8."""

import dataclasses
import functools

import numpy as np

# (M, N, K): a square one, MiniLM's layers, one token of language models, prompts, ViT-B, and odd sizes.
SHAPES = (
    (1024, 1024, 1024),
    (128, 384, 384),
    (128, 1536, 384),
    (128, 384, 1536),
    (384, 1536, 384),
    (197, 768, 3072),
    (256, 768, 768),
    (64, 1024, 1024),
    (32, 4096, 4096),
    (7, 2048, 2048),
    (33, 577, 1537),
    (1, 4096, 4096),
    (1, 11008, 4096),
    (1, 576, 1536),
)
MODES = ("int8", "dynamic")

# The activations' codes mean SCALE · (q − ZERO).
SCALE, ZERO = 0.02, 128
# Rounding weights and activations to 8 bits each costs about a hundredth of the result's size; a range of
# 7 bits, as fbgemm has it, twice that.
DYNAMIC_ERROR = 0.03


@dataclasses.dataclass(frozen=True)
class Matmul:
    """mode int8: codes in u8 with a zero point × codes in s8 with a scale per column. mode dynamic: f32 in and
    out, the activations quantized on the way, with ranges found at run time."""

    m: int
    n: int
    k: int
    mode: str

    def __str__(self):
        return f"{self.mode} {self.m}x{self.n}x{self.k}"

    @functools.cached_property
    def data(self):
        """Inputs and the results that contenders may give."""
        rng = np.random.default_rng([self.m, self.n, self.k])
        return self._int8(rng) if self.mode == "int8" else self._dynamic(rng)

    def _int8(self, rng):
        a = rng.integers(0, 256, (self.m, self.k), dtype=np.uint8)
        w = rng.integers(-127, 128, (self.n, self.k), dtype=np.int8)
        scale = rng.uniform(0.001, 0.011, self.n).astype(np.float32)
        acc = (a.astype(np.float64) - ZERO) @ w.T.astype(np.float64)  # exact: below 2^53
        y = acc * np.float32(SCALE) * scale
        step = np.float32(y.std() / 25)
        codes = np.clip(np.rint(y / step) + ZERO, 0, 255)
        return {"a": a, "w": w, "scale": scale, "step": step, "acc": acc, "y": y, "codes": codes}

    def _dynamic(self, rng):
        x = rng.standard_normal((self.m, self.k), dtype=np.float32)
        w = rng.standard_normal((self.n, self.k), dtype=np.float32) / np.float32(np.sqrt(self.k))
        return {"x": x, "w": w, "y": x.astype(np.float64) @ w.T.astype(np.float64)}

    def build(self, module):
        """The contenders of a peer; none where it has nothing of this kind."""
        return module.matmul(self) if hasattr(module, "matmul") else []

    def check(self, contender):
        """Runs once; {"error": …} where the result is wrong."""
        if self.mode == "int8":
            contender.run()
            return check_codes(contender, self.data)
        contender.run()
        expected = self.data["y"]
        error = np.linalg.norm(contender.read() - expected) / np.linalg.norm(expected)
        found = {"relative_error": float(error)}
        if not error <= DYNAMIC_ERROR:
            found["error"] = f"wrong result: relative error {error:.3g}, expected at most {DYNAMIC_ERROR}"
        return found

    def facts(self, row):
        """Operations, and bytes at the least: codes, weights, and results of 4 bytes."""
        operations = 2.0 * self.m * self.n * self.k
        size = (1 if self.mode == "int8" else 4) * self.m * self.k + self.n * self.k + 4 * self.m * self.n
        return speed(row, operations, size)


def check_codes(contender, data):
    """Accumulators must be equal, f32 results to its rounding, codes to one step (ties of the rounding)."""
    expected = data[contender.result]
    bound = {"acc": 0, "codes": 1, "y": 1e-5 * np.abs(data["y"]).max()}[contender.result]
    found = contender.read().astype(np.float64).reshape(expected.shape)
    error = float(np.abs(found - expected).max())
    answer = {"largest_error": error}
    if not error <= bound:
        answer["error"] = f"wrong result: largest error {error:.3g}, expected at most {bound:.3g}"
    return answer


def speed(row, operations, size):
    """What the roofline needs."""
    facts = {"operations": operations, "bytes": size}
    if row.best_us:
        facts["gops"] = operations / row.best_us / 1e3
    return facts
