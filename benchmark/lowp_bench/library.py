# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled models, called through the ABI of include/lowp-c/Runtime.h."""

import ctypes

import numpy as np

from .contender import aligned, aligned_copy, aligned_together

MAX_RANK = 8
# lowp_dtype
DTYPES = [np.bool_, np.int8, np.uint8, np.int16, np.int32, np.int64, np.float16, None, np.float32, np.float64]


class Tensor(ctypes.Structure):
    """lowp_tensor"""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("dtype", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
    ]


class ValueInfo(ctypes.Structure):
    """lowp_value_info"""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("dtype", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
        ("result", ctypes.c_int32),
        ("optional", ctypes.c_int32),
    ]


class EntryInfo(ctypes.Structure):
    """lowp_entry_info"""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("num_arguments", ctypes.c_int32),
        ("num_results", ctypes.c_int32),
        ("arguments", ctypes.POINTER(ValueInfo)),
        ("results", ctypes.POINTER(ValueInfo)),
        ("body", ctypes.c_void_p),
        ("arena_bytes", ctypes.c_void_p),
        ("max_length", ctypes.c_int64),
    ]


class ModelInfo(ctypes.Structure):
    """lowp_model_info"""

    _fields_ = [
        ("abi_version", ctypes.c_int32),
        ("num_entries", ctypes.c_int32),
        ("entries", ctypes.POINTER(EntryInfo)),
        ("target", ctypes.c_char_p),
        ("source_hash", ctypes.c_char_p),
        ("tokenizer", ctypes.c_void_p),
        ("tokenizer_bytes", ctypes.c_int64),
    ]


ABI_VERSION = 3


class Library:
    """An entry of a library, the first one unless `name` says which, with buffers for its arguments and results and a
    context of its own. What is updated in place has one buffer; `shared` is such buffers of another entry."""

    def __init__(self, path, threads, name=None, shared=None):
        # Local symbols: every library exports the same names.
        self.code = ctypes.CDLL(path, mode=ctypes.RTLD_LOCAL)
        self.code.lowp_describe.restype = ctypes.POINTER(ModelInfo)
        self.code.lowp_context_create.restype = ctypes.c_void_p
        self.code.lowp_error_message.restype = ctypes.c_char_p
        info = self.code.lowp_describe().contents
        if info.abi_version != ABI_VERSION:
            raise RuntimeError(f"'{path}' has ABI version {info.abi_version}, expected {ABI_VERSION}")
        entries = [info.entries[i] for i in range(info.num_entries)]
        entry = next(e for e in entries if name in (None, e.name.decode()))
        self.context = ctypes.c_void_p(self.code.lowp_context_create(threads))
        self.state = {
            info.name.decode(): entry.results[info.result].name.decode()
            for info in entry.arguments[: entry.num_arguments]
            if info.result >= 0
        }
        self.arguments = self._buffers(entry.arguments, entry.num_arguments, shared or self._states(entry))
        updated = {result: self.arguments[argument] for argument, result in self.state.items()}
        self.results = self._buffers(entry.results, entry.num_results, updated)
        self.function = self.code[entry.name.decode()]
        self._tensors = [self._describe(buffers) for buffers in (self.arguments, self.results)]

    @staticmethod
    def _states(entry):
        """{name: array} of what is updated in place."""
        infos = [info for info in entry.arguments[: entry.num_arguments] if info.result >= 0]
        arrays = aligned_together([(tuple(info.shape[: info.rank]), DTYPES[info.dtype]) for info in infos])
        return {info.name.decode(): array for info, array in zip(infos, arrays)}

    @staticmethod
    def _buffers(infos, count, given):
        """{name: array}, in order."""
        buffers = {}
        for info in infos[:count]:
            name, shape = info.name.decode(), tuple(info.shape[: info.rank])
            buffers[name] = given[name] if name in given else aligned(shape, DTYPES[info.dtype])
        return buffers

    @staticmethod
    def _describe(buffers):
        tensors = (Tensor * len(buffers))()
        for tensor, array in zip(tensors, buffers.values()):
            tensor.data = array.ctypes.data
            tensor.dtype = [np.dtype(t) if t else None for t in DTYPES].index(array.dtype)
            tensor.rank = array.ndim
            tensor.shape[: array.ndim] = array.shape
        return tensors

    def bind(self, values):
        """Copies {name: array} into the arguments; unsigned codes lie in signless bytes."""
        for name, array in self.arguments.items():
            value = np.ascontiguousarray(values[name])
            array[...] = (value.view(array.dtype) if value.dtype.itemsize == 1 else value).reshape(array.shape)

    def run(self):
        """One run of the entry."""
        if self.function(*self._tensors, self.context) != 0:
            raise RuntimeError(self.code.lowp_error_message(self.context).decode())

    def read(self):
        """A copy of the first result."""
        return aligned_copy(next(iter(self.results.values())))
