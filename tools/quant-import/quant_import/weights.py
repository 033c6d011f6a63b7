# Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tensors that leave the IR: names, bytes, and the safetensors file that holds them."""

import dataclasses
import json
import struct

ALIGNMENT = 64

# MLIR element type -> safetensors dtype. A signless integer is written as the signed type.
DTYPE_OF_ELEMENT = {
    "f64": "F64", "f32": "F32", "f16": "F16", "bf16": "BF16",
    "f8E4M3FN": "F8_E4M3", "f8E5M2": "F8_E5M2",
    "i64": "I64", "i32": "I32", "i16": "I16", "i8": "I8",
    "si64": "I64", "si32": "I32", "si16": "I16", "si8": "I8", "ui8": "U8",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Weight:
    """One constant: `data` is an ndarray of its bytes, `dtype` a safetensors name."""

    dtype: str
    shape: tuple
    data: "numpy.ndarray"

    @property
    def nbytes(self):
        return self.data.nbytes


def _alignment(nbytes):
    """The largest power of two up to ALIGNMENT that divides `nbytes`."""
    return min(nbytes & -nbytes, ALIGNMENT) if nbytes else ALIGNMENT


def write_safetensors(stream, weights):
    """Writes {name: Weight}. The format allows no holes, so tensors whose size is a multiple of
    64 bytes come first: all of these start at a 64-byte boundary of the file."""
    order = sorted(weights, key=lambda name: -_alignment(weights[name].nbytes))
    header, offset = {}, 0
    for name in order:
        weight = weights[name]
        end = offset + weight.nbytes
        header[name] = {
            "dtype": weight.dtype,
            "shape": list(weight.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 8) % ALIGNMENT)
    stream.write(struct.pack("<Q", len(text)))
    stream.write(text)
    for name in order:
        stream.write(memoryview(weights[name].data))
