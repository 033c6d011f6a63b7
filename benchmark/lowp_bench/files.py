# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Safetensors, and files that are made once."""

import contextlib
import hashlib
import json
import os
import struct
import tempfile

import numpy as np

DTYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "<i1", "U8": "<u1"}
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}


def write_safetensors(path, tensors):
    """Writes {name: array}."""
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with made_whole(path) as temporary, open(temporary, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(np.ascontiguousarray(array).tobytes())


def read_safetensors(path):
    """{name: array}, mapped."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    blob = np.memmap(path, np.uint8, "r", offset=8 + length)
    return {
        name: blob[slice(*entry["data_offsets"])].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


@contextlib.contextmanager
def made_whole(path):
    """A name to write to; the file appears under `path` when all of it is there."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    stem, extension = os.path.splitext(os.path.basename(path))
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path), prefix=stem + ".") as folder:
        temporary = os.path.join(folder, stem + extension)
        yield temporary
        for name in os.listdir(folder):  # a header, or weights beside the file
            os.replace(os.path.join(folder, name), os.path.join(os.path.dirname(path), name))


def digest(*parts):
    """A short name for what is made of `parts`: text, bytes, or a file given as an `os.stat_result`."""
    sha = hashlib.sha256()
    for part in parts:
        if isinstance(part, os.stat_result):
            part = f"{part.st_size} {part.st_mtime_ns}"
        sha.update(part.encode() if isinstance(part, str) else part)
        sha.update(b"\0")
    return sha.hexdigest()[:16]
