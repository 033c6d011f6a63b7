# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""llama.cpp, as the package llama-cpp-python brings it; LOWP_LLAMA_CPP may name the folder of that package."""

import ctypes
import os
import sys

import numpy as np

from ..files import made_whole
from ..language import CAPACITY, Reader
from ..places import MADE

threads = 1
llama = None
# Formats by the numbers of llama.h's enum llama_ftype.
FORMATS = {"Q4_0": 2, "Q4_1": 3, "Q4_K_M": 15, "F16": 1}


def start(count):
    """The version."""
    global threads, llama
    threads = count
    if folder := os.environ.get("LOWP_LLAMA_CPP"):
        sys.path.insert(0, folder)
    import llama_cpp as llama

    silent = llama.llama_log_callback(lambda *_: None)
    llama.llama_log_set(silent, ctypes.c_void_p(0))
    llama._lowp_keeps = silent  # a callback that Python frees would be called nevertheless
    llama.llama_backend_init()
    return f"llama.cpp ({llama.__version__} of llama-cpp-python)"


def requantized(gguf, kind, source):
    """The file in another format; made once."""
    path = os.path.join(MADE, "peers", f"{os.path.splitext(os.path.basename(gguf))[0]}-as-{kind}.gguf")
    if not os.path.exists(path):
        parameters = llama.llama_model_quantize_default_params()
        parameters.ftype, parameters.allow_requantize, parameters.nthread = FORMATS[kind], True, threads
        with made_whole(path) as temporary:
            if llama.llama_model_quantize(source.encode(), temporary.encode(), ctypes.byref(parameters)) != 0:
                raise RuntimeError(f"llama_model_quantize of '{source}' to {kind} failed")
    return path


class Model(Reader):
    """One file."""

    def __init__(self, path):
        self.model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = CAPACITY
        parameters.n_threads = parameters.n_threads_batch = threads
        self.context = llama.llama_init_from_model(self.model, parameters)
        if not self.context:
            raise RuntimeError(f"llama.cpp cannot load '{path}'")
        self.vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))

    @property
    def weight_bytes(self):
        """Tied embeddings count once: they are the head."""
        return llama.llama_model_size(self.model)

    def prefill(self, tokens):
        """As Reader has it."""
        batch = (llama.llama_token * len(tokens))(*map(int, tokens))
        if llama.llama_decode(self.context, llama.llama_batch_get_one(batch, len(tokens))) != 0:
            raise RuntimeError("llama_decode failed")
        llama.llama_synchronize(self.context)
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self.context, -1), (self.vocabulary,))

    def step(self, token):
        """As Reader has it."""
        return self.prefill([token])

    def forget(self, count):
        """As Reader has it."""
        llama.llama_memory_seq_rm(llama.llama_get_memory(self.context), 0, count, -1)


def language(case):
    """Formats of 4 bits, and f16."""
    source = requantized(case.gguf, "F16", case.gguf)
    found = []
    for kind in FORMATS:
        model = Model(requantized(case.gguf, kind, source))
        found.append((kind, "16 bits" if kind == "F16" else "4 bits", model, model.weight_bytes))
    return found
