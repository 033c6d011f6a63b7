# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole models: ours and the peers', of the same module, calibration data and evaluation data."""

import dataclasses
import os

import numpy as np

from .files import read_safetensors
from .places import MADE, ROOT, imported

EVALUATED = 64  # samples that accuracy is told of
# Below these mean cosines against the reference a contender does not compute the model.
LOWEST = {"float": 0.999, "bf16": 0.999, "int8": 0.8}


@dataclasses.dataclass(frozen=True)
class Model:
    """A function of models/*.py, with the files that prepare_data.py makes for it."""

    name: str
    function: str
    result: str
    recipes: tuple  # of Lowp, with options behind; the first one is what int8 peers are compared with
    quantized: tuple  # peers' ways, see peer_models.py
    transformer: bool  # SmoothQuant helps, and only products are quantized
    folder: str  # of the data

    def samples(self, which):
        """calib, eval or ref: {name: [samples, …]}."""
        path = os.path.join(self.folder, f"{self.name}_{which}.safetensors")
        if not os.path.exists(path):
            raise RuntimeError(f"'{path}' is not there, expected what benchmark/prepare_data.py writes (--data)")
        return read_safetensors(path)

    def check_data(self):
        """Fails where a file is not there."""
        for which in ("calib", "eval", "ref"):
            self.samples(which)

    @property
    def calibration(self):
        """The file of the calibration samples."""
        return os.path.join(self.folder, f"{self.name}_calib.safetensors")

    def sample(self, samples, index):
        """One sample as the model takes it, with a leading 1."""
        return {name: np.ascontiguousarray(values[index : index + 1]) for name, values in samples.items()}

    def path(self):
        """Our imported module."""
        return imported(self.name, os.path.join(ROOT, "models", self.function))


def known(folder):
    """The models, by name."""
    models = (
        Model(
            "minilm",
            "minilm.py:minilm",
            "embedding",
            ("w8a8", "w8a8-dynamic"),
            ("nncf", "ort-dynamic", "ort-minmax", "ort-percentile", "ort-entropy"),
            True,
            folder,
        ),
        Model(
            "effnet",
            "efficientnet_lite0.py:efficientnet_lite0",
            "logits",
            ("w8a8-static", "w8a8-static --keep-sensitive=0.3"),
            ("nncf", "ort-minmax"),
            False,
            folder,
        ),
    )
    return {model.name: model for model in models}


NAMES = ("minilm", "effnet")


def default_data():
    """The folder of the data, unless --data names another."""
    return os.environ.get("LOWP_BENCHMARK_DATA") or os.path.join(MADE, "data")


@dataclasses.dataclass(frozen=True)
class Inference:
    """One sample through a model."""

    model: Model

    def __str__(self):
        return self.model.name

    def build(self, module):
        """The contenders of a peer; none where it has nothing of this kind."""
        return module.model(self.model) if hasattr(module, "model") else []

    def check(self, contender):
        """The cosines against the reference; {"error": …} where it does not compute the model."""
        inputs, expected = self.model.samples("eval"), self.model.samples("ref")[self.model.result]
        cosines = []
        for index in range(min(EVALUATED, len(expected))):
            contender.bind(self.model.sample(inputs, index))
            contender.run()
            cosines.append(cosine(contender.read(), expected[index]))
        contender.bind(self.model.sample(inputs, 0))
        found = {"cosine_mean": float(np.mean(cosines)), "cosine_min": float(np.min(cosines))}
        lowest = LOWEST[contender.group]
        if not found["cosine_mean"] >= lowest:
            found["error"] = f"wrong result: mean cosine {found['cosine_mean']:.4f}, expected at least {lowest}"
        return found

    def facts(self, row):
        """Nothing more."""
        return {}


def cosine(a, b):
    """Of two arrays of equal size."""
    a, b = np.asarray(a, np.float64).ravel(), np.asarray(b, np.float64).ravel()
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
