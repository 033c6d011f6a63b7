# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GGUF: a file of the llama family -> our torch module -> the torch frontend."""

from .llama import from_gguf
from .torch_frontend import Example, import_factory


def import_gguf(path, length, progress):
    """Imports a GGUF file; the sequence has 256 tokens unless `length` says otherwise."""

    def make(size):
        module, arguments, names = from_gguf(path, size)
        return Example(module.eval(), arguments, names)

    return import_factory(make, length, progress)
