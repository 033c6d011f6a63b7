# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with weights of 4 bits, a scale for each group of a column: y[m, n] = Σ x[m, k] · s[n, k/G] · q[n, k]."""

import dataclasses
import functools

import numpy as np

from . import report
from .matmul import speed

ROWS = (1, 32)
GROUPS = (32, 64, 128)
COLUMNS, REDUCTION = 4096, 4096
MODES = ("codes", "float")

# Rounding activations to 8 bits costs about a hundredth of the result's size; products of floats are rounded alone.
ERROR = {"codes": 0.03, "float": 1e-4}


@dataclasses.dataclass(frozen=True)
class Int4:
    """mode codes: activations quantized on the way, with ranges found at run time. mode float: they stay f32."""

    m: int
    group: int
    mode: str
    n: int = COLUMNS
    k: int = REDUCTION

    def __str__(self):
        return f"{self.mode} {self.m}x{self.n}x{self.k} groups of {self.group}"

    @functools.cached_property
    def data(self):
        """x in f32, codes in [-8, 7], scales in f16, and the result."""
        rng = np.random.default_rng([self.m, self.n, self.k, self.group])
        x = rng.standard_normal((self.m, self.k), dtype=np.float32)
        w = rng.integers(-8, 8, (self.n, self.k), dtype=np.int8)
        scale = rng.uniform(0.001, 0.011, (self.n, self.k // self.group)).astype(np.float16)
        dequantized = w * np.repeat(scale.astype(np.float64), self.group, axis=1)
        return {"x": x, "w": w, "scale": scale, "y": x.astype(np.float64) @ dequantized.T}

    def nibbles(self):
        """The codes as they lie in memory everywhere: two in a byte, the first one low."""
        codes = self.data["w"].view(np.uint8) & 15
        return codes[:, ::2] | codes[:, 1::2] << 4

    def build(self, module):
        """The contenders of a peer; none where it has nothing of this kind."""
        return module.int4(self) if hasattr(module, "int4") else []

    def check(self, contender):
        """Runs once; {"error": …} where the result is wrong."""
        contender.run()
        expected = self.data["y"]
        error = np.linalg.norm(contender.read() - expected) / np.linalg.norm(expected)
        found = {"relative_error": float(error)}
        if not error <= ERROR[self.mode]:
            found["error"] = f"wrong result: relative error {error:.3g}, expected at most {ERROR[self.mode]}"
        return found

    def facts(self, row):
        """Operations, and bytes at the least: half a byte a weight, f16 scales, activations and results of 4 bytes."""
        weights = self.n * self.k / 2 + 2 * self.n * self.k / self.group
        facts = speed(row, 2.0 * self.m * self.n * self.k, weights + 4 * self.m * (self.k + self.n))
        if row.best_us:
            facts["weights_gbs"] = weights / row.best_us / 1e3
        return facts


def show(rows, limits):
    """A table of times and ratios per mode, and how fast our weights are read."""
    parts = []
    for mode in MODES:
        found = [row for row in rows if row.case.startswith(mode + " ")]
        if found:
            parts.append(report.matrix(found, limits.peak("int8" if mode == "codes" else "float32") * 1e9))
    read = ", ".join(
        f"{row.case}: {row.facts['weights_gbs']:.1f}"
        for row in rows
        if row.peer == "lowp" and "weights_gbs" in row.facts and " 1x" in row.case
    )
    return "\n\n".join(parts) + f"\n\nGB/s of weights with one row: {read}"
