# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is timed: one way to compute one case."""

import dataclasses
from collections.abc import Callable

import numpy as np

LARGE_PAGE = 1 << 21


class Absent(Exception):
    """A peer, or one of its features, that is not installed or not there; says why."""


@dataclasses.dataclass
class Contender:
    """`bind` sets the inputs (a tensor per argument), `run` is what is timed, `read` gives the result."""

    what: str
    run: Callable[[], object]
    read: Callable[[], np.ndarray]
    bind: Callable[[dict], None] | None = None
    # What `read` is compared with, where a case knows several results: see matmul.py and conv.py.
    result: str = "y"
    # Ratios are to our first contender of the same group.
    group: str = ""


def aligned(shape, dtype):
    """An array of zeros at an address that is a multiple of 64."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


def aligned_together(kinds):
    """An array for each (shape, dtype), one behind the other in large pages, which numpy asks the kernel for."""
    sizes = [-(-int(np.prod(shape)) * np.dtype(dtype).itemsize // 64) * 64 for shape, dtype in kinds]
    raw = np.zeros(sum(sizes) + LARGE_PAGE, np.uint8)
    start, arrays = -raw.ctypes.data % LARGE_PAGE, []
    for (shape, dtype), size in zip(kinds, sizes):
        used = int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays.append(raw[start : start + used].view(dtype).reshape(shape))
        start += size
    return arrays


def aligned_copy(array):
    """The same values at such an address."""
    copy = aligned(array.shape, array.dtype)
    copy[...] = array
    return copy
